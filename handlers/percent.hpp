// Text as it stands in addresses, forms and pages: percent decoding, UTF-8 checks, HTML escaping.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tillbridge::handlers {

// None where a `%` is not followed by two hex digits. `plus`: a `+` is a space, as in forms.
std::optional<std::string> decode_percent(std::string_view text, bool plus = false);

// Well-formed UTF-8 without U+0000 (no surrogates, no overlong forms).
bool is_clean_utf8(std::string_view text);
// Characters, not bytes; the text must be UTF-8.
std::size_t utf8_length(std::string_view text);

std::string escape_html(std::string_view text);  // for text and for quoted attributes

}  // namespace tillbridge::handlers
