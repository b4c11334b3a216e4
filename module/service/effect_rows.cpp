// Effects as rows of the outbox, and back.
#include <nlohmann/json.hpp>

#include "module/port/json.hpp"
#include "module/service/effects.hpp"

namespace tillbridge::service {
namespace {

using nlohmann::json;

json to_json(const domain::effect::PushStatus& push) {
    json payload{{"status", domain::to_word(push.status)},
                 {"amount", push.amount},
                 {"reason", push.reason},
                 {"detail", push.reason_detail},
                 {"paidAt", push.paid_at.micros},
                 {"expiresAt", push.expires_at.micros},
                 {"refundable", push.refundable},
                 {"cancellable", push.cancellable},
                 {"withLink", push.with_link}};
    if (push.refund)
        payload["refund"] = {{"id", push.refund->id.value},
                             {"succeeded", push.refund->succeeded},
                             {"amount", push.refund->amount},
                             {"comment", push.refund->comment}};
    return payload;
}

struct ToRow {
    const domain::Invoice& invoice;
    port::OutboxRow& row;

    void operator()(const domain::effect::PushStatus& push) const {
        row.lane = crm_lane(invoice.connection);
        row.order_key = "crm:" + invoice.id.value;
        row.kind = push.refund ? kind::kRefund : kind::kPush;
        row.payload = port::to_text(to_json(push));
        if (push.not_before) row.due = push.not_before;
    }
    void operator()(const domain::effect::AskConsent&) const {
        row.lane = crm_lane(invoice.connection);
        row.order_key = "crm:" + invoice.id.value;
        row.kind = kind::kConsent;
        row.payload = "{}";
    }
    void operator()(const domain::effect::RunOperation& run) const {
        row.lane = gateway_lane(invoice.merchant);
        row.order_key = "gw:" + invoice.id.value;
        row.kind = kind::kRun;
        row.payload = json{{"operation", run.operation.value}}.dump();
        if (run.not_before) row.due = run.not_before;
    }
    void operator()(const domain::effect::AskGateway& ask) const {
        row.lane = gateway_lane(invoice.merchant);
        // Apart from what changes things there: a question never waits for an operation that is
        // under way, whose end it may tell, nor does an operation wait for a question of later.
        row.order_key = "ask:" + invoice.id.value;
        row.kind = kind::kAsk;
        row.payload = json{{"why", ask.why}}.dump();
        row.coalesce = "ask:" + invoice.id.value;
        if (ask.not_before) row.due = ask.not_before;
    }
    void operator()(const domain::effect::RaiseProblem&) const {}
    void operator()(const domain::effect::ClearProblem&) const {}
};

}  // namespace

std::string crm_lane(const domain::ConnectionId& connection) {
    return "crm:" + connection.value;
}

std::string gateway_lane(const domain::MerchantId& merchant) {
    return "gw:" + merchant.value;
}

port::OutboxRow outbox_row(const domain::Invoice& invoice, const domain::Effect& effect,
                           domain::UtcTime now) {
    port::OutboxRow row;
    row.connection = invoice.connection;
    row.subject = invoice.id.value;
    row.due = now;
    row.created = now;
    std::visit(ToRow{invoice, row}, effect);
    return row;
}

domain::effect::PushStatus read_push(const std::string& payload) {
    const auto json = nlohmann::json::parse(payload);
    domain::effect::PushStatus push;
    push.status = domain::crm_status(json.at("status").get<std::string>()).value();
    push.amount = json.at("amount").get<std::int64_t>();
    push.reason = json.at("reason").get<std::string>();
    push.reason_detail = json.at("detail").get<std::string>();
    push.paid_at.micros = json.at("paidAt").get<std::int64_t>();
    push.expires_at.micros = json.at("expiresAt").get<std::int64_t>();
    push.refundable = json.at("refundable").get<bool>();
    push.cancellable = json.at("cancellable").get<bool>();
    push.with_link = json.at("withLink").get<bool>();
    if (const auto refund = json.find("refund"); refund != json.end())
        push.refund = domain::effect::RefundBlock{
            domain::OperationId{refund->at("id").get<std::string>()},
            refund->at("succeeded").get<bool>(), refund->at("amount").get<std::int64_t>(),
            refund->at("comment").get<std::string>()};
    return push;
}

}  // namespace tillbridge::service
