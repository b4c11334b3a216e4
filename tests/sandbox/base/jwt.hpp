// HS256 tokens as UAPAY makes them (uapay.md §3), and the wrong forms that a receiver must refuse.
// The key is the secret's raw characters.
#pragma once

#include <string>

#include "tests/sandbox/base/json.hpp"

namespace tillbridge::sandbox {

std::string hmac(const char* digest, const std::string& key, const std::string& data);  // raw bytes
std::string hex(const std::string& bytes);
std::string base64(const std::string& bytes);     // with padding
std::string base64url(const std::string& bytes);  // without
std::optional<std::string> base64url_decode(const std::string& text);
std::string base64_decode(const std::string& text);           // ignores what is not in the alphabet
bool same_bytes(const std::string& a, const std::string& b);  // constant time

struct Verified {
    std::optional<Json> claims;
    std::string reason;  // why not, where there are no claims
};
Verified verify_token(const std::string& token, const std::string& key);

// form: good, wrongKey, decodedKey, algNone, hs512, tampered, tamperedSignature, twoParts.
std::string make_token(const Json& claims, const std::string& key,
                       const std::string& form = "good");
bool known_token_form(const std::string& form);  // also "unsigned", which has no token

}  // namespace tillbridge::sandbox
