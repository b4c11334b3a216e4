#include "module/security/digest.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdint>
#include <stdexcept>

#include "module/port/key_ring.hpp"
#include "module/security/encoding.hpp"

namespace tillbridge::security {
namespace {

constexpr std::size_t kSize = 32;
constexpr std::string_view kScryptHead = "scrypt$15$8$1$";

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes_of(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

std::string scrypt(const domain::Secret& password, std::string_view salt) {
    constexpr std::uint64_t kMemory = 64ULL * 1024 * 1024;  // 128 · N · r is 32 MB
    std::string hash(kSize, '\0');
    if (EVP_PBE_scrypt(password.reveal().data(), password.reveal().size(), bytes_of(salt),
                       salt.size(), 1ULL << 15U, 8, 1, kMemory, bytes_of(hash), kSize) != 1) {
        throw std::runtime_error("scrypt failed");
    }
    return hash;
}

}  // namespace

std::string sha256(std::string_view bytes) {
    std::string digest(kSize, '\0');
    if (EVP_Digest(bytes.data(), bytes.size(), bytes_of(digest), nullptr, EVP_sha256(), nullptr) !=
        1) {
        throw std::runtime_error("SHA-256 failed");
    }
    return digest;
}

std::string sha256_hex(std::string_view bytes) {
    return to_hex(sha256(bytes));
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
    std::string digest(kSize, '\0');
    unsigned int size = 0;
    if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(bytes), bytes.size(),
             bytes_of(digest), &size) == nullptr ||
        size != kSize) {
        throw std::runtime_error("HMAC-SHA256 failed");
    }
    return digest;
}

std::string hmac_sha256_hex(std::string_view key, std::string_view bytes) {
    return to_hex(hmac_sha256(key, bytes));
}

bool equal_constant_time(std::string_view a, std::string_view b) {
    return port::KeyRing::equal_constant_time(a, b);
}

std::string hash_password(const domain::Secret& password, std::string_view salt) {
    return std::string(kScryptHead) + to_base64url(salt) + '$' +
           to_base64url(scrypt(password, salt));
}

bool password_matches(const domain::Secret& password, std::string_view stored) {
    if (!stored.starts_with(kScryptHead)) return false;
    const auto rest = stored.substr(kScryptHead.size());
    const auto middle = rest.find('$');
    if (middle == std::string_view::npos) return false;
    const auto salt = from_base64url(rest.substr(0, middle));
    const auto hash = from_base64url(rest.substr(middle + 1));
    return salt && hash && equal_constant_time(scrypt(password, *salt), *hash);
}

}  // namespace tillbridge::security
