// What the gateway says means.
#include <algorithm>

#include "module/domain/deciding.hpp"

namespace tillbridge::domain {
namespace {

std::string mismatch(const Money& got, const Money& expected) {
    return to_decimal(got) + ' ' + got.currency.code() + " ≠ " + to_decimal(expected) + ' ' +
           expected.currency.code();
}

// What money pulls; none where there is none.
std::optional<Trigger> money_trigger(GatewayStatus status) {
    if (status == GatewayStatus::held) return Trigger::held;
    if (status == GatewayStatus::paid) return Trigger::paid;
    if (status == GatewayStatus::refunded) return Trigger::refunded_full;
    return std::nullopt;
}

bool carries_money(GatewayStatus status) {
    return money_trigger(status).has_value();
}

}  // namespace

// The buyer paid the same link again.
bool Deciding::is_second(const fact::GatewayReport& report) const {
    return invoice_.captured > 0 && !invoice_.gateway_payment.empty() &&
           report.payment != invoice_.gateway_payment;
}

void Deciding::on(const fact::HookReceived& hook) {
    if (!hook.external_id_matches) return quarantine("external id");
    if (hook.amount && !amount_fits(*hook.amount))
        return quarantine(mismatch(*hook.amount, expected()));
    ask("hook");
}

void Deciding::on(const fact::GatewayReport& report) {
    if (report.asked_at < invoice_.observed_at) {
        // The older of two answers that overtook each other changes nothing; where it knows of
        // money that the newer one had not seen, we look once more.
        const auto trigger = money_trigger(report.status);
        if (!trigger || at(table_, invoice_.state, *trigger).move == Move::ignore) return ignore();
        return ask("older");
    }
    if (carries_money(report.status)) {
        // Of a payment that is told alone, only that one's trouble is over when it comes right.
        const std::string of = report.single ? report.payment.value + ": " : "";
        // A link can be edited on its way to the page: for another product, or for a thing once.
        if (!invoice_.product.empty() && report.product != invoice_.product)
            return quarantine("product " + report.product + " ≠ " + invoice_.product, of);
        learn_price(report.amount);
        if (!amount_fits(report.amount)) return quarantine(mismatch(report.amount, expected()), of);
        decision_.effects.push_back(effect::ClearProblem{"invoice.amount_mismatch", of});
        if (report.single) {
            if (is_second(report)) return problem("invoice.paid_twice", report.payment.value);
        } else if (report.second_payment.empty()) {
            no_problem("invoice.paid_twice");
        } else {
            problem("invoice.paid_twice", report.second_payment.value);
        }
    }
    const bool unclear =
        report.status == GatewayStatus::processing && !report.in_progress && !report.reason.empty();
    // A message about one payment explains nothing of another's, unless that one was the money.
    if (!unclear && (!report.single || carries_money(report.status)))
        no_problem("invoice.status_unclear");
    invoice_.observed_at = report.asked_at;
    if (!report.payment.empty() &&
        (carries_money(report.status) || invoice_.gateway_payment.empty()))
        invoice_.gateway_payment = report.payment;
    switch (report.status) {
        case GatewayStatus::held:
            return report_held(report);
        case GatewayStatus::paid:
            return report_paid(report);
        case GatewayStatus::voided:
            return report_voided(report);
        case GatewayStatus::refunded:
            return report_refunded(report);
        case GatewayStatus::declined:
            return report_declined(report, false);
        case GatewayStatus::declined_final:
            return report_declined(report, true);
        case GatewayStatus::expired:
            if (move(Trigger::expired) == Move::go) end_canceled("canceled.expired", {});
            return;
        case GatewayStatus::processing:
            break;
    }
    if (unclear) problem("invoice.status_unclear", report.reason);
}

// What is sold at the gateway's own price costs what it says; our currency it has to be.
void Deciding::learn_price(const Money& told) {
    if (invoice_.open_price() && told.currency == invoice_.amount.currency) invoice_.amount = told;
}

void Deciding::send_back(OperationKind kind, std::int64_t amount) {
    retire();  // a hold that was captured meanwhile is not to be voided
    if (amount <= 0 || open() != nullptr) return;
    const auto* last = invoice_.last(kind);
    // What succeeded already shows a moment later at the gateway.
    if (kind == OperationKind::void_hold && last != nullptr &&
        last->state == OperationState::succeeded)
        return ask("late", at_ + std::chrono::minutes(1));
    if (given_up(kind)) problem("invoice.money_stuck", invoice_.order_number);
    if (kind == OperationKind::void_hold && void_from() > at_)
        return ask("void_refused", void_from());
    if (kind == OperationKind::refund && given_up(kind)) return;
    plan_automatic(kind, Origin::compensation, amount);
}

void Deciding::report_held(const fact::GatewayReport& report) {
    const Move allowed = move(Trigger::held);
    if (allowed == Move::ignore) {
        resume_capture();
        return void_refused_hold();
    }
    if (allowed == Move::compensate && invoice_.captured > 0) return;  // no hold any more: money
    invoice_.authorized = report.amount.minor;
    invoice_.held_at = at_;
    invoice_.hold_ends_at = report.hold_ends_at;
    if (allowed == Move::compensate)
        return send_back(OperationKind::void_hold, invoice_.authorized);
    invoice_.reason.clear();
    invoice_.reason_detail.clear();
    push(CrmStatus::waiting_for_capture);
    if (invoice_.test) {
        invoice_.consent = Consent::agreed;
        return resume_capture();
    }
    invoice_.consent = Consent::asked;
    decision_.effects.emplace_back(std::in_place_type<effect::AskConsent>);
}

// A capture's own answer may be late or lost.
void Deciding::settle_capture(std::int64_t amount) {
    for (auto& op : invoice_.operations)
        if (op.kind == OperationKind::capture && in_flight(op) && op.amount == amount) succeed(op);
}

void Deciding::book_cabinet_refund(std::int64_t amount) {
    auto& op = plan(OperationKind::refund, Origin::gateway, amount, std::nullopt,
                    OperationState::succeeded, at_);
    op.ended_at = at_;
    book_refund(op);
}

void Deciding::report_paid(const fact::GatewayReport& report) {
    const auto* busy = invoice_.busy();
    if (busy != nullptr && busy->kind == OperationKind::capture &&
        busy->amount != report.amount.minor)
        return ask_for_end("capture", *busy);  // which tells how much
    const Move allowed = move(Trigger::paid);
    if (allowed == Move::compensate) {
        invoice_.captured = std::max(invoice_.captured, report.amount.minor);
        invoice_.authorized = std::max(invoice_.authorized, invoice_.captured);
    } else if (allowed == Move::go) {
        settle_capture(report.amount.minor);
        become_paid(report.amount.minor, report.paid_at);
    }
    if (report.refunded && *report.refunded > invoice_.captured)
        return quarantine(mismatch({*report.refunded, report.amount.currency},
                                   {invoice_.captured, invoice_.amount.currency}));
    // Asked before a refund of ours was booked: that refund may be all that it speaks of.
    const bool overtaken = report.judged_refunded && *report.judged_refunded != invoice_.refunded;
    if (report.refunded && *report.refunded < invoice_.refunded && !overtaken)
        problem("invoice.status_unclear",
                "refunded " + to_decimal({*report.refunded, report.amount.currency}));
    const bool cabinet = report.refunded && *report.refunded > invoice_.refunded;
    if (cabinet && overtaken) return ask("refund");
    if (allowed == Move::compensate) {
        // Part of it may be on its way back already; what is ours of that, our own operation tells.
        if (cabinet && invoice_.busy() == nullptr) invoice_.refunded = *report.refunded;
        return send_back(OperationKind::refund, invoice_.refundable());
    }
    if (!cabinet || invoice_.state != InvoiceState::paid) return;
    if (invoice_.busy() != nullptr) return ask_for_end("refund", *invoice_.busy());
    book_cabinet_refund(*report.refunded - invoice_.refunded);
}

void Deciding::report_voided(const fact::GatewayReport& report) {
    std::string reason = "canceled.gateway";
    if (invoice_.hold_ends_at && at_ >= invoice_.hold_ends_at) reason = "canceled.hold_expired";
    std::string detail = report.reason;
    no_problem("invoice.money_stuck");
    supersede_waiting();
    for (auto& op : invoice_.operations) {
        if (op.kind != OperationKind::void_hold || !in_flight(op)) continue;
        succeed(op);
        reason = void_reason(op);
        if (reason == "canceled.consent_refused") detail = invoice_.reason_detail;
    }
    if (move(Trigger::voided) == Move::go) end_canceled(reason, detail);
}

void Deciding::report_refunded(const fact::GatewayReport& report) {
    // A hold that is being given back may show the same word.
    const auto* busy = invoice_.busy();
    if (busy != nullptr && busy->kind == OperationKind::void_hold &&
        busy->state != OperationState::planned && invoice_.captured == 0)
        return report_voided(report);
    const bool unseen =
        invoice_.state == InvoiceState::pending || invoice_.state == InvoiceState::authorized;
    if (unseen) {  // paid and given back before we looked
        if (at(table_, invoice_.state, Trigger::refunded_full).move != Move::go) return;
        settle_capture(report.amount.minor);
        become_paid(report.amount.minor, report.paid_at);
    }
    const auto left = invoice_.refundable();
    if (left <= 0) return;
    // Asked before a refund of ours was booked: that refund may be all that it speaks of.
    if (report.judged_refunded && *report.judged_refunded != invoice_.refunded)
        return ask("refund");
    for (auto& op : invoice_.operations) {
        if (op.kind != OperationKind::refund || !in_flight(op)) continue;
        // Ours, or a part of it: its own end will tell, unless it explains everything.
        if (op.amount != left) return ask_for_end("refund", op);
        succeed(op);
        return book_refund(op);
    }
    if (invoice_.state != InvoiceState::paid && !unseen) {
        invoice_.refunded = invoice_.captured;
        return no_problem("invoice.money_stuck");
    }
    book_cabinet_refund(left);
}

void Deciding::report_declined(const fact::GatewayReport& report, bool final) {
    // A state that is asked for says the same again and again; a report of one payment, which
    // comes but once, is another try of the buyer's.
    if (!final && !report.single && invoice_.state == InvoiceState::pending &&
        invoice_.reason == "declined.retry" && invoice_.reason_detail == report.reason)
        return ignore();
    if (move(final ? Trigger::declined_final : Trigger::declined) != Move::go) return;
    if (final) return end_canceled("canceled.declined", report.reason);
    invoice_.reason = "declined.retry";
    invoice_.reason_detail = report.reason;
    push(CrmStatus::pending);
}

}  // namespace tillbridge::domain
