#include "module/service/reconcile.hpp"

#include <algorithm>

#include "module/domain/decide.hpp"
#include "module/service/effects.hpp"

namespace tillbridge::service {
namespace {

constexpr int kBatch = 500;
constexpr const char* kStale = "reconcile";
// Before the end of a hold something can still be done about it; of a short one, in its last
// quarter.
constexpr domain::Span kHoldMargin = std::chrono::hours(2);

}  // namespace

int Reconciler::round() {
    const auto now = context_.clock.now();
    struct Found {
        std::vector<port::Invoices::Key> stale, expired, holds;
    };
    const auto found = port::look_up(context_.store, [&](const port::Tx& tx) {
        return Found{tx.invoices().stale_pending(now - context_.settings.pending_after, kBatch),
                     tx.invoices().link_expired(now - domain::kExpiryGrace, kBatch),
                     tx.invoices().hold_ending(now + context_.settings.hold_warning,
                                               now + kHoldMargin, kBatch)};
    });
    int moved = 0;
    for (const auto& key : found.stale) moved += ask(key, kStale, now);
    for (const auto& key : found.expired) moved += ask(key, "expiry", now);
    for (const auto& key : found.holds) moved += hold(key, now);
    context_.meter.count("reconcile_rounds_total");
    context_.meter.count("reconcile_invoices_total", {}, moved);
    return moved;
}

int Reconciler::ask(const port::Invoices::Key& key, const char* why, domain::UtcTime now) {
    return port::commit(context_.store, [&](port::Tx& tx) {
        const auto invoice = tx.invoices().find(key.connection, key.invoice);
        if (!invoice) return 0;
        tx.invoices().looked_at(key, now);
        // One that can't be asked has nothing to say before the link's end.
        const auto* gateway = context_.gateways.find(invoice->gateway);
        const bool silent = gateway != nullptr && !gateway->description().capabilities.status_query;
        if (silent && std::string_view(why) == kStale) return 0;
        return tx.outbox().add(outbox_row(*invoice, domain::effect::AskGateway{why, now}, now)) != 0
                   ? 1
                   : 0;
    });
}

// What is to be done about a hold now; none: not yet.
std::optional<domain::What> Reconciler::due(const domain::Invoice& invoice,
                                            domain::UtcTime now) const {
    auto margin = kHoldMargin;
    if (const auto* gateway = context_.gateways.find(invoice.gateway))
        margin = std::min(margin, hold_lasts(context_.settings, *gateway) / 4);
    if (now >= invoice.hold_ends_at - margin) return domain::fact::HoldEnds{};
    if (now >= invoice.hold_ends_at - context_.settings.hold_warning)
        return domain::fact::HoldEndsSoon{};
    return std::nullopt;
}

int Reconciler::hold(const port::Invoices::Key& key, domain::UtcTime now) {
    const auto invoice = port::look_up(context_.store, [&](const port::Tx& tx) {
        return tx.invoices().find(key.connection, key.invoice);
    });
    if (!invoice) return 0;
    if (now >= invoice->hold_ends_at) return ask(key, "hold_end", now);
    const auto what = due(*invoice, now);
    const domain::OperationId fresh{context_.random.id()};
    return port::commit(context_.store, [&](port::Tx& tx) {
        const auto before = tx.invoices().find(key.connection, key.invoice);
        if (!before) return 0;
        tx.invoices().looked_at(key, now);
        if (!what) return 0;
        const domain::Fact fact{now, fresh, *what};
        auto decision = domain::decide(*before, fact);
        if (decision.verdict != domain::Verdict::applied) return 0;
        apply(context_, tx, fact, *before, decision, {});
        return 1;
    });
}

}  // namespace tillbridge::service
