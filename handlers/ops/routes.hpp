// For operators, on a listener of their own: is it alive, is it ready, what does it count.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "handlers/router.hpp"

namespace tillbridge::handlers::ops {

// One thing that must work for requests to be served.
struct Check {
    std::string name;  // store, outbox, …
    bool ok = true;
    std::string detail;  // what is wrong; no secret
};

struct Sources {
    std::function<std::vector<Check>()> checks;
    std::function<std::string()> metrics;  // Prometheus text
};

std::vector<Route> routes(Sources sources);

}  // namespace tillbridge::handlers::ops
