// A notice as bots of chat-bot platforms keep it: its fields by the flat names in which they came,
// and what it says of an application for an instalment (PROTOCOL.md §4.5).
#pragma once

#include <string>

#include "api_client/prodamus/tree.hpp"
#include "module/port/gateway.hpp"

namespace tillbridge::prodamus {

// `{"order_id":"7","products[0][name]":"…",…}`: all values are texts.
std::string flat_json(const Tree& notice);

// approved, canceled, rejected, signed; empty for what is not about an application.
std::string installment_of(const Tree& notice);

}  // namespace tillbridge::prodamus
