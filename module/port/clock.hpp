// Time and randomness, so that every test can be exact.
#pragma once

#include <cstddef>
#include <string>

#include "module/domain/time.hpp"

namespace tillbridge::port {

class Clock {
  public:
    virtual ~Clock() = default;
    virtual domain::UtcTime now() const = 0;
};

class Random {
  public:
    virtual ~Random() = default;
    virtual std::string bytes(std::size_t count) = 0;  // cryptographic

    std::string token();  // 256 bits, base64url, 43 characters
    std::string slug();   // 65 bits, 11 letters and digits
    std::string id();     // 120 bits, 24 characters of base 32, for rows
    // 24 characters too; those of a later millisecond sort after it. 75 bits are random.
    std::string id_at(domain::UtcTime now);
    double fraction();  // [0, 1), for jitter
};

}  // namespace tillbridge::port
