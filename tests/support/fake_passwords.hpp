// Passwords without their price: a hash shows its password, and what was tried is counted.
#pragma once

#include <string>

#include "module/port/passwords.hpp"

namespace tillbridge::test {

class FakePasswords : public port::Passwords {
  public:
    mutable int worked = 0;  // how often the work of a hash was done

    std::string hash(const domain::Secret& password) const override {
        return "hash(" + password.reveal() + ")";
    }
    bool matches(const domain::Secret& password, std::string_view stored) const override {
        ++worked;
        return stored == "hash(" + password.reveal() + ")";
    }
    void waste(const domain::Secret&) const override { ++worked; }
    std::string one_time_code(const domain::Secret&, std::int64_t step) const override {
        return "c" + std::to_string(step);
    }
};

}  // namespace tillbridge::test
