// For operators, on a listener of their own: is it alive, is it ready, what does it count.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "handlers/router.hpp"

namespace tillbridge::handlers::ops {

// One thing that the module needs.
struct Check {
    std::string name;  // store, crm, a gateway
    bool ok = true;
    std::string detail;  // what is wrong; no secret
    bool needed = true;  // for any request; where false, only what needs it is degraded
};

struct Sources {
    std::function<std::vector<Check>()> checks;
    std::function<std::string()> metrics;  // Prometheus text
};

std::vector<Route> routes(Sources sources);

}  // namespace tillbridge::handlers::ops
