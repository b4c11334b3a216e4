// A subscription: a buyer's agreement at a gateway that it charges him again and again. It lives
// beside invoices: each charge is an invoice of its own. decide() here is the only way that the
// gateway's words change one; dates have the gateway's whole minutes, sums are minor units.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "module/domain/ids.hpp"
#include "module/domain/money.hpp"
#include "module/domain/time.hpp"

namespace tillbridge::domain {

using SubscriptionId = Id<struct SubscriptionTag>;  // ours

enum class SubscriptionState {
    active,
    stopped,   // no charge follows; what was paid for still runs
    finished,  // all charges were made, or the paid period of a stopped one ran out
    failed,    // the last attempt to charge failed, the gateway gave up
};

struct Subscription {
    ConnectionId connection;
    SubscriptionId id;
    MerchantId merchant;
    GatewayCode gateway;
    std::string product;  // the gateway's id of what is subscribed to, as links name it
    std::string profile;  // the gateway's id of the buyer

    InvoiceId invoice;  // of the first payment; empty: it was not sold by us, or not yet told
    std::string order_number;
    std::string name;
    Money cost;                         // full price of one charge; no currency: not told
    std::int64_t discount = 0;          // less at the next charges
    std::int64_t discount_charges = 0;  // how many of them; 0 with a discount: for good
    SubscriptionState state = SubscriptionState::active;
    bool stopped_by_buyer = false;      // nobody but the buyer can begin it anew
    std::int64_t payments_made = 0;     // the first one counts
    std::optional<std::int64_t> limit;  // of automatic charges
    UtcTime next_payment_at;            // 0: not known, or none follows
    std::string error_code;             // of the last charge where it failed, the gateway's word
    std::string error;                  // the same for people

    UtcTime seen_at;  // of the newest event that counted, by the gateway's clock
    UtcTime created_at;
    UtcTime updated_at;
    std::int64_t version = 0;  // raised by each save

    bool operator==(const Subscription&) const = default;
};

enum class SubscriptionWhat {
    first_payment,
    renewed,
    charge_failed,  // will be tried again
    charge_failed_last,
    upcoming_charge,
    deactivated,
    reactivated,
    ended,      // the paid period of a stopped one ran out
    completed,  // all charges were made
};

// What a gateway's verified message says of a subscription.
struct SubscriptionEvent {
    SubscriptionWhat what = SubscriptionWhat::first_payment;
    std::string product;
    std::string profile;
    std::string name;
    UtcTime at;  // 0: not told
    // renewed, first_payment: what was charged, and the gateway's number of that payment.
    std::optional<Money> charged;
    GatewayId payment;
    std::optional<Money> cost;
    std::optional<std::int64_t> discount;  // minor units of `cost`, of the charges to come
    std::optional<std::int64_t> discount_charges;
    std::optional<std::int64_t> payment_num;
    std::optional<std::int64_t> limit;
    std::string attempt;
    UtcTime next_payment_at;  // 0: not told
    std::string error_code;
    std::string error;
    bool by_buyer = false;  // deactivated
    // For finding the buyer again; kept as fingerprints only.
    std::string customer_phone;
    std::string customer_email;
    bool demo = false;  // no money moves by it, and the store does not ask for such
};

enum class SubscriptionVerdict {
    applied,
    late,      // overtaken by something newer: kept, changes nothing
    repeated,  // says what is known
};

struct SubscriptionDecision {
    Subscription subscription;
    SubscriptionVerdict verdict = SubscriptionVerdict::applied;
    // A charge that differs from what was to be charged: what it should have been.
    std::optional<Money> expected;
    bool needs_person = false;  // the gateway gave up: somebody has to act
    bool healthy = false;       // a charge succeeded: earlier trouble is over
};

// A subscription as its first known event finds it: with nothing but its names.
SubscriptionDecision decide(const Subscription& before, const SubscriptionEvent& event,
                            UtcTime now);

// What one charge costs now: the price less the discount, never below zero.
std::int64_t due(const Subscription& subscription);

// The whole minute, as the gateway dates what happened.
UtcTime by_the_minute(UtcTime at);

std::string_view to_word(SubscriptionState state);
std::string_view to_word(SubscriptionWhat what);  // `subscription.renewed`, for the journal
std::string_view to_word(SubscriptionVerdict verdict);
std::optional<SubscriptionState> subscription_state(std::string_view word);

}  // namespace tillbridge::domain
