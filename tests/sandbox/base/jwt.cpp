#include "tests/sandbox/base/jwt.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace tillbridge::sandbox {
namespace {

constexpr char kPlain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr char kUrl[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string encode(const std::string& bytes, const char* alphabet, bool padded) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    unsigned bits = 0;
    int have = 0;
    for (const char c : bytes) {
        bits = bits << 8U | static_cast<unsigned char>(c);
        for (have += 8; have >= 6; have -= 6)
            text += alphabet[bits >> static_cast<unsigned>(have - 6) & 63U];
    }
    if (have > 0) text += alphabet[bits << static_cast<unsigned>(6 - have) & 63U];
    while (padded && text.size() % 4 != 0) text += '=';
    return text;
}

std::array<int, 256> values_of(const char* alphabet) {
    std::array<int, 256> values{};
    values.fill(-1);
    for (int i = 0; i < 64; ++i) values[static_cast<unsigned char>(alphabet[i])] = i;
    return values;
}

std::string decode(const std::string& text, const std::array<int, 256>& values, bool& clean) {
    std::string bytes;
    unsigned bits = 0;
    int have = 0;
    for (const char c : text) {
        const int value = values[static_cast<unsigned char>(c)];
        if (value < 0) {
            clean = false;
            continue;
        }
        bits = bits << 6U | static_cast<unsigned>(value);
        have += 6;
        if (have >= 8) {
            have -= 8;
            bytes += static_cast<char>(bits >> static_cast<unsigned>(have) & 0xffU);
        }
    }
    return bytes;
}

}  // namespace

std::string hmac(const char* digest, const std::string& key, const std::string& data) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    unsigned size = 0;
    const EVP_MD* md = std::string(digest) == "SHA512" ? EVP_sha512() : EVP_sha256();
    if (HMAC(md, key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(data.data()), data.size(), out.data(),
             &size) == nullptr)
        throw std::runtime_error("HMAC failed");
    return {reinterpret_cast<const char*>(out.data()), size};
}

std::string hex(const std::string& bytes) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text += kDigits[byte >> 4U];
        text += kDigits[byte & 15U];
    }
    return text;
}

std::string base64(const std::string& bytes) {
    return encode(bytes, kPlain, true);
}
std::string base64url(const std::string& bytes) {
    return encode(bytes, kUrl, false);
}

std::optional<std::string> base64url_decode(const std::string& text) {
    static const auto values = values_of(kUrl);
    bool clean = text.size() % 4 != 1;
    auto bytes = decode(text, values, clean);
    if (!clean) return std::nullopt;
    return bytes;
}

std::string base64_decode(const std::string& text) {
    static const auto values = values_of(kPlain);
    bool clean = true;
    return decode(text, values, clean);
}

bool same_bytes(const std::string& a, const std::string& b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

Verified verify_token(const std::string& token, const std::string& key) {
    const auto first = token.find('.');
    const auto second = first == std::string::npos ? first : token.find('.', first + 1);
    if (second == std::string::npos || token.find('.', second + 1) != std::string::npos)
        return {{}, "the token has not three parts"};
    const auto header_text = base64url_decode(token.substr(0, first));
    const auto header = header_text ? parse_json(*header_text) : std::nullopt;
    if (!header || !header->is_object()) return {{}, "the token's header is unreadable"};
    if (!has(*header, "alg") || header->at("alg") != "HS256") return {{}, "alg is not HS256"};
    const auto signature = base64url_decode(token.substr(second + 1));
    if (!signature || !same_bytes(*signature, hmac("SHA256", key, token.substr(0, second))))
        return {{}, "the signature is wrong"};
    const auto claims_text = base64url_decode(token.substr(first + 1, second - first - 1));
    auto claims = claims_text ? parse_json(*claims_text) : std::nullopt;
    if (!claims || !claims->is_object()) return {{}, "the claims are unreadable"};
    return {std::move(claims), ""};
}

bool known_token_form(const std::string& form) {
    for (const char* known : {"good", "wrongKey", "decodedKey", "algNone", "hs512", "unsigned",
                              "tampered", "tamperedSignature", "twoParts"})
        if (form == known) return true;
    return false;
}

std::string make_token(const Json& claims, const std::string& key, const std::string& form) {
    const std::string alg = form == "algNone" ? "none" : form == "hs512" ? "HS512" : "HS256";
    const auto header = base64url(R"({"alg":")" + alg + R"(","typ":"JWT"})");
    auto payload = base64url(dump(claims));
    if (form == "algNone") return header + "." + payload + ".";
    const std::string used_key = form == "wrongKey"     ? key + "x"
                                 : form == "decodedKey" ? base64_decode(key)
                                                        : key;
    auto signature =
        base64url(hmac(form == "hs512" ? "SHA512" : "SHA256", used_key, header + "." + payload));
    if (form == "tampered") {
        Json changed = claims;
        changed["amount"] = int_of(claims, "amount") + 1;
        payload = base64url(dump(changed));
    }
    if (form == "tamperedSignature") signature[5] = signature[5] == 'A' ? 'B' : 'A';
    if (form == "twoParts") return header + "." + payload;
    return header + "." + payload + "." + signature;
}

}  // namespace tillbridge::sandbox
