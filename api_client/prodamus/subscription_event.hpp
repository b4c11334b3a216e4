// What a notice says of a subscription (PROTOCOL.md §4.6, §4.7). Pure: it reads a tree whose
// signature was checked. The codes of action and notification decide, not the flags, which the
// samples contradict.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api_client/prodamus/tree.hpp"
#include "module/domain/money.hpp"
#include "module/domain/time.hpp"

namespace tillbridge::prodamus {

// The rows of §4.7 in their order, and what fits none of them.
enum class SubscriptionWhat {
    ordinary_payment,  // not about a subscription, or its application for an instalment
    completed,         // all charges were made
    ended,             // the paid period of a deactivated one ran out
    charge_failed_last,
    deactivated,
    reactivated,
    upcoming_charge,
    charge_failed,  // will be tried again
    renewed,
    first_payment,
    unknown,
};
std::string_view to_word(SubscriptionWhat what);  // `subscription.renewed`, for the journal

struct SubscriptionEvent {
    SubscriptionWhat what = SubscriptionWhat::ordinary_payment;
    std::string id;       // of the subscription's product, which links name
    std::string profile;  // the buyer's, with which REST calls find it
    std::string name;
    std::string code;       // action_code, else notification_code
    bool by_buyer = false;  // deactivated: by the buyer, who can't come back by our call (§6.1)
    std::string error_code;
    std::string error;  // for people
    bool last_attempt = false;
    std::string payment_num;
    std::string current_attempt;
    std::string date;  // of the event, else of the charge, as it came
    std::optional<domain::UtcTime> next_payment;
    std::string cost;      // decimal text, as it came
    std::string currency;  // lower case, as it came
    bool demo = false;
};

SubscriptionEvent read_subscription(const Tree& notice);

}  // namespace tillbridge::prodamus
