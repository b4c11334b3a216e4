// Where we may call: https only, listed hosts only, public addresses only. The name is checked
// before the lookup, every looked-up address before the connect, and the connection goes to exactly
// the address that was checked, so a name that changes its answer gains nothing.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "api_client/http/ip_address.hpp"
#include "api_client/http/url.hpp"
#include "module/domain/result.hpp"

namespace tillbridge::http {

// Whether an address is a public unicast one: not private, loopback, link-local, shared, reserved,
// documentation, benchmark or multicast, and no IPv6 form that carries or tunnels an IPv4 address.
bool is_public(const IpAddress& address);

struct OutboundPolicy {
    // Exact host names, or `*.example.com`: any name below example.com, not example.com itself.
    std::vector<std::string> allowed_hosts;
    // Lifts the rules on addresses and on https, never the list of hosts. For a sandbox only.
    bool allow_private_networks = false;
    // What counts as public; another one only where a test has nothing but loopback.
    std::function<bool(const IpAddress&)> public_address = is_public;
};

// `example.com`, `*.example.com`, `127.0.0.1`, `[::1]`; not `*`, `a.*.com`, an address with a port.
bool valid_host_pattern(std::string_view pattern);

class AddressGuard {
  public:
    // Throws std::invalid_argument for a pattern that valid_host_pattern refuses.
    explicit AddressGuard(OutboundPolicy policy);
    // A guard that allows exactly the host of a configured base address. Throws
    // std::invalid_argument where the address is no URL.
    static AddressGuard for_base_url(std::string_view base_url, bool allow_private_networks);

    // http.scheme_forbidden, http.host_not_allowed, and http.address_forbidden for a literal one.
    domain::Result<void> check(const Url& url) const;
    bool allows(const IpAddress& address) const;
    bool allow_private_networks() const { return policy_.allow_private_networks; }

  private:
    bool allows_host(const std::string& host) const;

    OutboundPolicy policy_;
};

}  // namespace tillbridge::http
