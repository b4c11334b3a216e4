#include "tests/sandbox/base/json.hpp"

#include <cmath>
#include <cstdlib>

namespace tillbridge::sandbox {

std::string dump(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<Json> parse_json(const std::string& text) {
    Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) return std::nullopt;
    return json;
}

bool has(const Json& object, const char* name) {
    if (!object.is_object()) return false;
    auto found = object.find(name);
    return found != object.end() && !found->is_null();
}

std::string text_of(const Json& object, const char* name, const std::string& fallback) {
    if (!has(object, name)) return fallback;
    const Json& value = object.at(name);
    return value.is_string() ? value.get<std::string>() : dump(value);
}

bool bool_of(const Json& object, const char* name, bool fallback) {
    if (!has(object, name)) return fallback;
    const Json& value = object.at(name);
    if (value.is_boolean()) return value.get<bool>();
    if (value.is_number()) return value.get<double>() != 0;
    if (!value.is_string()) return fallback;
    const auto text = value.get<std::string>();
    return text == "true" || text == "1" || text == "on" || text == "yes";
}

double number_of(const Json& object, const char* name, double fallback) {
    if (!has(object, name)) return fallback;
    const Json& value = object.at(name);
    if (value.is_number()) return value.get<double>();
    if (!value.is_string()) return fallback;
    return std::strtod(value.get<std::string>().c_str(), nullptr);
}

std::int64_t int_of(const Json& object, const char* name, std::int64_t fallback) {
    if (!has(object, name)) return fallback;
    const Json& value = object.at(name);
    if (value.is_number_integer()) return value.get<std::int64_t>();
    return std::llround(number_of(object, name, static_cast<double>(fallback)));
}

std::string required_text(const Json& object, const char* name) {
    auto text = text_of(object, name);
    if (text.empty()) throw ControlError(std::string("field is required: ") + name);
    return text;
}

std::optional<std::int64_t> cents_of(const Json& number) {
    if (!number.is_number()) return std::nullopt;
    if (number.is_number_unsigned() && number.get<std::uint64_t>() > 1'000'000'000'000U)
        return std::nullopt;
    const double cents = number.get<double>() * 100.0;
    if (std::fabs(cents) > 1e14) return std::nullopt;
    const auto whole = std::llround(cents);
    if (std::fabs(cents - static_cast<double>(whole)) > 1e-4) return std::nullopt;
    return whole;
}

Json decimal(std::int64_t cents) {
    if (cents % 100 == 0) return cents / 100;
    return static_cast<double>(cents) / 100.0;
}

}  // namespace tillbridge::sandbox
