// Bytes as text and back: hex, base64 (RFC 4648 §4) and base64url (§5, without padding). Decoding
// is strict: a foreign character, a wrong length or stray bits give none, never a guess.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tillbridge::security {

std::string to_hex(std::string_view bytes);  // lower case
std::optional<std::string> from_hex(std::string_view text);

std::string to_base64(std::string_view bytes);  // with padding
std::optional<std::string> from_base64(std::string_view text);

std::string to_base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);  // with or without padding

}  // namespace tillbridge::security
