#include "api_client/http/resolver.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace tillbridge::http {
namespace {

IpAddress from_sockaddr(const sockaddr* address) {
    IpAddress out;
    out.v6 = address->sa_family == AF_INET6;
    if (out.v6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, address, sizeof v6);
        std::memcpy(out.bytes.data(), &v6.sin6_addr, 16);
    } else {
        sockaddr_in v4{};
        std::memcpy(&v4, address, sizeof v4);
        std::memcpy(out.bytes.data(), &v4.sin_addr, 4);
    }
    return out;
}

// The resolver's state belongs to the thread, and is read afresh so that a changed resolv.conf
// counts.
void bound_lookup(domain::Span limit) {
    res_init();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(limit).count();
    _res.retrans = static_cast<int>(std::clamp<std::int64_t>(seconds, 1, 3));
    _res.retry = 1;
}

}  // namespace

domain::Result<std::vector<IpAddress>> SystemResolver::resolve(const std::string& host,
                                                               domain::Span limit) {
    bound_lookup(limit);
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* raw = nullptr;
    const int code = getaddrinfo(host.c_str(), nullptr, &hints, &raw);
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> list(raw, &freeaddrinfo);
    if (code != 0) return domain::fail("http.resolve_failed", host + ": " + gai_strerror(code));
    std::vector<IpAddress> out;
    for (const addrinfo* at = list.get(); at != nullptr; at = at->ai_next) {
        if (at->ai_family != AF_INET && at->ai_family != AF_INET6) continue;
        out.push_back(from_sockaddr(at->ai_addr));
    }
    if (out.empty()) return domain::fail("http.resolve_failed", host + ": no address");
    return out;
}

}  // namespace tillbridge::http
