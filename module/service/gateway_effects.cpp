// Carrying out and asking at the gateway, on the outbox's schedule.
#include <nlohmann/json.hpp>

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

// Soon at first, then ever more rarely: half of the time that has passed.
domain::UtcTime next_look(const port::OutboxRow& row, domain::UtcTime now, domain::Span at_least,
                          domain::Span at_most) {
    return now + std::clamp((now - row.created) / 2, at_least, at_most);
}

domain::Span scaled(const Context& context, domain::Span usual) {
    return std::min(usual, context.settings.pending_after);
}

}  // namespace

Delivery RunHandler::deliver(const port::OutboxRow& row) {
    const domain::InvoiceId invoice{row.subject};
    const domain::OperationId op{
        nlohmann::json::parse(row.payload).at("operation").get<std::string>()};
    const auto ran = operations_.run(row.connection, invoice, op, false, std::nullopt, row.request);
    Delivery delivery;
    delivery.code = ran.code;
    delivery.detail = ran.reason;
    const auto now = context_.clock.now();
    const auto* after = ran.invoice.find(op);
    const bool own_again =
        after->state == OperationState::not_done && after->origin != domain::Origin::manager;
    if (own_again || ran.code == "gateway.unknown") {
        delivery.outcome = Outcome::again;
    } else if (in_flight(*after)) {
        delivery.outcome = Outcome::later;
        delivery.not_before = next_look(row, now, scaled(context_, std::chrono::seconds(5)),
                                        std::chrono::minutes(15));
        if (now - after->created_at > kUnclear)
            delivery.record = [row, now, reason = ran.reason](port::Tx& tx) {
                raise_problem(tx, now, row.connection, "operation.unknown", row.subject, reason);
            };
    } else {
        delivery.record = [row](port::Tx& tx) {
            clear_problem(tx, row.connection, "operation.unknown", row.subject);
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

}  // namespace

Delivery AskHandler::deliver(const port::OutboxRow& row) {
    const auto why = nlohmann::json::parse(row.payload).at("why").get<std::string>();
    const auto answer =
        inquiries_.ask(row.connection, domain::InvoiceId{row.subject}, why, row.request);
    Delivery delivery;
    const auto now = context_.clock.now();
    if (!answer) {
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
        if (error.code == "gateway.silent" && row.tries + 1 >= kSilentTries)
            delivery.record = [row, now, code = error.code](port::Tx& tx) {
                const auto invoice =
                    tx.invoices().find(row.connection, domain::InvoiceId{row.subject});
                if (invoice)
                    raise_problem(tx, now, row.connection, code, invoice->merchant.value, {});
            };
        return delivery;
    }
    if (may_still_come(answer->invoice, now)) {
        delivery.outcome = Outcome::later;
        delivery.not_before = next_look(row, now, std::chrono::minutes(10), std::chrono::hours(6));
    }
    return delivery;
}

void AskHandler::parked(port::Tx& tx, const port::OutboxRow& row, const std::string& code) {
    raise_problem(tx, context_.clock.now(), row.connection, "outbox.dead", row.subject, code);
}

}  // namespace tillbridge::service
