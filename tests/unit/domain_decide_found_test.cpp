// Sequences that the property suite found, kept as small as it left them. One example each of what
// decide() must do; what the table alone says is in domain_transition_test.cpp, random lives of an
// invoice in tests/property.
#include <boost/test/unit_test.hpp>

#include "tests/unit/domain_story.hpp"

namespace tillbridge::domain::domain_decide_found_test {
namespace {

using enum OperationState;

}  // namespace

BOOST_AUTO_TEST_SUITE(domain_decide_found)

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

}  // namespace tillbridge::domain::domain_decide_found_test
