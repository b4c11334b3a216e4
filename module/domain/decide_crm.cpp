// What a manager's button does.
#include "module/domain/deciding.hpp"

namespace tillbridge::domain {
namespace {

bool ended_badly(const Operation& op) {
    return op.state == OperationState::refused || op.state == OperationState::not_done;
}

// The CRM gives a refund no id: the same amount again, while the last one runs or shortly after it,
// is the same refund.
bool repeats(const Operation& last, std::optional<std::int64_t> amount, UtcTime at) {
    if (last.origin != Origin::manager || ended_badly(last)) return false;
    if (last.requested != amount && !(amount && !last.requested && *amount == last.amount))
        return false;
    return in_flight(last) || at - last.ended_at < kRefundRepeat;
}

}  // namespace

void Deciding::on(const fact::CreateAgain& again) {
    if (move(Trigger::create_again) != Move::go) return refuse("payment.conflict");
    invoice_.two_stage = again.two_stage;
    invoice_.auto_capture = again.auto_capture;
    invoice_.hold_end = again.hold_end;
    invoice_.reason.clear();
    invoice_.reason_detail.clear();
    std::size_t attempts = 1;
    for (const auto& op : invoice_.operations)
        if (op.kind == OperationKind::create) ++attempts;
    // A name of its own for each attempt: what an abandoned one left behind is never taken for it.
    auto& op = plan(OperationKind::create, Origin::manager, invoice_.amount.minor, std::nullopt,
                    OperationState::started, at_ + kSafetyNet);
    op.external_id = invoice_.id.value + '-' + std::to_string(attempts);
}

void Deciding::on(const fact::Approve& approve) {
    const auto amount = approve.amount;
    if (invoice_.state == InvoiceState::paid) {
        const auto* capture = invoice_.last(OperationKind::capture);
        if (amount && *amount != invoice_.captured) return refuse("payment.already_captured");
        return repeat(capture != nullptr ? capture->id : OperationId{});
    }
    if (invoice_.state == InvoiceState::refunded) return refuse("payment.already_refunded");
    if (invoice_.state == InvoiceState::canceled) return refuse("payment.canceled");
    if (invoice_.state != InvoiceState::authorized) return refuse("payment.not_held");
    if (invoice_.busy() != nullptr) return refuse_busy();
    if (amount && *amount <= 0) {
        refuse("payment.amount_invalid");
        decision_.error.field = "amount";
        return;
    }
    if (amount && *amount > invoice_.authorized) return refuse_amount(invoice_.authorized);
    plan(OperationKind::capture, Origin::manager, amount.value_or(invoice_.authorized), amount,
         OperationState::started, at_ + kSafetyNet);
}

void Deciding::on(const fact::Cancel&) {
    switch (invoice_.state) {
        case InvoiceState::canceled:
        case InvoiceState::failed:
            return repeat({});
        case InvoiceState::paid:
            return refuse("payment.already_paid");
        case InvoiceState::refunded:
            return refuse("payment.already_refunded");
        case InvoiceState::creating:
        case InvoiceState::pending:
            if (move(Trigger::cancel) != Move::go) return ignore();
            end_canceled("canceled.manager", {});
            return watch_for_late_money();
        case InvoiceState::authorized:
            break;
    }
    if (invoice_.busy() != nullptr) return refuse_busy();
    plan(OperationKind::void_hold, Origin::manager, invoice_.authorized, std::nullopt,
         OperationState::started, at_ + kSafetyNet);
}

void Deciding::on(const fact::Refund& refund) {
    if (invoice_.state == InvoiceState::paid || invoice_.state == InvoiceState::refunded) {
        const auto* last = invoice_.last(OperationKind::refund);
        if (last != nullptr && repeats(*last, refund.amount, at_)) return repeat(last->id);
    }
    if (invoice_.state == InvoiceState::refunded) return refuse("payment.already_refunded");
    if (invoice_.state == InvoiceState::canceled) return refuse("payment.canceled");
    if (invoice_.state != InvoiceState::paid) return refuse("payment.not_paid");
    if (invoice_.busy() != nullptr) return refuse_busy();
    const auto left = invoice_.refundable();
    const auto amount = refund.amount.value_or(left);
    if (amount <= 0) {
        refuse("payment.amount_invalid");
        decision_.error.field = "amount";
        return;
    }
    if (amount > left) return refuse_amount(left);
    // Planned, not started: the gateway's mark before the refund has to be read first.
    plan(OperationKind::refund, Origin::manager, amount, refund.amount, OperationState::planned,
         at_ + kSafetyNet);
}

void Deciding::on(const fact::ToldUnknown& told) {
    Operation* op = invoice_.find(told.operation);
    if (op == nullptr || !in_flight(*op) || op->told_unknown) return ignore();
    op->told_unknown = true;
}

}  // namespace tillbridge::domain
