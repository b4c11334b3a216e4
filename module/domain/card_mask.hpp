// Card numbers have no business here: what looks like one (13 to 19 digits, also in groups, whose
// Luhn sum is right) is masked in everything that is kept or printed. Nothing is refused for it:
// order numbers and marking codes may look alike.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tillbridge::domain {

// The end of a card number that begins at `at`; the longest where several fit. 0: none.
std::size_t card_end(std::string_view text, std::size_t at);

// `4242424242424242` → `424242******4242`; its groups stay.
std::string mask_card(std::string_view card);

// Every card number in a text.
std::string mask_cards(std::string_view text);

}  // namespace tillbridge::domain
