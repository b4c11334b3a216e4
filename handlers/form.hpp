// A form body or a query, decoded strictly: each field once, clean UTF-8, bounded.
// Errors: request.malformed, request.too_large; request.field_invalid with the field's name where
// that is clean.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "handlers/http.hpp"
#include "module/domain/result.hpp"

namespace tillbridge::handlers {

inline constexpr std::size_t kMaxFields = 1000;

using Form = std::map<std::string, std::string>;

domain::Result<Form> parse_form(std::string_view encoded);

// The fields of a POST: its content type must be that of a form (request.malformed).
domain::Result<Form> form_of(const Request& request);

// A field that must be there and within `most` bytes: request.field_missing,
// request.field_too_long.
domain::Result<std::string> take_field(const Form& form, const std::string& name, std::size_t most);

// The first field of this name in a form that may be broken elsewhere, for what an error says of
// it; none where it can't be read or is longer than 255 bytes.
std::optional<std::string> peek_field(std::string_view encoded, std::string_view name);

}  // namespace tillbridge::handlers
