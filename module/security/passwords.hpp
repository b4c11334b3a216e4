// port::Passwords on OpenSSL: scrypt (N 2^15, r 8, p 1) and HMAC-SHA-1. Keeps nothing; thread-safe.
#pragma once

#include "module/port/passwords.hpp"

namespace tillbridge::security {

class Passwords final : public port::Passwords {
  public:
    std::string hash(const domain::Secret& password) const override;
    bool matches(const domain::Secret& password, std::string_view stored) const override;
    void waste(const domain::Secret& password) const override;
    std::string one_time_code(const domain::Secret& secret, std::int64_t step) const override;
};

}  // namespace tillbridge::security
