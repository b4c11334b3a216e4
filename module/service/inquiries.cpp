#include "module/service/inquiries.hpp"

#include "module/service/effects.hpp"
#include "module/service/gateway_calls.hpp"

namespace tillbridge::service {
namespace {

using domain::fail;
using domain::InvoiceState;
using domain::Result;

// When a hold ends: as the operator has set it, else as the gateway tells or is known to have it.
domain::UtcTime hold_end(const Context& context, const port::Gateway& gateway,
                         const domain::fact::GatewayReport& report, domain::UtcTime now) {
    const bool set = context.settings.hold_lasts.count() > 0;
    if (!set && report.hold_ends_at) return report.hold_ends_at;
    return (report.paid_at ? report.paid_at : now) + hold_lasts(context.settings, gateway);
}

// Past its end and held all the same: the store's rule decides now, as it should have before.
bool overdue(const domain::Invoice& invoice, domain::UtcTime now) {
    return invoice.state == InvoiceState::authorized && invoice.hold_ends_at &&
           now >= invoice.hold_ends_at;
}

}  // namespace

domain::Span hold_lasts(const Settings& settings, const port::Gateway& gateway) {
    // Of a gateway that does not tell and that nobody knows better.
    constexpr domain::Span kUsual = std::chrono::hours(7 * 24);
    if (settings.hold_lasts.count() > 0) return settings.hold_lasts;
    const auto known = gateway.description().hold_lasts;
    return known.count() > 0 ? known : kUsual;
}

Result<Inquiries::Answer> Inquiries::ask(const domain::ConnectionId& connection,
                                         const domain::InvoiceId& id, const std::string& why,
                                         const domain::RequestId& request, std::int64_t cause) {
    struct Loaded {
        std::optional<domain::Invoice> invoice;
        std::optional<domain::Merchant> merchant;
    };
    // Before the look at what we know: the gateway's words are judged against it.
    const auto asked_at = context_.clock.now();
    auto loaded = port::look_up(context_.store, [&](const port::Tx& tx) {
        Loaded found{tx.invoices().find(connection, id), {}};
        if (found.invoice)
            found.merchant = tx.merchants().find(connection, found.invoice->merchant);
        return found;
    });
    if (!loaded.invoice || !loaded.merchant) return fail("payment.unknown");
    auto* gateway = context_.gateways.find(loaded.invoice->gateway);
    if (gateway == nullptr) return fail("gateway.unknown");

    if (loaded.invoice->gateway_invoice.empty()) {
        // The hook was quicker than the answer to our create, or that answer was lost.
        const auto* create = loaded.invoice->last(domain::OperationKind::create);
        if (create == nullptr || !in_flight(*create)) return Answer{*loaded.invoice, false};
        if (create->state == domain::OperationState::started &&
            context_.clock.now() - create->started_at < domain::kSafetyNet)
            return fail("payment.busy");
        const auto ran =
            operations_.run(connection, id, create->id, false, std::nullopt, request, cause);
        if (!ran.code.empty()) return fail(ran.code, ran.reason);
        loaded.invoice = ran.invoice;
    }

    if (!gateway->description().capabilities.status_query)
        return Answer{end_if_dead(*loaded.invoice, request, cause), false};

    auto answer = gateway->ask(*loaded.merchant, *loaded.invoice);
    const auto now = context_.clock.now();
    if (!answer.report) {
        const auto& error = answer.report.error();
        context_.store.write([&](port::Tx& tx) {
            write_calls(tx, now, *loaded.invoice, answer.log, request);
            judge_clock(tx, now, *loaded.merchant, answer.log, error.code == "gateway.clock_skew");
        });
        return tl::unexpected(error);
    }
    context_.peer_is_back(gateway_lane(loaded.merchant->id));
    auto& report = *answer.report;
    report.asked_at = asked_at;
    report.judged_refunded = loaded.invoice->refunded;
    report.hold_ends_at = hold_end(context_, *gateway, report, now);

    auto after = port::commit(context_.store, [&](port::Tx& tx) {
        const auto before = tx.invoices().find(connection, id).value();
        const domain::Fact fact{now, domain::OperationId{context_.random.id()}, report};
        auto decision = domain::decide(before, fact);
        const std::string summary = std::string(domain::to_word(report.status)) + " (" + why + ")";
        const auto line = apply(context_, tx, fact, before, decision, request, cause, summary);
        write_calls(tx, now, before, answer.log, request, line);
        judge_clock(tx, now, *loaded.merchant, answer.log, false);
        domain::Fact late{now, domain::OperationId{context_.random.id()},
                          domain::fact::LinkExpired{}};
        if (overdue(decision.invoice, now))
            late.what = domain::fact::HoldEnds{};
        else if (!link_is_dead(decision.invoice, report, now))
            return decision.invoice;
        auto ended = domain::decide(decision.invoice, late);
        if (ended.verdict != domain::Verdict::applied) return decision.invoice;
        apply(context_, tx, late, decision.invoice, ended, request, line);
        return ended.invoice;
    });
    return Answer{std::move(after), report.in_progress};
}

// Of a gateway that can't be asked: what it had to say it has said. A word that nobody could read
// may have been money, and keeps the link alive.
domain::Invoice Inquiries::end_if_dead(const domain::Invoice& known,
                                       const domain::RequestId& request, std::int64_t cause) {
    const auto now = context_.clock.now();
    const domain::fact::GatewayReport nothing;
    if (!link_is_dead(known, nothing, now)) return known;
    return port::commit(context_.store, [&](port::Tx& tx) {
        auto before = tx.invoices().find(known.connection, known.id).value();
        if (!link_is_dead(before, nothing, now) ||
            tx.problems().find(before.connection, "invoice.status_unclear", before.id.value))
            return before;
        const domain::Fact late{now, domain::OperationId{context_.random.id()},
                                domain::fact::LinkExpired{}};
        auto ended = domain::decide(before, late);
        if (ended.verdict != domain::Verdict::applied) return before;
        apply(context_, tx, late, before, ended, request, cause);
        return ended.invoice;
    });
}

}  // namespace tillbridge::service
