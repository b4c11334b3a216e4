// What UAPAY can do and what a store at it needs, for the settings page.
#pragma once

#include "module/port/gateway.hpp"

namespace tillbridge::uapay {

port::GatewayDescription describe();

}  // namespace tillbridge::uapay
