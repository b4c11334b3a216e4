#include "module/domain/transition.hpp"

namespace tillbridge::domain {
namespace {

using S = InvoiceState;

constexpr Cell kIgnore{};
constexpr Cell kCompensate{Move::compensate, S::creating};
constexpr Cell go(S next) {
    return Cell{Move::go, next};
}

}  // namespace

// Columns in the order of Trigger:
// create_again, link_issued, create_failed, declined, declined_final, held,
// paid, voided, expired, cancel, refunded_part, refunded_full
const TransitionTable kTransitions{{
    // creating
    {{kIgnore, go(S::pending), go(S::failed), kIgnore, kIgnore, kIgnore, kIgnore, kIgnore, kIgnore,
      go(S::canceled), kIgnore, kIgnore}},
    // pending
    {{kIgnore, kIgnore, kIgnore, go(S::pending), go(S::canceled), go(S::authorized), go(S::paid),
      go(S::canceled), go(S::canceled), go(S::canceled), kIgnore, go(S::refunded)}},
    // authorized
    {{kIgnore, kIgnore, kIgnore, kIgnore, go(S::canceled), kIgnore, go(S::paid), go(S::canceled),
      kIgnore, kIgnore, kIgnore, go(S::refunded)}},
    // paid
    {{kIgnore, kIgnore, kIgnore, kIgnore, kIgnore, kIgnore, kIgnore, kIgnore, kIgnore, kIgnore,
      go(S::paid), go(S::refunded)}},
    // refunded
    {{kIgnore, kIgnore, kIgnore, kIgnore, kIgnore, kIgnore, kIgnore, kIgnore, kIgnore, kIgnore,
      kIgnore, kIgnore}},
    // canceled: money that comes now goes back
    {{kIgnore, kIgnore, kIgnore, kIgnore, kIgnore, kCompensate, kCompensate, kIgnore, kIgnore,
      kIgnore, kIgnore, kIgnore}},
    // failed
    {{go(S::creating), kIgnore, kIgnore, kIgnore, kIgnore, kCompensate, kCompensate, kIgnore,
      kIgnore, kIgnore, kIgnore, kIgnore}},
}};

std::string to_markdown(const TransitionTable& table) {
    std::string text = "| state |";
    std::string rule = "\n| --- |";
    for (std::size_t column = 0; column < kTriggers; ++column) {
        text += ' ' + std::string(to_word(static_cast<Trigger>(column))) + " |";
        rule += " --- |";
    }
    text += rule;
    for (std::size_t row = 0; row < kStates; ++row) {
        text += "\n| " + std::string(to_word(static_cast<InvoiceState>(row))) + " |";
        for (const Cell& cell : table[row]) {
            if (cell.move == Move::ignore)
                text += " – |";
            else if (cell.move == Move::compensate)
                text += " send back |";
            else
                text += ' ' + std::string(to_word(cell.next)) + " |";
        }
    }
    return text + '\n';
}

}  // namespace tillbridge::domain
