// What people type to prove who they are: passwords (scrypt) and one-time codes (RFC 6238).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "module/domain/secret.hpp"

namespace tillbridge::port {

class Passwords {
  public:
    virtual ~Passwords() = default;
    // Salted; the text holds the parameters.
    virtual std::string hash(const domain::Secret& password) const = 0;
    virtual bool matches(const domain::Secret& password, std::string_view stored) const = 0;
    // Costs what matches() costs: for names that nobody has.
    virtual void waste(const domain::Secret& password) const = 0;
    // Six digits of a time step of 30 s (HMAC-SHA-1, as the apps take it).
    virtual std::string one_time_code(const domain::Secret& secret, std::int64_t step) const = 0;
};

}  // namespace tillbridge::port
