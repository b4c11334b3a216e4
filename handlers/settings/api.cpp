#include "handlers/settings/api.hpp"

#include "handlers/error_map.hpp"
#include "handlers/errors.hpp"
#include "handlers/settings/api_act.hpp"
#include "handlers/settings/decode.hpp"
#include "handlers/settings/sign_in.hpp"
#include "handlers/settings/views.hpp"

namespace tillbridge::handlers::settings {

using domain::Connection;
using domain::fail;
using domain::Merchant;
using domain::Result;
using nlohmann::json;

Answer Api::error(const domain::Error& given, const std::string& language) const {
    const SettingsError mapped = settings_error(given);
    return error_answer(Format::api, mapped.status, mapped.adjusted, services_.context.texts,
                        language);
}

Answer Api::add(Request& request) {
    return act(request, true, [&](const Connection& connection, const std::string&) {
        return body_of(request)
            .and_then([&](const json& body) -> Result<service::Merchants::Draft> {
                const auto code = decode_gateway(body);
                if (!code) return tl::unexpected(code.error());
                const auto* gateway = services_.context.gateways.find(*code);
                if (gateway == nullptr) return fail("gateway.unknown", code->value, "gateway");
                return decode_draft(body, gateway->description());
            })
            .and_then([&](const service::Merchants::Draft& draft) {
                return services_.merchants.add(connection.id, draft);
            })
            .map([&](const Merchant& merchant) {
                payment_types_.forget(connection.id);
                return ok({{"merchant", merchant_view(merchant)}}, 201);
            });
    });
}

// `call`: (connection, merchant) → Result<Answer>.
template <class Call>
Answer Api::on_merchant(Request& request, Call call) {
    return act(request, true,
               [&](const Connection& connection, const std::string&) -> Result<Answer> {
                   const auto merchant = find(connection.id, request.param("id"));
                   if (!merchant) return fail("merchant.unknown");
                   payment_types_.forget(connection.id);
                   return call(connection, *merchant);
               });
}

Answer Api::change(Request& request) {
    return on_merchant(request, [&](const Connection& connection, const Merchant& merchant) {
        return body_of(request)
            .and_then([&](const json& body) -> Result<service::Merchants::Patch> {
                const auto* gateway = services_.context.gateways.find(merchant.gateway);
                if (gateway == nullptr) return fail("gateway.unknown", merchant.gateway.value);
                return decode_patch(body, gateway->description());
            })
            .and_then([&](const service::Merchants::Patch& patch) {
                return services_.merchants.change(connection.id, merchant.id, patch);
            })
            .map([&](const Merchant& changed) {
                return ok({{"merchant", merchant_view(changed)}});
            });
    });
}

Answer Api::switch_to(Request& request, bool active) {
    return on_merchant(request, [&](const Connection& connection, const Merchant& merchant) {
        return services_.merchants.set_active(connection.id, merchant.id, active)
            .map([&](const Merchant& changed) {
                return ok({{"merchant", merchant_view(changed)}});
            });
    });
}

Answer Api::activate(Request& request) {
    return switch_to(request, true);
}

Answer Api::deactivate(Request& request) {
    return switch_to(request, false);
}

Answer Api::check(Request& request) {
    return on_merchant(request, [&](const Connection& connection, const Merchant& merchant) {
        return services_.merchants.check(connection.id, merchant.id)
            .map([&](const Merchant& checked) {
                return ok({{"merchant", merchant_view(checked)}});
            });
    });
}

Answer Api::test_link(Request& request) {
    return on_merchant(request, [&](const Connection& connection, const Merchant& merchant) {
        return services_.merchants.test_link(connection.id, merchant.id, request.id)
            .map([&](const service::Merchants::TestLink& link) {
                request.about.invoice = link.invoice.value;
                return ok({{"merchant", merchant_view(merchant)},
                           {"url", link.url},
                           {"paymentId", link.invoice.value}});
            });
    });
}

Answer Api::create_payment_type(Request& request) {
    return on_merchant(request, [&](const Connection& connection, const Merchant& merchant) {
        return services_.merchants.create_payment_type(connection.id, merchant.id).map([&] {
            payment_types_.forget(connection.id);
            return ok({{"merchant", merchant_view(merchant)}});
        });
    });
}

Answer Api::replace_key(Request& request) {
    return act(request, true, [&](const Connection& connection, const std::string&) {
        return body_of(request)
            .and_then(decode_key)
            .and_then([&](const domain::Secret& key) {
                return services_.connections.replace_key(connection.id, key);
            })
            .map([&](const Connection& changed) {
                payment_types_.forget(connection.id);
                return ok({{"connection", view(changed)}});
            });
    });
}

Answer Api::check_connection(Request& request) {
    return act(request, true, [&](const Connection& connection, const std::string&) {
        payment_types_.forget(connection.id);
        return services_.connections.recheck(connection.id).map([&](const Connection& checked) {
            return ok({{"connection", connection_view(checked)}});
        });
    });
}

Answer Api::end_sessions(Request& request) {
    return act(request, true,
               [&](const Connection& connection, const std::string&) -> Result<Answer> {
                   services_.admins.end_all(connection.id);
                   return ok({{"ended", true}})
                       .with("Set-Cookie", ended_cookie(services_.context.settings.public_url));
               });
}

Answer Api::renew_link(Request& request) {
    return act(request, true, [&](const Connection& connection, const std::string&) {
        return services_.admins.renew_link(connection.id).map([&](const std::string& url) {
            return ok({{"accountUrl", url}})
                .with("Set-Cookie", ended_cookie(services_.context.settings.public_url));
        });
    });
}

std::vector<Route> routes(Api& api) {
    using Call = Answer (Api::*)(Request&);
    const auto route = [&](const char* method, std::string pattern, Call call) {
        return Route{{method},
                     "/api/settings" + std::move(pattern),
                     [&api, call](Request& request) { return (api.*call)(request); }};
    };
    // What says everything in its path: a client may leave the body out.
    const auto bare = [&](std::string pattern, Call call) {
        Route made = route("POST", std::move(pattern), call);
        made.needs_body = false;
        return made;
    };
    return {
        route("GET", "", &Api::show),
        route("GET", "/overview", &Api::overview),
        route("GET", "/stores", &Api::list_merchants),
        route("GET", "/payment-types", &Api::list_payment_types),
        route("GET", "/test-payments/{id}", &Api::test_payment),
        route("POST", "/merchants", &Api::add),
        route("PATCH", "/merchants/{id}", &Api::change),
        bare("/merchants/{id}/activate", &Api::activate),
        bare("/merchants/{id}/deactivate", &Api::deactivate),
        bare("/merchants/{id}/check", &Api::check),
        bare("/merchants/{id}/test-link", &Api::test_link),
        bare("/merchants/{id}/payment-type", &Api::create_payment_type),
        route("POST", "/connection", &Api::replace_key),
        bare("/connection/check", &Api::check_connection),
        bare("/sessions/end", &Api::end_sessions),
        bare("/link/renew", &Api::renew_link),
    };
}

}  // namespace tillbridge::handlers::settings
