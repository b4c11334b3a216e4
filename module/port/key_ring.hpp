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
    // Whether a sealed value is under an older key and should be sealed anew.
    virtual bool outdated(std::string_view sealed) const = 0;
};

}  // namespace tillbridge::port
