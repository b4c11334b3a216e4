// Everything that listens, put together: the public server with the routes of the CRM, gateways,
// buyers and admins, and the operators' server with health and metrics. What is passed in is
// borrowed and outlives the servers.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "handlers/crm/answers.hpp"
#include "handlers/extension/files.hpp"
#include "handlers/ops/routes.hpp"
#include "handlers/server.hpp"
#include "handlers/services.hpp"
#include "handlers/settings/access.hpp"

namespace tillbridge::handlers {

struct PublicOptions {
    std::string listen;  // host:port
    ServerLimits limits;
    std::vector<std::string> trusted_proxies;  // addresses or blocks
    std::vector<std::string> required_scopes;  // what the marketplace card asks for
    settings::Scopes scopes;                   // what the settings page tells of the key's rights
    std::string logo_path, logo_svg;           // served as it is; none where empty
    std::int64_t hook_misses_per_minute = 0;   // 0: no limit
    std::int64_t pay_misses_per_minute = 0;
    bool panel = true;           // whether calls of the order card's panel are taken
    extension::Files extension;  // served where it has a script
    std::int64_t panel_calls_per_minute = 0;
    crm::LocalTime local_time;
    crm::KnownZone known_zone;
};

// The routes of the public server alone, for tests that need no socket. They keep what they need
// alive.
std::vector<Route> public_routes(const Services& services, const PublicOptions& options);

// Not started yet: the address is bound, start() accepts.
std::unique_ptr<Server> make_public_server(const Services& services, const PublicOptions& options);

std::unique_ptr<Server> make_ops_server(const service::Context& context, const std::string& listen,
                                        ops::Sources sources);

}  // namespace tillbridge::handlers
