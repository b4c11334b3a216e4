// An admin on the settings page: opens the account URL, holds the cookie and the CSRF token, calls
// the settings API.
#pragma once

#include <string>

#include "tests/support/harness/http.hpp"

namespace tillbridge::harness {

class Settings {
  public:
    // Opens `account_url`; throws where it does not sign in.
    explicit Settings(const std::string& account_url);

    Answer get(const std::string& path = "") const;  // below /api/settings
    Answer post(const std::string& path, const Json& body = Json::object()) const;
    Answer patch(const std::string& path, const Json& body) const;

    Json state() const;                 // GET /api/settings
    Json add(const Json& draft) const;  // a store; throws where it is refused. → {"id",…}
    Json add_uapay(const std::string& name, const Json& merchant,
                   const Json& options = Json::object()) const;
    Json merchant(const std::string& id) const;  // as the state shows it

    const std::string& cookie() const { return cookie_; }
    const std::string& csrf() const { return csrf_; }
    const Http& http() const { return http_; }

  private:
    Fields headers(bool change) const;

    Http http_;
    std::string cookie_;  // name=value
    std::string csrf_;
};

}  // namespace tillbridge::harness
