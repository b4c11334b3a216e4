// Facts: everything that can happen to an invoice. CRM actions, gateway reports, results of our own
// calls and the passing of time all take the same road through decide().
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "module/domain/ids.hpp"
#include "module/domain/invoice.hpp"
#include "module/domain/money.hpp"
#include "module/domain/operation.hpp"
#include "module/domain/time.hpp"

namespace tillbridge::domain {

// What a gateway says of a payment, in our words. `processing` covers every word we do not know.
enum class GatewayStatus {
    processing,      // nothing final: wait
    declined,        // an attempt failed, the link can still be paid
    declined_final,  // failed, and the link is used up
    held,
    paid,
    voided,    // a hold was given back, by us, by the shop's cabinet or by its end
    refunded,  // everything went back
    expired,   // the link ran out unpaid
};

namespace fact {

// CRM actions. `amount` none: everything there is.

// The CRM asks anew for an invoice whose creation failed: with the store's options of now.
struct CreateAgain {
    bool two_stage = false;
    bool auto_capture = false;
    HoldEnd hold_end = HoldEnd::void_it;
};
struct Approve {
    std::optional<std::int64_t> amount;
};
struct Cancel {};
struct Refund {
    std::optional<std::int64_t> amount;
    bool distinct = false;  // its caller tells it apart from the refunds before by a key of its own
};

// The call of a planned operation begins now. `baseline`: the gateway's mark before the call.
struct OperationStarted {
    OperationId operation;
    std::string baseline;
};
// The gateway gave a link for a create.
struct LinkIssued {
    OperationId operation;
    GatewayId gateway_invoice;
    std::string pay_url;
    UtcTime expires_at;        // 0: never
    std::int64_t payable = 0;  // what the buyer is asked for; 0: the invoice's amount
    std::string product{};     // Invoice::product
};
// An operation's call ended, or the gateway was asked what became of it.
struct OperationEnded {
    OperationId operation;
    OperationState result = OperationState::unknown;
    std::string reason;        // the gateway's own words
    bool unsupported = false;  // the gateway never does such a thing: a person has to
};
// The caller of an operation was told that its outcome is not known yet.
struct ToldUnknown {
    OperationId operation;
};

// The state of the payment as read at the gateway (never straight from an unverified message).
struct GatewayReport {
    GatewayStatus status = GatewayStatus::processing;
    bool in_progress = false;              // somebody is paying right now
    Money amount;                          // held or paid sum
    std::optional<std::int64_t> refunded;  // running total, where the gateway tells it
    // What we knew to have gone back when we asked: the gateway's words are judged against it.
    std::optional<std::int64_t> judged_refunded;
    GatewayId payment;
    GatewayId second_payment;  // holds money too, beside `payment`
    bool single = false;       // speaks of `payment` alone and knows of no other
    UtcTime asked_at;          // when we asked: an older answer loses to a newer one
    UtcTime paid_at;           // 0 where the gateway does not say
    UtcTime hold_ends_at;
    std::string reason;
    std::string product;  // of a first payment of a subscription: what was subscribed to
};
// A verified hook came: nothing moves yet, the gateway is asked. The sum must fit all the same.
struct HookReceived {
    GatewayStatus status = GatewayStatus::processing;
    std::optional<Money> amount;
    bool external_id_matches = true;
};

struct ConsentGiven {};
struct ConsentRefused {
    std::string reason;
};

// Time.
struct LinkExpired {};   // past its deadline, and the gateway says that nobody is paying
struct HoldEndsSoon {};  // near its end
struct HoldEnds {};      // last moment to act

}  // namespace fact

using What =
    std::variant<fact::CreateAgain, fact::Approve, fact::Cancel, fact::Refund,
                 fact::OperationStarted, fact::LinkIssued, fact::OperationEnded, fact::ToldUnknown,
                 fact::GatewayReport, fact::HookReceived, fact::ConsentGiven, fact::ConsentRefused,
                 fact::LinkExpired, fact::HoldEndsSoon, fact::HoldEnds>;

struct Fact {
    UtcTime at;
    OperationId fresh;  // the id of the operation that this fact may give birth to
    What what;
};

std::string_view to_word(GatewayStatus status);
std::string_view to_word(const What& what);  // `crm.approve`, `gateway.report`, … for the journal

}  // namespace tillbridge::domain
