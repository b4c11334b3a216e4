// The protocol's texts and what they mean: amounts (minor units), times of Moscow (milliseconds
// since 1970, UTC), phones. What can't be read is nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tests/sandbox/base/clock.hpp"

namespace tillbridge::sandbox {

inline constexpr Millis kDay = 24LL * 3600 * 1000;

std::optional<std::int64_t> parse_amount(const std::string& text);  // "100", "14.5", "99.90"
std::string amount_text(std::int64_t minor);                        // "14.50"
std::optional<std::int64_t> parse_count(const std::string& text);   // whole, not negative

// dd.mm.yyyy[ hh:mm] or yyyy-mm-dd hh:mm[:ss] (prodamus.md §2.2)
std::optional<Millis> parse_moscow(const std::string& text);
std::string moscow_text(Millis at);    // 2026-11-22 12:30:37
std::string moscow_minute(Millis at);  // 2026-11-22 12:30
std::string moscow_iso(Millis at);     // 2026-11-22T12:30:37+03:00

std::optional<std::string> parse_phone(const std::string& text);  // with a plus

}  // namespace tillbridge::sandbox
