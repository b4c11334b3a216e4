// Moments as bots write and read them: Moscow time, UTC+3 all year (PROTOCOL.md of the bot API §2).
// Pure.
#pragma once

#include <optional>
#include <string>

#include "module/domain/time.hpp"

namespace tillbridge::service {

// `дд.мм.гггг` (00:00), `дд.мм.гггг чч:мм`, and as Prodamus has it `гггг-мм-дд чч:мм[:сс]`,
// whose seconds are dropped; nothing for anything else.
std::optional<domain::UtcTime> read_moscow(const std::string& text);
std::string moscow_text(domain::UtcTime at);  // `22.12.2026 12:30`

}  // namespace tillbridge::service
