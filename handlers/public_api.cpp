#include "handlers/public_api.hpp"

#include <iterator>

#include "handlers/bot/api.hpp"
#include "handlers/client_language.hpp"
#include "handlers/crm/actions.hpp"
#include "handlers/crm/marketplace.hpp"
#include "handlers/extension/api.hpp"
#include "handlers/hooks/receive.hpp"
#include "handlers/pay/pages.hpp"
#include "handlers/settings/api.hpp"
#include "handlers/settings/sign_in.hpp"
#include "handlers/support/api.hpp"
#include "handlers/support/page.hpp"
#include "handlers/web/serve.hpp"

namespace tillbridge::handlers {

namespace {

constexpr ServerLimits kOpsLimits{
    .threads = 4, .queued = 16, .keep_alive = std::chrono::seconds(15)};

struct PublicHandlers {
    PublicHandlers(const Services& services, const PublicOptions& options)
        : marketplace(services, options.required_scopes),
          actions(services, options.local_time, options.known_zone),
          receiver(services, options.hook_misses_per_minute),
          pages(services, options.pay_misses_per_minute),
          sign_in(services),
          api(services, options.scopes),
          panel(services, options.panel_calls_per_minute) {
        if (services.bots != nullptr)
            bots.emplace(services, *services.bots, options.hook_misses_per_minute);
        if (services.support != nullptr) desk.emplace(services, *services.support);
    }

    crm::Marketplace marketplace;
    crm::Actions actions;
    hooks::Receiver receiver;
    pay::Pages pages;
    settings::SignIn sign_in;
    settings::Api api;
    extension::Api panel;
    std::optional<support::Api> desk;
    std::optional<bot::Api> bots;
};

Route file(const std::string& path, const char* type, const std::string& text) {
    return {{"GET", "HEAD"},
            path,
            [type, text](Request&) {
                return Answer{200, type, text, {}}.with("Cache-Control", "public, max-age=3600");
            },
            Format::api,
            0,
            false};
}

Guard::Parts parts_of(const service::Context& context, TrustedProxies proxies) {
    return {context.clock, context.random, context.log,
            context.meter, context.texts,  std::move(proxies)};
}

}  // namespace

std::vector<Route> public_routes(const Services& services, const PublicOptions& options) {
    const auto handlers = std::make_shared<PublicHandlers>(services, options);
    std::vector<Route> routes;
    const auto append = [&](std::vector<Route> more) {
        for (Route& route : more) {
            // The handlers live as long as any route that leads to them.
            route.handle = [handlers, call = std::move(route.handle)](Request& request) {
                return call(request);
            };
            routes.push_back(std::move(route));
        }
    };
    append(hooks::routes(handlers->receiver));
    append(crm::routes(handlers->actions));
    append(pay::routes(handlers->pages));
    append(crm::routes(handlers->marketplace));
    append(settings::routes(handlers->sign_in));
    append(settings::routes(handlers->api));
    append(settings::bots_routes(handlers->api));
    append(settings::bot_routes(handlers->api));
    if (options.panel) append(extension::routes(handlers->panel));
    append(extension::routes(options.extension, services.context.texts));
    if (handlers->bots) append(bot::routes(*handlers->bots));
    if (handlers->desk) {
        append(support::routes(*handlers->desk));
        append(support::page_routes(services.context));
    }
    append(web::routes(services.context.texts));
    if (!options.logo_svg.empty())
        routes.push_back(file(options.logo_path, "image/svg+xml", options.logo_svg));
    return routes;
}

std::unique_ptr<Server> make_public_server(const Services& services, const PublicOptions& options) {
    auto parts = parts_of(services.context, TrustedProxies(options.trusted_proxies));
    parts.language = [services](const Request& request) {
        return client_language(services, request);
    };
    auto guard = std::make_shared<Guard>(public_routes(services, options), std::move(parts));
    return std::make_unique<Server>(options.listen, options.limits, std::move(guard));
}

std::unique_ptr<Server> make_ops_server(const service::Context& context, const std::string& listen,
                                        ops::Sources sources) {
    auto guard = std::make_shared<Guard>(ops::routes(std::move(sources)), parts_of(context, {}));
    return std::make_unique<Server>(listen, kOpsLimits, std::move(guard));
}

}  // namespace tillbridge::handlers
