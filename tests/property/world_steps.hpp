// How the world moves: one function a kind of step.
#pragma once

#include "tests/property/world.hpp"

namespace tillbridge::model {

// A call that has not come back by then never will; a resolver may rely on it later.
inline constexpr domain::Span kCallEnds = seconds(60);
inline constexpr domain::Span kSettles = minutes(2);

inline void World::play(const Step& step) {
    const int arg = step.arg;
    const auto which = static_cast<std::size_t>(arg);
    switch (step.act) {
        case Act::go_on:
            return go_on(which, arg / 4);
        case Act::run_due:
            return run_due(which);
        case Act::ask_due:
            ask();
            return;
        case Act::report_arrives:
            return report_arrives(which);
        case Act::hook_arrives:
            hook_arrives(which);
            return;
        case Act::crm_hears:
            return crm_hears(arg);
        case Act::consent_answer:
            return consent_answer(arg);
        case Act::short_while:
            return pass(seconds(1 + 33 * (arg % 4)));
        case Act::long_while: {
            constexpr domain::Span kSpans[] = {minutes(3), minutes(20), hours(2), hours(24 * 8)};
            return pass(kSpans[arg % 4]);
        }
        case Act::buyer_pays:
            gateway.pay(now);
            return;
        case Act::buyer_starts:
            gateway.start_paying();
            return;
        case Act::buyer_fails:
            gateway.decline(arg % 4 == 0);
            return;
        case Act::approve:
        case Act::cancel:
        case Act::refund:
        case Act::create_again: {
            What what = fact::Cancel{};
            const auto amount = arg % 2 == 0 ? std::nullopt : std::optional(part(arg / 2));
            if (step.act == Act::approve) what = fact::Approve{amount};
            if (step.act == Act::refund) what = fact::Refund{amount};
            if (step.act == Act::create_again)
                what = fact::CreateAgain{invoice.two_stage, invoice.auto_capture, invoice.hold_end};
            action(what);
            if (arg >= 48) action(what);  // a double click
            return;
        }
        case Act::poll:
            if (gateway.payment && !invoice.gateway_invoice.empty()) look();
            return;
        case Act::gateway_finishes:
            gateway.settle_queued(arg % 4 != 0);
            return;
        case Act::crash:
            return crash();
        case Act::cabinet_captures:
            return cabinet(OperationKind::capture, arg % 4 != 0 ? 1000 : part(arg / 4));
        case Act::cabinet_voids:
            return cabinet(OperationKind::void_hold, 1000);
        case Act::cabinet_refunds:
            return cabinet(OperationKind::refund,
                           arg % 4 != 0 ? part(arg / 4)
                                        : (gateway.payment ? gateway.payment->captured -
                                                                 gateway.payment->refunded
                                                           : 0));
        case Act::hold_ends_soon:
            commit(fact::HoldEndsSoon{});
            return;
        case Act::hold_ends:
            commit(fact::HoldEnds{});
            return;
        case Act::strange_hook: {
            fact::HookReceived hook{GatewayStatus::paid, Money{777, gateway.currency}, true};
            if (arg % 3 == 1) hook.amount = Money{1000, Currency::parse("USD").value()};
            if (arg % 3 == 2) hook = {GatewayStatus::paid, Money{1000, gateway.currency}, false};
            require(commit(hook).verdict == Verdict::quarantined, "an unfit hook is believed");
            return;
        }
        case Act::strange_report: {
            if (invoice.gateway_invoice.empty()) return;
            constexpr GatewayStatus kMoney[] = {GatewayStatus::held, GatewayStatus::paid,
                                                GatewayStatus::refunded};
            fact::GatewayReport report;
            report.status = kMoney[arg % 3];
            report.amount = {777, gateway.currency};
            if (arg / 3 % 2 == 1) report.amount = {1000, Currency::parse("USD").value()};
            report.asked_at = now;
            const auto verdict = commit(report).verdict;
            require(verdict == Verdict::quarantined, "an unfit sum is believed");
            return;
        }
        case Act::strange_word:
            if (gateway.payment) gateway.payment->word = "CLOSED";
            return;
        case Act::stale_result: {
            const auto& op = invoice.operations[which % invoice.operations.size()];
            if (!model::is_final(op)) return;
            constexpr OperationState kResults[] = {
                OperationState::succeeded, OperationState::refused, OperationState::not_done,
                OperationState::unknown};
            const auto id = op.id;
            commit(fact::OperationEnded{id, kResults[arg % 4], "late"});
            return;
        }
        case Act::count:
            return;
    }
}

inline void World::action(const What& what) {
    const Invoice before = invoice;
    const auto decision = commit(what);
    check_intents(what, before, decision);
    if (decision.verdict != Verdict::applied || decision.operation.empty()) return;
    const auto& op = *invoice.find(decision.operation);
    const auto stage = op.state == OperationState::planned ? Stage::begin : Stage::send;
    calls_.push_back({op.id, stage, now, true, {}});
}

inline void World::go_on(std::size_t which, int arg) {
    if (calls_.empty()) return;
    const auto at = calls_.begin() + static_cast<std::ptrdiff_t>(which % 4 % calls_.size());
    Call call = *at;
    calls_.erase(at);
    switch (call.stage) {
        case Stage::begin:
            return begin(call, arg);
        case Stage::send:
            return send(call, arg);
        case Stage::answer:
            return answer(call);
    }
}

inline void World::begin(Call& call, int arg) {
    const auto* op = invoice.find(call.operation);
    if (op->kind == OperationKind::refund && arg % 8 == 6) {  // no mark could be read
        commit(fact::OperationEnded{call.operation, OperationState::not_done, "no mark"});
        return;
    }
    if (commit(fact::OperationStarted{call.operation, "mark"}).verdict != Verdict::applied) return;
    call.stage = Stage::send;
    call.since = now;
    calls_.push_back(call);
}

inline void World::send(Call& call, int arg) {
    const auto& op = *invoice.find(call.operation);
    const bool creates = op.kind == OperationKind::create;
    const int luck = arg % 8;
    OperationState result = OperationState::unknown;
    if (luck <= 4) {
        bool well = true;
        if (creates)
            gateway.create(op, invoice, link_expires_ ? now + hours(24) : UtcTime{});
        else
            well = gateway.carry_out(op.kind, op.id, op.amount);
        if (!well) gateway.turned_down[op.id] = "no";
        if (luck < 4) result = well ? OperationState::succeeded : OperationState::refused;
    } else if (luck == 6) {
        result = OperationState::not_done;
    } else if (luck == 7) {
        result = creates || arg % 16 < 8 ? OperationState::refused : OperationState::pending;
        if (result == OperationState::refused)
            gateway.turned_down[op.id] = "no";
        else
            gateway.queued[op.id] = op;
    }
    call.stage = Stage::answer;
    if (creates && result == OperationState::succeeded)
        call.answer =
            fact::LinkIssued{op.id, gateway.payment->id, "https://g", gateway.payment->expires};
    else
        call.answer =
            fact::OperationEnded{op.id, result, result == OperationState::refused ? "no" : ""};
    calls_.push_back(call);
}

inline void World::answer(const Call& call) {
    commit(*call.answer);
    const auto& op = *invoice.find(call.operation);
    if (!call.callers_own || std::holds_alternative<fact::ToldUnknown>(*call.answer)) return;
    const auto* ended = std::get_if<fact::OperationEnded>(&*call.answer);
    const bool first = call.since == op.started_at && ended != nullptr &&
                       ended->result == OperationState::unknown && ended->reason.empty();
    if (first && op.state == OperationState::unknown) return resolve(op.id, true);
    if (in_flight(op))
        calls_.push_back({op.id, Stage::answer, now, true, fact::ToldUnknown{op.id}});
}

inline void World::resolve(const OperationId& id, bool callers_own) {
    const auto& op = *invoice.find(id);
    const bool settled = now - op.started_at > kSettles;
    Call call{id, Stage::answer, now, callers_own, {}};
    if (op.kind == OperationKind::create) {
        const bool there = gateway.payment && gateway.payment->external_id == op.external_id;
        if (there)
            call.answer =
                fact::LinkIssued{id, gateway.payment->id, "https://g", gateway.payment->expires};
        else
            call.answer = fact::OperationEnded{
                id, settled ? OperationState::not_done : OperationState::unknown, "looked"};
    } else {
        call.answer = fact::OperationEnded{id, gateway.fate(op, settled), "looked"};
    }
    calls_.push_back(call);
}

inline void World::run_due(std::size_t which) {
    if (runs_.empty()) return;
    auto& run = runs_[which % runs_.size()];
    if (run.due > now) return;
    const auto& op = *invoice.find(run.operation);
    if (model::is_final(op)) {
        runs_.erase(runs_.begin() + static_cast<std::ptrdiff_t>(which % runs_.size()));
        return;
    }
    for (const auto& call : calls_)
        if (call.operation == op.id && !call.callers_own) return;  // claimed
    run.due = now + seconds(30);
    if (op.state == OperationState::planned || waits(op))
        calls_.push_back({op.id, Stage::begin, now, false, {}});
    else
        resolve(op.id, false);
}

inline bool World::ask() {
    if (!ask_due_ || *ask_due_ > now) return false;
    if (invoice.gateway_invoice.empty()) {
        const auto* create = invoice.last(OperationKind::create);
        if (!in_flight(*create)) {
            ask_due_.reset();
        } else if (create->state == OperationState::started &&
                   now - create->started_at < kSafetyNet) {
            ask_due_ = now + seconds(1);
        } else {
            resolve(create->id, false);
            ask_due_ = now + seconds(30);
        }
        return true;
    }
    ask_due_.reset();
    look();
    return true;
}

inline void World::look() {
    auto report = gateway.read(now);
    report.judged_refunded = invoice.refunded;
    reports_.push_back(report);
}

inline void World::report_arrives(std::size_t which) {
    if (reports_.empty()) return;
    const auto at = reports_.begin() + static_cast<std::ptrdiff_t>(which % reports_.size());
    auto report = *at;
    reports_.erase(at);
    if (!report.hold_ends_at) report.hold_ends_at = now + hours(24 * 7);
    const auto before = invoice.state;
    const bool known = report.asked_at >= invoice.observed_at;
    commit(report);
    require(known || invoice.state == before, "an older report won");
    require(report.status != GatewayStatus::processing || invoice.state == before,
            "an unknown word ended something");
    if (!link_is_dead(invoice, report, now)) return;
    require(report.reason != "CLOSED", "an unknown word ended a link");
    commit(fact::LinkExpired{});
}

inline bool World::hook_arrives(std::size_t which) {
    if (gateway.hooks.empty()) return false;
    auto& hook = gateway.hooks[which % gateway.hooks.size()];
    hook.delivered = true;
    commit(fact::HookReceived{hook.status, Money{hook.amount, gateway.currency}, true});
    return true;
}

inline bool World::deliver_hooks() {
    bool any = false;
    for (std::size_t at = 0; at < gateway.hooks.size(); ++at)
        if (!gateway.hooks[at].delivered) any = hook_arrives(at) || any;
    return any;
}

inline void World::crm_hears(int arg) {
    if (crm_rows_.empty() || crm_claimed_ || crm_rows_.front().due > now) return;
    const auto row = crm_rows_.front();
    if (!row.push) {
        if (invoice.consent != Consent::asked || invoice.state != InvoiceState::authorized)
            crm_rows_.pop_front();
        else
            crm_claimed_ = row.number;
        return;
    }
    const int luck = arg % 4;
    if (luck == 2) return;
    crm.receive(row.number, *row.push);
    if (luck != 3) crm_rows_.pop_front();
}

inline void World::consent_answer(int arg) {
    if (!crm_claimed_) return;
    crm_claimed_.reset();
    if (arg % 4 == 3) return;  // lost: asked again
    crm_rows_.pop_front();
    if (arg % 4 == 1)
        commit(fact::ConsentRefused{"not now"});
    else
        commit(fact::ConsentGiven{});
}

inline void World::pass(domain::Span span) {
    now = now + span;
    gateway.tick(now);
    std::erase_if(calls_, [this](const Call& call) { return now - call.since > kCallEnds; });
}

inline void World::crash() {
    calls_.clear();
    if (!reports_.empty()) ask_due_ = now;
    reports_.clear();
    crm_claimed_.reset();
    for (auto& run : runs_)
        if (run.due < now + seconds(30)) run.due = std::min(run.due, now);
}

inline void World::cabinet(OperationKind kind, std::int64_t amount) {
    if (gateway.payment) gateway.carry_out(kind, {}, amount);
}

// All that is due, and nothing goes wrong.
inline void World::smoothly() {
    for (int round = 0; round < 200; ++round) {
        const auto busy = [&] {
            while (gateway.settle_queued(true)) {
            }
            if (!calls_.empty()) return go_on(0, 0), true;
            if (!reports_.empty()) return report_arrives(0), true;
            for (std::size_t at = 0; at < runs_.size(); ++at)
                if (runs_[at].due <= now) return run_due(at), true;
            if (ask()) return true;
            if (crm_claimed_) return consent_answer(0), true;
            if (!crm_rows_.empty() && crm_rows_.front().due <= now) return crm_hears(0), true;
            return false;
        }();
        if (!busy) return;
    }
    throw Violation("work without end");
}

inline bool World::poll_at_once() {
    if (!gateway.payment) return false;
    look();
    return true;
}

// What the reconciler would do: look at what should have moved.
inline bool World::reconcile_needed(int) {
    if (!runs_.empty() || ask_due_ || !crm_rows_.empty() || final_looks_ > 1) return false;
    ++final_looks_;
    return (invoice.state == InvoiceState::pending || invoice.state == InvoiceState::authorized) &&
           !invoice.gateway_invoice.empty();
}

inline UtcTime World::next_due() const {
    UtcTime due = now + hours(24);
    for (const auto& run : runs_) due = std::min(due, run.due);
    if (ask_due_) due = std::min(due, *ask_due_);
    if (!crm_rows_.empty()) due = std::min(due, crm_rows_.front().due);
    return due;
}

inline void World::tell(const Invoice& before, const Fact& fact, const Decision& decision) {
    trace << "    " << to_word(fact.what);
    if (const auto* report = as<fact::GatewayReport>(fact))
        trace << ' ' << to_word(report->status) << ' ' << report->amount.minor << " refunded "
              << report->refunded.value_or(-1) << " asked " << report->asked_at.seconds();
    if (const auto* ended = as<fact::OperationEnded>(fact))
        trace << ' ' << ended->operation.value << ' ' << to_word(ended->result);
    if (const auto* refund = as<fact::Refund>(fact)) trace << ' ' << refund->amount.value_or(-1);
    if (const auto* approve = as<fact::Approve>(fact)) trace << ' ' << approve->amount.value_or(-1);
    trace << " @" << now.seconds() << ": " << to_word(decision.verdict) << ' '
          << decision.error.code << ' ' << to_word(before.state) << " → "
          << to_word(decision.invoice.state) << " a" << decision.invoice.authorized << " c"
          << decision.invoice.captured << " r" << decision.invoice.refunded << " [";
    for (const auto& op : decision.invoice.operations)
        trace << ' ' << op.id.value << ':' << to_word(op.origin) << '.' << to_word(op.kind) << '='
              << to_word(op.state) << ':' << op.amount;
    trace << " ]";
    for (const auto& each : decision.effects) {
        if (const auto* push = std::get_if<effect::PushStatus>(&each)) {
            trace << " push:" << to_word(push->status);
            if (push->refund) trace << "/refund " << push->refund->id.value;
        } else if (const auto* run = std::get_if<effect::RunOperation>(&each)) {
            trace << " run:" << run->operation.value;
        } else if (const auto* look = std::get_if<effect::AskGateway>(&each)) {
            trace << " ask:" << look->why;
        } else if (const auto* problem = std::get_if<effect::RaiseProblem>(&each)) {
            trace << " problem:" << problem->key;
        }
    }
    trace << '\n';
}

}  // namespace tillbridge::model
