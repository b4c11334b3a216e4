#include "module/security/key_ring.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <utility>

#include "module/security/digest.hpp"
#include "module/security/encoding.hpp"
#include "module/security/os_random.hpp"

namespace tillbridge::security {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kHead = 5;  // version and key id
constexpr std::size_t kNonce = 12;
constexpr std::size_t kTag = 16;
constexpr std::size_t kKeySize = 32;
constexpr std::string_view kFingerprintPlace = "meta/fingerprint_key/value";

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

Cipher new_cipher() {
    Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
    if (!cipher) throw std::bad_alloc();
    return cipher;
}

const unsigned char* in(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

unsigned char* out(std::string& bytes) {
    return reinterpret_cast<unsigned char*>(bytes.data());
}

int length(std::string_view bytes) {
    return static_cast<int>(bytes.size());
}

std::string_view trimmed(std::string_view line) {
    constexpr std::string_view kBlank = " \t\r";
    const auto first = line.find_first_not_of(kBlank);
    if (first == std::string_view::npos) return {};
    return line.substr(first, line.find_last_not_of(kBlank) - first + 1);
}

}  // namespace

std::string generate_master_key() {
    return to_base64(OsRandom().bytes(kKeySize));
}

KeyRing::KeyRing(const domain::Secret& file_text) : keys_(read(file_text)) {}

KeyRing::Keys KeyRing::read(const domain::Secret& file_text) {
    Keys keys;
    std::string_view rest = file_text.reveal();
    for (int number = 1; !rest.empty(); ++number) {
        const auto end = std::min(rest.find('\n'), rest.size());
        const auto line = trimmed(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (line.empty() || line.front() == '#') continue;
        auto bytes = from_base64(line);
        if (!bytes || bytes->size() != kKeySize) {
            throw KeyError("the master key file: line " + std::to_string(number) +
                           " is not 32 bytes in base64 (`keys generate` makes such a line)");
        }
        Key key{{}, domain::Secret(std::move(*bytes))};
        sha256(key.bytes.reveal()).copy(key.id.data(), key.id.size());
        keys.push_back(std::move(key));
    }
    if (keys.empty()) throw KeyError("the master key file holds no key");
    return keys;
}

void KeyRing::reload(const domain::Secret& file_text) {
    Keys keys = read(file_text);
    const std::unique_lock lock(guard_);
    const auto& current = keys_.front().bytes.reveal();
    const bool kept = std::any_of(keys.begin(), keys.end(), [&](const Key& key) {
        return equal_constant_time(key.bytes.reveal(), current);
    });
    if (!kept) {
        throw KeyError("the master key file lacks the key in use; keep it below the new one");
    }
    keys_ = std::move(keys);
}

std::string KeyRing::seal_under(const Key& key, std::string_view plain, std::string_view place) {
    std::string sealed(kHead + kNonce + plain.size() + kTag, '\0');
    sealed[0] = kVersion;
    std::copy(key.id.begin(), key.id.end(), sealed.begin() + 1);
    OsRandom().bytes(kNonce).copy(sealed.data() + kHead, kNonce);

    const auto cipher = new_cipher();
    auto* at = out(sealed);
    int count = 0;
    const bool done =
        EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, in(key.bytes.reveal()),
                           at + kHead) == 1 &&
        EVP_EncryptUpdate(cipher.get(), nullptr, &count, at, static_cast<int>(kHead)) == 1 &&
        EVP_EncryptUpdate(cipher.get(), nullptr, &count, in(place), length(place)) == 1 &&
        EVP_EncryptUpdate(cipher.get(), at + kHead + kNonce, &count, in(plain), length(plain)) ==
            1 &&
        EVP_EncryptFinal_ex(cipher.get(), at + kHead + kNonce + plain.size(), &count) == 1 &&
        EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, static_cast<int>(kTag),
                            at + kHead + kNonce + plain.size()) == 1;
    if (!done) throw KeyError("AES-256-GCM failed");
    return sealed;
}

bool KeyRing::open_under(const Key& key, std::string_view sealed, std::string_view place,
                         std::string& plain) {
    const auto head = sealed.substr(0, kHead);
    const auto nonce = sealed.substr(kHead, kNonce);
    const auto body = sealed.substr(kHead + kNonce, sealed.size() - kHead - kNonce - kTag);
    std::string tag(sealed.substr(sealed.size() - kTag));
    plain.assign(body.size(), '\0');

    const auto cipher = new_cipher();
    int count = 0;
    return EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, in(key.bytes.reveal()),
                              in(nonce)) == 1 &&
           EVP_DecryptUpdate(cipher.get(), nullptr, &count, in(head), length(head)) == 1 &&
           EVP_DecryptUpdate(cipher.get(), nullptr, &count, in(place), length(place)) == 1 &&
           EVP_DecryptUpdate(cipher.get(), out(plain), &count, in(body), length(body)) == 1 &&
           EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, static_cast<int>(kTag),
                               tag.data()) == 1 &&
           EVP_DecryptFinal_ex(cipher.get(), out(plain) + plain.size(), &count) == 1;
}

std::string KeyRing::seal(const domain::Secret& plain, std::string_view place) const {
    const std::shared_lock lock(guard_);
    return seal_under(keys_.front(), plain.reveal(), place);
}

domain::Secret KeyRing::open(std::string_view sealed, std::string_view place) const {
    if (sealed.size() < kHead + kNonce + kTag || sealed[0] != kVersion) {
        throw KeyError("a sealed value is damaged: " + std::string(place));
    }
    const auto id = sealed.substr(1, 4);
    bool known = false;
    const std::shared_lock lock(guard_);
    for (const Key& key : keys_) {
        if (id != std::string_view(key.id.data(), key.id.size())) continue;
        known = true;
        std::string plain;
        const bool opened = open_under(key, sealed, place, plain);
        domain::Secret secret(std::move(plain));  // wiped also where the tag did not match
        if (opened) return secret;
    }
    if (!known) {
        throw KeyError("the master key file lacks key " + to_hex(id) + ", which sealed " +
                       std::string(place));
    }
    throw KeyError("a sealed value was changed or moved: " + std::string(place));
}

std::string KeyRing::fingerprint(std::string_view token) const {
    const std::shared_lock lock(guard_);
    if (fingerprint_key_.empty()) throw std::logic_error("the key ring has no fingerprint key yet");
    return security::hmac_sha256_hex(fingerprint_key_.reveal(), token);
}

std::string KeyRing::hmac_sha256_hex(const domain::Secret& key, std::string_view text) const {
    return security::hmac_sha256_hex(key.reveal(), text);
}

bool KeyRing::outdated(std::string_view sealed) const {
    const std::shared_lock lock(guard_);
    const auto& id = keys_.front().id;
    return sealed.size() < kHead || sealed.substr(1, 4) != std::string_view(id.data(), id.size());
}

std::string KeyRing::adopt_fingerprint_key(std::string_view sealed) {
    domain::Secret key = sealed.empty() ? domain::Secret(OsRandom().bytes(kKeySize))
                                        : open(sealed, kFingerprintPlace);
    std::string kept =
        sealed.empty() || outdated(sealed) ? seal(key, kFingerprintPlace) : std::string(sealed);
    const std::unique_lock lock(guard_);
    fingerprint_key_ = std::move(key);
    return kept;
}

std::string KeyRing::current_key_id() const {
    const std::shared_lock lock(guard_);
    const auto& id = keys_.front().id;
    return to_hex({id.data(), id.size()});
}

}  // namespace tillbridge::security
