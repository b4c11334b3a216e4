// What a manager's button does.
#include <algorithm>

#include "module/domain/deciding.hpp"

namespace tillbridge::domain {
namespace {

const Operation* last_by_manager(const Invoice& invoice) {
    const auto& all = invoice.operations;
    const auto found = std::find_if(all.rbegin(), all.rend(), [](const Operation& op) {
        return op.kind == OperationKind::refund && op.origin == Origin::manager;
    });
    return found == all.rend() ? nullptr : &*found;
}

bool ended_badly(const Operation& op) {
    return op.state == OperationState::refused || op.state == OperationState::not_done;
}

// The CRM gives a refund no id: the same amount again, while the last one runs or shortly after it,
// is the same refund.
bool repeats(const Operation& last, std::optional<std::int64_t> amount, UtcTime at) {
    if (ended_badly(last)) return false;
    if (last.requested != amount && !(amount && !last.requested && *amount == last.amount))
        return false;
    return in_flight(last) || at - last.ended_at < kRefundRepeat;
}

}  // namespace

void Deciding::on(const fact::CreateAgain& again) {
    // Where money came all the same, it goes back under this invoice: a new link would mix it up.
    if (invoice_.authorized > 0 || open() != nullptr) return refuse("payment.conflict");
    if (move(Trigger::create_again) != Move::go) return refuse("payment.conflict");
    invoice_.payable = 0;
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
    if (move(Trigger::cancel) == Move::go) {
        end_canceled("canceled.manager", {});
        return watch_for_late_money();
    }
    switch (invoice_.state) {
        case InvoiceState::creating:
        case InvoiceState::pending:
            return ignore();
        case InvoiceState::canceled:
        case InvoiceState::failed:
            return repeat({});
        case InvoiceState::paid:
            return refuse("payment.already_paid");
        case InvoiceState::refunded:
            return refuse("payment.already_refunded");
        case InvoiceState::authorized:
            break;
    }
    if (invoice_.busy() != nullptr) return refuse_busy();
    plan(OperationKind::void_hold, Origin::manager, invoice_.authorized, std::nullopt,
         OperationState::started, at_ + kSafetyNet);
}

void Deciding::on(const fact::Refund& refund) {
    if (invoice_.state == InvoiceState::paid || invoice_.state == InvoiceState::refunded) {
        const auto* last = last_by_manager(invoice_);
        if (!refund.distinct && last != nullptr && repeats(*last, refund.amount, at_))
            return repeat(last->id);
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
    if (op == nullptr || op->told_unknown) return ignore();
    op->told_unknown = true;
    // It may have ended while its caller was still being told.
    if (op->kind == OperationKind::create && op->state == OperationState::succeeded) {
        auto status = status_of(crm_status(invoice_.state));
        status.with_link = true;
        decision_.effects.push_back(status);
    } else if (op->kind == OperationKind::refund && ended_badly(*op)) {
        push_failed_refund(*op);
    }
}

}  // namespace tillbridge::domain
