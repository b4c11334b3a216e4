#include "handlers/extension/api.hpp"

#include "handlers/error_map.hpp"
#include "handlers/errors.hpp"
#include "handlers/extension/views.hpp"
#include "handlers/form.hpp"
#include "handlers/json_fields.hpp"
#include "module/port/json.hpp"

namespace tillbridge::handlers::extension {

using domain::fail;
using domain::Result;
using nlohmann::json;
using service::Panel;

namespace {

constexpr std::size_t kBody = 64 * 1024;
constexpr std::size_t kClientId = 255;
constexpr std::size_t kId = 64;
constexpr std::size_t kLocale = 16;
constexpr std::size_t kToken = 128;
constexpr std::size_t kAmount = 32;

int status_of(std::string_view code) {
    if (code == "order.unknown") return 404;
    if (code == "payment.changed") return 409;
    if (code == "subscription.unknown") return 404;
    if (code == "subscription.finished" || code == "subscription.stopped_by_buyer") return 409;
    if (code == "gateway.unsupported") return 502;
    if (code == "request.busy") return 429;
    if (code == "order.forbidden" || code.substr(0, 4) == "crm.") return 502;
    if (code == "panel.create_unclear") return 504;
    return crm_status(code);
}

// A wrong `clientId` and none at all are the same: nobody that we know.
Result<domain::Connection> caller_of(const Services& services, const Form& form) {
    const auto client = take_field(form, "clientId", kClientId);
    return services.connections.by_client_id(client ? *client : std::string());
}

Result<json> payload_of(const Form& form) {
    const auto text = take_field(form, "payload", kBody);
    if (!text) return tl::unexpected(text.error());
    auto value = port::parse_json(*text);
    if (!value || !value->is_object()) return fail("request.field_invalid", "", "payload");
    return std::move(*value);
}

Result<Panel::Question> question_of(const json& payload, const domain::Connection& connection,
                                    const Request& request) {
    Fields fields(payload);
    Panel::Question question;
    question.order = fields.optional_integer("orderId").value_or(0);
    question.payment = domain::InvoiceId(fields.optional_text("paymentId", kId));
    const auto locale = fields.optional_text("locale", kLocale);
    question.language = language_of(locale.empty() ? connection.locale : locale);
    question.request = request.id;
    if (question.order <= 0) fields.refuse("request.field_missing", "orderId");
    if (const auto fine = fields.result(); !fine) return tl::unexpected(fine.error());
    return question;
}

Result<Panel::Wish> wish_of(const json& payload, Panel::Question question,
                            const std::string& action) {
    Fields fields(payload);
    Panel::Wish wish;
    wish.about = std::move(question);
    wish.action = action;
    if (action != "check") {
        wish.key = domain::OperationId(fields.text("key", kId));
        wish.token = fields.text("token", kToken);
    }
    wish.charges = fields.optional_integer("charges").value_or(0);
    wish.date = fields.optional_text("date", kAmount);
    if (action == "create") wish.payment = fields.optional_integer("payment").value_or(0);
    wish.user = std::to_string(fields.optional_integer("userId").value_or(0));
    fields.optional_decimal("amount");
    if (const json* amount = port::member(payload, "amount");
        amount != nullptr && !amount->is_null())
        wish.amount = port::decimal_text(*amount).value_or("");
    if (const auto fine = fields.result(); !fine) return tl::unexpected(fine.error());
    if (wish.amount && wish.amount->size() > kAmount) return fail("money.too_large", "", "amount");
    return wish;
}

}  // namespace

Answer Api::error(const domain::Error& error, const std::string& language,
                  const Panel::State* state) const {
    json body{
        {"error",
         {{"code", error.code}, {"message", sentence(services_.context.texts, language, error)}}}};
    if (!error.field.empty()) body["error"]["field"] = error.field;
    if (state != nullptr) body["state"] = view_of(*state);
    return json_answer(status_of(error.code), port::to_text(body));
}

template <class Ask>
Answer Api::answer(Request& request, Ask ask) {
    const auto form = form_of(request);
    if (!form) return error(form.error(), "ru");
    const auto connection = caller_of(services_, *form);
    if (!connection) return error(connection.error(), "ru");
    request.about.connection = connection->id.value;
    if (!limiter_.takes(connection->id.value))
        return error({"request.busy", "", "", {}}, connection->locale).with("Retry-After", "5");
    const auto payload = payload_of(*form);
    if (!payload) return error(payload.error(), connection->locale);
    const auto question = question_of(*payload, *connection, request);
    if (!question) return error(question.error(), connection->locale);
    request.about = {connection->id.value, question->payment.value};
    const Result<Panel::Answer> found = ask(*connection, *payload, *question);
    if (!found) return error(found.error(), question->language);
    if (found->error) return error(*found->error, question->language, &found->state);
    return json_answer(200, port::to_text({{"state", view_of(found->state)}}));
}

Answer Api::state(Request& request) {
    return answer(request, [&](const domain::Connection& connection, const json&,
                               const Panel::Question& question) {
        return services_.panel.look(connection, question);
    });
}

Answer Api::act(Request& request, const std::string& action) {
    return answer(request,
                  [&](const domain::Connection& connection, const json& payload,
                      const Panel::Question& question) -> Result<Panel::Answer> {
                      const auto wish = wish_of(payload, question, action);
                      if (!wish) return tl::unexpected(wish.error());
                      return services_.panel.act(connection, *wish);
                  });
}

std::vector<Route> routes(Api& api) {
    std::vector<Route> all{{{"POST"},
                            "/extension/api/state",
                            [&api](Request& request) { return api.state(request); },
                            Format::api,
                            kBody,
                            false}};
    for (const char* action : {"create", "capture", "cancel", "refund", "check", "stop", "resume",
                               "discount", "next-date"})
        all.push_back({{"POST"},
                       std::string("/extension/api/") + action,
                       [&api, action](Request& request) { return api.act(request, action); },
                       Format::api,
                       kBody});
    return all;
}

}  // namespace tillbridge::handlers::extension
