// Holds: consent, capture, void, their end, and cancelling. One example each of what decide() must
// do; what the table alone says is in domain_transition_test.cpp, random lives of an invoice in
// tests/property.
#include <boost/test/unit_test.hpp>

#include "tests/unit/domain_story.hpp"

namespace tillbridge::domain::domain_decide_hold_test {
namespace {

using enum OperationState;

}  // namespace

BOOST_AUTO_TEST_SUITE(domain_decide_hold)

BOOST_AUTO_TEST_CASE(a_hold_is_shown_and_the_crm_is_asked_for_consent) {
    Story story(true);
    story.held();
    BOOST_TEST(story.pushed() == "waitingForCapture");
    BOOST_TEST(story.effects<effect::AskConsent>().size() == 1U);
    BOOST_TEST(story.invoice.authorized == 1000);
}

BOOST_AUTO_TEST_CASE(an_automatic_capture_waits_for_the_consent) {
    Story story(true, true);
    story.held();
    BOOST_TEST(story.invoice.operations.size() == 1U);
    story.tell(fact::ConsentGiven{});
    BOOST_CHECK(story.op().kind == OperationKind::capture);
    BOOST_CHECK(story.op().origin == Origin::automatic);
    BOOST_TEST(story.runs(story.op().id));
    BOOST_CHECK(story.tell(fact::ConsentGiven{}).verdict == Verdict::ignored);
}

BOOST_AUTO_TEST_CASE(consent_alone_captures_nothing_where_the_manager_decides) {
    Story story(true);
    story.held();
    story.tell(fact::ConsentGiven{});
    BOOST_TEST(story.last.effects.empty());
}

BOOST_AUTO_TEST_CASE(a_refused_consent_voids_the_hold) {
    Story story(true, true);
    story.held();
    story.tell(fact::ConsentRefused{"out of stock"});
    BOOST_CHECK(story.op().kind == OperationKind::void_hold);
    story.tell(fact::OperationStarted{story.op().id, ""});
    story.ended(story.op().id, succeeded);
    BOOST_TEST(to_word(story.invoice.state) == "canceled");
    BOOST_TEST(story.push().reason == "canceled.consent_refused");
    BOOST_TEST(story.push().reason_detail == "out of stock");
}

BOOST_AUTO_TEST_CASE(a_manager_needs_no_consent) {
    Story story(true);
    story.held();
    story.tell(fact::Approve{});
    BOOST_CHECK(story.op().kind == OperationKind::capture);
    BOOST_CHECK(story.op().state == started);
    story.ended(story.op().id, succeeded);
    BOOST_TEST(story.pushed() == "succeeded");
    BOOST_CHECK(story.tell(fact::Approve{}).verdict == Verdict::repeated);
    BOOST_TEST(story.tell(fact::Approve{1}).error.code == "payment.already_captured");
}

BOOST_AUTO_TEST_CASE(no_more_is_captured_than_is_held) {
    Story story(true);
    story.held();
    BOOST_TEST(story.tell(fact::Approve{1001}).error.code == "payment.amount_too_large");
    BOOST_TEST(story.last.error.params.at("left") == "10.00 UAH");
    BOOST_TEST(story.tell(fact::Approve{0}).error.code == "payment.amount_invalid");
}

BOOST_AUTO_TEST_CASE(one_change_at_a_time) {
    Story story(true);
    story.held();
    story.tell(fact::Approve{});
    BOOST_TEST(story.tell(fact::Cancel{}).error.code == "payment.busy");
    BOOST_TEST(story.tell(fact::Approve{}).error.code == "payment.busy");
    BOOST_CHECK(story.tell(fact::HoldEnds{}).verdict == Verdict::ignored);
}

BOOST_AUTO_TEST_CASE(a_report_settles_an_operation_whose_answer_was_lost) {
    Story story(true);
    story.held();
    story.tell(fact::Cancel{});
    const auto op = story.op().id;
    story.ended(op, unknown);
    story.report(GatewayStatus::voided);
    BOOST_TEST(to_word(story.invoice.state) == "canceled");
    BOOST_TEST(story.push().reason == "canceled.manager");
    BOOST_CHECK(story.ended(op, refused).verdict == Verdict::ignored);
}

BOOST_AUTO_TEST_CASE(a_hold_that_nobody_confirmed_is_voided_at_its_end) {
    Story story(true);
    story.held();
    story.tell(fact::HoldEndsSoon{});
    BOOST_TEST(story.raises("invoice.hold_ends_soon"));
    BOOST_CHECK(story.tell(fact::HoldEndsSoon{}).verdict == Verdict::ignored);
    story.tell(fact::HoldEnds{});
    BOOST_CHECK(story.op().kind == OperationKind::void_hold);
    story.tell(fact::OperationStarted{story.op().id, ""});
    story.ended(story.op().id, succeeded);
    BOOST_TEST(story.push().reason == "canceled.hold_expired");
    BOOST_TEST(story.clears("invoice.hold_ends_soon"));
}

BOOST_AUTO_TEST_CASE(or_captured_once_the_crm_agrees_anew) {
    Story story(true);
    story.invoice.hold_end = HoldEnd::capture_it;
    story.held();
    story.tell(fact::ConsentGiven{});
    story.tell(fact::HoldEnds{});
    BOOST_TEST(story.effects<effect::AskConsent>().size() == 1U);
    BOOST_TEST(story.invoice.operations.size() == 1U);
    story.tell(fact::ConsentGiven{});
    BOOST_CHECK(story.op().kind == OperationKind::capture);
}

BOOST_AUTO_TEST_CASE(a_refused_automatic_capture_calls_a_person_and_looks) {
    Story story(true, true);
    story.held();
    story.tell(fact::ConsentGiven{});
    story.tell(fact::OperationStarted{story.op().id, ""});
    story.ended(story.op().id, refused);
    BOOST_TEST(story.raises("invoice.capture_refused"));
    BOOST_TEST(story.asks("capture_refused"));
    BOOST_CHECK(story.effects<effect::AskGateway>()[0].not_before == story.now + minutes(1));
    // Still held: once more, until a person has to look.
    for (int tries = 2; tries <= 3; ++tries) {
        const auto before = story.op().id;
        story.report(GatewayStatus::held);
        BOOST_CHECK(story.op().id != before);
        BOOST_CHECK(story.op().kind == OperationKind::capture);
        story.ended(story.op().id, refused);
    }
    const auto last = story.op().id;
    story.report(GatewayStatus::held);
    BOOST_CHECK(story.op().id == last);
    // However the hold ends, nobody needs to look any more.
    story.report(GatewayStatus::voided);
    BOOST_TEST(story.clears("invoice.capture_refused"));
}

BOOST_AUTO_TEST_CASE(an_automatic_capture_comes_about_though_a_manager_was_in_its_way) {
    Story story(true, true);
    story.held();
    story.tell(fact::Approve{600});
    const auto by_hand = story.op().id;
    story.ended(by_hand, unknown);
    story.tell(fact::ConsentGiven{});
    BOOST_CHECK(story.op().id == by_hand);
    story.ended(by_hand, not_done);
    BOOST_CHECK(story.op().kind == OperationKind::capture);
    BOOST_CHECK(story.op().origin == Origin::automatic);
    BOOST_TEST(story.op().amount == 600);  // no more than the manager confirmed
}

// Money that a manager meant to give back is not taken because the gateway would not hear of it.
BOOST_AUTO_TEST_CASE(a_cancel_that_fails_is_no_reason_to_capture) {
    for (const auto end : {refused, not_done}) {
        Story story(true, true);
        story.invoice.hold_end = HoldEnd::capture_it;
        story.held();
        story.tell(fact::Cancel{});
        const auto cancel = story.op().id;
        story.tell(fact::ConsentGiven{});
        story.ended(cancel, end);
        story.report(GatewayStatus::held);
        BOOST_CHECK(story.op().id == cancel);
        // At the end it goes back, whatever the store does with others.
        story.tell(fact::HoldEnds{});
        BOOST_CHECK(story.op().id != cancel);
        BOOST_CHECK(story.op().kind == OperationKind::void_hold);
        // Who confirms after all is heard.
        Story other(true, true);
        other.held();
        other.tell(fact::Cancel{});
        other.ended(other.op().id, end);
        other.tell(fact::Approve{});
        BOOST_CHECK(other.op().kind == OperationKind::capture);
    }
}

BOOST_AUTO_TEST_CASE(at_its_end_a_hold_that_the_crm_agreed_to_take_is_taken) {
    Story story(true, true);
    story.held();
    story.tell(fact::ConsentGiven{});
    story.ended(story.op().id, refused);
    story.tell(fact::HoldEnds{});
    BOOST_CHECK(story.op().kind == OperationKind::capture);
    // Not where nobody wanted it at once.
    Story other(true);
    other.held();
    other.tell(fact::ConsentGiven{});
    other.tell(fact::HoldEnds{});
    BOOST_CHECK(other.op().kind == OperationKind::void_hold);
}

// Cancel, and money that comes all the same

BOOST_AUTO_TEST_CASE(a_cancel_kills_the_link_and_keeps_an_eye_on_it) {
    Story story;
    story.canceled();
    BOOST_TEST(story.push().reason == "canceled.manager");
    BOOST_TEST(story.asks("late"));
    BOOST_CHECK(story.tell(fact::Cancel{}).verdict == Verdict::repeated);
}

BOOST_AUTO_TEST_CASE(a_cancel_may_come_before_the_link) {
    Story story;
    story.tell(fact::Cancel{});
    story.linked();
    BOOST_TEST(to_word(story.invoice.state) == "canceled");
    BOOST_TEST(story.asks("late"));
}

BOOST_AUTO_TEST_CASE(a_late_hold_is_voided_and_late_money_refunded_in_silence) {
    Story held(true);
    held.canceled();
    held.report(GatewayStatus::held);
    BOOST_CHECK(held.op().kind == OperationKind::void_hold);
    BOOST_CHECK(held.op().origin == Origin::compensation);
    BOOST_TEST(held.pushed() == "");

    Story paid;
    paid.canceled();
    paid.report(GatewayStatus::paid);
    BOOST_CHECK(paid.op().kind == OperationKind::refund);
    const auto op = paid.op().id;
    paid.report(GatewayStatus::paid);
    BOOST_CHECK(paid.op().id == op);
    paid.tell(fact::OperationStarted{op, ""});
    paid.ended(op, succeeded);
    BOOST_TEST(paid.invoice.refunded == 1000);
    BOOST_TEST(paid.pushed() == "");
    BOOST_TEST(to_word(paid.invoice.state) == "canceled");
}

BOOST_AUTO_TEST_CASE(money_that_cannot_be_sent_back_needs_a_person) {
    Story story;
    story.canceled();
    for (int each = 0; each < 3; ++each) {
        story.report(GatewayStatus::paid);
        story.tell(fact::OperationStarted{story.op().id, ""});
        story.ended(story.op().id, refused);
    }
    BOOST_TEST(story.raises("invoice.money_stuck"));
    const auto tried = story.invoice.operations.size();
    story.report(GatewayStatus::paid);
    BOOST_TEST(story.invoice.operations.size() == tried);
    BOOST_TEST(story.raises("invoice.money_stuck"));
    story.report(GatewayStatus::refunded);
    BOOST_TEST(story.clears("invoice.money_stuck"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::domain::domain_decide_hold_test
