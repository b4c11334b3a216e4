// The variables that a bot sends, as texts by their names, and the forms that their values have.
// Pure.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "module/domain/result.hpp"

namespace tillbridge::service {

using BotVariables = std::map<std::string, std::string>;

// Whether somebody left a value out on purpose: nothing, a pair of quotes, None.
bool is_skipped(const std::string& value);

// What of a hold is to be captured: the decimal text of `amount`; none: all of it. Errors:
// request.field_invalid.
domain::Result<std::optional<std::string>> asked_amount(const BotVariables& given);

// The language that the variables name, else `otherwise`.
std::string asked_language(const BotVariables& given, const std::string& otherwise);

// A variable's name as an error may tell it: its first 100 characters.
std::string shown_name(const std::string& name);

std::size_t length_of(const std::string& text);  // characters, not bytes
bool is_decimal(const std::string& text);        // digits and a dot, at most 4 places
bool is_zero(const std::string& decimal);
bool is_short_number(const std::string& text);  // whole, one or two digits
bool is_address(const std::string& text);       // http or https, without a user
bool is_phone(const std::string& text);         // 10 to 15 digits, and what people put between
bool is_profile(const std::string& text);       // 1 to 64 letters, digits, `-` and `_`
bool is_email(const std::string& text);         // at most 254 characters

}  // namespace tillbridge::service
