// What must hold of every single decision, whatever the invoice and the fact. Written from the
// rules, not from decide().
#pragma once

#include <algorithm>
#include <vector>

#include "module/domain/decide.hpp"
#include "tests/property/crm_model.hpp"

namespace tillbridge::model {

using namespace domain;

template <class T>
const T* as(const Fact& fact) {
    return std::get_if<T>(&fact.what);
}

template <class T>
int count_effects(const Decision& decision) {
    return static_cast<int>(
        std::count_if(decision.effects.begin(), decision.effects.end(),
                      [](const Effect& each) { return std::holds_alternative<T>(each); }));
}

inline bool is_crm_action(const Fact& fact) {
    return as<fact::CreateAgain>(fact) || as<fact::Approve>(fact) || as<fact::Cancel>(fact) ||
           as<fact::Refund>(fact);
}

// An own operation that did not come about and waits for its next try.
inline bool waits(const Operation& op) {
    return op.state == OperationState::not_done &&
           (op.origin == Origin::automatic || op.origin == Origin::compensation);
}

inline bool is_open(const Operation& op) {
    return in_flight(op) || waits(op);
}

inline bool is_final(const Operation& op) {
    return !is_open(op);
}

// The triggers that a fact can pull.
inline std::vector<Trigger> triggers_of(const Invoice& before, const Fact& fact) {
    if (as<fact::CreateAgain>(fact)) return {Trigger::create_again};
    if (as<fact::Cancel>(fact)) return {Trigger::cancel};
    if (as<fact::LinkIssued>(fact)) return {Trigger::link_issued};
    if (as<fact::LinkExpired>(fact)) return {Trigger::expired};
    if (const auto* ended = as<fact::OperationEnded>(fact)) {
        const auto* op = before.find(ended->operation);
        if (op == nullptr) return {};
        const bool well = ended->result == OperationState::succeeded;
        switch (op->kind) {
            case OperationKind::create:
                return well ? std::vector<Trigger>{} : std::vector{Trigger::create_failed};
            case OperationKind::capture:
                return well ? std::vector{Trigger::paid} : std::vector<Trigger>{};
            case OperationKind::void_hold:
                return well ? std::vector{Trigger::voided} : std::vector<Trigger>{};
            case OperationKind::refund:
                return well ? std::vector{Trigger::refunded_part, Trigger::refunded_full}
                            : std::vector<Trigger>{};
        }
    }
    if (const auto* report = as<fact::GatewayReport>(fact)) {
        switch (report->status) {
            case GatewayStatus::processing:
                return {};
            case GatewayStatus::declined:
                return {Trigger::declined};
            case GatewayStatus::declined_final:
                return {Trigger::declined_final};
            case GatewayStatus::held:
                return {Trigger::held};
            case GatewayStatus::paid:
                return {Trigger::paid, Trigger::refunded_part, Trigger::refunded_full};
            case GatewayStatus::voided:
                return {Trigger::voided};
            case GatewayStatus::refunded: {
                const auto* busy = before.busy();
                if (busy != nullptr && busy->kind == OperationKind::void_hold)
                    return {Trigger::refunded_full, Trigger::voided};  // some say so of a hold
                return {Trigger::refunded_full};
            }
            case GatewayStatus::expired:
                return {Trigger::expired};
        }
    }
    return {};
}

inline void check_amounts(const Invoice& invoice) {
    require(invoice.authorized >= 0 && invoice.captured >= 0 && invoice.refunded >= 0,
            "a total is negative");
    require(invoice.captured <= invoice.authorized, "captured more than was authorized");
    require(invoice.refunded <= invoice.captured, "refunded more than was captured");
    require(invoice.authorized <= invoice.amount.minor, "authorized more than was asked");
    int flying = 0, open = 0;
    for (const auto& op : invoice.operations) {
        flying += in_flight(op) ? 1 : 0;
        open += is_open(op) ? 1 : 0;
    }
    require(flying <= 1, "two operations in flight");
    require(open <= 1, "an operation in flight while another waits for its next try");
}

inline void check_unchanged_parts(const Invoice& before, const Invoice& after) {
    require(before.connection == after.connection && before.id == after.id &&
                before.uuid == after.uuid && before.merchant == after.merchant &&
                before.gateway == after.gateway && before.slug == after.slug &&
                before.order_number == after.order_number && before.test == after.test &&
                before.created_at == after.created_at,
            "an identity changed");
    require(before.amount == after.amount, "the amount changed");
    require(before.gateway_invoice.empty() || before.gateway_invoice == after.gateway_invoice,
            "the gateway's invoice changed");
    require(after.observed_at >= before.observed_at, "knowledge went back in time");
    require(after.captured >= before.captured && after.refunded >= before.refunded,
            "a total went back");
    require(after.operations.size() >= before.operations.size(), "an operation vanished");
    require(after.operations.size() <= before.operations.size() + 1, "two operations for one fact");
    for (std::size_t at = 0; at < before.operations.size(); ++at) {
        const auto& was = before.operations[at];
        const auto& is = after.operations[at];
        require(was.id == is.id && was.kind == is.kind && was.origin == is.origin &&
                    was.amount == is.amount && was.requested == is.requested &&
                    was.external_id == is.external_id && was.created_at == is.created_at,
                "an operation's identity changed");
        if (model::is_final(was)) {
            auto told = is;
            told.told_unknown = was.told_unknown;
            require(was == told, "a final result changed");
        }
    }
}

inline void check_new_operation(const Invoice& before, const Fact& fact, const Decision& decision) {
    const auto& after = decision.invoice;
    const bool born = after.operations.size() > before.operations.size();
    const int runs = count_effects<effect::RunOperation>(decision);
    if (!born) return require(runs == 0, "an effect for no operation");
    const auto& op = after.operations.back();
    require(op.id == fact.fresh, "a new operation without a fresh id");
    require(op.amount > 0, "an operation about nothing");
    if (op.origin == Origin::gateway) {
        require(op.state == OperationState::succeeded && runs == 0,
                "what the cabinet did is done already");
    } else {
        require(in_flight(op) && runs == 1, "an intent without its effect");
        for (const auto& each : decision.effects)
            if (const auto* run = std::get_if<effect::RunOperation>(&each))
                require(run->operation == op.id, "an effect for another operation");
    }
    if (op.origin == Origin::manager) require(is_crm_action(fact), "a manager who did nothing");
    if (op.kind == OperationKind::capture) {
        require(op.amount <= before.authorized || op.amount <= after.authorized,
                "captures more than is held");
        require(op.origin == Origin::manager || after.consent == Consent::agreed,
                "an automatic capture without consent");
    }
    if (op.kind == OperationKind::refund)
        require(op.amount <= after.captured - before.refunded, "refunds more than there is");
    if (op.origin == Origin::compensation)
        require(after.state == InvoiceState::canceled || after.state == InvoiceState::failed,
                "sends back money that is welcome");
}

inline void check_pushes(const Decision& decision) {
    const auto& invoice = decision.invoice;
    const effect::PushStatus* last = nullptr;
    for (const auto& each : decision.effects)
        if (const auto* push = std::get_if<effect::PushStatus>(&each)) last = push;
    if (last == nullptr) return;
    require(!invoice.test, "the CRM hears of a test link");
    const auto expected = [&] {
        switch (invoice.state) {
            case InvoiceState::authorized:
                return CrmStatus::waiting_for_capture;
            case InvoiceState::paid:
                return CrmStatus::succeeded;
            case InvoiceState::refunded:
                return CrmStatus::refund_succeeded;
            case InvoiceState::canceled:
            case InvoiceState::failed:
                return CrmStatus::canceled;
            case InvoiceState::creating:
            case InvoiceState::pending:
                break;
        }
        return CrmStatus::pending;
    }();
    require(last->status == expected, "the CRM hears another status than the invoice has");
}

inline void check_consent(const Invoice& before, const Fact& fact, const Decision& decision) {
    const auto& after = decision.invoice;
    if (as<fact::ConsentRefused>(fact) && before.consent == Consent::asked &&
        before.state == InvoiceState::authorized && before.busy() == nullptr) {
        // Where the gateway has just refused to void it, a moment later.
        require(std::any_of(after.operations.begin(), after.operations.end(),
                            [](const Operation& op) {
                                return op.kind == OperationKind::void_hold && is_open(op);
                            }) ||
                    count_effects<effect::AskGateway>(decision) == 1,
                "a refused hold stays");
    }
    if (before.state == InvoiceState::authorized || after.state != InvoiceState::authorized) return;
    require(after.test ? after.consent == Consent::agreed
                       : count_effects<effect::AskConsent>(decision) == 1,
            "a hold that the CRM is not asked about");
}

// `table` is the one that explains the changes of state.
inline void check_decision(const Invoice& before, const Fact& fact, const Decision& decision) {
    const auto& after = decision.invoice;
    if (decision.verdict == Verdict::applied) {
        require(decision.error.code.empty(), "applied, and an error");
    } else {
        require(after == before, "nothing should have changed");
        for (const auto& each : decision.effects)
            require(decision.verdict == Verdict::quarantined &&
                        std::holds_alternative<effect::RaiseProblem>(each),
                    "nothing should have followed");
        require((decision.verdict == Verdict::quarantined) == !decision.effects.empty(),
                "a quarantine that nobody sees");
        if (decision.verdict == Verdict::refused)
            require(!decision.error.code.empty(), "refused without a reason");
        if (decision.verdict == Verdict::refused || decision.verdict == Verdict::repeated)
            require(is_crm_action(fact), "only a CRM action can be refused");
        return;
    }
    check_amounts(after);
    check_unchanged_parts(before, after);
    check_new_operation(before, fact, decision);
    check_pushes(decision);
    check_consent(before, fact, decision);
    if (before.state == after.state) return;
    const auto pulled = triggers_of(before, fact);
    require(std::any_of(pulled.begin(), pulled.end(),
                        [&](Trigger trigger) {
                            const auto& cell = at(kTransitions, before.state, trigger);
                            return cell.move == Move::go && cell.next == after.state;
                        }),
            "a change of state that no cell explains");
    require(after.state == InvoiceState::creating ||
                count_effects<effect::PushStatus>(decision) > 0 ||
                after.state == InvoiceState::failed || after.test,
            "a change of state that the CRM does not hear of");
}

// The same fact once more, right after the first: nothing may follow but another look.
inline void check_repeat(const Decision& first, const Fact& fact, const Decision& second) {
    auto compared = second.invoice;
    compared.updated_at = first.invoice.updated_at;
    require(compared == first.invoice, "a repeat changed the invoice");
    for (const auto& each : second.effects)
        require(std::holds_alternative<effect::AskGateway>(each) ||
                    std::holds_alternative<effect::RaiseProblem>(each) ||
                    std::holds_alternative<effect::ClearProblem>(each),
                "a repeat had an effect");
    if (is_crm_action(fact) && first.verdict != Verdict::refused)
        require(second.verdict == Verdict::repeated || second.verdict == Verdict::refused,
                "a repeated action was carried out again");
    if (as<fact::Refund>(fact) && first.verdict == Verdict::applied)
        require(second.verdict == Verdict::repeated && second.operation == first.operation,
                "a repeated refund is another refund");
}

}  // namespace tillbridge::model
