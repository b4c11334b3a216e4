#include "module/service/inquiries.hpp"

#include "module/service/effects.hpp"
#include "module/service/gateway_calls.hpp"

namespace tillbridge::service {
namespace {

using domain::fail;
using domain::InvoiceState;
using domain::Result;

// A buyer who pressed "pay" in the last second is given this long.
constexpr domain::Span kExpiryGrace = std::chrono::minutes(1);

bool expired(const domain::Invoice& invoice, const domain::fact::GatewayReport& report,
             domain::UtcTime now) {
    return invoice.state == InvoiceState::pending && invoice.link_expires_at &&
           now > invoice.link_expires_at + kExpiryGrace && !report.in_progress &&
           (report.status == domain::GatewayStatus::processing ||
            report.status == domain::GatewayStatus::declined);
}

}  // namespace

Result<Inquiries::Answer> Inquiries::ask(const domain::ConnectionId& connection,
                                         const domain::InvoiceId& id, const std::string& why,
                                         const domain::RequestId& request) {
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
        const auto ran = operations_.run(connection, id, create->id, false, std::nullopt, request);
        if (!ran.code.empty()) return fail(ran.code, ran.reason);
        loaded.invoice = ran.invoice;
    }

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
    auto& report = *answer.report;
    report.asked_at = asked_at;
    const auto lasts = gateway->description().hold_lasts;
    if (!report.hold_ends_at)
        report.hold_ends_at = now + (lasts.count() > 0 ? lasts : context_.settings.hold_lasts);

    auto after = port::commit(context_.store, [&](port::Tx& tx) {
        const auto before = tx.invoices().find(connection, id).value();
        const domain::Fact fact{now, domain::OperationId{context_.random.id()}, report};
        auto decision = domain::decide(before, fact);
        const std::string summary = std::string(domain::to_word(report.status)) + " (" + why + ")";
        const auto line = apply(context_, tx, fact, before, decision, request, 0, summary);
        write_calls(tx, now, before, answer.log, request, line);
        judge_clock(tx, now, *loaded.merchant, answer.log, false);
        if (!expired(decision.invoice, report, now)) return decision.invoice;
        const domain::Fact late{now, domain::OperationId{context_.random.id()},
                                domain::fact::LinkExpired{}};
        auto ended = domain::decide(decision.invoice, late);
        apply(context_, tx, late, decision.invoice, ended, request, line);
        return ended.invoice;
    });
    return Answer{std::move(after), report.in_progress};
}

}  // namespace tillbridge::service
