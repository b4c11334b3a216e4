#include "handlers/bot/api.hpp"

#include <nlohmann/json.hpp>

#include "handlers/bot/decode.hpp"
#include "handlers/error_map.hpp"
#include "handlers/errors.hpp"
#include "module/port/json.hpp"

namespace tillbridge::handlers::bot {

using domain::Connection;
using domain::fail;
using domain::Result;
using nlohmann::json;
using service::Bots;
using service::BotVariables;

namespace {

constexpr std::size_t kBody = 64 * 1024;
constexpr std::size_t kKey = 255;
constexpr std::int64_t kCallsPerMinute = 600;  // of one bot

int status_of(const std::string& code) {
    if (code == "bot.token_unknown") return 401;
    if (code == "request.content_type") return 415;
    if (code == "request.busy") return 429;
    if (code == "subscription.unknown") return 404;
    return crm_status(code);
}

Result<std::string> key_of(const Request& request) {
    const std::string& key = request.header("idempotency-key");
    for (const char c : key)
        if (c < 0x20 || c == 0x7F) return fail("request.field_invalid", {}, "Idempotency-Key");
    if (key.size() > kKey) return fail("request.field_too_long", {}, "Idempotency-Key");
    return key;
}

Answer ok(const json& body) {
    return json_answer(200, port::to_text(body));
}

}  // namespace

Api::Api(Services services, Bots& bots, std::int64_t misses_per_minute)
    : services_(services),
      bots_(bots),
      misses_(services.context.clock, misses_per_minute),
      calls_(services.context.clock, kCallsPerMinute) {}

Answer Api::error(const domain::Error& error, const std::string& language) const {
    const auto text = sentence(services_.context.texts, language, error);
    json inner{{"code", error.code}, {"message", text}};
    if (!error.field.empty()) inner["field"] = error.field;
    return json_answer(status_of(error.code), port::to_text({{"error_payment_button", text},
                                                             {"error_payment_func", text},
                                                             {"error", std::move(inner)}}));
}

// `act`: (connection, variables) → Result<Answer>.
template <class Act>
Answer Api::act(Request& request, Act act) {
    const auto connection = bots_.by_token(bearer_of(request));
    if (!connection) {
        const auto language = preferred_language(request);
        if (misses_.too_many(request.client))
            return error({"request.busy", "", "", {}}, language)
                .with("Retry-After", std::to_string(misses_.retry_after()));
        return error(connection.error(), language).with("WWW-Authenticate", "Bearer");
    }
    request.about.connection = connection->id.value;
    if (!calls_.takes(connection->id.value))
        return error({"request.busy", "", "", {}}, connection->locale).with("Retry-After", "5");
    const auto given =
        request.method == "GET" ? Result<BotVariables>(BotVariables{}) : variables_of(request);
    if (!given) return error(given.error(), connection->locale);
    const Result<Answer> answer = act(*connection, *given);
    return answer ? *answer
                  : error(answer.error(), service::asked_language(*given, connection->locale));
}

Answer Api::make_link(Request& request) {
    return act(request,
               [&](const Connection& connection, const BotVariables& given) -> Result<Answer> {
                   const auto key = key_of(request);
                   if (!key) return tl::unexpected(key.error());
                   const auto made = bots_.make_link(connection, given, *key, request.id);
                   if (!made) return tl::unexpected(made.error());
                   request.about.invoice = made->link.id.value;
                   return ok({{"prodamus_pay_url", made->link.url},
                              {"payment_link", made->link.url},
                              {"paymentId", made->link.id.value},
                              {"order_id", made->order_id}});
               });
}

Result<Answer> Api::shown(Request& request, const Connection& connection) const {
    const auto found =
        services_.payments.status(connection, domain::InvoiceId(request.param("paymentId")));
    if (!found) return tl::unexpected(found.error());
    const auto& invoice = found->invoice;
    request.about.invoice = invoice.id.value;
    const auto money = [&](std::int64_t minor) {
        return domain::to_decimal({minor, invoice.amount.currency});
    };
    return ok({{"paymentId", invoice.id.value},
               {"order_id", invoice.order_number},
               {"state", domain::to_word(invoice.state)},
               {"amount", invoice.open_price() ? json() : json(money(invoice.due()))},
               {"paid", money(invoice.captured)},
               {"refunded", money(invoice.refunded)},
               {"currency", invoice.amount.currency.code()},
               {"reason", invoice.reason},
               {"prodamus_pay_url", found->url},
               {"payment_link", found->url}});
}

Answer Api::show_link(Request& request) {
    return act(request, [&](const Connection& connection, const BotVariables&) {
        return shown(request, connection);
    });
}

Answer Api::approve_link(Request& request) {
    return act(request, [&](const Connection& connection, const BotVariables& given) {
        return service::asked_amount(given)
            .and_then([&](const std::optional<std::string>& amount) {
                return services_.payments.approve(
                    connection, domain::InvoiceId(request.param("paymentId")), amount, request.id);
            })
            .and_then([&] { return shown(request, connection); });
    });
}

Answer Api::cancel_link(Request& request) {
    return act(request, [&](const Connection& connection, const BotVariables&) {
        return services_.payments
            .cancel(connection, domain::InvoiceId(request.param("paymentId")), request.id)
            .and_then([&] { return shown(request, connection); });
    });
}

Answer Api::change_subscription(Request& request, Bots::Call call) {
    return act(request,
               [&](const Connection& connection, const BotVariables& given) -> Result<Answer> {
                   const auto said = bots_.change_subscription(connection, call, given, request.id);
                   if (!said) return tl::unexpected(said.error());
                   return ok({{"status", said->empty() ? "ok" : *said}});
               });
}

std::vector<Route> routes(Api& api) {
    using Call = Bots::Call;
    std::vector<Route> all{{{"POST"},
                            "/bot/links",
                            [&api](Request& request) { return api.make_link(request); },
                            Format::api,
                            kBody},
                           {{"GET"},
                            "/bot/links/{paymentId}",
                            [&api](Request& request) { return api.show_link(request); },
                            Format::api,
                            kBody,
                            false},
                           {{"POST"},
                            "/bot/links/{paymentId}/approve",
                            [&api](Request& request) { return api.approve_link(request); },
                            Format::api,
                            kBody},
                           {{"POST"},
                            "/bot/links/{paymentId}/cancel",
                            [&api](Request& request) { return api.cancel_link(request); },
                            Format::api,
                            kBody}};
    for (const auto& [name, call] :
         {std::pair("switch", Call::switch_on_off), std::pair("discount", Call::discount),
          std::pair("payment-date", Call::payment_date)})
        all.push_back({{"POST"},
                       std::string("/bot/subscriptions/") + name,
                       [&api, call = call](Request& request) {
                           return api.change_subscription(request, call);
                       },
                       Format::api,
                       kBody});
    return all;
}

}  // namespace tillbridge::handlers::bot
