// What a connection of kind `bot` has beside the others, as one JSON text: it is sealed as a whole.
#pragma once

#include <string>

#include "module/domain/bot.hpp"

namespace tillbridge::store {

std::string to_json(const domain::Bot&);
domain::Bot bot_of(const std::string& json);  // throws where it is none

}  // namespace tillbridge::store
