// Use cases of a connection: installing from the marketplace or by hand, the CRM's activity and
// settings calls, a new key. The same account (same public address) is always the same connection.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "module/domain/connection.hpp"
#include "module/domain/result.hpp"
#include "module/service/context.hpp"

namespace tillbridge::service {

class Connections {
  public:
    // `hurry`: ends the back-off of a lane of the outbox in this process.
    explicit Connections(Context context, std::function<void(const std::string& lane)> hurry = {})
        : context_(context), hurry_(std::move(hurry)) {}

    struct Connected {
        domain::Connection connection;
        std::string account_url;  // {public_url}/settings/{settingsToken}
        bool created = false;
    };

    // Errors: install.bad_token; then as connect(); nothing is stored on an error.
    domain::Result<Connected> register_from_marketplace(const std::string& token,
                                                        const domain::Secret& api_key,
                                                        const std::string& system_url);
    // Errors: crm.url_invalid, crm.host_not_allowed, crm.address_forbidden, crm.unreachable,
    // crm.key_rejected, crm.account_unknown, crm.scopes_missing (params: scopes), crm.refused.
    domain::Result<Connected> connect(const domain::Secret& api_key, const std::string& system_url);

    // The CRM's own calls; `connection.unknown` where the client id is nobody's.
    domain::Result<domain::Connection> by_client_id(const std::string& client_id) const;
    domain::Result<void> activity(const std::string& client_id, std::optional<bool> active,
                                  std::optional<bool> frozen,
                                  const std::optional<std::string>& system_url);
    struct AccountChange {
        std::optional<std::string> currency, language, timezone;
    };
    domain::Result<void> settings_changed(const std::string& client_id, const AccountChange&);

    // Checks the new key at the CRM first; wakes what waited for it. Errors: connection.unknown,
    // crm.account_mismatch (the key is another account's), and those of a check in connect().
    domain::Result<domain::Connection> replace_key(const domain::ConnectionId&,
                                                   const domain::Secret& api_key);

    // Asks the account which rights the key has now and keeps the answer; raises or clears
    // crm.scopes_missing, and what hangs on the key. Errors: connection.unknown, as connect().
    domain::Result<domain::Connection> recheck(const domain::ConnectionId&);

    std::string account_url(const domain::Connection&) const;

  private:
    struct Found {
        domain::Connection account;  // what the CRM tells of itself; no ids and tokens
    };
    domain::Result<Found> inspect(const domain::Secret& api_key, const std::string& system_url);
    // Nothing where another installation of the same account came first: to be done again.
    domain::Result<std::optional<Connected>> install(const domain::Connection& account);
    std::optional<domain::Connection> store_new(const domain::Connection& fresh);
    std::optional<domain::Connection> store_again(const domain::Connection& account,
                                                  const domain::ConnectionId& known);
    void wake(const domain::ConnectionId&) const;

    Context context_;
    std::function<void(const std::string&)> hurry_;
};

}  // namespace tillbridge::service
