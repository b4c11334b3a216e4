// What must hold of the whole world: of the gateway's truth after every step, and of everybody's
// knowledge once all is quiet.
#pragma once

#include "tests/property/world.hpp"

namespace tillbridge::model {

// The CRM gives a refund no id, so a second click on the same sum within a minute is the same
// refund.
inline void World::check_intents(const What& what, const Invoice& before,
                                 const Decision& decision) {
    const auto* refund = std::get_if<fact::Refund>(&what);
    if (refund == nullptr || decision.verdict != Verdict::applied) return;
    const Operation* last = nullptr;
    for (const auto& op : before.operations)
        if (op.kind == OperationKind::refund && op.origin == Origin::manager) last = &op;
    if (last == nullptr || last->requested != refund->amount) return;
    require(!in_flight(*last), "a refund that runs is begun again");
    require(last->state != OperationState::succeeded || now - last->ended_at >= seconds(60),
            "a second click is a second refund");
}

inline void World::check_gateway() const {
    if (!gateway.payment) return;
    const auto& payment = *gateway.payment;
    std::int64_t back = 0, asked = 0;
    int captures = 0, voids = 0;
    for (auto line = payment.ledger.begin(); line != payment.ledger.end(); ++line) {
        captures += line->kind == OperationKind::capture ? 1 : 0;
        voids += line->kind == OperationKind::void_hold ? 1 : 0;
        if (line->operation.empty()) continue;
        require(std::none_of(payment.ledger.begin(), line,
                             [&](const Entry& e) { return e.operation == line->operation; }),
                "one operation was carried out twice");
        const auto* op = invoice.find(line->operation);
        require(op != nullptr && op->kind == line->kind && op->amount == line->amount,
                "the gateway did what nobody asked for");
        require(op->state != OperationState::not_done && op->state != OperationState::refused,
                "we deny what the gateway did");
        if (line->kind == OperationKind::refund) back += line->amount;
    }
    for (const auto& op : invoice.operations)
        if (op.kind == OperationKind::refund && op.origin != Origin::gateway &&
            (in_flight(op) || op.state == OperationState::succeeded))
            asked += op.amount;
    require(captures + voids <= 1, "a hold was captured and voided");
    require(payment.refunded <= payment.captured, "more went back than came");
    require(back <= asked, "more went back than was asked for");
    require(asked <= std::max(invoice.captured, payment.captured), "more is asked back than came");
}

inline void World::check_rest() const {
    for (const auto& op : invoice.operations)
        require(!is_open(op), "an operation stays open for ever");
    require(invoice.state != InvoiceState::creating, "a creation stays open for ever");
    check_money();
    check_crm();
}

// Ours and the gateway's idea of where the money is.
inline void World::check_money() const {
    if (!gateway.payment) return;
    const auto& payment = *gateway.payment;
    if (invoice.gateway_invoice.empty()) return require(!gateway.money_here(), "money of nobody");
    const auto sum = payment.captured;
    const bool fits =
        sum == 0 || sum == invoice.amount.minor ||
        std::any_of(invoice.operations.begin(), invoice.operations.end(), [&](const Operation& op) {
            return op.kind == OperationKind::capture && op.amount == sum;
        });
    if (!fits) return require(problems_.contains("invoice.amount_mismatch"), "a silent quarantine");
    if (problems_.contains("invoice.money_stuck")) {
        const auto refusals =
            std::count_if(invoice.operations.begin(), invoice.operations.end(), [](const auto& op) {
                return op.state == OperationState::refused && op.origin != Origin::manager;
            });
        return require(refusals >= 3, "a person is called without need");
    }
    const bool hidden = !gateway.tells_refunded && payment.refunded > 0;
    switch (invoice.state) {
        case InvoiceState::creating:
            return;
        case InvoiceState::pending:
            return require(payment.phase == Phase::open || payment.phase == Phase::processing,
                           "pending, and the gateway knows better");
        case InvoiceState::authorized:
            require(payment.phase == Phase::held, "authorized without a hold");
            return require(invoice.authorized == payment.held, "another sum is held");
        case InvoiceState::paid:
            require(payment.phase == Phase::paid, "paid without money");
            require(invoice.captured == payment.captured, "another sum was captured");
            return require(invoice.refunded == payment.refunded ||
                               (hidden && invoice.refunded < payment.refunded),
                           "another sum went back");
        case InvoiceState::refunded:
            require(payment.phase == Phase::refunded, "refunded, and money is left");
            return require(invoice.refunded == payment.refunded, "another sum went back in full");
        case InvoiceState::canceled:
        case InvoiceState::failed:
            return require(!gateway.money_here(), "money in an invoice that is over");
    }
}

inline void World::check_crm() const {
    std::optional<CrmStatus> expected;
    if (invoice.state == InvoiceState::pending) expected = CrmStatus::pending;
    if (invoice.state == InvoiceState::authorized) expected = CrmStatus::waiting_for_capture;
    if (invoice.state == InvoiceState::paid) expected = CrmStatus::succeeded;
    if (invoice.state == InvoiceState::refunded) expected = CrmStatus::refund_succeeded;
    if (invoice.state == InvoiceState::canceled) expected = CrmStatus::canceled;
    require(crm.status == expected, "the CRM shows another status");
    if (expected == CrmStatus::succeeded || expected == CrmStatus::refund_succeeded)
        require(crm.last.amount == invoice.captured &&
                    crm.last.refundable == (invoice.state == InvoiceState::paid),
                "the CRM shows another sum");
    std::size_t blocks = 0;
    for (const auto& op : invoice.operations) {
        if (op.kind == OperationKind::create && op.told_unknown &&
            op.state == OperationState::succeeded && invoice.state == InvoiceState::pending)
            require(crm.has_link, "the CRM never got the link");
        if (op.kind != OperationKind::refund) continue;
        const auto told = crm.refunds.find(op.id);
        const bool well = op.state == OperationState::succeeded;
        const bool due = (well && op.origin != Origin::compensation) || (!well && op.told_unknown);
        require(!due || told != crm.refunds.end(), "the CRM does not know of a refund");
        if (told == crm.refunds.end()) continue;
        ++blocks;
        require(told->second.succeeded == well && told->second.amount == op.amount,
                "the CRM was told another refund");
    }
    require(blocks == crm.refunds.size(), "the CRM knows of a refund that nobody made");
}

}  // namespace tillbridge::model
