#include "handlers/settings/api.hpp"

#include <algorithm>
#include <charconv>

#include "handlers/error_map.hpp"
#include "handlers/errors.hpp"
#include "handlers/form.hpp"
#include "handlers/settings/decode.hpp"
#include "handlers/settings/sign_in.hpp"
#include "handlers/settings/views.hpp"
#include "module/port/json.hpp"
#include "module/service/problems.hpp"

namespace tillbridge::handlers::settings {

using domain::Connection;
using domain::fail;
using domain::Merchant;
using domain::Result;
using nlohmann::json;

namespace {

Answer ok(const json& body, int status = 200) {
    return json_answer(status, port::to_text(body));
}

// `offset` and `limit` of the query, for accounts with very many stores; all where they are absent.
struct Window {
    std::size_t offset = 0;
    std::size_t limit = static_cast<std::size_t>(-1);
};

Result<Window> window_of(const Request& request) {
    const auto query = parse_form(request.query);
    if (!query) return tl::unexpected(query.error());
    Window window;
    const auto read = [&](const char* name, std::size_t& out) -> Result<void> {
        const auto at = query->find(name);
        if (at == query->end()) return {};
        const char* end = at->second.data() + at->second.size();
        const auto [stop, failed] = std::from_chars(at->second.data(), end, out);
        if (failed != std::errc() || stop != end) return fail("request.field_invalid", "", name);
        return {};
    };
    if (const auto fine = read("offset", window.offset); !fine) return tl::unexpected(fine.error());
    if (const auto fine = read("limit", window.limit); !fine) return tl::unexpected(fine.error());
    return window;
}

Result<json> body_of(const Request& request, bool may_be_empty = false) {
    const std::string type = request.content_type();
    if (!request.body.empty() && !type.empty() && type != "application/json")
        return fail("request.content_type", type);
    return decode_body(request.body, may_be_empty);
}

}  // namespace

Answer Api::error(const domain::Error& given, const std::string& language) const {
    const SettingsError mapped = settings_error(given);
    return error_answer(Format::api, mapped.status, mapped.adjusted, services_.context.texts,
                        language);
}

// `act`: (connection, cookie) → Result<Answer>.
template <class Act>
Answer Api::act(Request& request, bool is_change, Act act) {
    const std::string cookie = request.cookie(kCookie);
    std::optional<Connection> connection;
    if (!cookie.empty()) connection = services_.admins.signed_in(cookie);
    if (!connection)
        return error({"request.unauthorized", "", "", {}}, preferred_language(request));
    if (is_change && !services_.admins.csrf_matches(cookie, request.header("x-csrf-token")))
        return error({"request.csrf", "", "", {}}, connection->locale);
    const Result<Answer> answer = act(*connection, cookie);
    return answer ? *answer : error(answer.error(), connection->locale);
}

json Api::merchant_view(const Merchant& merchant) const {
    const auto* gateway = services_.context.gateways.find(merchant.gateway);
    return view(merchant, gateway == nullptr ? nullptr : &gateway->description().fields,
                services_.merchants.hook_url(merchant));
}

std::optional<Merchant> Api::find(const domain::ConnectionId& connection,
                                  const std::string& id) const {
    return port::look_up(services_.context.store, [&](const port::Tx& tx) {
        return tx.merchants().find(connection, domain::MerchantId(id));
    });
}

json Api::problems(const Connection& connection, const std::optional<domain::Error>& unread) const {
    auto rows = port::look_up(services_.context.store, [&](const port::Tx& tx) {
        return tx.problems().list(connection.id);
    });
    const auto has = [&](const std::string& key) {
        return std::any_of(rows.begin(), rows.end(),
                           [&](const port::ProblemRow& row) { return row.key == key; });
    };
    // The CRM could not be read just now: shown even where no check has raised it yet.
    if (unread && !has(unread->code)) {
        const auto now = services_.context.clock.now();
        rows.push_back({connection.id, unread->code, "", unread->message, now, now, 1, false});
    }
    json out = json::array();
    for (const auto& problem : service::describe(services_.context.texts, connection.locale, rows))
        out.push_back(view(problem));
    return out;
}

Answer Api::show(Request& request) {
    return act(
        request, false,
        [&](const Connection& connection, const std::string& cookie) -> Result<Answer> {
            const auto window = window_of(request);
            if (!window) return tl::unexpected(window.error());
            const auto types = payment_types_.of(connection.id);
            json gateways = json::array();
            for (const auto* gateway : services_.context.gateways.all())
                gateways.push_back(view(gateway->description(), language_of(connection.locale)));
            const auto stores = services_.merchants.list(connection.id);
            json merchants = json::array();
            for (std::size_t i = std::min(window->offset, stores.size());
                 i < stores.size() && merchants.size() < window->limit; ++i)
                merchants.push_back(merchant_view(stores[i]));
            json links = json::array();
            for (const auto& type : types->types) links.push_back(view(type));
            return ok({{"csrfToken", services_.admins.csrf_token(cookie)},
                       {"connection", view(connection)},
                       {"gateways", std::move(gateways)},
                       {"merchants", std::move(merchants)},
                       {"merchantCount", stores.size()},
                       {"paymentTypes", std::move(links)},
                       {"problems", problems(connection, types->error)}});
        });
}

Answer Api::add(Request& request) {
    return act(request, true, [&](const Connection& connection, const std::string&) {
        return body_of(request)
            .and_then([&](const json& body) -> Result<service::Merchants::Draft> {
                const auto code = decode_gateway(body);
                if (!code) return tl::unexpected(code.error());
                const auto* gateway = services_.context.gateways.find(*code);
                if (gateway == nullptr) return fail("gateway.unknown", code->value, "gateway");
                return decode_draft(body, gateway->description().fields);
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
                return decode_patch(body, gateway->description().fields);
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
    return {
        route("GET", "", &Api::show),
        route("POST", "/merchants", &Api::add),
        route("PATCH", "/merchants/{id}", &Api::change),
        route("POST", "/merchants/{id}/activate", &Api::activate),
        route("POST", "/merchants/{id}/deactivate", &Api::deactivate),
        route("POST", "/merchants/{id}/check", &Api::check),
        route("POST", "/merchants/{id}/test-link", &Api::test_link),
        route("POST", "/merchants/{id}/payment-type", &Api::create_payment_type),
        route("POST", "/connection", &Api::replace_key),
        route("POST", "/sessions/end", &Api::end_sessions),
        route("POST", "/link/renew", &Api::renew_link),
    };
}

}  // namespace tillbridge::handlers::settings
