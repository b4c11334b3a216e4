// Who really called: the connection's peer, or, where that is a proxy we trust, the last address in
// X-Forwarded-For that no trusted proxy has. A header from anybody else is ignored.
#pragma once

#include <array>
#include <string>
#include <vector>

namespace tillbridge::handlers {

class TrustedProxies {
  public:
    TrustedProxies() = default;
    // Addresses or blocks (`10.0.0.0/8`, `fd00::/8`). Throws std::invalid_argument with the entry
    // that is neither.
    explicit TrustedProxies(const std::vector<std::string>& entries);

    bool trusts(const std::string& address) const;
    std::string client(const std::string& peer, const std::string& forwarded_for) const;

  private:
    struct Block {
        std::array<unsigned char, 16> base;  // IPv4 as `::ffff:a.b.c.d`
        unsigned bits;
    };
    std::vector<Block> blocks_;
};

}  // namespace tillbridge::handlers
