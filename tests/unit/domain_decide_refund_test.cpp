// Refunds, from the CRM, the cabinet and ourselves. One example each of what decide() must do; what
// the table alone says is in domain_transition_test.cpp, random lives of an invoice in
// tests/property.
#include <boost/test/unit_test.hpp>

#include "tests/unit/domain_story.hpp"

namespace tillbridge::domain::domain_decide_refund_test {
namespace {

using enum OperationState;

}  // namespace

BOOST_AUTO_TEST_SUITE(domain_decide_refund)

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

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::domain::domain_decide_refund_test
