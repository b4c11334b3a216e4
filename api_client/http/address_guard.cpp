#include "api_client/http/address_guard.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <stdexcept>

namespace tillbridge::http {
namespace {

struct Range {
    const char* network;
    unsigned bits;
};

// IANA's special-purpose registry (RFC 6890 and later), multicast and the reserved rest.
constexpr Range kForbiddenV4[] = {
    {"0.0.0.0", 8},      {"10.0.0.0", 8},     {"100.64.0.0", 10}, {"127.0.0.0", 8},
    {"169.254.0.0", 16}, {"172.16.0.0", 12},  {"192.0.0.0", 24},  {"192.0.2.0", 24},
    {"192.88.99.0", 24}, {"192.168.0.0", 16}, {"198.18.0.0", 15}, {"198.51.100.0", 24},
    {"203.0.113.0", 24}, {"224.0.0.0", 4},    {"240.0.0.0", 4},
};

// Only 2000::/3 is global unicast, which leaves out ::, ::1, mapped and compatible IPv4, NAT64
// (64:ff9b::/96, 64:ff9b:1::/48), discard, unique local, link-local, site-local and multicast.
// Within it: protocol assignments with Teredo, documentation, 6to4, documentation again.
constexpr Range kGlobalV6 = {"2000::", 3};
constexpr Range kForbiddenV6[] = {
    {"2001::", 23}, {"2001:db8::", 32}, {"2002::", 16}, {"3fff::", 20}};

bool within(const IpAddress& address, const Range& range) {
    const auto network = IpAddress::parse(range.network).value();
    for (unsigned bit = 0; bit < range.bits; bit += 8) {
        const unsigned left = std::min(8U, range.bits - bit);
        const auto mask = static_cast<std::uint8_t>(0xFFU << (8U - left));
        if (((address.bytes[bit / 8] ^ network.bytes[bit / 8]) & mask) != 0) return false;
    }
    return true;
}

template <std::size_t N>
bool within_any(const IpAddress& address, const Range (&ranges)[N]) {
    return std::any_of(std::begin(ranges), std::end(ranges),
                       [&](const Range& range) { return within(address, range); });
}

// The host as Url::host spells it, with a leading `*.` kept.
std::optional<std::string> normal_pattern(std::string_view pattern) {
    const bool wildcard = pattern.starts_with("*.");
    const auto name = wildcard ? pattern.substr(2) : pattern;
    if (name.find_first_of("/?@") != std::string_view::npos) return {};
    const auto colon = name.rfind(':');
    if (colon != std::string_view::npos && !name.ends_with(']')) return {};
    const auto url = parse_url("https://" + std::string(name));
    if (!url || (wildcard && url->literal())) return {};
    return wildcard ? "*." + url->host : url->host;
}

}  // namespace

bool is_public(const IpAddress& address) {
    if (!address.v6) return !within_any(address, kForbiddenV4);
    return within(address, kGlobalV6) && !within_any(address, kForbiddenV6);
}

bool valid_host_pattern(std::string_view pattern) {
    return normal_pattern(pattern).has_value();
}

AddressGuard::AddressGuard(OutboundPolicy policy) : policy_(std::move(policy)) {
    for (auto& pattern : policy_.allowed_hosts) {
        auto normal = normal_pattern(pattern);
        if (!normal) throw std::invalid_argument("not a host pattern: " + pattern);
        pattern = std::move(*normal);
    }
}

AddressGuard AddressGuard::for_base_url(std::string_view base_url, bool allow_private_networks) {
    const auto url = parse_url(base_url);
    if (!url) throw std::invalid_argument("not a base address: " + url.error().message);
    OutboundPolicy policy;
    policy.allowed_hosts = {url->host.find(':') == std::string::npos ? url->host
                                                                     : "[" + url->host + "]"};
    policy.allow_private_networks = allow_private_networks;
    return AddressGuard(std::move(policy));
}

domain::Result<void> AddressGuard::check(const Url& url) const {
    if (!url.secure() && !policy_.allow_private_networks) {
        return domain::fail("http.scheme_forbidden", url.host + ": https only");
    }
    if (!allows_host(url.host)) {
        return domain::fail("http.host_not_allowed", url.host + ": not a listed host");
    }
    const auto literal = IpAddress::parse(url.host);
    if (literal && !allows(*literal)) {
        return domain::fail("http.address_forbidden", url.host + ": not a public address");
    }
    return {};
}

bool AddressGuard::allows(const IpAddress& address) const {
    return policy_.allow_private_networks || policy_.public_address(address);
}

bool AddressGuard::allows_host(const std::string& host) const {
    return std::any_of(policy_.allowed_hosts.begin(), policy_.allowed_hosts.end(),
                       [&](const std::string& pattern) {
                           if (!pattern.starts_with("*.")) return host == pattern;
                           const auto suffix = std::string_view(pattern).substr(1);
                           return host.size() > suffix.size() && host.ends_with(suffix);
                       });
}

}  // namespace tillbridge::http
