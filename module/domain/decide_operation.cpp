// What the end of our own call means.
#include <algorithm>

#include "module/domain/deciding.hpp"

namespace tillbridge::domain {

void Deciding::on(const fact::OperationStarted& started) {
    Operation* op = invoice_.find(started.operation);
    const bool again =
        op != nullptr && op->state == OperationState::not_done && op->origin != Origin::manager;
    if (op == nullptr || !(op->state == OperationState::planned || again)) return ignore();
    if (again && invoice_.busy() != nullptr) return ignore();
    op->state = OperationState::started;
    op->started_at = at_;
    op->ended_at = {};
    op->baseline = started.baseline;
    ++op->tries;
    decision_.operation = op->id;
}

void Deciding::on(const fact::OperationEnded& ended) {
    Operation* op = invoice_.find(ended.operation);
    if (op == nullptr || !in_flight(*op)) return ignore();
    if (ended.result == OperationState::planned || ended.result == OperationState::started)
        return ignore();
    if (op->kind == OperationKind::create && ended.result == OperationState::succeeded)
        return ignore();  // a link comes with LinkIssued
    op->state = ended.result;
    if (!ended.reason.empty()) op->reason = ended.reason;
    if (!in_flight(*op)) op->ended_at = at_;
    decision_.operation = op->id;
    if (ended.unsupported && op->origin == Origin::compensation)
        problem("invoice.money_stuck", op->reason);
    switch (op->kind) {
        case OperationKind::create:
            return create_ended(*op);
        case OperationKind::capture:
            return capture_ended(*op);
        case OperationKind::void_hold:
            return void_ended(*op);
        case OperationKind::refund:
            return refund_ended(*op);
    }
}

void Deciding::create_ended(Operation& op) {
    if (in_flight(op)) return;
    if (move(Trigger::create_failed) != Move::go) return;
    invoice_.reason = "failed.create";
    invoice_.reason_detail = op.reason;
}

void Deciding::capture_ended(Operation& op) {
    if (op.state == OperationState::succeeded) {
        if (move(Trigger::paid) == Move::go) become_paid(op.amount, at_);
    } else if (op.state == OperationState::refused) {
        const bool own = op.origin == Origin::automatic;
        if (own && invoice_.state == InvoiceState::authorized)
            problem("invoice.capture_refused", op.reason);
        ask("capture_refused", own ? at_ + pause(OperationKind::capture) : at_);
    } else if (op.state == OperationState::not_done && op.origin == Origin::manager) {
        void_refused_hold();
        resume_capture();
    }
}

std::string Deciding::void_reason(const Operation& op) const {
    if (op.origin == Origin::manager) return "canceled.manager";
    return invoice_.consent == Consent::refused ? "canceled.consent_refused"
                                                : "canceled.hold_expired";
}

void Deciding::void_ended(Operation& op) {
    if (op.state == OperationState::succeeded) {
        no_problem("invoice.money_stuck");
        const bool consent_refused = void_reason(op) == "canceled.consent_refused";
        const std::string detail = consent_refused ? invoice_.reason_detail : std::string{};
        if (move(Trigger::voided) == Move::go) end_canceled(void_reason(op), detail);
    } else if (op.state == OperationState::refused) {
        const bool own = op.origin != Origin::manager;
        if (own && given_up(OperationKind::void_hold)) problem("invoice.money_stuck", op.reason);
        ask("void_refused", own ? at_ + pause(OperationKind::void_hold) : at_);
    } else if (op.state == OperationState::not_done) {
        const auto origin = op.origin;  // planning another operation moves this one in memory
        if (origin == Origin::manager) void_refused_hold();
        // The hold was captured while the void was on its way.
        if (origin == Origin::compensation && invoice_.captured > 0)
            send_back(OperationKind::refund, invoice_.refundable());
    }
}

void Deciding::book_refund(const Operation& op) {
    invoice_.refunded = std::min(invoice_.captured, invoice_.refunded + op.amount);
    const bool full = invoice_.refunded == invoice_.captured;
    if (move(full ? Trigger::refunded_full : Trigger::refunded_part) != Move::go) return;
    auto status = status_of(full ? CrmStatus::refund_succeeded : CrmStatus::succeeded);
    status.refund = effect::RefundBlock{op.id, true, op.amount, {}};
    if (op.origin == Origin::gateway) status.refund->comment = "refund.external";
    decision_.effects.push_back(status);
}

// Its caller heard "not known yet": now it is.
void Deciding::push_failed_refund(const Operation& op) {
    auto status = status_of(crm_status(invoice_.state));
    const bool refused = op.state == OperationState::refused;
    status.refund = effect::RefundBlock{op.id, false, op.amount,
                                        refused ? "refund.refused" : "refund.not_done"};
    decision_.effects.push_back(status);
}

void Deciding::refund_ended(Operation& op) {
    if (op.state == OperationState::succeeded) {
        no_problem("invoice.money_stuck");
        return book_refund(op);
    }
    if (op.state != OperationState::refused && op.state != OperationState::not_done) return;
    if (op.origin == Origin::manager) {
        if (op.told_unknown) push_failed_refund(op);
    } else if (op.state == OperationState::refused) {
        if (given_up(OperationKind::refund)) problem("invoice.money_stuck", op.reason);
        ask("refund_refused", at_ + std::chrono::minutes(1));
    }
}

}  // namespace tillbridge::domain
