// Randomness of the operating system, through OpenSSL. Throws where there is none.
#pragma once

#include "module/port/clock.hpp"

namespace tillbridge::security {

class OsRandom final : public port::Random {
  public:
    std::string bytes(std::size_t count) override;
};

}  // namespace tillbridge::security
