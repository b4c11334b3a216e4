#include "module/service/support_acts.hpp"

#include <algorithm>
#include <array>

#include "module/domain/card_mask.hpp"
#include "module/port/json.hpp"
#include "module/service/effects.hpp"
#include "module/service/problems.hpp"
#include "module/service/replay.hpp"
#include "module/service/support_views.hpp"

namespace tillbridge::service {
namespace {

using domain::fail;
using domain::Invoice;
using domain::Result;
using nlohmann::json;

constexpr int kMostAtOnce = 1000;  // a unit of work must be short
constexpr const char* kUnclear = "invoice.status_unclear";

// What is told of a payment once and never looked at again where its gateway can't be asked: only
// another message would end it, and what a person does in the gateway's cabinet sends none. All
// else has a check, a call or an effect that ends it together with its cause.
constexpr std::array<std::string_view, 7> kToldOnce = {
    "invoice.amount_mismatch",       "invoice.paid_twice",
    "invoice.money_stuck",           kUnclear,
    "subscription.charge_failed",    "subscription.amount_differs",
    "subscription.amount_unreadable"};

Result<port::ProblemRow> open_problem(const port::Tx& tx, port::Gateways& gateways,
                                      const SupportActs::Dismissal& wanted) {
    auto rows = tx.problems().list(wanted.connection);
    std::erase_if(rows, [&](const auto& row) {
        return row.key != wanted.key || (!wanted.subject.empty() && row.subject != wanted.subject);
    });
    if (rows.empty()) return fail("problem.unknown");
    std::erase_if(rows, [&](const auto& row) { return !may_dismiss(row, tx, gateways); });
    if (rows.empty()) return fail("problem.not_dismissible");
    if (rows.size() > 1) return fail("problem.ambiguous", {}, "subject");
    if (!wanted.last.empty() && wanted.last != view::iso_time(rows.front().last))
        return fail("problem.changed");
    return std::move(rows.front());
}

}  // namespace

bool may_ask(const Invoice& invoice, port::Gateways& gateways) {
    const auto* gateway = gateways.find(invoice.gateway);
    if (!invoice.gateway_invoice.empty())
        return gateway != nullptr && gateway->description().capabilities.status_query;
    const auto* create = invoice.last(domain::OperationKind::create);
    return create != nullptr && in_flight(*create);
}

// A test link is none of the CRM's payments, and one that is being made has no status yet.
bool may_push(const Invoice& invoice) {
    return !invoice.test && invoice.state != domain::InvoiceState::creating;
}

bool may_dismiss(const port::ProblemRow& row, const port::Tx& tx, port::Gateways& gateways) {
    if (std::find(kToldOnce.begin(), kToldOnce.end(), row.key) == kToldOnce.end()) return false;
    const auto invoice = tx.invoices().find(row.connection, domain::InvoiceId(row.subject));
    if (!invoice) return false;
    const auto* gateway = gateways.find(invoice->gateway);
    return gateway == nullptr || !gateway->description().capabilities.status_query;
}

std::string SupportActs::text(const Mode& mode, const char* key,
                              const port::TextParams& params) const {
    return context_.texts.text(mode.language, key, params);
}

json SupportActs::told(const Mode& mode, const char* act, std::vector<std::string> would) const {
    return {{"act", act}, {"dryRun", mode.dry_run}, {"would", std::move(would)}};
}

Result<json> SupportActs::ask(const Actor& actor, const Invoice& invoice, const Mode& mode) {
    if (!may_ask(invoice, context_.gateways))
        return fail(invoice.gateway_invoice.empty() ? "support.nothing_to_ask"
                                                    : "support.not_askable");
    auto out = told(mode, "ask",
                    {text(mode, "support.would.ask",
                          {{"gateway", invoice.gateway.value},
                           {"id", invoice.gateway_invoice.empty() ? invoice.id.value
                                                                  : invoice.gateway_invoice.value},
                           {"state", std::string(domain::to_word(invoice.state))}}),
                     text(mode, "support.would.ask_then")});
    if (mode.dry_run) return out;
    // Before the call: what it changes stands in the payment's own journal.
    context_.store.write([&](port::Tx& tx) {
        write_audit(context_, tx, actor, "ask", invoice.connection, invoice.id.value);
    });
    const auto answer = inquiries_.ask(invoice.connection, invoice.id, "support", actor.request);
    if (!answer) return tl::unexpected(answer.error());
    out["before"] = domain::to_word(invoice.state);
    out["after"] = domain::to_word(answer->invoice.state);
    return out;
}

Result<json> SupportActs::push(const Actor& actor, const Invoice& given, const Mode& mode) {
    if (!may_push(given)) return fail("support.nothing_to_push");
    const auto now = context_.clock.now();
    const auto would = [&](const Invoice& invoice) {
        return told(
            mode, "push",
            {text(mode, "support.would.push",
                  {{"status", std::string(domain::to_word(domain::crm_status(invoice.state)))},
                   {"uuid", invoice.uuid.value}}),
             text(mode, "support.would.push_then")});
    };
    if (mode.dry_run) return would(given);
    return port::commit(context_.store, [&](port::Tx& tx) -> Result<json> {
        const auto invoice = tx.invoices().find(given.connection, given.id);
        if (!invoice) return fail("payment.unknown");
        port::JournalLine line;
        line.connection = invoice->connection;
        line.invoice = invoice->id;
        line.at = now;
        line.kind = "support.push";
        line.summary = std::string(domain::to_word(domain::crm_status(invoice->state)));
        line.detail = port::to_text({{"actor", actor.name}});
        line.request = actor.request;
        auto row = outbox_row(*invoice, domain::status_now(*invoice), now);
        row.coalesce = "again:" + invoice->id.value;
        row.request = actor.request;
        row.cause = tx.journal().add(line);
        const auto added = tx.outbox().add(row);
        write_audit(context_, tx, actor, "push", invoice->connection, invoice->id.value,
                    {{"status", line.summary}, {"effect", added}});
        auto out = would(*invoice);
        // 0: one that was asked for before waits still; it is the same.
        out["effect"] = added == 0 ? json() : json(added);
        return out;
    });
}

Result<json> SupportActs::replay(const Actor& actor, std::int64_t id, const Mode& mode) {
    const auto now = context_.clock.now();
    const auto would = [&](const port::OutboxRow& row) {
        auto out = told(mode, "replay",
                        {text(mode, "support.would.replay",
                              {{"kind", row.kind},
                               {"subject", row.subject},
                               {"since", view::iso_time(row.created)},
                               {"error", row.last_error}})});
        out["replayed"] = mode.dry_run ? 0 : 1;
        return out;
    };
    if (mode.dry_run) {
        const auto row =
            port::look_up(context_.store, [&](const port::Tx& tx) { return tx.outbox().find(id); });
        if (!row || row->state != port::EffectState::dead) return fail("outbox.not_parked");
        return would(*row);
    }
    return port::commit(context_.store, [&](port::Tx& tx) -> Result<json> {
        const auto row = tx.outbox().find(id);
        if (!row || row->state != port::EffectState::dead) return fail("outbox.not_parked");
        replay_row(tx, *row, now);
        write_audit(context_, tx, actor, "replay", row->connection, std::to_string(row->id),
                    {{"kind", row->kind}, {"of", row->subject}, {"error", row->last_error}});
        return would(*row);
    });
}

json SupportActs::replay_all(const Actor& actor, port::OutboxFilter filter, const Mode& mode) {
    filter.state = port::EffectState::dead;
    const auto now = context_.clock.now();
    const auto would = [&](std::size_t count, bool left) {
        auto out =
            told(mode, "replay",
                 {text(mode, "support.would.replay_all", {{"count", std::to_string(count)}})});
        out["fit"] = count;
        out["left"] = left;
        out["replayed"] = mode.dry_run ? 0 : count;
        return out;
    };
    const auto fitting = [&](const port::Tx& tx) {
        return tx.search().outbox(filter, 0, kMostAtOnce + 1);
    };
    if (mode.dry_run) {
        auto rows = port::look_up(context_.store, fitting);
        const bool left = rows.size() > kMostAtOnce;
        return would(rows.size() - (left ? 1 : 0), left);
    }
    return port::commit(context_.store, [&](port::Tx& tx) {
        auto rows = fitting(tx);
        const bool left = rows.size() > kMostAtOnce;
        if (left) rows.pop_back();
        for (const auto& row : rows) replay_row(tx, row, now);
        if (!rows.empty())
            write_audit(context_, tx, actor, "replay", domain::ConnectionId(filter.connection), {},
                        {{"kind", filter.kind}, {"reason", filter.reason}, {"count", rows.size()}});
        return would(rows.size(), left);
    });
}

Result<json> SupportActs::dismiss(const Actor& actor, const Dismissal& wanted, const Mode& mode) {
    const auto now = context_.clock.now();
    const auto would = [&](const port::Tx& tx, const port::ProblemRow& row) {
        const auto invoice = tx.invoices().find(row.connection, domain::InvoiceId(row.subject));
        // The word that nobody could read has kept the link alive.
        const bool link_ends = row.key == kUnclear && invoice &&
                               invoice->state == domain::InvoiceState::pending &&
                               invoice->link_expires_at;
        auto out =
            told(mode, "dismiss",
                 {text(mode, "support.would.dismiss",
                       {{"what", describe(context_.texts, mode.language, {row}).front().what},
                        {"key", row.key},
                        {"subject", row.subject}}),
                  text(mode, link_ends ? "support.would.dismiss_unclear"
                                       : "support.would.dismiss_then")});
        out["last"] = view::iso_time(row.last);
        return out;
    };
    if (mode.dry_run)
        return port::look_up(context_.store, [&](const port::Tx& tx) {
            return open_problem(tx, context_.gateways, wanted).map([&](const auto& row) {
                return would(tx, row);
            });
        });
    return port::commit(context_.store, [&](port::Tx& tx) -> Result<json> {
        const auto row = open_problem(tx, context_.gateways, wanted);
        if (!row) return tl::unexpected(row.error());
        auto out = would(tx, *row);
        port::JournalLine line;
        line.connection = row->connection;
        line.invoice = domain::InvoiceId(row->subject);
        line.at = now;
        line.kind = "support.dismiss";
        line.summary = row->key;
        line.detail = port::to_text({{"actor", actor.name}, {"detail", row->detail}});
        line.request = actor.request;
        tx.journal().add(line);
        clear_problem(tx, row->connection, row->key, row->subject);
        write_audit(context_, tx, actor, "dismiss", row->connection, row->subject,
                    {{"problem", row->key},
                     {"detail", row->detail},
                     {"note", domain::mask_cards(wanted.note)}});
        return out;
    });
}

}  // namespace tillbridge::service
