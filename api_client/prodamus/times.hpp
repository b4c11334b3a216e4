// Moments as Prodamus writes them: Moscow time, UTC+3 all year (PROTOCOL.md §2.2, §4.3, §4.6).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "module/domain/time.hpp"

namespace tillbridge::prodamus {

// `25.01.2027 12:23`; what is left of the minute is dropped, so that a link never outlives `at`.
std::string moscow_text(domain::UtcTime at);

// The whole minute that moscow_text() tells.
domain::UtcTime whole_minute(domain::UtcTime at);

// `25.01.2027`, which is 00:00, `25.01.2027 12:23`, `2027-01-25 12:23`, also with seconds; none for
// anything else.
std::optional<domain::UtcTime> parse_moscow(std::string_view text);

// `2026-11-22T12:31:01+03:00`, with whatever offset or `Z`; none for anything else.
std::optional<domain::UtcTime> parse_iso(std::string_view text);

}  // namespace tillbridge::prodamus
