// The panel's state as JSON. Amounts are decimal text with their currency beside them, moments ISO
// 8601 in UTC.
#pragma once

#include <nlohmann/json.hpp>

#include "module/service/panel.hpp"

namespace tillbridge::handlers::extension {

nlohmann::json view_of(const service::Panel::State& state);

}  // namespace tillbridge::handlers::extension
