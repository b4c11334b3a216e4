// decide(invoice, fact) → what the invoice becomes and what must follow. Pure, total, and the only
// way an invoice changes.
#pragma once

#include <vector>

#include "module/domain/effect.hpp"
#include "module/domain/fact.hpp"
#include "module/domain/invoice.hpp"
#include "module/domain/result.hpp"
#include "module/domain/transition.hpp"

namespace tillbridge::domain {

enum class Verdict {
    applied,   // the invoice or one of its operations changed
    repeated,  // a CRM action that was already carried out: answer as then (`operation` says which)
    ignored,   // allowed to come, changes nothing
    quarantined,  // amount, currency or id do not fit: nothing moves, a person decides
    refused,      // a CRM action that the state does not allow: `error` says why
};

struct Decision {
    Invoice invoice;
    std::vector<Effect> effects;
    Verdict verdict = Verdict::applied;
    Error error;            // refused only; codes: payment.*, see decide.cpp
    OperationId operation;  // the operation that a CRM action began or repeats; may be empty
};

// A repeated refund with the same amount within this time is taken for the same refund.
inline constexpr Span kRefundRepeat = std::chrono::seconds(60);
// When the outbox takes over an operation whose caller said that it would run it itself.
inline constexpr Span kSafetyNet = std::chrono::seconds(90);
// A buyer who pressed "pay" in the last second of a link is given this long.
inline constexpr Span kExpiryGrace = std::chrono::minutes(1);

Decision decide(const Invoice& before, const Fact& fact,
                const TransitionTable& table = kTransitions);

// Whether the link is dead by what the gateway has just said: its time is over, nobody is paying,
// and no word stands there that we can't read.
bool link_is_dead(const Invoice& invoice, const fact::GatewayReport& report, UtcTime now);

// What the CRM is to show of an invoice as it is now.
effect::PushStatus status_now(const Invoice& invoice);

std::string_view to_word(Verdict verdict);

}  // namespace tillbridge::domain
