// The JSON of diagnostics under /api/support. Every call but the sign-in needs the support cookie,
// every POST its CSRF token too; acts need an operator. Deny is the default: a route says what it
// asks for, and act() checks it before anything is read.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "handlers/router.hpp"
#include "handlers/services.hpp"
#include "module/service/support_desk.hpp"

namespace tillbridge::handlers::support {

inline constexpr const char* kCookie = "tillbridge_support";

class Api {
  public:
    Api(Services services, service::SupportDesk& desk) : services_(services), desk_(desk) {}

    Answer login(Request& request);
    Answer logout(Request& request);
    Answer me(Request& request);
    Answer find(Request& request);
    Answer find_by_body(Request& request);
    Answer connections(Request& request);
    Answer connection(Request& request);
    Answer invoice(Request& request);
    Answer outbox(Request& request);
    Answer audit(Request& request);
    Answer verify_audit(Request& request);
    Answer problems(Request& request);
    Answer ask(Request& request);
    Answer push(Request& request);
    Answer replay(Request& request);
    Answer dismiss(Request& request);
    Answer bundle(Request& request);
    Answer subscription(Request& request);
    Answer change_subscription(Request& request);

  private:
    enum class Needs { session, csrf, operating };
    struct Visit {
        port::SupportUser user;
        service::Actor actor;
        std::string cookie;
        std::string language;
    };
    // `call`: (Visit) → Result<Answer>.
    template <class Call>
    Answer act(Request& request, Needs needs, Call call);
    Answer error(const domain::Error& error, const Request& request) const;

    Services services_;
    service::SupportDesk& desk_;
};

// Borrows `api`.
std::vector<Route> routes(Api& api);

}  // namespace tillbridge::handlers::support
