// The settings page's JSON API. Every call needs the session cookie, every change its CSRF token
// too; what is read and changed is the signed-in account's, whatever ids the request names.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "handlers/router.hpp"
#include "handlers/services.hpp"
#include "handlers/settings/access.hpp"
#include "handlers/settings/listing.hpp"
#include "handlers/settings/payment_types.hpp"
#include "module/service/problems.hpp"

namespace tillbridge::handlers::settings {

inline constexpr const char* kCookie = "tillbridge_session";

class Api {
  public:
    explicit Api(Services services, Scopes scopes = {})
        : services_(services), payment_types_(services), scopes_(std::move(scopes)) {}

    // All at once, for scripts; asks the CRM for its payment types.
    Answer show(Request& request);
    // The page asks in parts: what is in our own store at once, the CRM's part when it is there.
    Answer overview(Request& request);
    Answer list_merchants(Request& request);
    Answer list_payment_types(Request& request);
    Answer test_payment(Request& request);  // what became of a test link
    Answer add(Request& request);
    Answer change(Request& request);
    Answer activate(Request& request);
    Answer deactivate(Request& request);
    Answer check(Request& request);
    Answer test_link(Request& request);
    Answer create_payment_type(Request& request);
    Answer replace_key(Request& request);
    Answer check_connection(Request& request);  // which rights the key has now
    Answer end_sessions(Request& request);
    Answer renew_link(Request& request);
    // The bots that an account's admin made for it.
    Answer list_bots(Request& request);
    Answer add_bot(Request& request);
    Answer open_bot(Request& request);  // signs in to the bot's own page instead of this one
    Answer activate_bot(Request& request);
    Answer deactivate_bot(Request& request);
    // Of a bot's connection.
    Answer change_bot(Request& request);
    Answer renew_bot_token(Request& request);
    Answer renew_bot_callback_key(Request& request);
    Answer renew_bot_signing_secret(Request& request);

  private:
    // Asks for the session, and for the CSRF token where it is a change.
    template <class Act>
    Answer act(Request& request, bool is_change, Act act);
    template <class Call>
    Answer on_merchant(Request& request, Call call);
    template <class Change, class Extra>
    Answer change_bot_by(Request& request, Change change, Extra extra);
    Answer switch_to(Request& request, bool active);
    // `call`: (bots, the bot's connection) → Result<Answer>; connection.unknown: not this
    // account's.
    template <class Call>
    Answer on_bot(Request& request, Call call);
    Answer switch_bot(Request& request, bool active);
    Answer error(const domain::Error& error, const std::string& language) const;

    nlohmann::json merchant_view(const domain::Merchant& merchant) const;
    nlohmann::json bot_view(const domain::Connection& connection) const;  // null for a CRM
    nlohmann::json connection_view(const domain::Connection& connection) const;
    // In the reader's language; with why the CRM could not be read just now.
    std::vector<service::ProblemView> problems(
        const domain::ConnectionId& connection, const std::string& language,
        const std::optional<domain::Error>& unread = std::nullopt) const;
    FieldsOf fields_of() const;
    std::optional<domain::Merchant> find(const domain::ConnectionId& connection,
                                         const std::string& id) const;

    Services services_;
    PaymentTypes payment_types_;
    Scopes scopes_;
};

// Borrows `api`.
std::vector<Route> routes(Api& api);
std::vector<Route> bots_routes(Api& api);
std::vector<Route> bot_routes(Api& api);

}  // namespace tillbridge::handlers::settings
