// Carrying out and asking at the gateway, on the outbox's schedule.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "module/port/json.hpp"
#include "module/service/effects.hpp"
#include "module/service/problems.hpp"

namespace tillbridge::service {
namespace {

using domain::OperationState;
using port::Delivery;
using port::Outcome;

// What takes longer than this needs a person's eye.
constexpr domain::Span kUnclear = std::chrono::minutes(10);
constexpr int kSilentTries = 3;
constexpr int kRefusedTries = 3;

// Soon at first, then ever more rarely: half of the time that has passed.
domain::UtcTime next_look(domain::UtcTime since, domain::UtcTime now, domain::Span at_least,
                          domain::Span at_most) {
    return now + std::clamp((now - since) / 2, at_least, at_most);
}

domain::Span scaled(const Context& context, domain::Span usual) {
    return std::min(usual, context.settings.pending_after);
}

}  // namespace

Delivery RunHandler::deliver(const port::OutboxRow& row) {
    const domain::InvoiceId invoice{row.subject};
    const domain::OperationId op{
        nlohmann::json::parse(row.payload).at("operation").get<std::string>()};
    const auto ran =
        operations_.run(row.connection, invoice, op, false, std::nullopt, row.request, row.cause);
    Delivery delivery;
    delivery.code = ran.code;
    delivery.detail = ran.reason;
    const auto now = context_.clock.now();
    const auto* after = ran.invoice.find(op);
    const bool own_again =
        after->state == OperationState::not_done && after->origin != domain::Origin::manager;
    if (own_again || ran.code == "gateway.unknown") {
        delivery.outcome = Outcome::again;
        delivery.own_fault = ran.code == "gateway.refused";
    } else if (in_flight(*after)) {
        delivery.outcome = Outcome::later;
        delivery.not_before =
            next_look(after->created_at, now, scaled(context_, std::chrono::seconds(5)),
                      std::chrono::minutes(15));
        if (now - after->created_at > kUnclear)
            delivery.record = [row, now, reason = ran.reason](port::Tx& tx) {
                raise_problem(tx, now, row.connection, "operation.unknown", row.subject, reason);
            };
    }
    return delivery;
}

void RunHandler::parked(port::Tx& tx, const port::OutboxRow& row, const std::string& code) {
    raise_problem(tx, context_.clock.now(), row.connection, "outbox.dead", row.subject, code);
}

namespace {

// A dead link may be open in a buyer's browser for as long as the gateway lets it be paid.
bool may_still_come(const domain::Invoice& invoice, domain::UtcTime now) {
    constexpr domain::Span kAfterExpiry = std::chrono::hours(1);
    constexpr domain::Span kWithoutExpiry = std::chrono::hours(72);
    if (invoice.state != domain::InvoiceState::canceled || invoice.held_at || invoice.captured > 0)
        return false;
    return invoice.link_expires_at ? now < invoice.link_expires_at + kAfterExpiry
                                   : now < invoice.canceled_at + kWithoutExpiry;
}

domain::UtcTime since_of(const nlohmann::json& payload, const port::OutboxRow& row) {
    const auto since = port::integer_at(payload, "since");
    return since ? domain::UtcTime{*since} : row.created;
}

}  // namespace

// A look of later is a row of its own: a question that comes meanwhile finds it and hurries it.
Delivery AskHandler::look_later(const port::OutboxRow& row, const std::string& why,
                                domain::UtcTime since) {
    const auto now = context_.clock.now();
    auto next = row;
    next.created = now;
    next.tries = 0;
    next.last_error.clear();
    next.state = port::EffectState::ready;
    next.due = next_look(since, now, std::chrono::minutes(10), std::chrono::hours(6));
    next.payload = nlohmann::json{{"why", why}, {"since", since.micros}}.dump();
    Delivery delivery;
    delivery.record = [next](port::Tx& tx) { tx.outbox().add(next); };
    return delivery;
}

// The gateway answers and says no: to this payment, or to everything that this store asks?
Delivery AskHandler::judge_refusal(const port::OutboxRow& row, Delivery delivery) {
    delivery.own_fault = true;
    if (row.tries + 1 < kRefusedTries) return delivery;
    const auto merchant =
        port::look_up(context_.store, [&](const port::Tx& tx) -> std::optional<domain::Merchant> {
            const auto invoice = tx.invoices().find(row.connection, domain::InvoiceId{row.subject});
            if (!invoice) return std::nullopt;
            return tx.merchants().find(row.connection, invoice->merchant);
        });
    auto* gateway = merchant ? context_.gateways.find(merchant->gateway) : nullptr;
    if (gateway == nullptr) return delivery;
    port::CallLog log;
    const auto tried = gateway->try_credentials(merchant->credentials, log);
    const bool key_refused = !tried && tried.error().code.starts_with("credentials.");
    delivery.own_fault = !key_refused;
    const std::string key = key_refused ? "merchant.credentials_refused" : "invoice.status_unclear";
    const std::string subject = key_refused ? merchant->id.value : row.subject;
    delivery.record = [row, key, subject, detail = delivery.detail,
                       now = context_.clock.now()](port::Tx& tx) {
        raise_problem(tx, now, row.connection, key, subject, detail);
    };
    return delivery;
}

Delivery AskHandler::deliver(const port::OutboxRow& row) {
    const auto payload = nlohmann::json::parse(row.payload);
    const auto why = payload.at("why").get<std::string>();
    const auto answer =
        inquiries_.ask(row.connection, domain::InvoiceId{row.subject}, why, row.request, row.cause);
    const auto now = context_.clock.now();
    if (answer) {
        if (!may_still_come(answer->invoice, now)) return {};
        return look_later(row, why, since_of(payload, row));
    }
    Delivery delivery;
    const auto& error = answer.error();
    delivery.code = error.code;
    delivery.detail = error.message;
    delivery.outcome = Outcome::again;
    if (error.code == "payment.unknown" || error.code == "gateway.mismatch")
        delivery.outcome = Outcome::parked;
    if (error.code == "payment.busy") {
        delivery.outcome = Outcome::later;
        delivery.not_before = now + std::chrono::seconds(1);
    }
    if (error.code == "gateway.refused") return judge_refusal(row, std::move(delivery));
    if (error.code == "gateway.silent" && row.tries + 1 >= kSilentTries)
        delivery.record = [row, now, code = error.code](port::Tx& tx) {
            const auto invoice = tx.invoices().find(row.connection, domain::InvoiceId{row.subject});
            if (invoice) raise_problem(tx, now, row.connection, code, invoice->merchant.value, {});
        };
    return delivery;
}

void AskHandler::parked(port::Tx& tx, const port::OutboxRow& row, const std::string& code) {
    raise_problem(tx, context_.clock.now(), row.connection, "outbox.dead", row.subject, code);
}

}  // namespace tillbridge::service
