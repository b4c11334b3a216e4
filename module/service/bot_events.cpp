#include "module/service/bot_events.hpp"

#include <nlohmann/json.hpp>

#include "module/port/json.hpp"
#include "module/service/bot_seal.hpp"
#include "module/service/effects.hpp"

namespace tillbridge::service {
namespace {

using domain::CrmStatus;
using domain::InvoiceState;
using nlohmann::json;

// Empty: a bot is not told of it.
std::string type_of(const domain::Invoice& before, const domain::Invoice& after,
                    const domain::effect::PushStatus& push) {
    if (push.refund) return push.refund->succeeded ? "payment.refunded" : "payment.refund_failed";
    switch (push.status) {
        case CrmStatus::succeeded:
            return before.state != after.state && after.state == InvoiceState::paid
                       ? "payment.success"
                       : "";
        case CrmStatus::canceled:
            return push.reason == "canceled.declined" ? "payment.fail" : "payment.canceled";
        case CrmStatus::pending:
            return push.reason == "declined.retry" ? "payment.fail" : "";
        case CrmStatus::waiting_for_capture:
            return "payment.authorized";
        case CrmStatus::refund_succeeded:
            return "payment.refunded";
    }
    return {};
}

port::OutboxRow row_of(const Context& context, const domain::ConnectionId& connection, json payload,
                       domain::UtcTime at) {
    port::OutboxRow row;
    row.connection = connection;
    row.lane = bot_lane(connection);
    row.kind = kind::kBot;
    payload["id"] = "msg_" + context.random.id();  // stays the same in every try
    payload["at"] = at.micros;
    row.payload = port::to_text(payload);
    row.due = row.created = at;
    return row;
}

void add(const Context& context, port::Tx& tx, const BotCause& cause, json payload) {
    const auto& invoice = cause.decision.invoice;
    if (invoice.test) return;  // of the settings page: the bot knows nothing of it
    if (cause.hook != nullptr && !cause.hook->notice_json.empty())
        payload["notice"] = seal_for_bot(context.keys, invoice.connection, cause.hook->notice_json);
    payload["state"] = domain::to_word(invoice.state);
    auto row = row_of(context, invoice.connection, std::move(payload), cause.at);
    row.subject = invoice.id.value;
    row.order_key = "bot:" + invoice.id.value;
    row.cause = cause.line;
    row.request = cause.request;
    tx.outbox().add(row);
}

}  // namespace

std::string bot_lane(const domain::ConnectionId& connection) {
    return "bot:" + connection.value;
}

void tell_bot(const Context& context, port::Tx& tx, const BotCause& cause,
              const domain::effect::PushStatus& push) {
    const auto& invoice = cause.decision.invoice;
    const auto type = type_of(cause.before, invoice, push);
    if (type.empty()) return;
    json payload{{"type", type}, {"reason", push.reason}, {"detail", push.reason_detail}};
    payload["amount"] = push.refund                 ? push.refund->amount
                        : type == "payment.success" ? invoice.captured
                                                    : invoice.due();
    add(context, tx, cause, std::move(payload));
}

void tell_bot_of_mismatch(const Context& context, port::Tx& tx, const BotCause& cause) {
    const auto& invoice = cause.decision.invoice;
    std::string payment = invoice.gateway_payment.value;
    if (cause.hook != nullptr && !cause.hook->gateway_payment.empty())
        payment = cause.hook->gateway_payment.value;
    add(context, tx, cause,
        {{"type", "payment.different_amounts"},
         {"payment", payment.empty() ? invoice.id.value : payment},
         {"amount", invoice.due()}});
}

void tell_bot_of_installment(const Context& context, port::Tx& tx, const BotCause& cause) {
    if (cause.hook == nullptr || cause.hook->installment.empty()) return;
    add(context, tx, cause,
        {{"type", "installment." + cause.hook->installment},
         {"amount", cause.decision.invoice.due()}});
}

void tell_bot_of_subscription(const Context& context, port::Tx& tx,
                              const domain::Merchant& merchant, const port::HookFact& hook,
                              domain::UtcTime at, const domain::RequestId& request) {
    const auto& event = *hook.subscription;
    if (event.what == domain::SubscriptionWhat::first_payment) return;
    json payload{{"type", domain::to_word(event.what)},
                 {"merchant", merchant.id.value},
                 {"product", event.product},
                 {"profile", event.profile},
                 {"next", event.next_payment_at.micros},
                 {"errorCode", event.error_code},
                 {"error", event.error}};
    if (event.charged) {
        payload["amount"] = event.charged->minor;
        payload["currency"] = event.charged->currency.code();
    }
    if (!hook.notice_json.empty())
        payload["notice"] = seal_for_bot(context.keys, merchant.connection, hook.notice_json);
    auto row = row_of(context, merchant.connection, std::move(payload), at);
    row.subject = merchant.id.value;
    row.order_key = "bot:" + merchant.id.value + ':' + event.product + ':' + event.profile;
    row.request = request;
    tx.outbox().add(row);
}

namespace {
constexpr std::string_view kWhole = "bot-sum-";
constexpr std::string_view kShort = "bot-amount-";
}  // namespace

domain::InvoiceUuid bot_uuid(bool whole_key, const std::string& name) {
    return domain::InvoiceUuid(std::string(whole_key ? kWhole : kShort) + name);
}

bool has_whole_key(const domain::Invoice& invoice) {
    return invoice.uuid.value.compare(0, kShort.size(), kShort) != 0;
}

}  // namespace tillbridge::service
