// What each word of a gateway makes of a subscription, in whatever order it comes.
#include <boost/test/unit_test.hpp>

#include "module/domain/subscription.hpp"

namespace tillbridge::domain_subscription_test {

using namespace tillbridge::domain;
using State = SubscriptionState;
using What = SubscriptionWhat;
using Verdict = SubscriptionVerdict;

namespace {

Money rub(std::int64_t minor) {
    return {minor, Currency::parse("RUB").value()};
}

UtcTime day(int number, int minute = 0) {
    return UtcTime::from_seconds(1'700'000'000 / 60 * 60 + number * 86'400 + minute * 60);
}

SubscriptionEvent event(What what, UtcTime at, std::optional<std::int64_t> number = {}) {
    SubscriptionEvent it;
    it.what = what;
    it.product = "593600";
    it.profile = "77";
    it.at = at;
    it.payment_num = number;
    if (what == What::first_payment || what == What::renewed) it.charged = rub(99'000);
    return it;
}

struct Running {
    Subscription it;

    Running() {
        auto first = event(What::first_payment, day(0), 1);
        first.cost = rub(99'000);
        first.name = "Club";
        first.next_payment_at = day(30);
        it = decide(it, first, day(0)).subscription;
        it.version = 1;
    }
    SubscriptionDecision say(const SubscriptionEvent& what) {
        auto decision = decide(it, what, day(1000));
        it = decision.subscription;
        return decision;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(domain_subscription, Running)

BOOST_AUTO_TEST_CASE(a_first_payment_begins_it) {
    BOOST_CHECK(it.state == State::active);
    BOOST_TEST(it.payments_made == 1);
    BOOST_CHECK(it.cost == rub(99'000));
    BOOST_CHECK(it.next_payment_at == day(30));
    BOOST_CHECK(it.seen_at == day(0));
}

BOOST_AUTO_TEST_CASE(its_life) {
    auto renewal = event(What::renewed, day(30), 2);
    renewal.next_payment_at = day(60);
    auto decision = say(renewal);
    BOOST_TEST(decision.healthy);
    BOOST_TEST(!decision.expected.has_value());
    BOOST_TEST(it.payments_made == 2);
    BOOST_CHECK(it.next_payment_at == day(60));

    auto reminder = event(What::upcoming_charge, day(59));
    reminder.next_payment_at = day(61);
    say(reminder);
    BOOST_CHECK(it.next_payment_at == day(61));

    auto failed = event(What::charge_failed, day(61));
    failed.error_code = "insufficient_funds";
    failed.error = "Недостаточно средств.";
    decision = say(failed);
    BOOST_CHECK(it.state == State::active);
    BOOST_TEST(it.error_code == "insufficient_funds");
    BOOST_TEST(!decision.needs_person);

    failed.what = What::charge_failed_last;
    failed.at = day(62);
    decision = say(failed);
    BOOST_CHECK(it.state == State::failed);
    BOOST_TEST(decision.needs_person);
    BOOST_CHECK(it.next_payment_at == UtcTime{});

    decision = say(event(What::reactivated, day(63)));
    BOOST_CHECK(it.state == State::active);
    BOOST_TEST(decision.healthy);
    BOOST_TEST(it.error_code == "");

    say(event(What::completed, day(64)));
    BOOST_CHECK(it.state == State::finished);
}

BOOST_AUTO_TEST_CASE(a_stop_and_its_end) {
    auto stop = event(What::deactivated, day(3));
    stop.by_buyer = true;
    say(stop);
    BOOST_CHECK(it.state == State::stopped);
    BOOST_TEST(it.stopped_by_buyer);
    BOOST_CHECK(it.next_payment_at == day(30));  // until then it runs
    say(event(What::ended, day(30)));
    BOOST_CHECK(it.state == State::finished);
    // The buyer subscribes anew.
    auto again = event(What::first_payment, day(40), 1);
    say(again);
    BOOST_CHECK(it.state == State::active);
    BOOST_TEST(!it.stopped_by_buyer);
    BOOST_TEST(it.payments_made == 1);
}

BOOST_AUTO_TEST_CASE(what_was_overtaken_changes_nothing_but_counts) {
    say(event(What::renewed, day(60), 3));
    const auto before = it;
    for (const auto what : {What::deactivated, What::charge_failed_last, What::completed,
                            What::ended, What::charge_failed, What::upcoming_charge}) {
        auto late = event(what, day(30), 2);
        late.error_code = "card_lost";
        late.next_payment_at = day(31);
        const auto decision = say(late);
        BOOST_CHECK(decision.verdict == Verdict::late);
        BOOST_CHECK(it == before);
        BOOST_TEST(!decision.needs_person);
    }
    const auto decision = say(event(What::renewed, day(30), 2));
    BOOST_CHECK(decision.verdict == Verdict::late);
    BOOST_TEST(it.payments_made == 3);
}

BOOST_AUTO_TEST_CASE(within_one_minute_an_end_is_later_than_what_is_not) {
    say(event(What::completed, day(30)));
    BOOST_CHECK(say(event(What::renewed, day(30), 2)).verdict == Verdict::late);
    BOOST_CHECK(it.state == State::finished);
    BOOST_TEST(it.payments_made == 2);
    BOOST_CHECK(say(event(What::reactivated, day(30))).verdict == Verdict::applied);
}

BOOST_AUTO_TEST_CASE(a_repeat_is_told_as_one) {
    const auto stop = event(What::deactivated, day(3));
    BOOST_CHECK(say(stop).verdict == Verdict::applied);
    BOOST_CHECK(say(stop).verdict == Verdict::repeated);
    // That a given up one is off says nothing new.
    say(event(What::charge_failed_last, day(4)));
    say(event(What::deactivated, day(5)));
    BOOST_CHECK(it.state == State::failed);
}

BOOST_AUTO_TEST_CASE(a_charge_is_held_against_price_and_discount) {
    auto renewal = event(What::renewed, day(30), 2);
    renewal.charged = rub(89'000);
    auto decision = say(renewal);
    BOOST_REQUIRE(decision.expected.has_value());
    BOOST_CHECK(*decision.expected == rub(99'000));

    it.discount = 10'000;
    it.discount_charges = 2;
    renewal.at = day(60);
    renewal.payment_num = 3;
    BOOST_TEST(!say(renewal).expected.has_value());
    BOOST_TEST(it.discount_charges == 1);
    renewal.at = day(90);
    renewal.payment_num = 4;
    BOOST_TEST(!say(renewal).expected.has_value());
    BOOST_TEST(it.discount == 0);  // used up
    renewal.at = day(120);
    renewal.payment_num = 5;
    BOOST_TEST(say(renewal).expected.has_value());

    renewal.charged = Money{99'000, Currency::parse("USD").value()};
    renewal.at = day(150);
    renewal.payment_num = 6;
    BOOST_TEST(say(renewal).expected.has_value());
}

BOOST_AUTO_TEST_CASE(a_discount_that_the_notice_tells_holds_from_then_on) {
    auto renewal = event(What::renewed, day(30), 2);
    renewal.discount = 5'000;
    renewal.discount_charges = 0;
    say(renewal);
    BOOST_TEST(due(it) == 94'000);
    it.discount = 200'000;
    BOOST_TEST(due(it) == 0);
}

BOOST_AUTO_TEST_CASE(words) {
    for (const auto state : {State::active, State::stopped, State::finished, State::failed})
        BOOST_CHECK(subscription_state(to_word(state)) == state);
    BOOST_TEST(!subscription_state("gone").has_value());
    BOOST_TEST(to_word(What::completed) == "subscription.completed");
    BOOST_TEST(to_word(Verdict::repeated) == "repeated");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::domain_subscription_test
