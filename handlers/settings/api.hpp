// The settings page's JSON API. Every call needs the session cookie, every change its CSRF token
// too; what is read and changed is the signed-in account's, whatever ids the request names.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "handlers/router.hpp"
#include "handlers/services.hpp"
#include "handlers/settings/payment_types.hpp"

namespace tillbridge::handlers::settings {

inline constexpr const char* kCookie = "tillbridge_session";

class Api {
  public:
    explicit Api(Services services) : services_(services), payment_types_(services) {}

    Answer show(Request& request);
    Answer add(Request& request);
    Answer change(Request& request);
    Answer activate(Request& request);
    Answer deactivate(Request& request);
    Answer check(Request& request);
    Answer test_link(Request& request);
    Answer create_payment_type(Request& request);
    Answer replace_key(Request& request);
    Answer end_sessions(Request& request);
    Answer renew_link(Request& request);

  private:
    // Asks for the session, and for the CSRF token where it is a change.
    template <class Act>
    Answer act(Request& request, bool is_change, Act act);
    template <class Call>
    Answer on_merchant(Request& request, Call call);
    Answer switch_to(Request& request, bool active);
    Answer error(const domain::Error& error, const std::string& language) const;

    nlohmann::json merchant_view(const domain::Merchant& merchant) const;
    nlohmann::json problems(const domain::Connection& connection,
                            const std::optional<domain::Error>& unread) const;
    std::optional<domain::Merchant> find(const domain::ConnectionId& connection,
                                         const std::string& id) const;

    Services services_;
    PaymentTypes payment_types_;
};

// Borrows `api`.
std::vector<Route> routes(Api& api);

}  // namespace tillbridge::handlers::settings
