// Encryption at rest. A sealed value names its key in its header and is bound to its place (table,
// row, column) through `place`, so that it can't be moved to another row.
#pragma once

#include <string>
#include <string_view>

#include "module/domain/secret.hpp"

namespace tillbridge::port {

class KeyRing {
  public:
    virtual ~KeyRing() = default;

    // AES-256-GCM under the current key; binary.
    virtual std::string seal(const domain::Secret& plain, std::string_view place) const = 0;
    // Throws where no key opens it or the place is another.
    virtual domain::Secret open(std::string_view sealed, std::string_view place) const = 0;
    // A keyed 256-bit fingerprint to look a token up by; the same for all key versions. 64 hex
    // digits.
    virtual std::string fingerprint(std::string_view token) const = 0;
    // Of `text`, keyed with a peer's secret: 64 lower-case hex digits.
    virtual std::string hmac_sha256_hex(const domain::Secret& key, std::string_view text) const = 0;
    // Texts of different length are unequal at once: lengths are no secret.
    static bool equal_constant_time(std::string_view a, std::string_view b);
    // Whether a sealed value is under an older key and should be sealed anew.
    virtual bool outdated(std::string_view sealed) const = 0;
    // The key of the fingerprints is random and outlives the master keys; the store keeps it,
    // sealed, and hands it over when it opens. Takes what is kept (empty: nothing yet) and returns
    // what must be kept from now on. A ring whose fingerprints need no such key keeps nothing.
    virtual std::string adopt_fingerprint_key(std::string_view sealed) {
        return std::string(sealed);
    }
};

}  // namespace tillbridge::port
