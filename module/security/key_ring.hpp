// Encryption at rest with the master keys of a file: AES-256-GCM, a random 96-bit nonce a value.
// A sealed value is `version (1) | key id (4) | nonce (12) | ciphertext | tag (16)`; the first five
// bytes and the place are authenticated with it. A file that is no key file and a value that no
// key opens throw KeyError, whose text never holds a key or a plain value. Thread-safe.
#pragma once

#include <array>
#include <memory>
#include <shared_mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "module/port/key_ring.hpp"

namespace tillbridge::security {

class KeyError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

// A new master key as a line of the key file: 32 random bytes in base64.
std::string generate_master_key();

class KeyRing final : public port::KeyRing {
  public:
    // The text of the master key file: base64 of 32 bytes a line. The first seals, the others (old
    // ones) only open. Empty lines and lines that begin with `#` do not count.
    explicit KeyRing(const domain::Secret& file_text);

    // The file changed while we run (rotation). Refuses a text without the key that sealed until
    // now: what it sealed could never be opened again.
    void reload(const domain::Secret& file_text);

    std::string seal(const domain::Secret& plain, std::string_view place) const override;
    domain::Secret open(std::string_view sealed, std::string_view place) const override;
    std::string fingerprint(std::string_view token) const override;
    std::string hmac_sha256_hex(const domain::Secret& key, std::string_view text) const override;
    bool outdated(std::string_view sealed) const override;
    std::string adopt_fingerprint_key(std::string_view sealed) override;

    std::string current_key_id() const;  // 8 hex digits, safe to show

  private:
    struct Key {
        std::array<char, 4> id;  // the first bytes of the key's SHA-256
        domain::Secret bytes;
    };
    using Keys = std::vector<Key>;

    static Keys read(const domain::Secret& file_text);
    static std::string seal_under(const Key& key, std::string_view plain, std::string_view place);
    static bool open_under(const Key& key, std::string_view sealed, std::string_view place,
                           std::string& plain);

    mutable std::shared_mutex guard_;
    Keys keys_;                       // current first
    domain::Secret fingerprint_key_;  // empty until the store handed it over
};

}  // namespace tillbridge::security
