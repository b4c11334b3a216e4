// Makes a payment link from a request's parameters (prodamus.md §2.2, §2.3), or says in the
// answer's own words why not. Called with the mutex held.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "tests/sandbox/prodamus/state.hpp"

namespace tillbridge::sandbox {

inline constexpr char kBadSignature[] = "Ошибка подписи передаваемых данных. Оплата отменена";
inline constexpr char kUnknownRequest[] = "Неизвестный запрос";

// The stored link, or the text of the refusal.
std::variant<ProdamusLink*, std::string> make_link(Prodamus& prodamus, ProdamusPage& page,
                                                   const Tree& request);

// What a buyer of this link may choose from (§2.4).
std::vector<std::string> offered_methods(Prodamus& prodamus, const ProdamusLink& link);

// Why it can't be paid; empty where it can.
std::string link_closed(Prodamus& prodamus, const ProdamusLink& link);

// Length of a product's period from `start`.
Millis next_period(const ProdamusProduct& product, Millis start);

}  // namespace tillbridge::sandbox
