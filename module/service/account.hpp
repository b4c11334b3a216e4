// What the use cases of connections and merchants share: what the CRM is told of the stores, how
// its answers become errors, and whether a store fits the account's currency.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "module/domain/connection.hpp"
#include "module/domain/merchant.hpp"
#include "module/domain/result.hpp"
#include "module/port/host.hpp"
#include "module/service/context.hpp"

namespace tillbridge::service {

std::string account_url_of(const Context&, const domain::Connection&);
port::Registration registration_of(const Context&, const domain::Connection&,
                                   std::vector<domain::Merchant> shops);

// For an answer that is not ok: crm.key_rejected, crm.unreachable, crm.address_forbidden,
// crm.account_unknown, crm.refused, or the host's own code. Params: reason, host.
domain::Error host_error(const port::HostAnswer&);
// With the param `host` (and port) of an address as somebody typed it, where it has none: who
// installs has only typed an address, so its errors name it. No user and no password gets into it.
domain::Error naming(domain::Error, std::string_view url);

// A merchant whose gateway does not take the account's currency: that currency.
inline constexpr const char* kCurrencyProblem = "currency.not_supported";
std::optional<std::string> unfit_currency(const Context&, const domain::Connection&,
                                          const domain::Merchant&);
// Within a unit of work: raises or clears the problem.
void judge_currency(const Context&, port::Tx&, const domain::Connection&, const domain::Merchant&);

// Registers as want_registration() does, then asks the account for its public address, which may
// have changed with the address it is called at.
void want_registration_after_move(port::Tx&, domain::UtcTime now, const domain::ConnectionId&);

}  // namespace tillbridge::service
