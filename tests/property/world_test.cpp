// Random lives of one payment in the model world.
#include "tests/property/world.hpp"

#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>
#include <iostream>

#include "tests/property/run.hpp"

namespace tillbridge::model {
namespace {

std::string told(const Setup& setup, const std::vector<Step>& steps) {
    World world(setup, kTransitions, true);
    try {
        world.play(steps);
        world.trace << "- rest\n";
        world.come_to_rest();
    } catch (const Violation&) {
    }
    return world.trace.str();
}

// What the sequences got to see.
void count(const World& world, std::map<std::string, int>& seen) {
    ++seen[std::string(to_word(world.invoice.state))];
    for (const auto& op : world.invoice.operations) {
        if (op.state == OperationState::succeeded)
            ++seen[std::string(to_word(op.origin)) + '.' + std::string(to_word(op.kind))];
        if (op.told_unknown) ++seen["told not known"];
        if (op.reason == "superseded") ++seen["called off"];
    }
    for (const auto& [key, open] : world.problems()) ++seen[key];
}

}  // namespace

BOOST_AUTO_TEST_SUITE(world)

BOOST_AUTO_TEST_CASE(no_sequence_breaks_a_promise) {
    std::map<std::string, int> seen;
    const int ran = run_property(160, [&] {
        const auto setup = Setup::of(*rc::gen::inRange<std::uint32_t>(0, 96));
        const auto numbers = *rc::gen::container<std::vector<std::uint32_t>>(
            rc::gen::inRange<std::uint32_t>(0, 1 << 14));
        std::vector<Step> steps;
        for (const auto number : numbers) steps.push_back(step_of(number));
        World world(setup, kTransitions);
        try {
            world.play(steps);
            world.come_to_rest();
            world.check_rest();
            count(world, seen);
        } catch (const Violation& broken) {
            RC_LOG() << told(setup, steps);
            RC_FAIL(broken.what());
        }
    });
    std::cout << "property: " << ran << " sequences of the world ran\n";
    BOOST_TEST(ran == sequences());
    for (const auto& [what, times] : seen) std::cout << "  " << what << ": " << times << '\n';
    // A world in which nothing goes wrong would prove nothing.
    for (const char* what :
         {"pending", "authorized", "paid", "refunded", "canceled", "failed", "manager.capture",
          "manager.void", "manager.refund", "automatic.capture", "automatic.void",
          "compensation.void", "compensation.refund", "gateway.refund", "told not known",
          "called off", "invoice.money_stuck", "invoice.amount_mismatch"})
        BOOST_TEST(seen[what] > ran / 20'000, what);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::model
