#include "tests/bench/signing.hpp"

#include <openssl/crypto.h>
#include <openssl/hmac.h>

#include <array>

namespace tillbridge::bench {
namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::array<signed char, 256> values_of_digits() {
    std::array<signed char, 256> values{};
    values.fill(-1);
    for (std::size_t i = 0; i < kDigits.size(); ++i)
        values[static_cast<unsigned char>(kDigits[i])] = static_cast<signed char>(i);
    return values;
}

std::string mac(std::string_view text, std::string_view key) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned int size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), bytes.data(), &size);
    return {reinterpret_cast<const char*>(bytes.data()), size};
}

}  // namespace

std::string base64url(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() * 4 / 3 + 3);
    unsigned int held = 0;
    int bits = 0;
    for (const char byte : bytes) {
        held = ((held << 8U) | static_cast<unsigned char>(byte)) & 0xFFFFU;
        for (bits += 8; bits >= 6; bits -= 6) out += kDigits[(held >> (bits - 6)) & 63U];
    }
    if (bits > 0) out += kDigits[(held << (6 - bits)) & 63U];
    return out;
}

std::string unbase64url(std::string_view text) {
    static const auto values = values_of_digits();
    std::string out;
    out.reserve(text.size());
    unsigned int held = 0;
    int bits = 0;
    for (const char digit : text) {
        const int value = values[static_cast<unsigned char>(digit)];
        if (value < 0) break;
        held = ((held << 6U) | static_cast<unsigned int>(value)) & 0xFFFFU;
        if ((bits += 6) >= 8) out += static_cast<char>((held >> (bits -= 8)) & 255U);
    }
    return out;
}

std::string hmac_hex(std::string_view text, std::string_view key) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string out;
    for (const char byte : mac(text, key)) {
        const auto value = static_cast<unsigned char>(byte);
        out += kHex[value >> 4U];
        out += kHex[value & 15U];
    }
    return out;
}

std::string hs256_token(std::string_view claims, std::string_view key) {
    static const std::string header = base64url(R"({"alg":"HS256","typ":"JWT"})");
    const std::string text = header + '.' + base64url(claims);
    return text + '.' + base64url(mac(text, key));
}

bool hs256_matches(std::string_view token, std::string_view key) {
    const auto end = token.rfind('.');
    if (end == std::string_view::npos) return false;
    const std::string expected = mac(token.substr(0, end), key);
    const std::string given = unbase64url(token.substr(end + 1));
    return given.size() == expected.size() &&
           CRYPTO_memcmp(given.data(), expected.data(), given.size()) == 0;
}

}  // namespace tillbridge::bench
