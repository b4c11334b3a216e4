// decide() is total: any fact about any invoice, however little sense it makes, keeps the promises
// that one decision can keep. Here nobody plays by the rules, not even the gateway.
#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>
#include <iostream>

#include "tests/property/checks.hpp"
#include "tests/property/run.hpp"

namespace tillbridge::model {
namespace {

struct Draw {
    std::uint32_t left;
    std::uint32_t operator()(std::uint32_t kinds) {
        const auto drawn = left % kinds;
        left /= kinds;
        return drawn;
    }
};

What any_fact(const Invoice& invoice, UtcTime now, std::uint32_t number) {
    Draw draw{number};
    const auto kind = draw(16);
    const auto& op = invoice.operations[draw(8) % invoice.operations.size()].id;
    const auto amount = [&]() -> std::optional<std::int64_t> {
        constexpr std::int64_t kSums[] = {0, 1, 400, 600, 1000, 1001, -5};
        const auto which = draw(8);
        return which == 7 ? std::nullopt : std::optional(kSums[which]);
    };
    switch (kind) {
        case 0:
            return fact::CreateAgain{draw(2) == 0, draw(2) == 0, HoldEnd::void_it};
        case 1:
            return fact::Approve{amount()};
        case 2:
            return fact::Cancel{};
        case 3:
            return fact::Refund{amount()};
        case 4:
            return fact::OperationStarted{op, "mark"};
        case 5:
            return fact::LinkIssued{op, GatewayId{"g"}, "https://g", {}};
        case 6:
        case 7:
            return fact::OperationEnded{op, static_cast<OperationState>(draw(7)), "said"};
        case 8:
            return fact::ToldUnknown{op};
        case 9:
        case 10:
        case 11: {
            fact::GatewayReport report;
            report.status = static_cast<GatewayStatus>(draw(8));
            report.amount = {draw(4) == 0 ? 600 : 1000, invoice.amount.currency};
            report.refunded = amount();
            report.asked_at = now - std::chrono::seconds(draw(3) == 0 ? 5 : 0);
            report.hold_ends_at = now + std::chrono::hours(1);
            return report;
        }
        case 12:
            return fact::HookReceived{GatewayStatus::paid, invoice.amount, draw(4) != 0};
        case 13:
            if (draw(2) == 0) return fact::ConsentGiven{};
            return fact::ConsentRefused{"no"};
        case 14:
            return fact::LinkExpired{};
        default:
            if (draw(4) == 0) return fact::HoldEndsSoon{};
            return fact::HoldEnds{};
    }
}

void play(const std::vector<std::uint32_t>& numbers, bool test) {
    Invoice invoice;
    UtcTime now = UtcTime::from_seconds(1'000'000);
    invoice.id = InvoiceId{"i"};
    invoice.amount = {1000, Currency::parse("UAH").value()};
    invoice.two_stage = invoice.auto_capture = true;
    invoice.test = test;
    Operation op;
    op.id = OperationId{"create"};
    op.state = OperationState::started;
    op.amount = 1000;
    invoice.operations.push_back(op);
    int ids = 0;
    for (const auto number : numbers) {
        now = now + std::chrono::seconds(number % 7);
        const Fact fact{now, OperationId{"o" + std::to_string(++ids)},
                        any_fact(invoice, now, number)};
        const auto decision = decide(invoice, fact);
        check_decision(invoice, fact, decision);
        const auto again = decide(invoice, fact);
        require(again.invoice == decision.invoice && again.verdict == decision.verdict,
                "the same fact decided otherwise");
        const Fact repeat{now, OperationId{"again"}, fact.what};
        check_repeat(decision, fact, decide(decision.invoice, repeat));
        invoice = decision.invoice;
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(facts)

BOOST_AUTO_TEST_CASE(any_fact_in_any_order_is_decided_soundly) {
    const int ran = run_property(100, [] {
        const bool test = *rc::gen::inRange(0, 8) == 0;
        const auto numbers = *rc::gen::container<std::vector<std::uint32_t>>(
            rc::gen::inRange<std::uint32_t>(0, 1U << 20));
        try {
            play(numbers, test);
        } catch (const Violation& broken) {
            RC_FAIL(broken.what());
        }
    });
    std::cout << "property: " << ran << " sequences of any facts ran\n";
    BOOST_TEST(ran == sequences());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::model
