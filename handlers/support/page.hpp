// `GET /support`: the frame around the diagnostics page. It holds nothing: who is not signed in
// sees the form, and every word on the page comes from the API.
#pragma once

#include <vector>

#include "handlers/router.hpp"
#include "module/service/context.hpp"

namespace tillbridge::handlers::support {

// Borrows what `context` borrows.
std::vector<Route> page_routes(const service::Context& context);

}  // namespace tillbridge::handlers::support
