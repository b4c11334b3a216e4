#include "handlers/router.hpp"

#include <algorithm>

#include "handlers/percent.hpp"

namespace tillbridge::handlers {

namespace {

std::vector<std::string_view> split(std::string_view path) {
    std::vector<std::string_view> parts;
    if (path.empty() || path.front() != '/') return parts;
    path.remove_prefix(1);
    while (true) {
        const std::size_t end = path.find('/');
        parts.push_back(path.substr(0, end));
        if (end == std::string_view::npos) return parts;
        path.remove_prefix(end + 1);
    }
}

}  // namespace

Router::Router(std::vector<Route> routes) : routes_(std::move(routes)) {
    for (const Route& route : routes_) {
        std::vector<Segment> segments;
        for (const std::string_view part : split(route.pattern)) {
            const bool parameter = part.size() > 2 && part.front() == '{' && part.back() == '}';
            segments.push_back(
                {std::string(parameter ? part.substr(1, part.size() - 2) : part), parameter});
        }
        segments_.push_back(std::move(segments));
    }
}

Match Router::match(std::string_view method, std::string_view path) const {
    const std::vector<std::string_view> parts = split(path);
    Match found;
    for (std::size_t i = 0; i < routes_.size(); ++i) {
        const auto& segments = segments_[i];
        if (segments.size() != parts.size() || parts.empty()) continue;
        const auto fits = [](const Segment& segment, std::string_view part) {
            return segment.parameter ? !part.empty() : segment.text == part;
        };
        if (!std::equal(segments.begin(), segments.end(), parts.begin(), fits)) continue;
        const auto& methods = routes_[i].methods;
        const bool allowed = std::find(methods.begin(), methods.end(), method) != methods.end();
        if (found.route == nullptr || allowed) found.route = &routes_[i];
        if (!allowed) {
            for (const std::string& other : methods)
                found.allow += (found.allow.empty() ? "" : ", ") + other;
            continue;
        }
        found.method_allowed = true;
        for (std::size_t k = 0; k < parts.size(); ++k)
            if (segments[k].parameter)
                found.params.emplace_back(segments[k].text,
                                          decode_percent(parts[k]).value_or(std::string()));
        return found;
    }
    return found;
}

}  // namespace tillbridge::handlers
