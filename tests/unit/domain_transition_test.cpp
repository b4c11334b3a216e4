// The transition table: its golden copy, what every cell means, and mutants of every cell, each of
// which some check has to notice.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <random>
#include <sstream>

#include "module/domain/transition.hpp"
#include "tests/property/world.hpp"
#include "tests/unit/domain_story.hpp"

namespace tillbridge::domain::domain_transition_test {
namespace {

const std::string kGolden = std::string(TILLBRIDGE_SOURCE_DIR) + "/module/domain/TRANSITIONS.md";

std::string document() {
    return "# What moves an invoice\n\n"
           "Generated from `transition.cpp`; `TILLBRIDGE_REFRESH=1 unit_tests` writes it anew.\n"
           "A dash: the fact is recorded and changes nothing. “send back”: money that must not be\n"
           "here is voided or refunded, the state stays.\n\n" +
           to_markdown(kTransitions);
}

// What every cell must do, written down a second time by hand: the next state, `-` for nothing,
// `back` for money that is sent back.
constexpr std::string_view kExpected[kStates][kTriggers] = {
    // create_again link_issued create_failed declined declined_final held paid
    // voided expired cancel refunded_part refunded_full
    /* creating */
    {"-", "pending", "failed", "-", "-", "-", "-", "-", "-", "canceled", "-", "-"},
    /* pending */
    {"-", "-", "-", "pending", "canceled", "authorized", "paid", "canceled", "canceled", "canceled",
     "-", "refunded"},
    /* authorized */
    {"-", "-", "-", "-", "canceled", "-", "paid", "canceled", "-", "-", "-", "refunded"},
    /* paid */
    {"-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "paid", "refunded"},
    /* refunded */
    {"-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"},
    /* canceled */
    {"-", "-", "-", "-", "-", "back", "back", "-", "-", "-", "-", "-"},
    /* failed */
    {"creating", "-", "-", "-", "-", "back", "back", "-", "-", "-", "-", "-"},
};

// An invoice that stands in a state, whatever way led there.
Story standing(InvoiceState state, const TransitionTable& table) {
    Story story;
    story.table = table;
    story.invoice.state = state;
    story.invoice.operations.clear();
    story.invoice.gateway_invoice = GatewayId{"g"};
    story.invoice.reason = "before";
    if (state == InvoiceState::authorized) story.invoice.authorized = 1000;
    if (state == InvoiceState::paid || state == InvoiceState::refunded) {
        story.invoice.authorized = 1000;
        story.invoice.captured = 600;
        story.add(OperationKind::capture, Origin::manager, OperationState::succeeded, 600, "part");
    }
    if (state == InvoiceState::refunded) story.invoice.refunded = 600;
    return story;
}

// The facts that pull a trigger.
std::vector<Story> pulled(InvoiceState state, Trigger trigger, const TransitionTable& table) {
    Story story = standing(state, table);
    const auto by_report = [&](GatewayStatus status) {
        story.report(status);
        return std::vector{story};
    };
    const auto by_end = [&](OperationKind kind, std::int64_t amount, OperationState result) {
        story.add(kind, Origin::manager, OperationState::started, amount, "mine");
        if (kind == OperationKind::refund) {
            story.invoice.authorized = story.invoice.captured = 1000;
            story.invoice.refunded = 0;
        }
        story.ended(OperationId{"mine"}, result);
        return std::vector{story};
    };
    switch (trigger) {
        case Trigger::create_again:
            // Where there is money no new link is made anyway; the cell decides for the rest.
            story.invoice.authorized = story.invoice.captured = story.invoice.refunded = 0;
            story.tell(fact::CreateAgain{});
            return {story};
        case Trigger::link_issued:
            story.add(OperationKind::create, Origin::manager, OperationState::started, 1000,
                      "mine");
            story.tell(fact::LinkIssued{OperationId{"mine"}, GatewayId{"g"}, "https://g", {}});
            return {story};
        case Trigger::create_failed:
            return by_end(OperationKind::create, 1000, OperationState::refused);
        case Trigger::declined:
            return by_report(GatewayStatus::declined);
        case Trigger::declined_final:
            return by_report(GatewayStatus::declined_final);
        case Trigger::held:
            return by_report(GatewayStatus::held);
        case Trigger::paid:
            return by_report(GatewayStatus::paid);
        case Trigger::voided: {
            auto all = by_report(GatewayStatus::voided);
            story = standing(state, table);
            all.push_back(by_end(OperationKind::void_hold, 1000, OperationState::succeeded)[0]);
            return all;
        }
        case Trigger::expired: {
            auto all = by_report(GatewayStatus::expired);
            story = standing(state, table);
            story.tell(fact::LinkExpired{});
            all.push_back(story);
            return all;
        }
        case Trigger::cancel:
            story.tell(fact::Cancel{});
            return {story};
        case Trigger::refunded_part:
            return by_end(OperationKind::refund, 400, OperationState::succeeded);
        case Trigger::refunded_full: {
            auto all = by_end(OperationKind::refund, 1000, OperationState::succeeded);
            if (state != InvoiceState::pending && state != InvoiceState::authorized) return all;
            story = standing(state, table);
            all.push_back(by_report(GatewayStatus::refunded)[0]);
            return all;
        }
    }
    return {};
}

bool nothing_happened(const Story& story, InvoiceState state) {
    const auto own_void_of_a_manager =
        story.last.operation == OperationId{"o1"} && state == InvoiceState::authorized;
    const auto& ops = story.invoice.operations;
    const bool born = !own_void_of_a_manager &&
                      std::any_of(ops.begin(), ops.end(),
                                  [](const auto& op) { return op.id == OperationId{"o1"}; });
    return story.invoice.state == state && story.pushed().empty() && !born &&
           story.invoice.reason == "before";
}

bool sent_back(const Story& story, InvoiceState state, Trigger trigger) {
    const auto kind = trigger == Trigger::held ? OperationKind::void_hold : OperationKind::refund;
    return story.invoice.state == state && story.pushed().empty() &&
           !story.invoice.operations.empty() && story.op().origin == Origin::compensation &&
           story.op().kind == kind && story.op().amount == 1000 && story.runs(story.op().id);
}

// What the CRM hears when an invoice gets there.
std::string heard(InvoiceState next, const Story& story) {
    switch (next) {
        case InvoiceState::pending:
            return "pending";
        case InvoiceState::authorized:
            return "waitingForCapture";
        case InvoiceState::paid:
            return "succeeded";
        case InvoiceState::refunded:  // seen by a report: paid first
            return story.effects<effect::PushStatus>().size() == 2 ? "succeeded refundSucceeded"
                                                                   : "refundSucceeded";
        case InvoiceState::canceled:
            return "canceled";
        case InvoiceState::creating:
        case InvoiceState::failed:
            break;
    }
    return "";
}

bool cell_holds(InvoiceState state, Trigger trigger, const TransitionTable& table) {
    const auto expected =
        kExpected[static_cast<std::size_t>(state)][static_cast<std::size_t>(trigger)];
    for (const auto& story : pulled(state, trigger, table)) {
        if (expected == "-") {
            if (!nothing_happened(story, state)) return false;
        } else if (expected == "back") {
            if (!sent_back(story, state, trigger)) return false;
        } else if (to_word(story.invoice.state) != expected ||
                   story.pushed() != heard(story.invoice.state, story)) {
            return false;
        }
    }
    return true;
}

bool world_holds(const TransitionTable& table, int sequences) {
    std::mt19937 random(20'240'601);  // the same sequences everywhere
    for (int run = 0; run < sequences; ++run) {
        const auto setup = model::Setup::of(static_cast<std::uint32_t>(random() % 96));
        std::vector<model::Step> steps;
        for (auto left = random() % 50; left > 0; --left)
            steps.push_back(model::step_of(static_cast<std::uint32_t>(random() % (1U << 14))));
        try {
            model::World world(setup, table);
            world.play(steps);
            world.come_to_rest();
            world.check_rest();
        } catch (const model::Violation&) {
            return false;
        }
    }
    return true;
}

struct Mutant {
    InvoiceState state;
    Trigger trigger;
    Cell cell;
};

// Only a hold or a payment can be sent back: in the other columns `compensate` is another word for
// `ignore`, so it makes no mutant of its own there. And once money was captured there is no hold to
// be given back, so in `paid` and `refunded` a hold cannot be told to go back either.
std::vector<Mutant> mutants() {
    std::vector<Mutant> all;
    for (std::size_t row = 0; row < kStates; ++row) {
        for (std::size_t column = 0; column < kTriggers; ++column) {
            const auto state = static_cast<InvoiceState>(row);
            const auto trigger = static_cast<Trigger>(column);
            std::vector<Cell> cells{{Move::ignore, {}}};
            const bool captured = state == InvoiceState::paid || state == InvoiceState::refunded;
            if (trigger == Trigger::paid || (trigger == Trigger::held && !captured))
                cells.push_back({Move::compensate, {}});
            for (std::size_t next = 0; next < kStates; ++next)
                cells.push_back({Move::go, static_cast<InvoiceState>(next)});
            for (const auto& cell : cells)
                if (cell != at(kTransitions, state, trigger)) all.push_back({state, trigger, cell});
        }
    }
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(domain_transition)

BOOST_AUTO_TEST_CASE(the_golden_copy_is_current) {
    if (std::getenv("TILLBRIDGE_REFRESH") != nullptr) std::ofstream(kGolden) << document();
    std::ifstream file(kGolden);
    std::stringstream text;
    text << file.rdbuf();
    BOOST_TEST(text.str() == document());
}

BOOST_AUTO_TEST_CASE(every_cell_does_what_the_rules_say) {
    for (std::size_t row = 0; row < kStates; ++row)
        for (std::size_t column = 0; column < kTriggers; ++column) {
            const auto state = static_cast<InvoiceState>(row);
            const auto trigger = static_cast<Trigger>(column);
            BOOST_TEST(cell_holds(state, trigger, kTransitions), to_word(state)
                                                                     << " × " << to_word(trigger));
        }
}

BOOST_AUTO_TEST_CASE(the_world_keeps_its_promises_with_the_true_table) {
    BOOST_TEST(world_holds(kTransitions, 2000));
}

BOOST_AUTO_TEST_CASE(every_mutant_of_every_cell_is_noticed) {
    int by_cell = 0, by_world = 0;
    const auto all = mutants();
    for (const auto& mutant : all) {
        auto table = kTransitions;
        table[static_cast<std::size_t>(mutant.state)][static_cast<std::size_t>(mutant.trigger)] =
            mutant.cell;
        const bool cell = !cell_holds(mutant.state, mutant.trigger, table);
        const bool world = !world_holds(table, 60);
        by_cell += cell ? 1 : 0;
        by_world += world ? 1 : 0;
        BOOST_TEST((cell || world), to_word(mutant.state)
                                        << " × " << to_word(mutant.trigger) << " survives as "
                                        << static_cast<int>(mutant.cell.move) << ' '
                                        << to_word(mutant.cell.next));
    }
    std::cout << "mutants of the table: " << all.size() << ", noticed by the cells " << by_cell
              << ", by lives in the model world " << by_world << '\n';
    BOOST_TEST(by_world > static_cast<int>(all.size()) / 4);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::domain::domain_transition_test
