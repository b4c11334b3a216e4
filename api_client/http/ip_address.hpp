// An IPv4 or IPv6 address as bytes. Text is read in the canonical spellings only: `127.1`, `0x7f.1`
// and the like are no addresses here.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tillbridge::http {

struct IpAddress {
    bool v6 = false;
    std::array<std::uint8_t, 16> bytes{};  // an IPv4 address fills the first four

    static std::optional<IpAddress> parse(std::string_view text);  // without brackets
    std::string text() const;
    auto operator<=>(const IpAddress&) const = default;
};

}  // namespace tillbridge::http
