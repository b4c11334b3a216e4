// The table of routes: method, pattern, handler, and what the guard must know before it reads a
// body. Matching works on the raw path; parameters are decoded afterwards.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "handlers/http.hpp"

namespace tillbridge::handlers {

inline constexpr std::size_t kBodyLimit = 1024 * 1024;

struct Route {
    std::vector<std::string> methods;
    std::string pattern;  // `/pay/{slug}/return`
    Handler handle;
    Format format = Format::api;
    std::size_t body_limit = kBodyLimit;
    bool logged =
        true;  // one info line a request; otherwise only what is refused, fails or is slow
    bool needs_body = true;  // false: a POST that announces no body is taken as one of length 0
};

struct Match {
    const Route* route = nullptr;  // none: 404
    bool method_allowed = false;   // false with a route: 405
    std::string allow;             // methods of the path, where the method is not allowed
    std::vector<std::pair<std::string_view, std::string>> params;
};

class Router {
  public:
    explicit Router(std::vector<Route> routes);

    Match match(std::string_view method, std::string_view path) const;
    const std::vector<Route>& routes() const { return routes_; }

  private:
    struct Segment {
        std::string text;
        bool parameter = false;
    };
    std::vector<Route> routes_;
    std::vector<std::vector<Segment>> segments_;  // of the routes, in their order
};

}  // namespace tillbridge::handlers
