#include "module/security/passwords.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <stdexcept>

#include "module/security/digest.hpp"
#include "module/security/os_random.hpp"

namespace tillbridge::security {
namespace {

constexpr std::size_t kSalt = 16;
// A hash that no password has: its salt and digest are well formed, so the same work is done.
constexpr std::string_view kNobody =
    "scrypt$15$8$1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

}  // namespace

std::string Passwords::hash(const domain::Secret& password) const {
    return hash_password(password, OsRandom().bytes(kSalt));
}

bool Passwords::matches(const domain::Secret& password, std::string_view stored) const {
    return password_matches(password, stored);
}

void Passwords::waste(const domain::Secret& password) const {
    if (password_matches(password, kNobody)) throw std::logic_error("nobody has a password");
}

// RFC 4226 §5.3, with the time step as the counter (RFC 6238 §4.2).
std::string Passwords::one_time_code(const domain::Secret& secret, std::int64_t step) const {
    std::array<unsigned char, 8> counter{};
    for (std::size_t i = 0; i < counter.size(); ++i)
        counter[i] = static_cast<unsigned char>(static_cast<std::uint64_t>(step) >> (56 - 8 * i));
    std::array<unsigned char, 20> digest{};
    unsigned int size = 0;
    const auto& key = secret.reveal();
    if (HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), counter.data(), counter.size(),
             digest.data(), &size) == nullptr ||
        size != digest.size())
        throw std::runtime_error("HMAC-SHA-1 failed");
    const std::size_t at = digest[19] & 0x0FU;
    const auto byte = [&](std::size_t offset) { return std::uint32_t{digest[at + offset]}; };
    const std::uint32_t number =
        (byte(0) & 0x7FU) << 24U | byte(1) << 16U | byte(2) << 8U | byte(3);
    const auto digits = std::to_string(number % 1'000'000U);
    return std::string(6 - digits.size(), '0') + digits;
}

}  // namespace tillbridge::security
