#include "handlers/crm/marketplace.hpp"

#include <nlohmann/json.hpp>

#include "handlers/crm/decode.hpp"
#include "handlers/errors.hpp"
#include "module/port/json.hpp"

namespace tillbridge::handlers::crm {

Answer Marketplace::config(Request&) const {
    return json_answer(200, port::to_text({{"success", true},
                                           {"scopes", scopes_},
                                           {"registerUrl", services_.context.settings.public_url +
                                                               "/marketplace/register"}}));
}

Answer Marketplace::enter(Request& request) const {
    const auto connected =
        form_of(request).and_then(decode_register).and_then([&](const Registration& asked) {
            return services_.connections.register_from_marketplace(asked.token, asked.api_key,
                                                                   asked.system_url);
        });
    if (connected) {
        request.about.connection = connected->connection.id.value;
        return json_answer(
            201, port::to_text({{"success", true}, {"accountUrl", connected->account_url}}));
    }
    const int status = connected.error().code == "install.bad_token" ? 401 : 400;
    return error_answer(Format::crm, status, connected.error(), services_.context.texts,
                        preferred_language(request));
}

std::vector<Route> routes(const Marketplace& marketplace) {
    return {
        {{"GET"},
         "/marketplace/config",
         [&](Request& request) { return marketplace.config(request); },
         Format::crm},
        {{"POST"},
         "/marketplace/register",
         [&](Request& request) { return marketplace.enter(request); },
         Format::crm},
    };
}

}  // namespace tillbridge::handlers::crm
