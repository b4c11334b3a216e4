// The one way a decision becomes durable: invoice, journal, outbox and problems in one unit.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "module/port/crash_point.hpp"
#include "module/port/json.hpp"
#include "module/service/bot_events.hpp"
#include "module/service/effects.hpp"
#include "module/service/problems.hpp"

namespace tillbridge::service {
namespace {

// Carried out, or never to be: nothing is left for the outbox to run, or for a person to look at.
void finish_operations(port::Tx& tx, const domain::Invoice& before, const domain::Invoice& after) {
    std::set<std::string> ended;
    for (const auto& op : after.operations) {
        const auto* was = before.find(op.id);
        if (is_final(op) && (was == nullptr || !is_final(*was))) ended.insert(op.id.value);
    }
    if (ended.empty()) return;
    clear_problem(tx, after.connection, "operation.unknown", after.id.value);
    for (const auto& row : tx.outbox().of_subject(after.connection, after.id.value)) {
        if (row.kind != kind::kRun || row.state != port::EffectState::ready) continue;
        const auto op = nlohmann::json::parse(row.payload).at("operation").get<std::string>();
        if (ended.contains(op)) tx.outbox().finish(row.id);
    }
}

std::string told(const domain::Invoice& before, const domain::Decision& decision) {
    nlohmann::json detail{{"verdict", domain::to_word(decision.verdict)}};
    if (before.state != decision.invoice.state) {
        detail["from"] = domain::to_word(before.state);
        detail["to"] = domain::to_word(decision.invoice.state);
    }
    if (!decision.operation.empty()) detail["operation"] = decision.operation.value;
    if (decision.verdict == domain::Verdict::refused) detail["error"] = decision.error.code;
    return detail.dump();
}

// A payment that differs is told once, however often the gateway repeats it; the next one again.
bool is_new_mismatch(const port::Tx& tx, const domain::Invoice& invoice,
                     const domain::effect::RaiseProblem& problem) {
    if (problem.key != "invoice.amount_mismatch") return false;
    const auto open = tx.problems().find(invoice.connection, problem.key, invoice.id.value);
    return !open || open->detail != problem.detail;
}

void clear(port::Tx& tx, const domain::Invoice& invoice, const domain::effect::ClearProblem& over) {
    if (!over.of.empty()) {
        const auto open = tx.problems().find(invoice.connection, over.key, invoice.id.value);
        if (!open || !open->detail.starts_with(over.of)) return;
    }
    clear_problem(tx, invoice.connection, over.key, invoice.id.value);
}

}  // namespace

void add_status(port::Tx& tx, port::OutboxRow row) {
    for (const auto& old : tx.outbox().drop_stale(row.order_key, kind::kPush)) {
        if (!read_push(old.payload).with_link) continue;
        auto payload = nlohmann::json::parse(row.payload);
        payload["withLink"] = true;
        row.payload = port::to_text(payload);
    }
    tx.outbox().add(row);
}

std::int64_t apply(const Context& context, port::Tx& tx, const domain::Fact& fact,
                   const domain::Invoice& before, domain::Decision& decision,
                   const domain::RequestId& request, std::int64_t cause, const std::string& summary,
                   const std::string& detail, const port::HookFact* hook) {
    auto& after = decision.invoice;
    const auto updated_at = std::exchange(after.updated_at, before.updated_at);
    const bool changed = after != before;
    after.updated_at = updated_at;
    if (changed) {
        tx.invoices().save(after);
        finish_operations(tx, before, after);
        // Nobody asks the CRM about a hold that is over.
        if (before.consent == domain::Consent::asked &&
            before.state == domain::InvoiceState::authorized && after.state != before.state)
            tx.outbox().drop_stale("crm:" + after.id.value, kind::kConsent);
    }
    port::crash_point("apply.invoice_saved");

    port::JournalLine line;
    line.connection = before.connection;
    line.invoice = before.id;
    line.at = fact.at;
    line.kind = std::string(domain::to_word(fact.what));
    line.summary = summary;
    line.detail = detail == "{}" ? told(before, decision) : detail;
    line.request = request;
    line.cause = cause;
    const auto written = tx.journal().add(line);

    const bool bot = domain::is_bot(before.connection);
    const BotCause told_bot{before, decision, hook, fact.at, request, written};
    for (const auto& effect : decision.effects) {
        const auto* push = std::get_if<domain::effect::PushStatus>(&effect);
        if (bot && push != nullptr) {
            tell_bot(context, tx, told_bot, *push);
        } else if (const auto* problem = std::get_if<domain::effect::RaiseProblem>(&effect)) {
            if (bot && is_new_mismatch(tx, before, *problem))
                tell_bot_of_mismatch(context, tx, told_bot);
            raise_problem(tx, fact.at, before.connection, problem->key, before.id.value,
                          problem->detail);
        } else if (const auto* over = std::get_if<domain::effect::ClearProblem>(&effect)) {
            clear(tx, before, *over);
        } else {
            auto row = outbox_row(after, effect, fact.at);
            row.cause = written;
            row.request = request;
            if (row.kind == kind::kPush || row.kind == kind::kRefund)
                add_status(tx, std::move(row));
            else
                tx.outbox().add(row);
        }
    }
    if (bot) tell_bot_of_installment(context, tx, told_bot);
    port::crash_point("apply.effects_added");
    if (before.state != after.state)
        context.meter.count("invoice_state_changes_total", {{"from", domain::to_word(before.state)},
                                                            {"to", domain::to_word(after.state)}});
    if (decision.verdict == domain::Verdict::quarantined)
        context.meter.count("facts_quarantined_total", {{"gateway", before.gateway.value}});
    return written;
}

}  // namespace tillbridge::service
