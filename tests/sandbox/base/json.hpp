// JSON as the sandbox uses it: lenient reading helpers for control requests and logs.
// Text that is not UTF-8 is written with replacement characters, so writing never throws.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>

namespace tillbridge::sandbox {

using Json = nlohmann::json;

// A mistake in a control request: answered as 400 or 404 with this text.
struct ControlError : std::runtime_error {
    explicit ControlError(const std::string& text, int http_status = 400)
        : std::runtime_error(text), status(http_status) {}
    int status;
};

std::string dump(const Json& json);
std::optional<Json> parse_json(const std::string& text);

// The member as text ("" where it is missing or null); numbers and booleans become their JSON text.
std::string text_of(const Json& object, const char* name, const std::string& fallback = "");
bool bool_of(const Json& object, const char* name, bool fallback = false);
std::int64_t int_of(const Json& object, const char* name, std::int64_t fallback = 0);
double number_of(const Json& object, const char* name, double fallback = 0);
bool has(const Json& object, const char* name);                   // present and not null
std::string required_text(const Json& object, const char* name);  // throws ControlError

// CRM money is a decimal number on the wire and whole hundredths here.
std::optional<std::int64_t> cents_of(const Json& number);  // none: not a number, or finer than 0.01
Json decimal(std::int64_t cents);

}  // namespace tillbridge::sandbox
