#include "tests/sandbox/sandbox.hpp"

#include "tests/sandbox/base/html.hpp"

namespace tillbridge::sandbox {
namespace {

constexpr int kHookThreads = 32;

using Path = std::vector<std::string>;

Path rest(const Path& path, std::size_t from) {
    if (path.size() <= from) return {};
    return {path.begin() + static_cast<std::ptrdiff_t>(from), path.end()};
}

// "demo~moved" is another address of the account "demo".
std::string account_name(const std::string& segment) {
    return segment.substr(0, segment.find('~'));
}

std::string joined(const Path& path) {
    std::string text;
    for (const auto& part : path) text += (text.empty() ? "" : "/") + part;
    return text;
}

}  // namespace

Sandbox::Sandbox(Options options) : world_(std::move(options)) {}

std::string Sandbox::start(const Json& faults) {
    server_ =
        std::make_unique<Server>(world_.options.listen, world_.options.threads,
                                 [this](const HttpRequest& request) { return route(request); });
    auto address = server_->address();
    // The wildcard address is no address to call.
    auto host = address;
    if (starts_with(host, "0.0.0.0:")) host = "127.0.0.1" + host.substr(7);
    world_.base_url = "http://" + host;
    control_.reset(world_.options.seed);
    if (!faults.is_null()) world_.faults.add(faults);
    hooks_.start(kHookThreads);
    prodamus_.start();
    payments_.start();
    server_->start();
    return address;
}

void Sandbox::stop() {
    server_->stop();
    hooks_.stop();
    prodamus_.stop();
    payments_.stop();
}

HttpResponse Sandbox::route(const HttpRequest& request) {
    const auto& path = request.segments;
    const std::string first = path.empty() ? "" : path[0];
    if (first == "_control") return control_.handle(rest(path, 1), request);
    if (first == "crm" && path.size() >= 3 && path[2] == "api")
        return crm_api_.handle(account_name(path[1]), rest(path, 3), request);
    if (first == "api") {
        const auto host = request.header("host");
        return crm_api_.handle(host.substr(0, host.find_first_of(".:")), rest(path, 1), request);
    }
    if (first == "embed-proxy") return embed_proxy_.handle(rest(path, 1), request);
    if (first == "crm") {
        Path inner = rest(path, 1);
        if (!inner.empty()) inner[0] = account_name(inner[0]);
        return crm_pages_.handle(inner, request);
    }
    if (first == "uapay" && path.size() >= 2 && path[1] == "api")
        return uapay_api_.handle(joined(rest(path, 2)), request);
    if (first == "uapay") return uapay_pages_.handle(rest(path, 1), request);
    if (first == "bots") return bots_.handle(rest(path, 1), request);
    if (first == "prodamus") return prodamus_.handle(rest(path, 1), request);
    if (first.empty()) {
        HtmlPage page("Sandbox", "");
        page.paragraph_html(
            "<a href=\"/crm/\">CRM accounts</a> · <a href=\"/uapay/\">UAPAY cabinet</a>"
            " · <a href=\"/prodamus/\">Prodamus pages</a>"
            " · <a href=\"/_control/state\">state (JSON)</a>");
        return HttpResponse::html(200, page.text());
    }
    return HttpResponse::html(404, HtmlPage("Not found", "").text());
}

}  // namespace tillbridge::sandbox
