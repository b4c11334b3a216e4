// Links: how they are made, and what the gateway says of them. One example each of what decide()
// must do; what the table alone says is in domain_transition_test.cpp, random lives of an invoice
// in tests/property.
#include <boost/test/unit_test.hpp>

#include "tests/unit/domain_story.hpp"

namespace tillbridge::domain::domain_decide_link_test {
namespace {

using enum OperationState;

}  // namespace

BOOST_AUTO_TEST_SUITE(domain_decide_link)

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

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::domain::domain_decide_link_test
