// The rules of decide(), one example each. What the table alone says is in
// domain_transition_test.cpp; random lives of an invoice are in tests/property.
#include <boost/test/unit_test.hpp>

#include "tests/unit/domain_story.hpp"

namespace tillbridge::domain {
namespace {

using enum OperationState;

}  // namespace

BOOST_AUTO_TEST_SUITE(domain_decide)

// Links

BOOST_AUTO_TEST_CASE(a_link_makes_it_pending_and_the_crm_hears_it_a_moment_later) {
    Story story;
    story.linked();
    BOOST_TEST(to_word(story.invoice.state) == "pending");
    BOOST_TEST(story.invoice.pay_url == "https://g");
    BOOST_TEST(story.pushed() == "pending");
    BOOST_CHECK(story.push().not_before == story.now + seconds(1));
    BOOST_TEST(story.push().cancellable);
    BOOST_TEST(!story.push().with_link);
}

BOOST_AUTO_TEST_CASE(a_link_whose_caller_gave_up_is_sent_to_the_crm) {
    Story story;
    story.tell(fact::OperationEnded{OperationId{"create"}, unknown, ""});
    story.tell(fact::ToldUnknown{OperationId{"create"}});
    story.linked();
    BOOST_TEST(story.push().with_link);
}

BOOST_AUTO_TEST_CASE(a_link_that_came_while_its_caller_was_told_otherwise_is_sent_too) {
    Story story;
    story.linked();
    story.tell(fact::ToldUnknown{OperationId{"create"}});
    BOOST_TEST(story.pushed() == "pending");
    BOOST_TEST(story.push().with_link);
    BOOST_CHECK(story.tell(fact::ToldUnknown{OperationId{"create"}}).verdict == Verdict::ignored);
}

BOOST_AUTO_TEST_CASE(a_refused_creation_fails_and_may_be_tried_anew_under_another_name) {
    Story story;
    story.ended(OperationId{"create"}, refused);
    BOOST_TEST(to_word(story.invoice.state) == "failed");
    BOOST_TEST(story.pushed() == "");
    story.tell(fact::CreateAgain{true, true, HoldEnd::capture_it});
    BOOST_TEST(to_word(story.invoice.state) == "creating");
    BOOST_TEST(story.invoice.two_stage);
    BOOST_TEST(story.op().external_id == "i-2");
    BOOST_TEST(story.runs(story.op().id));
}

BOOST_AUTO_TEST_CASE(creating_anew_what_lives_is_a_conflict) {
    Story story;
    story.linked();
    BOOST_TEST(story.tell(fact::CreateAgain{}).error.code == "payment.conflict");
}

BOOST_AUTO_TEST_CASE(an_unknown_creation_is_not_a_failed_one) {
    Story story;
    story.ended(OperationId{"create"}, unknown);
    BOOST_TEST(to_word(story.invoice.state) == "creating");
    story.ended(OperationId{"create"}, not_done);
    BOOST_TEST(to_word(story.invoice.state) == "failed");
}

// What the gateway says

BOOST_AUTO_TEST_CASE(an_unknown_word_means_pending_and_is_shown_to_a_person) {
    Story story;
    story.linked();
    auto report = report_of(GatewayStatus::processing, story.now);
    report.reason = "CLOSED";
    story.tell(report);
    BOOST_TEST(to_word(story.invoice.state) == "pending");
    BOOST_TEST(story.raises("invoice.status_unclear"));
    // Until it is clear again, or plainly on its way.
    report.in_progress = true;
    story.tell(report);
    BOOST_TEST(!story.raises("invoice.status_unclear"));
    BOOST_TEST(story.clears("invoice.status_unclear"));
    story.report(GatewayStatus::paid);
    BOOST_TEST(story.clears("invoice.status_unclear"));
}

// FINISHED/CLOSED may be the buyer's money: such a link has not run out unpaid.
BOOST_AUTO_TEST_CASE(an_unknown_word_never_ends_a_link) {
    Story story;
    story.linked();
    auto report = report_of(GatewayStatus::processing, story.now);
    BOOST_TEST(!link_is_dead(story.invoice, report, story.now));
    story.invoice.link_expires_at = story.now;
    BOOST_TEST(!link_is_dead(story.invoice, report, story.now + minutes(1)));
    const auto late = story.now + minutes(1) + seconds(1);
    BOOST_TEST(link_is_dead(story.invoice, report, late));
    report.reason = "FINISHED/CLOSED";
    BOOST_TEST(!link_is_dead(story.invoice, report, late));
    report.reason.clear();
    report.in_progress = true;
    BOOST_TEST(!link_is_dead(story.invoice, report, late));
    report = report_of(GatewayStatus::declined, story.now);
    report.reason = "CANCELED/REJECTED";
    BOOST_TEST(link_is_dead(story.invoice, report, late));
    report.status = GatewayStatus::paid;
    BOOST_TEST(!link_is_dead(story.invoice, report, late));
    story.report(GatewayStatus::held);
    BOOST_TEST(!link_is_dead(story.invoice, report_of(GatewayStatus::declined, story.now), late));
}

BOOST_AUTO_TEST_CASE(two_payments_over_one_link_are_shown_to_a_person) {
    Story story;
    story.linked();
    auto report = report_of(GatewayStatus::paid, story.now);
    report.second_payment = GatewayId{"p2"};
    story.tell(report);
    BOOST_TEST(to_word(story.invoice.state) == "paid");
    BOOST_TEST(story.raises("invoice.paid_twice"));
    story.report(GatewayStatus::paid);
    BOOST_TEST(story.clears("invoice.paid_twice"));
}

BOOST_AUTO_TEST_CASE(an_older_report_that_knows_of_money_makes_us_look_again) {
    Story story;
    story.linked();
    story.tell(report_of(GatewayStatus::processing, story.now));
    const auto& late = story.tell(report_of(GatewayStatus::paid, story.now - seconds(1)));
    BOOST_CHECK(late.verdict == Verdict::applied);
    BOOST_TEST(to_word(story.invoice.state) == "pending");
    BOOST_TEST(story.asks("older"));
    story.report(GatewayStatus::paid);
    story.tell(report_of(GatewayStatus::held, story.now - seconds(1)));
    BOOST_CHECK(story.last.verdict == Verdict::ignored);
}

BOOST_AUTO_TEST_CASE(running_totals_of_refunds_must_make_sense) {
    Story story;
    story.paid();
    auto report = report_of(GatewayStatus::paid, story.now);
    report.refunded = 1001;
    BOOST_CHECK(story.tell(report).verdict == Verdict::quarantined);
    BOOST_TEST(story.raises("invoice.amount_mismatch"));
    story.add(OperationKind::refund, Origin::manager, started, 400, "mine");
    story.ended(OperationId{"mine"}, succeeded);
    // Asked before the refund of 400 was booked, which may be all that it speaks of.
    report.refunded = 600;
    report.judged_refunded = 0;
    story.tell(report);
    BOOST_TEST(story.asks("refund"));
    BOOST_TEST(story.invoice.refunded == 400);
    report.judged_refunded = 400;
    story.tell(report);
    BOOST_TEST(story.invoice.refunded == 600);
    report.judged_refunded = 600;
    report.refunded = 100;
    story.tell(report);
    BOOST_TEST(story.raises("invoice.status_unclear"));
    BOOST_TEST(story.invoice.refunded == 600);
}

// Whether a void shows as CANCELED or as REVERSED is the gateway's affair.
BOOST_AUTO_TEST_CASE(a_hold_that_is_being_voided_is_no_sale_that_came_back) {
    Story story(true);
    story.held();
    story.tell(fact::Cancel{});
    story.report(GatewayStatus::refunded);
    BOOST_TEST(to_word(story.invoice.state) == "canceled");
    BOOST_TEST(story.pushed() == "canceled");
    BOOST_TEST(story.invoice.captured == 0);
    BOOST_CHECK(story.op().state == succeeded);
}

BOOST_AUTO_TEST_CASE(what_the_crm_is_to_show_now) {
    Story story;
    BOOST_CHECK(status_now(story.invoice).status == CrmStatus::pending);
    story.paid();
    BOOST_CHECK(status_now(story.invoice).status == CrmStatus::succeeded);
    BOOST_TEST(status_now(story.invoice).amount == 1000);
    BOOST_TEST(status_now(story.invoice).refundable);
    Story over;
    over.canceled();
    BOOST_CHECK(status_now(over.invoice).status == CrmStatus::canceled);
    BOOST_TEST(status_now(over.invoice).reason == "canceled.manager");
}

BOOST_AUTO_TEST_CASE(a_decline_that_the_link_survives_stays_pending_with_its_reason) {
    Story story;
    story.linked();
    auto report = report_of(GatewayStatus::declined, story.now);
    report.reason = "no money";
    story.tell(report);
    BOOST_TEST(to_word(story.invoice.state) == "pending");
    BOOST_TEST(story.push().reason == "declined.retry");
    BOOST_TEST(story.push().reason_detail == "no money");
    BOOST_CHECK(story.tell(report).verdict == Verdict::ignored);
    story.report(GatewayStatus::paid);
    BOOST_TEST(story.pushed() == "succeeded");
    BOOST_TEST(story.invoice.reason == "");
}

BOOST_AUTO_TEST_CASE(a_payment_is_told_with_its_sum_and_moment) {
    Story story;
    story.linked();
    auto report = report_of(GatewayStatus::paid, story.now);
    report.paid_at = story.now - minutes(2);
    story.tell(report);
    BOOST_TEST(story.push().amount == 1000);
    BOOST_CHECK(story.push().paid_at == story.now - minutes(2));
    BOOST_TEST(story.push().refundable);
}

BOOST_AUTO_TEST_CASE(the_older_of_two_reports_loses) {
    Story story;
    story.linked();
    story.tell(report_of(GatewayStatus::paid, story.now));
    const auto before = story.invoice;
    const auto& late = story.tell(report_of(GatewayStatus::declined_final, story.now - seconds(1)));
    BOOST_CHECK(late.verdict == Verdict::ignored);
    BOOST_CHECK(story.invoice == before);
}

BOOST_AUTO_TEST_CASE(another_sum_or_currency_is_quarantined) {
    Story story;
    story.linked();
    const auto before = story.invoice;
    BOOST_CHECK(story.report(GatewayStatus::paid, 999).verdict == Verdict::quarantined);
    BOOST_TEST(story.raises("invoice.amount_mismatch"));
    BOOST_TEST(story.last.effects.size() == 1U);
    auto report = report_of(GatewayStatus::held, story.now);
    report.amount = {1000, Currency::parse("USD").value()};
    BOOST_CHECK(story.tell(report).verdict == Verdict::quarantined);
    BOOST_CHECK(story.invoice == before);
    story.report(GatewayStatus::paid);
    BOOST_TEST(story.clears("invoice.amount_mismatch"));
}

BOOST_AUTO_TEST_CASE(a_verified_hook_moves_nothing_and_asks) {
    Story story;
    story.linked();
    story.tell(fact::HookReceived{GatewayStatus::paid, uah(1000), true});
    BOOST_TEST(to_word(story.invoice.state) == "pending");
    BOOST_TEST(story.asks("hook"));
    BOOST_CHECK(story.tell(fact::HookReceived{GatewayStatus::paid, uah(1), true}).verdict ==
                Verdict::quarantined);
    BOOST_CHECK(story.tell(fact::HookReceived{GatewayStatus::paid, uah(1000), false}).verdict ==
                Verdict::quarantined);
}

BOOST_AUTO_TEST_CASE(the_sum_of_a_capture_that_was_asked_for_fits) {
    Story story(true);
    story.held();
    story.tell(fact::Approve{600});
    story.tell(fact::HookReceived{GatewayStatus::paid, uah(600), true});
    BOOST_TEST(story.asks("hook"));
    story.report(GatewayStatus::paid, 600);
    BOOST_TEST(story.invoice.captured == 600);
    BOOST_CHECK(story.op().state == succeeded);
}

// Holds

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

// Refunds

BOOST_AUTO_TEST_CASE(refunds_are_a_sum_and_each_is_told_with_its_id) {
    Story story;
    story.paid();
    story.tell(fact::Refund{400});
    const auto first = story.op().id;
    BOOST_CHECK(story.op().state == planned);
    story.tell(fact::OperationStarted{first, "mark"});
    BOOST_TEST(story.op().baseline == "mark");
    story.ended(first, succeeded);
    BOOST_TEST(story.pushed() == "succeeded");
    BOOST_CHECK(story.push().refund->id == first);
    BOOST_TEST(story.push().refundable);
    story.tell(fact::Refund{});
    BOOST_TEST(story.op().amount == 600);
    story.ended(story.op().id, succeeded);
    BOOST_TEST(story.pushed() == "refundSucceeded");
    BOOST_TEST(to_word(story.invoice.state) == "refunded");
    story.wait(minutes(2));
    BOOST_TEST(story.tell(fact::Refund{}).error.code == "payment.already_refunded");
}

BOOST_AUTO_TEST_CASE(the_same_sum_within_a_minute_is_the_same_refund) {
    Story story;
    story.paid();
    story.tell(fact::Refund{400});
    const auto first = story.op().id;
    BOOST_CHECK(story.tell(fact::Refund{400}).operation == first);
    BOOST_TEST(story.tell(fact::Refund{300}).error.code == "payment.busy");
    story.ended(first, succeeded);
    story.wait(seconds(59));
    BOOST_CHECK(story.tell(fact::Refund{400}).verdict == Verdict::repeated);
    story.wait(seconds(1));
    BOOST_CHECK(story.tell(fact::Refund{400}).verdict == Verdict::applied);
    BOOST_CHECK(story.op().id != first);
}

BOOST_AUTO_TEST_CASE(a_refund_that_went_wrong_is_no_repeat) {
    Story story;
    story.paid();
    story.tell(fact::Refund{400});
    story.ended(story.op().id, refused);
    BOOST_TEST(story.pushed() == "");
    BOOST_CHECK(story.tell(fact::Refund{400}).verdict == Verdict::applied);
}

BOOST_AUTO_TEST_CASE(who_was_told_not_known_yet_hears_the_end) {
    Story story;
    story.paid();
    story.tell(fact::Refund{400});
    const auto op = story.op().id;
    story.ended(op, unknown);
    story.tell(fact::ToldUnknown{op});
    story.ended(op, not_done);
    BOOST_CHECK(story.push().refund->id == op);
    BOOST_TEST(!story.push().refund->succeeded);
    BOOST_TEST(story.push().refund->comment == "refund.not_done");
}

BOOST_AUTO_TEST_CASE(a_refund_that_failed_while_its_caller_was_being_told_is_told_too) {
    Story story;
    story.paid();
    story.tell(fact::Refund{400});
    const auto op = story.op().id;
    story.ended(op, unknown);
    story.ended(op, not_done);
    story.tell(fact::ToldUnknown{op});
    BOOST_CHECK(story.push().refund->id == op);
    BOOST_TEST(!story.push().refund->succeeded);
}

BOOST_AUTO_TEST_CASE(a_refund_of_the_cabinet_gets_an_id_and_a_block) {
    Story story;
    story.paid();
    auto report = report_of(GatewayStatus::paid, story.now + seconds(1));
    report.refunded = 300;
    story.tell(report);
    BOOST_CHECK(story.op().origin == Origin::gateway);
    BOOST_TEST(story.push().refund->amount == 300);
    BOOST_TEST(story.push().refund->comment == "refund.external");
    story.report(GatewayStatus::refunded);
    BOOST_TEST(story.op().amount == 700);
    BOOST_TEST(to_word(story.invoice.state) == "refunded");
}

BOOST_AUTO_TEST_CASE(paid_and_given_back_before_we_looked_is_told_step_by_step) {
    Story story;
    story.linked();
    story.report(GatewayStatus::refunded);
    BOOST_TEST(story.pushed() == "succeeded refundSucceeded");
    BOOST_TEST(story.invoice.refunded == 1000);
}

BOOST_AUTO_TEST_CASE(a_test_link_is_nothing_to_the_crm) {
    Story story(true, true);
    story.invoice.test = true;
    story.held();
    BOOST_TEST(story.pushed() == "");
    BOOST_TEST(story.effects<effect::AskConsent>().empty());
    BOOST_CHECK(story.op().kind == OperationKind::capture);
}

// Sequences that the property suite found, kept as small as it left them

BOOST_AUTO_TEST_CASE(found_a_waiting_compensation_is_not_planned_twice) {
    Story story;
    story.canceled();
    story.report(GatewayStatus::paid);
    const auto op = story.op().id;
    story.tell(fact::OperationStarted{op, ""});
    story.ended(op, not_done);
    story.report(GatewayStatus::paid);
    BOOST_CHECK(story.op().id == op);
    BOOST_CHECK(story.tell(fact::OperationStarted{op, ""}).verdict == Verdict::applied);
}

BOOST_AUTO_TEST_CASE(found_a_manager_takes_the_place_of_a_waiting_capture) {
    Story story(true, true);
    story.held();
    story.tell(fact::ConsentGiven{});
    const auto capture = story.op().id;
    story.tell(fact::OperationStarted{capture, ""});
    story.ended(capture, not_done);
    story.tell(fact::Cancel{});
    BOOST_CHECK(story.op().kind == OperationKind::void_hold);
    BOOST_CHECK(story.tell(fact::OperationStarted{capture, ""}).verdict == Verdict::ignored);
    BOOST_TEST(story.invoice.find(capture)->reason == "superseded");
}

BOOST_AUTO_TEST_CASE(found_a_planned_void_is_called_off_when_the_cabinet_captured) {
    Story story(true);
    story.held();
    story.tell(fact::HoldEnds{});
    const auto op = story.op().id;
    auto report = report_of(GatewayStatus::paid, story.now + seconds(1));
    report.refunded = 500;
    story.tell(report);
    BOOST_TEST(story.pushed() == "succeeded succeeded");
    BOOST_TEST(story.invoice.refunded == 500);
    BOOST_CHECK(story.tell(fact::OperationStarted{op, ""}).verdict == Verdict::ignored);
}

BOOST_AUTO_TEST_CASE(found_captured_while_its_compensating_void_was_lost_is_refunded) {
    Story story(true);
    story.canceled();
    story.report(GatewayStatus::held);
    const auto op = story.op().id;
    story.tell(fact::OperationStarted{op, ""});
    story.report(GatewayStatus::paid);
    story.ended(op, unknown);
    story.ended(op, not_done);
    BOOST_CHECK(story.op().kind == OperationKind::refund);
    BOOST_TEST(story.runs(story.op().id));
}

BOOST_AUTO_TEST_CASE(found_a_cabinet_refund_beside_ours_is_looked_at_again) {
    Story story;
    story.paid();
    story.tell(fact::Refund{200});
    auto report = report_of(GatewayStatus::paid, story.now + seconds(1));
    report.refunded = 300;
    story.tell(report);
    BOOST_TEST(story.asks("refund"));
    BOOST_TEST(story.invoice.refunded == 0);
}

BOOST_AUTO_TEST_CASE(found_a_part_refunded_before_we_looked_is_booked) {
    Story story;
    story.linked();
    auto report = report_of(GatewayStatus::paid, story.now + seconds(1));
    report.refunded = 300;
    story.tell(report);
    BOOST_TEST(story.pushed() == "succeeded succeeded");
    BOOST_TEST(story.invoice.refunded == 300);
}

BOOST_AUTO_TEST_CASE(found_only_what_is_left_is_sent_back) {
    Story story;
    story.canceled();
    auto report = report_of(GatewayStatus::paid, story.now + seconds(1));
    report.refunded = 300;
    story.tell(report);
    BOOST_TEST(story.op().amount == 700);
    BOOST_TEST(story.invoice.authorized == 1000);
}

BOOST_AUTO_TEST_CASE(found_a_cabinet_refund_between_two_clicks_does_not_make_two_refunds) {
    Story story;
    story.paid();
    story.tell(fact::Refund{200});
    const auto first = story.op().id;
    story.ended(first, succeeded);
    auto report = report_of(GatewayStatus::paid, story.now + seconds(1));
    report.refunded = 300;
    story.tell(report);
    BOOST_CHECK(story.op().origin == Origin::gateway);
    const auto& again = story.tell(fact::Refund{200});
    BOOST_CHECK(again.verdict == Verdict::repeated);
    BOOST_CHECK(again.operation == first);
}

BOOST_AUTO_TEST_CASE(found_a_refused_hold_is_voided_once_a_failed_capture_is_out_of_the_way) {
    Story story(true);
    story.held();
    story.tell(fact::Approve{});
    const auto capture = story.op().id;
    story.tell(fact::ConsentRefused{"no"});
    BOOST_CHECK(story.op().id == capture);
    story.ended(capture, not_done);
    BOOST_CHECK(story.op().kind == OperationKind::void_hold);
    BOOST_CHECK(story.op().origin == Origin::automatic);
}

BOOST_AUTO_TEST_CASE(found_a_refused_void_of_a_refused_hold_is_tried_again) {
    Story story(true);
    story.held();
    story.tell(fact::ConsentRefused{"no"});
    const auto first = story.op().id;
    story.tell(fact::OperationStarted{first, ""});
    story.ended(first, refused);
    BOOST_TEST(story.asks("void_refused"));
    const auto next = story.effects<effect::AskGateway>()[0].not_before;
    BOOST_CHECK(next == story.now + minutes(1));
    story.report(GatewayStatus::held);  // sooner than that: the question is put off
    BOOST_CHECK(story.op().id == first);
    BOOST_CHECK(story.effects<effect::AskGateway>()[0].not_before == next);
    story.wait(minutes(1));
    story.report(GatewayStatus::held);
    BOOST_CHECK(story.op().id != first);
    BOOST_CHECK(story.op().kind == OperationKind::void_hold);
}

BOOST_AUTO_TEST_CASE(a_void_that_is_refused_calls_a_person_and_goes_on_once_a_day) {
    Story story(true);
    story.held();
    story.tell(fact::ConsentRefused{"no"});
    for (const auto pause :
         {Span(minutes(1)), Span(minutes(4)), Span(hours(24)), Span(hours(24))}) {
        const auto id = story.op().id;
        story.tell(fact::OperationStarted{id, ""});
        story.ended(id, refused);
        BOOST_CHECK(story.effects<effect::AskGateway>()[0].not_before == story.now + pause);
        BOOST_TEST(story.raises("invoice.money_stuck") == (pause == hours(24)));
        story.wait(pause);
        story.report(GatewayStatus::held);
        BOOST_CHECK(story.op().id != id);
    }
    story.ended(story.op().id, succeeded);
    BOOST_TEST(to_word(story.invoice.state) == "canceled");
    BOOST_TEST(story.clears("invoice.money_stuck"));
}

BOOST_AUTO_TEST_CASE(found_a_hold_seen_late_is_not_voided_once_it_became_money) {
    Story story(true);
    story.canceled();
    story.tell(report_of(GatewayStatus::paid, story.now));
    story.tell(fact::OperationStarted{story.op().id, ""});
    story.ended(story.op().id, succeeded);
    story.tell(report_of(GatewayStatus::held, story.now));
    BOOST_CHECK(story.op().kind == OperationKind::refund);
    BOOST_TEST(story.effects<effect::RunOperation>().empty());
    BOOST_TEST(story.clears("invoice.amount_mismatch"));
}

BOOST_AUTO_TEST_CASE(found_a_failed_creation_that_was_paid_gets_no_second_link) {
    Story story;
    story.ended(OperationId{"create"}, refused);
    story.report(GatewayStatus::held);
    BOOST_CHECK(story.op().origin == Origin::compensation);
    BOOST_TEST(story.tell(fact::CreateAgain{}).error.code == "payment.conflict");
}

// Asked while a partial refund was under way, answered after it was booked: what the gateway calls
// refunded may be that refund alone. Asked afterwards, it is a refund of the cabinet.
BOOST_AUTO_TEST_CASE(found_a_report_asked_before_a_refund_was_booked) {
    Invoice invoice;
    invoice.id = InvoiceId{"i"};
    invoice.amount = Money{10000, Currency::parse("UAH").value()};
    invoice.state = InvoiceState::paid;
    invoice.authorized = invoice.captured = 10000;
    invoice.refunded = 3000;
    Operation op;
    op.id = OperationId{"r"};
    op.kind = OperationKind::refund;
    op.state = OperationState::succeeded;
    op.amount = 3000;
    invoice.operations.push_back(op);
    fact::GatewayReport report;
    report.status = GatewayStatus::refunded;
    report.amount = invoice.amount;

    report.asked_at = UtcTime{250};
    report.judged_refunded = 0;
    const auto early = decide(invoice, Fact{UtcTime{300}, OperationId{"x"}, report});
    BOOST_TEST(early.invoice.refunded == 3000);
    BOOST_TEST(early.invoice.operations.size() == 1U);
    BOOST_TEST((early.invoice.state == InvoiceState::paid));
    bool asked = false;
    for (const auto& effect : early.effects)
        asked = asked || std::holds_alternative<effect::AskGateway>(effect);
    BOOST_TEST(asked);

    report.judged_refunded = 3000;
    const auto late = decide(invoice, Fact{UtcTime{300}, OperationId{"x"}, report});
    BOOST_TEST(late.invoice.refunded == 10000);
    BOOST_TEST((late.invoice.state == InvoiceState::refunded));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::domain
