// What Prodamus is to the rest of the house: fields, options, currencies, and how little its API
// can do (PROTOCOL.md §7).
#pragma once

#include "module/port/gateway.hpp"

namespace tillbridge::prodamus {

port::GatewayDescription describe();

}  // namespace tillbridge::prodamus
