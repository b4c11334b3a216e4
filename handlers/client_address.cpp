#include "handlers/client_address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <stdexcept>
#include <string_view>

namespace tillbridge::handlers {

namespace {

using Bytes = std::array<unsigned char, 16>;

constexpr unsigned kMappedBits = 96;  // of ::ffff:0:0/96, where IPv4 lives

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// IPv4 and its form in IPv6 are the same: a dual-stack listener shows IPv4 callers as the latter.
std::optional<Bytes> parse(std::string_view text) {
    const std::string name(text);
    Bytes bytes{};
    if (::inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1) return bytes;
    bytes[10] = bytes[11] = 0xFF;
    if (::inet_pton(AF_INET, name.c_str(), bytes.data() + 12) == 1) return bytes;
    return std::nullopt;
}

bool within(const Bytes& address, const Bytes& base, unsigned bits) {
    const std::size_t whole = bits / 8;
    if (!std::equal(base.begin(), base.begin() + static_cast<std::ptrdiff_t>(whole),
                    address.begin()))
        return false;
    const unsigned rest = bits % 8;
    if (rest == 0) return true;
    const unsigned mask = 0xFFU << (8 - rest) & 0xFFU;
    return (address[whole] & mask) == (base[whole] & mask);
}

}  // namespace

TrustedProxies::TrustedProxies(const std::vector<std::string>& entries) {
    for (const std::string& entry : entries) {
        const std::string_view text = entry;
        const std::size_t slash = text.find('/');
        const auto base = parse(text.substr(0, slash));
        if (!base) throw std::invalid_argument(entry);
        const bool v4 = text.find(':') == std::string_view::npos;
        unsigned bits = v4 ? 32 : 128;
        if (slash != std::string_view::npos) {
            const std::string_view digits = text.substr(slash + 1);
            unsigned given = 0;
            const auto [end, failed] =
                std::from_chars(digits.data(), digits.data() + digits.size(), given);
            if (failed != std::errc() || end != digits.data() + digits.size() || given > bits)
                throw std::invalid_argument(entry);
            bits = given;
        }
        blocks_.push_back({*base, v4 ? bits + kMappedBits : bits});
    }
}

bool TrustedProxies::trusts(const std::string& address) const {
    if (blocks_.empty()) return false;
    const auto parsed = parse(address);
    return parsed && std::any_of(blocks_.begin(), blocks_.end(), [&](const Block& block) {
               return within(*parsed, block.base, block.bits);
           });
}

std::string TrustedProxies::client(const std::string& peer,
                                   const std::string& forwarded_for) const {
    if (forwarded_for.empty() || !trusts(peer)) return peer;
    std::string_view rest = forwarded_for;
    std::string nearest = peer;
    while (true) {
        const std::size_t comma = rest.rfind(',');
        const std::string_view entry =
            trim(comma == std::string_view::npos ? rest : rest.substr(comma + 1));
        if (!parse(entry)) return nearest;  // nobody whom we trust would have written this
        nearest = entry;
        if (comma == std::string_view::npos || !trusts(nearest)) return nearest;
        rest = rest.substr(0, comma);
    }
}

}  // namespace tillbridge::handlers
