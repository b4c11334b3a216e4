#include "module/service/hooks.hpp"

#include <algorithm>

#include "module/domain/decide.hpp"
#include "module/port/crash_point.hpp"
#include "module/service/bot_events.hpp"
#include "module/service/effects.hpp"
#include "module/service/problems.hpp"

namespace tillbridge::service {
namespace {

using domain::fail;
using domain::Result;

std::optional<domain::Invoice> find_invoice(const port::Tx& tx, const domain::Merchant& merchant,
                                            const port::HookFact& hook) {
    std::optional<domain::Invoice> found;
    if (!hook.gateway_invoice.empty())
        found = tx.invoices().by_gateway_invoice(merchant.connection, merchant.id,
                                                 hook.gateway_invoice);
    if (!found && !hook.external_id.empty())
        found = tx.invoices().by_external_id(merchant.connection, merchant.id, hook.external_id);
    return found;
}

// Whether the hook speaks of the attempt whose link the buyer has.
bool is_ours(const domain::Invoice& invoice, const port::HookFact& hook) {
    if (!invoice.gateway_invoice.empty() && !hook.gateway_invoice.empty() &&
        invoice.gateway_invoice != hook.gateway_invoice)
        return false;
    if (hook.external_id.empty()) return true;
    return std::any_of(
        invoice.operations.begin(), invoice.operations.end(), [&](const domain::Operation& op) {
            return op.kind == domain::OperationKind::create && op.external_id == hook.external_id;
        });
}

// Where the gateway can't be asked, the hook moves the payment itself; what it knows is never older
// than what is known, in whatever order hooks overtake each other.
domain::What what_it_says(const port::HookFact& hook, const domain::Invoice& invoice,
                          domain::UtcTime now) {
    if (!hook.report || !hook.fact.external_id_matches) return hook.fact;
    auto report = *hook.report;
    report.asked_at = std::max(now, invoice.observed_at);
    return report;
}

}  // namespace

Result<Hooks::Received> Hooks::receive(const std::string& gateway_code, const std::string& token,
                                       const port::RawHook& raw, const domain::RequestId& request) {
    const auto merchant = merchants_.by_hook_token(token);
    if (!merchant || merchant->gateway.value != gateway_code) return fail("hook.token_unknown");
    auto* gateway = context_.gateways.find(merchant->gateway);
    if (gateway == nullptr) return fail("hook.token_unknown");

    auto hook = gateway->read_hook(*merchant, raw);
    if (!hook) {
        if (hook.error().code == "hook.signature_mismatch") merchants_.mistrust(*merchant);
        hook.error().params["connection"] = merchant->connection.value;
        return tl::unexpected(std::move(hook.error()));
    }
    port::crash_point("hook.verified");

    const auto now = context_.clock.now();
    const domain::OperationId fresh{context_.random.id()};
    const bool trusted_again = merchants_.trust(*merchant);
    const auto receipt = port::commit(context_.store, [&](port::Tx& tx) {
        if (trusted_again)
            clear_problem(tx, merchant->connection, "hook.signature_mismatch", merchant->id.value);
        // A later event of a subscription may name the link that began it: that is paid for.
        const bool of_invoice = !hook->subscription || hook->report;
        auto before = of_invoice ? find_invoice(tx, *merchant, *hook) : std::nullopt;
        port::InboxEvent event;
        event.connection = merchant->connection;
        event.merchant = merchant->id;
        event.digest = hook->event_key;
        event.at = now;
        if (before) {
            event.invoice = before->id;  // whose journal keeps what the hook said
        } else {
            event.word = hook->word;
            event.summary = hook->summary;
        }
        if (!tx.inbox().add(event)) return Receipt::repeated;
        port::crash_point("hook.inbox_added");
        if (!before) {
            if (!hook->subscription) return Receipt::unmatched;
            const auto told = subscriptions_.receive(tx, *merchant, *hook, before, request);
            // Of one that was sold elsewhere, or played through, a bot has nothing to hear.
            if (domain::is_bot(merchant->connection) && told == Subscriptions::Receipt::recorded)
                tell_bot_of_subscription(context_, tx, *merchant, *hook, now, request);
            return told == Subscriptions::Receipt::recorded ? Receipt::recorded
                                                            : Receipt::unmatched;
        }
        hook->fact.external_id_matches = is_ours(*before, *hook);
        const domain::Fact fact{now, fresh, what_it_says(*hook, *before, now)};
        auto decision = domain::decide(*before, fact);
        apply(context_, tx, fact, *before, decision, request, 0, hook->word, hook->summary, &*hook);
        const bool set_aside = decision.verdict == domain::Verdict::quarantined;
        if (hook->subscription) {
            // A payment that is not believed begins nothing; the right one finds what came before.
            const auto first =
                set_aside ? std::nullopt : std::optional<domain::Invoice>(decision.invoice);
            subscriptions_.receive(tx, *merchant, *hook, first, request);
        }
        return set_aside ? Receipt::quarantined : Receipt::recorded;
    });
    port::crash_point("hook.recorded");
    return Received{receipt, hook->understood ? to_word(hook->fact.status) : "unknown"};
}

}  // namespace tillbridge::service
