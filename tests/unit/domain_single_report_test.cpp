// Gateways that can't be asked: a signed message about one payment is all there is. And links that
// cost the buyer less than the CRM asked for.
#include <boost/test/unit_test.hpp>

#include "tests/unit/domain_story.hpp"

namespace tillbridge::domain::domain_single_report_test {
namespace {

fact::GatewayReport message(const Story& story, const std::string& payment,
                            std::int64_t amount = 1000) {
    auto report = report_of(GatewayStatus::paid, story.now, amount);
    report.payment = GatewayId{payment};
    report.single = true;
    return report;
}

Story discounted() {
    Story story;
    story.tell(fact::LinkIssued{OperationId{"create"}, GatewayId{"g"}, "https://g", {}, 900});
    return story;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(domain_single_report)

BOOST_AUTO_TEST_CASE(its_repeat_changes_nothing) {
    Story story;
    story.linked();
    story.tell(message(story, "p1"));
    BOOST_TEST(story.pushed() == "succeeded");
    story.wait(minutes(1));
    story.tell(message(story, "p1"));
    BOOST_TEST(story.pushed() == "");
    BOOST_TEST(!story.raises("invoice.paid_twice"));
    BOOST_TEST(story.invoice.captured == 1000);
}

BOOST_AUTO_TEST_CASE(a_second_payment_of_a_link_is_shown_to_a_person_and_stays_so) {
    Story story;
    story.linked();
    story.tell(message(story, "p1"));
    story.wait(minutes(1));
    story.tell(message(story, "p2"));
    BOOST_TEST(story.raises("invoice.paid_twice"));
    BOOST_TEST(story.pushed() == "");
    BOOST_TEST(story.invoice.captured == 1000);
    BOOST_TEST(story.invoice.gateway_payment.value == "p1");
    // The first one's repeat knows nothing of the second.
    story.tell(message(story, "p1"));
    BOOST_TEST(!story.clears("invoice.paid_twice"));
}

BOOST_AUTO_TEST_CASE(each_refusal_is_told) {
    Story story;
    story.linked();
    for (const char* payment : {"p1", "p2"}) {
        auto declined = message(story, payment);
        declined.status = GatewayStatus::declined;
        declined.reason = "No funds";
        story.tell(declined);
        BOOST_TEST(story.pushed() == "pending", payment);
    }
    // A gateway that is asked says so each time.
    auto asked = report_of(GatewayStatus::declined, story.now, 1000);
    asked.reason = "No funds";
    story.tell(asked);
    BOOST_TEST(story.pushed() == "");
}

BOOST_AUTO_TEST_CASE(money_that_comes_after_a_cancel_goes_back) {
    Story story;
    story.canceled();
    story.wait(minutes(1));
    story.tell(message(story, "p1"));
    BOOST_CHECK(story.op().kind == OperationKind::refund);
    BOOST_TEST(story.op().amount == 1000);
    BOOST_TEST(story.runs(story.op().id));
}

// A word that nobody could read may have been money.
BOOST_AUTO_TEST_CASE(what_was_unclear_stays_so_until_the_money_is_seen) {
    Story story;
    story.linked();
    auto unread = message(story, "p1");
    unread.status = GatewayStatus::processing;
    unread.reason = "some_new_word";
    story.tell(unread);
    BOOST_TEST(story.raises("invoice.status_unclear"));
    story.wait(minutes(1));
    auto declined = message(story, "p2");
    declined.status = GatewayStatus::declined;
    story.tell(declined);
    BOOST_TEST(!story.clears("invoice.status_unclear"));
    story.tell(message(story, "p1"));
    BOOST_TEST(story.clears("invoice.status_unclear"));
}

BOOST_AUTO_TEST_CASE(with_a_discount_the_lower_sum_is_the_right_one) {
    auto story = discounted();
    BOOST_TEST(story.invoice.due() == 900);
    const auto full = story.tell(message(story, "p1")).verdict;
    BOOST_CHECK(full == Verdict::quarantined);
    BOOST_TEST(story.raises("invoice.amount_mismatch"));
    story.tell(message(story, "p1", 900));
    BOOST_TEST(story.pushed() == "succeeded");
    BOOST_TEST(story.push().amount == 900);
    BOOST_TEST(story.invoice.refundable() == 900);
}

// A link can be edited on its way to the page.
BOOST_AUTO_TEST_CASE(a_link_that_sells_a_product_takes_no_money_for_anything_else) {
    Story story;
    story.tell(
        fact::LinkIssued{OperationId{"create"}, GatewayId{"g"}, "https://g", {}, 0, "593600"});
    auto report = message(story, "p1");
    BOOST_CHECK(story.tell(report).verdict == Verdict::quarantined);  // paid once, for itself
    report.product = "700";
    BOOST_CHECK(story.tell(report).verdict == Verdict::quarantined);
    BOOST_TEST(story.raises("invoice.amount_mismatch"));
    BOOST_TEST(story.invoice.captured == 0);
    report.product = "593600";
    story.tell(report);
    BOOST_TEST(story.pushed() == "succeeded");
}

// A product of the gateway's is sold at the gateway's price.
BOOST_AUTO_TEST_CASE(an_open_price_is_learnt_from_the_first_money_and_holds_then) {
    Story story;
    story.invoice.amount.minor = 0;
    story.linked();
    auto foreign = message(story, "p1", 700);
    foreign.amount.currency = Currency::parse("KZT").value();
    BOOST_CHECK(story.tell(foreign).verdict == Verdict::quarantined);
    BOOST_TEST(story.invoice.open_price());
    auto declined = message(story, "p0", 500);
    declined.status = GatewayStatus::declined;
    story.tell(declined);
    BOOST_TEST(story.invoice.open_price());  // nothing was paid
    story.tell(message(story, "p1", 700));
    BOOST_TEST(story.pushed() == "succeeded");
    BOOST_TEST(story.invoice.amount.minor == 700);
    BOOST_TEST(story.invoice.captured == 700);
    BOOST_CHECK(story.tell(message(story, "p2", 800)).verdict == Verdict::quarantined);
    BOOST_TEST(story.invoice.amount.minor == 700);
}

BOOST_AUTO_TEST_CASE(a_new_link_has_its_own_discount) {
    Story story;
    story.invoice.payable = 900;
    story.ended(OperationId{"create"}, OperationState::refused);
    story.tell(fact::CreateAgain{});
    BOOST_TEST(story.invoice.due() == 1000);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::domain::domain_single_report_test
