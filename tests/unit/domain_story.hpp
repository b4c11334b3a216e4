// One invoice, told what happens to it: the shortest way to write an example of decide().
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "module/domain/decide.hpp"

namespace tillbridge::domain {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

inline Money uah(std::int64_t minor) {
    return {minor, Currency::parse("UAH").value()};
}

inline fact::GatewayReport report_of(GatewayStatus status, UtcTime asked_at,
                                     std::int64_t amount = 1000) {
    fact::GatewayReport report;
    report.status = status;
    report.amount = uah(amount);
    report.asked_at = asked_at;
    report.payment = GatewayId{"p"};
    report.hold_ends_at = asked_at + hours(168);
    return report;
}

struct Story {
    Invoice invoice;
    UtcTime now = UtcTime::from_seconds(1'000'000);
    Decision last;
    TransitionTable table = kTransitions;
    int ids = 0;

    // 10.00 UAH, its creation under way as operation `create`.
    explicit Story(bool two_stage = false, bool auto_capture = false) {
        invoice.connection = ConnectionId{"c"};
        invoice.id = InvoiceId{"i"};
        invoice.uuid = InvoiceUuid{"u"};
        invoice.order_number = "7A";
        invoice.amount = uah(1000);
        invoice.two_stage = two_stage;
        invoice.auto_capture = auto_capture;
        add(OperationKind::create, Origin::manager, OperationState::started, 1000, "create");
        invoice.operations.back().external_id = "i";
    }

    Operation& add(OperationKind kind, Origin origin, OperationState state, std::int64_t amount,
                   const std::string& id) {
        Operation op;
        op.id = OperationId{id};
        op.kind = kind;
        op.origin = origin;
        op.state = state;
        op.amount = amount;
        op.created_at = op.started_at = now;
        invoice.operations.push_back(op);
        return invoice.operations.back();
    }

    // New operations are called o1, o2, … after the number of the fact.
    const Decision& tell(What what) {
        const Fact fact{now, OperationId{"o" + std::to_string(++ids)}, std::move(what)};
        last = decide(invoice, fact, table);
        invoice = last.invoice;
        return last;
    }
    const Decision& report(GatewayStatus status, std::int64_t amount = 1000) {
        now = now + seconds(1);
        return tell(report_of(status, now, amount));
    }
    const Decision& ended(const OperationId& op, OperationState result) {
        return tell(
            fact::OperationEnded{op, result, result == OperationState::refused ? "no" : ""});
    }
    void wait(Span span) { now = now + span; }

    Story& linked() {
        tell(fact::LinkIssued{OperationId{"create"}, GatewayId{"g"}, "https://g", {}});
        return *this;
    }
    Story& held() {
        linked();
        report(GatewayStatus::held);
        return *this;
    }
    Story& paid() {
        linked();
        report(GatewayStatus::paid);
        return *this;
    }
    Story& canceled() {
        linked();
        tell(fact::Cancel{});
        return *this;
    }

    const Operation& op() const { return invoice.operations.back(); }

    template <class T>
    std::vector<T> effects() const {
        std::vector<T> found;
        for (const auto& each : last.effects)
            if (const auto* effect = std::get_if<T>(&each)) found.push_back(*effect);
        return found;
    }
    // What the CRM is told by the last decision, in order: `pending succeeded`.
    std::string pushed() const {
        std::string all;
        for (const auto& push : effects<effect::PushStatus>())
            all += (all.empty() ? "" : " ") + std::string(to_word(push.status));
        return all;
    }
    effect::PushStatus push() const { return effects<effect::PushStatus>().at(0); }
    bool runs(const OperationId& id) const {
        const auto all = effects<effect::RunOperation>();
        return all.size() == 1 && all[0].operation == id;
    }
    bool asks(const std::string& why) const {
        const auto all = effects<effect::AskGateway>();
        return all.size() == 1 && all[0].why == why;
    }
    bool raises(const std::string& key) const {
        const auto all = effects<effect::RaiseProblem>();
        return std::any_of(all.begin(), all.end(),
                           [&](const auto& each) { return each.key == key; });
    }
    bool clears(const std::string& key) const {
        const auto all = effects<effect::ClearProblem>();
        return std::any_of(all.begin(), all.end(),
                           [&](const auto& each) { return each.key == key; });
    }
};

}  // namespace tillbridge::domain
