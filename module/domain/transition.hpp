// The transition table, as data: which state an invoice goes to on which trigger, and nothing else.
// decide() looks every change up here.
#pragma once

#include <array>
#include <cstddef>
#include <string>

#include "module/domain/invoice.hpp"

namespace tillbridge::domain {

enum class Trigger {
    create_again,  // the CRM asks anew
    link_issued,
    create_failed,  // refused, or known not to have happened
    declined,       // an attempt failed, the link survives
    declined_final,
    held,
    paid,  // paid at once, or a hold was captured
    voided,
    expired,  // the link ran out
    cancel,   // before any money
    refunded_part,
    refunded_full,
};
inline constexpr std::size_t kStates = 7;
inline constexpr std::size_t kTriggers = 12;

enum class Move {
    ignore,      // a repeat, a late or an impossible fact: recorded, nothing changes
    go,          // to `next` (which may be the same state: the fact counts, e.g. a decline)
    compensate,  // money that must not be here: send it back, the state stays
};

struct Cell {
    Move move = Move::ignore;
    InvoiceState next = InvoiceState::creating;

    bool operator==(const Cell&) const = default;
};

using TransitionTable = std::array<std::array<Cell, kTriggers>, kStates>;

extern const TransitionTable kTransitions;

inline const Cell& at(const TransitionTable& table, InvoiceState state, Trigger trigger) {
    return table[static_cast<std::size_t>(state)][static_cast<std::size_t>(trigger)];
}

std::string_view to_word(Trigger trigger);

// The table as Markdown, for the documentation (a test compares).
std::string to_markdown(const TransitionTable& table);

}  // namespace tillbridge::domain
