// `tillbridge serve`: runs until SIGTERM or SIGINT, then finishes what it holds.
#pragma once

#include "config/config.hpp"

namespace tillbridge::app {

int serve(config::Loaded loaded);

}  // namespace tillbridge::app
