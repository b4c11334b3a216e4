// Reads the members of a JSON object with their types, and remembers the first that is wrong.
// Lengths are characters.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "module/domain/result.hpp"

namespace tillbridge::handlers {

inline constexpr std::size_t kBodyBytes = 1024 * 1024;

class Fields {
  public:
    // `object` must be one and outlive this; `prefix` goes before a field's name in errors.
    explicit Fields(const nlohmann::json& object, std::string prefix = {})
        : object_(object), prefix_(std::move(prefix)) {}

    std::string text(const char* name, std::size_t most);  // must be there and not be empty
    std::string optional_text(const char* name, std::size_t most);  // missing and null are empty
    std::optional<bool> optional_flag(const char* name);
    std::optional<std::int64_t> optional_integer(const char* name);  // a JSON number
    void optional_decimal(const char* name);                         // number or numeric text
    const nlohmann::json* optional_object(const char* name);
    // What an object must not hold beside what it may.
    void only(const std::vector<std::string_view>& known);

    void refuse(const std::string& code, const std::string& name);
    domain::Result<void> result() const;  // the first error

  private:
    const nlohmann::json* given(const char* name) const;  // null where missing or null

    const nlohmann::json& object_;
    std::string prefix_;
    std::optional<domain::Error> error_;
};

}  // namespace tillbridge::handlers
