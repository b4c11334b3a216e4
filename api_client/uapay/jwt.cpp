#include "api_client/uapay/jwt.hpp"

#include <array>
#include <optional>

#include "module/port/json.hpp"
#include "module/security/digest.hpp"
#include "module/security/encoding.hpp"

namespace tillbridge::uapay {
namespace {

constexpr std::string_view kHeader = R"({"alg":"HS256","typ":"JWT"})";
// The same, encoded: what every token of UAPAY's begins with, so that reading it again is rare.
constexpr std::string_view kEncodedHeader = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";
constexpr std::size_t kMaxHeader = 1024;

// Header, claims, signature; none unless there are exactly three parts.
std::optional<std::array<std::string_view, 3>> split(std::string_view token) {
    const auto first = token.find('.');
    if (first == std::string_view::npos) return {};
    const auto second = token.find('.', first + 1);
    if (second == std::string_view::npos) return {};
    if (token.find('.', second + 1) != std::string_view::npos) return {};
    const std::array<std::string_view, 3> parts{token.substr(0, first),
                                                token.substr(first + 1, second - first - 1),
                                                token.substr(second + 1)};
    // base64url goes without padding here (§3.1).
    for (const auto part : parts)
        if (part.find('=') != std::string_view::npos) return {};
    return parts;
}

domain::Result<void> check_header(std::string_view encoded) {
    if (encoded == kEncodedHeader) return {};
    if (encoded.size() > kMaxHeader) return domain::fail("jwt.malformed");
    const auto text = security::from_base64url(encoded);
    if (!text) return domain::fail("jwt.malformed");
    const auto header = port::parse_json(*text);
    if (!header || !header->is_object()) return domain::fail("jwt.malformed");
    if (port::text_at(*header, "alg") != "HS256") return domain::fail("jwt.algorithm");
    // A critical extension must be understood or the token refused, and we understand none.
    if (port::member(*header, "crit") != nullptr) return domain::fail("jwt.malformed");
    return {};
}

}  // namespace

std::string sign(std::string_view claims, const domain::Secret& key) {
    std::string token = security::to_base64url(kHeader) + "." + security::to_base64url(claims);
    token += "." + security::to_base64url(security::hmac_sha256(key.reveal(), token));
    return token;
}

domain::Result<std::string> verify(std::string_view token, const domain::Secret& key) {
    const auto parts = split(token);
    if (!parts) return domain::fail("jwt.malformed");
    const auto& [header, claims, signature] = *parts;
    if (const auto right = check_header(header); !right) return tl::unexpected(right.error());

    const auto given = security::from_base64url(signature);
    const auto own =
        security::hmac_sha256(key.reveal(), token.substr(0, header.size() + 1 + claims.size()));
    // An empty key is no key: anybody could sign with it.
    if (!given || key.empty() || !security::equal_constant_time(*given, own))
        return domain::fail("jwt.signature");
    auto text = security::from_base64url(claims);
    if (!text) return domain::fail("jwt.malformed");
    return std::move(*text);
}

}  // namespace tillbridge::uapay
