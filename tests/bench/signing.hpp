// The gateways' signatures as the other side makes them (PROTOCOL.md of each), so that the bench
// measures the module's reading and not its own.
#pragma once

#include <string>
#include <string_view>

namespace tillbridge::bench {

std::string base64url(std::string_view bytes);
std::string unbase64url(std::string_view text);  // up to the first other character

std::string hmac_hex(std::string_view text, std::string_view key);  // HMAC-SHA256, small letters

// header.claims.signature of an HS256 token.
std::string hs256_token(std::string_view claims, std::string_view key);
bool hs256_matches(std::string_view token, std::string_view key);

}  // namespace tillbridge::bench
