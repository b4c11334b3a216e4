// Sessions of the settings page: the account URL's token is traded for a cookie of 12 hours.
#pragma once

#include <optional>
#include <string>

#include "module/domain/connection.hpp"
#include "module/domain/result.hpp"
#include "module/service/context.hpp"

namespace tillbridge::service {

class Admins {
  public:
    explicit Admins(Context context) : context_(context) {}

    // The cookie's value. Errors: settings.token_unknown.
    domain::Result<domain::Secret> sign_in(const std::string& settings_token);
    // Nothing where the cookie is unknown or its time is over.
    std::optional<domain::Connection> signed_in(const std::string& cookie) const;
    std::string csrf_token(const std::string& cookie) const;
    bool csrf_matches(const std::string& cookie, const std::string& given) const;  // constant time
    // With those of the account's bots: who had the account's page could open theirs.
    void end_all(const domain::ConnectionId&);
    // A new account URL; ends all sessions and registers the module anew. The account's bots get
    // new ones too, which are nobody's: their pages are opened from the account's.
    domain::Result<std::string> renew_link(const domain::ConnectionId&);

  private:
    Context context_;
};

}  // namespace tillbridge::service
