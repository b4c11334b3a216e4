// SHA-256, HMAC-SHA256 and comparisons that take the same time wherever the texts differ. Digests
// come as raw bytes (32); wrap them into to_hex() or to_base64url() for text. Throws where OpenSSL
// fails, which it does not for inputs.
#pragma once

#include <string>
#include <string_view>

#include "module/domain/secret.hpp"

namespace tillbridge::security {

std::string sha256(std::string_view bytes);
std::string sha256_hex(std::string_view bytes);

std::string hmac_sha256(std::string_view key, std::string_view bytes);
std::string hmac_sha256_hex(std::string_view key, std::string_view bytes);

// Texts of different length are unequal at once: lengths are no secret.
bool equal_constant_time(std::string_view a, std::string_view b);

// What a person typed, kept so that a copy of the database does not give it: scrypt (N 2^15, r 8,
// p 1), `scrypt$15$8$1$salt$hash`. `salt`: 16 random bytes.
std::string hash_password(const domain::Secret& password, std::string_view salt);
bool password_matches(const domain::Secret& password, std::string_view stored);

}  // namespace tillbridge::security
