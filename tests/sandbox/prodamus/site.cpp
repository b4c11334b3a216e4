#include "tests/sandbox/prodamus/site.hpp"

namespace tillbridge::sandbox {

HttpResponse ProdamusSite::handle(const std::vector<std::string>& path,
                                  const HttpRequest& request) {
    if (path.empty()) return pages_.index(request);
    if (path[0] == "l" && path.size() == 2) return pages_.link(path[1], request);
    const auto& host = path[0];
    if (path.size() == 1) {
        const bool asks = request.method != "GET" || !request.query.all().empty();
        if (asks) return api_.link(host, request);
        const std::lock_guard lock(state.mutex);
        return state.find_page(host) != nullptr ? pages_.shop(host) : api_.unknown(host);
    }
    if (path.size() == 3 && path[1] == "rest") return api_.rest(host, path[2], request);
    if (path.size() == 2 && path[1] == "cabinet") return pages_.cabinet(host, request);
    const std::lock_guard lock(state.mutex);
    return api_.unknown(host);
}

void ProdamusSite::reset(std::optional<std::uint64_t> seed) {
    deliveries.reset();
    state.reset(seed);
}

void ProdamusSite::wake() {
    club.settle();
    deliveries.wake();
}

}  // namespace tillbridge::sandbox
