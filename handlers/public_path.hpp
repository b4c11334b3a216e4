// What public_url says of our own addresses: the path that a proxy puts before our routes, and
// whether buyers and admins come over https.
#pragma once

#include <string>
#include <string_view>

namespace tillbridge::handlers {

// `https://pay.example.com/bridge` → `/bridge`; empty where there is none.
inline std::string public_path(std::string_view public_url) {
    const std::size_t scheme = public_url.find("://");
    if (scheme == std::string_view::npos) return {};
    const std::size_t slash = public_url.find('/', scheme + 3);
    if (slash == std::string_view::npos) return {};
    std::string path(public_url.substr(slash));
    while (!path.empty() && path.back() == '/') path.pop_back();
    return path;
}

inline bool is_https(std::string_view public_url) {
    return public_url.substr(0, 8) == "https://";
}

}  // namespace tillbridge::handlers
