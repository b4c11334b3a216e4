// How long to wait after a failure: the schedule's step with ±20 % jitter, at least the overload
// wait where the peer is overloaded, and the peer's Retry-After within 1× to 4× of the step.
#pragma once

#include "module/outbox/options.hpp"
#include "module/port/clock.hpp"
#include "module/port/effects.hpp"

namespace tillbridge::outbox {

// `failures`: how many there were before this one.
Span back_off(const Options& options, port::Random& random, int failures,
              const port::Delivery& delivery);

}  // namespace tillbridge::outbox
