// Moments as UAPAY writes them: Kyiv's local text in requests (PROTOCOL.md §5.1), ISO 8601 text or
// a count of seconds or milliseconds in answers (§6.4, §10).
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "module/domain/time.hpp"

namespace tillbridge::uapay {

// `2026-11-22 10:58:10`, Europe/Kyiv: UTC+2, and +3 from the last Sunday of March to the last
// Sunday of October, 01:00 UTC each. Fractions of a second are dropped.
std::string kyiv_text(domain::UtcTime at);

// `2026-11-22T08:59:41.000Z`, also with an offset; 0 for anything else: a time without a zone is
// nobody's.
domain::UtcTime parse_iso(std::string_view text);

// A time of an answer, whatever its type; 0 where there is none.
domain::UtcTime read_time(const nlohmann::json* value);

}  // namespace tillbridge::uapay
