// Samples of 0 for what may be counted later: a rate over a counter that only appears with its
// first event misses that event, and an alert over a family that is not there never says so.
#pragma once

#include <string>
#include <vector>

#include "module/app/meter.hpp"
#include "module/port/gateway.hpp"

namespace tillbridge::app {

// `problems`: the keys that problems may have.
void zero_samples(PrometheusMeter& meter, port::Gateways& gateways,
                  const std::vector<std::string>& problems);

}  // namespace tillbridge::app
