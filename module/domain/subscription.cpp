#include "module/domain/subscription.hpp"

#include <algorithm>
#include <array>

#include "module/domain/words.hpp"

namespace tillbridge::domain {
namespace {

using State = SubscriptionState;
using What = SubscriptionWhat;
using Verdict = SubscriptionVerdict;

constexpr std::array<std::string_view, 4> kStates{"active", "stopped", "finished", "failed"};
constexpr std::array<std::string_view, 9> kWhats{
    "subscription.first_payment",      "subscription.renewed",         "subscription.charge_failed",
    "subscription.charge_failed_last", "subscription.upcoming_charge", "subscription.deactivated",
    "subscription.reactivated",        "subscription.ended",           "subscription.completed"};
constexpr std::array<std::string_view, 3> kVerdicts{"applied", "late", "repeated"};

bool is_charge(What what) {
    return what == What::first_payment || what == What::renewed;
}

bool is_end(What what) {
    return what == What::ended || what == What::completed || what == What::charge_failed_last ||
           what == What::deactivated;
}

// Dates have whole minutes: within one, what ends a subscription comes after what does not, and a
// charge of a lower number before one of a higher.
bool is_late(const Subscription& known, const SubscriptionEvent& event) {
    if (!known.seen_at || !event.at) return false;
    const auto at = by_the_minute(event.at);
    const auto seen = by_the_minute(known.seen_at);
    if (at != seen) return at < seen;
    if (event.payment_num && *event.payment_num < known.payments_made) return true;
    return known.state != State::active && !is_end(event.what) && event.what != What::reactivated &&
           event.what != What::first_payment;
}

State state_after(State before, What what) {
    switch (what) {
        case What::first_payment:
        case What::renewed:
        case What::reactivated:
            return State::active;
        case What::charge_failed:
        case What::upcoming_charge:
            return before;
        case What::charge_failed_last:
            return State::failed;
        case What::deactivated:
            // It was given up before; that it is off says nothing new.
            return before == State::active ? State::stopped : before;
        case What::ended:
        case What::completed:
            return State::finished;
    }
    return before;
}

// What is true whenever it was said: names and counts only grow.
void learn(Subscription& it, const SubscriptionEvent& event) {
    if (it.name.empty()) it.name = event.name;
    const bool begins = event.what == What::first_payment;
    if (event.payment_num)
        it.payments_made = std::max(it.payments_made, *event.payment_num);
    else if (begins)
        it.payments_made = std::max<std::int64_t>(it.payments_made, 1);
    if (it.cost.currency.code().empty() && event.cost) it.cost = *event.cost;
}

void take_terms(Subscription& it, const SubscriptionEvent& event) {
    if (!event.name.empty()) it.name = event.name;
    if (event.cost) it.cost = *event.cost;
    if (event.discount) {
        it.discount = *event.discount;
        it.discount_charges = event.discount_charges.value_or(0);
    } else if (event.what == What::renewed && it.discount_charges > 0) {
        if (--it.discount_charges == 0) it.discount = 0;
    }
    if (event.limit) it.limit = event.limit;
}

void take_error(Subscription& it, const SubscriptionEvent& event) {
    if (is_charge(event.what) || event.what == What::reactivated) {
        it.error_code.clear();
        it.error.clear();
    } else if (!event.error_code.empty() || !event.error.empty()) {
        it.error_code = event.error_code;
        it.error = event.error;
    }
}

void take_dates(Subscription& it, const SubscriptionEvent& event) {
    const bool over = it.state == State::finished || it.state == State::failed;
    if (over)
        it.next_payment_at = {};
    else if (event.next_payment_at)
        it.next_payment_at = event.next_payment_at;
    if (event.at && by_the_minute(it.seen_at) < by_the_minute(event.at)) it.seen_at = event.at;
}

std::optional<Money> differs(const Subscription& before, const SubscriptionEvent& event) {
    if (event.what != What::renewed || !event.charged || before.cost.currency.code().empty())
        return {};
    const Money expected{due(before), before.cost.currency};
    if (*event.charged == expected) return {};
    return expected;
}

bool same_but_for_time(const Subscription& a, Subscription b) {
    b.seen_at = a.seen_at;
    b.updated_at = a.updated_at;
    return a == b;
}

}  // namespace

SubscriptionDecision decide(const Subscription& before, const SubscriptionEvent& event,
                            UtcTime now) {
    SubscriptionDecision decision{before, Verdict::applied, differs(before, event), false, false};
    Subscription& after = decision.subscription;
    // One that the buyer takes out anew counts from the beginning.
    const bool late = is_late(before, event);
    if (event.what == What::first_payment && !late && before.state != State::active)
        after.payments_made = 0;
    learn(after, event);
    if (!late) {
        after.state = state_after(before.state, event.what);
        if (after.state == State::active) after.stopped_by_buyer = false;
        if (event.what == What::deactivated && event.by_buyer) after.stopped_by_buyer = true;
        take_terms(after, event);
        take_error(after, event);
        take_dates(after, event);
        decision.needs_person = after.state == State::failed && before.state != State::failed;
        decision.healthy = is_charge(event.what) || event.what == What::reactivated;
    }
    if (late)
        decision.verdict = Verdict::late;
    else if (before.version > 0 && !is_charge(event.what) && same_but_for_time(before, after))
        decision.verdict = Verdict::repeated;
    if (after != before) after.updated_at = now;
    return decision;
}

std::int64_t due(const Subscription& subscription) {
    return std::max<std::int64_t>(0, subscription.cost.minor - subscription.discount);
}

UtcTime by_the_minute(UtcTime at) {
    constexpr std::int64_t kMinute = 60'000'000;
    return UtcTime{at.micros - at.micros % kMinute};
}

std::string_view to_word(SubscriptionState state) {
    return word_of(kStates, state);
}

std::string_view to_word(SubscriptionWhat what) {
    return word_of(kWhats, what);
}

std::string_view to_word(SubscriptionVerdict verdict) {
    return word_of(kVerdicts, verdict);
}

std::optional<SubscriptionState> subscription_state(std::string_view word) {
    return value_of<SubscriptionState>(kStates, word);
}

}  // namespace tillbridge::domain
