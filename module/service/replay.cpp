#include "module/service/replay.hpp"

#include <algorithm>

#include "module/domain/decide.hpp"
#include "module/service/effects.hpp"
#include "module/service/problems.hpp"

namespace tillbridge::service {
namespace {

// The refund that the row tells of and the link that it carries stay; the rest is told anew.
void push_anew(port::Tx& tx, const port::OutboxRow& row, const domain::Invoice& invoice,
               domain::UtcTime now) {
    const auto parked = read_push(row.payload);
    auto push = domain::status_now(invoice);
    push.refund = parked.refund;
    push.with_link = parked.with_link;
    auto fresh = outbox_row(invoice, push, now);
    fresh.cause = row.cause;
    fresh.request = row.request;
    tx.outbox().finish(row.id);
    add_status(tx, std::move(fresh));
}

}  // namespace

void replay_row(port::Tx& tx, const port::OutboxRow& row, domain::UtcTime now) {
    const bool status = row.kind == kind::kPush || row.kind == kind::kRefund;
    const auto invoice =
        status ? tx.invoices().find(row.connection, domain::InvoiceId{row.subject}) : std::nullopt;
    if (invoice)
        push_anew(tx, row, *invoice, now);
    else
        tx.outbox().revive(row.id, now);
    const auto beside = tx.outbox().of_subject(row.connection, row.subject);
    if (std::none_of(beside.begin(), beside.end(),
                     [](const auto& other) { return other.state == port::EffectState::dead; }))
        clear_problem(tx, row.connection, "outbox.dead", row.subject);
}

}  // namespace tillbridge::service
