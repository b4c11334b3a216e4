// JSON as it comes in from outside, read strictly: one UTF-8 value and nothing after it, no
// duplicate keys, no NaN, no U+0000, bounded size and depth. An integer that fits std::int64_t is
// one; any other number is kept as its original text in a string, so that money never passes
// through a double. Errors: json.too_large, json.too_deep, json.duplicate_key, json.malformed; the
// message tells the byte at which reading stopped and never quotes the input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "module/domain/result.hpp"

namespace tillbridge::port {

struct JsonLimits {
    std::size_t bytes = 4U * 1024 * 1024;
    std::size_t depth = 32;  // objects and arrays inside each other
};

domain::Result<nlohmann::json> parse_json(std::string_view text, JsonLimits limits = {});

// The digits of a number, whether it came as a number or as a string: `159.90`, `-3`, `1e3`.
// None for anything else; what the digits mean is for the caller (domain::parse_money).
std::optional<std::string> decimal_text(const nlohmann::json& value);

// Members of an object. A value that is no object, a missing member and one of another type are all
// the same to these: null, nothing, empty.
const nlohmann::json* member(const nlohmann::json& object, std::string_view key);
std::string text_at(const nlohmann::json& object, std::string_view key);  // strings only
// An integer, also as a string of digits (`"1"`, `"-5"`).
std::optional<std::int64_t> integer_at(const nlohmann::json& object, std::string_view key);

// As text for the wire. Bytes that are no UTF-8 become U+FFFD instead of an exception.
std::string to_text(const nlohmann::json& value);

}  // namespace tillbridge::port
