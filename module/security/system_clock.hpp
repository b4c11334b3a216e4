// The machine's wall clock.
#pragma once

#include "module/port/clock.hpp"

namespace tillbridge::security {

class SystemClock final : public port::Clock {
  public:
    domain::UtcTime now() const override;
};

}  // namespace tillbridge::security
