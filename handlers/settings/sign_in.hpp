// The way in: the account URL's token becomes a cookie, and the address bar forgets it. Then the
// settings page, plain and drawn by the server: what is connected, which stores, what is wrong.
#pragma once

#include <string>
#include <vector>

#include "handlers/router.hpp"
#include "handlers/services.hpp"

namespace tillbridge::handlers::settings {

std::string session_cookie(const std::string& value, const std::string& public_url);
std::string ended_cookie(const std::string& public_url);

class SignIn {
  public:
    explicit SignIn(Services services) : services_(services) {}

    Answer enter(Request& request);
    Answer page(Request& request);

  private:
    Services services_;
};

// Borrows `sign_in`.
std::vector<Route> routes(SignIn& sign_in);

}  // namespace tillbridge::handlers::settings
