// Named switches with defaults: a bool, number or text each. Setting an unknown name or another
// type is refused. Reading is by name; a map of some thirty entries is quick enough.
#pragma once

#include "tests/sandbox/base/json.hpp"

namespace tillbridge::sandbox {

class Switches {
  public:
    explicit Switches(Json defaults) : values_(std::move(defaults)) {}

    void set(const Json& changes) {
        if (!changes.is_object()) throw ControlError("switches must be an object");
        for (const auto& [name, value] : changes.items()) check(name, value);
        for (const auto& [name, value] : changes.items()) values_[name] = value;
    }
    bool knows(const std::string& name) const { return values_.contains(name); }
    bool on(const char* name) const { return values_.at(name).get<bool>(); }
    std::int64_t number(const char* name) const { return values_.at(name).get<std::int64_t>(); }
    std::string text(const char* name) const { return values_.at(name).get<std::string>(); }
    const Json& all() const { return values_; }

  private:
    void check(const std::string& name, const Json& value) const {
        if (!values_.contains(name)) throw ControlError("unknown switch: " + name);
        const Json& old = values_.at(name);
        const bool fits = old.is_boolean()  ? value.is_boolean()
                          : old.is_number() ? value.is_number_integer()
                                            : value.is_string();
        if (!fits) throw ControlError("switch has another type: " + name);
    }
    Json values_;
};

}  // namespace tillbridge::sandbox
