#include "handlers/ops/routes.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "module/port/json.hpp"

namespace tillbridge::handlers::ops {

namespace {

Answer ready(const Sources& sources) {
    const std::vector<Check> checks = sources.checks();
    const bool ok = std::all_of(checks.begin(), checks.end(),
                                [](const Check& check) { return check.ok || !check.needed; });
    nlohmann::json list = nlohmann::json::array();
    for (const Check& check : checks) {
        nlohmann::json entry = {{"name", check.name}, {"ok", check.ok}};
        if (!check.detail.empty()) entry["detail"] = check.detail;
        list.push_back(std::move(entry));
    }
    return json_answer(ok ? 200 : 503, port::to_text({{"ready", ok}, {"checks", std::move(list)}}));
}

}  // namespace

std::vector<Route> routes(Sources sources) {
    const auto route = [](std::string pattern, Handler handler) {
        return Route{
            {"GET", "HEAD"}, std::move(pattern), std::move(handler), Format::api, 0, false};
    };
    return {
        route("/health/live", [](Request&) { return json_answer(200, R"({"live":true})"); }),
        route("/health/ready", [sources](Request&) { return ready(sources); }),
        route("/metrics",
              [sources](Request&) {
                  return Answer{
                      200, "text/plain; version=0.0.4; charset=utf-8", sources.metrics(), {}};
              }),
    };
}

}  // namespace tillbridge::handlers::ops
