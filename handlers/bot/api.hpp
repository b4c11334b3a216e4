// What bots of chat platforms call: links, their state and holds, and changes of subscriptions. A
// Bearer token is the whole credential; who has none learns nothing. Errors carry a text in the
// language that was asked for, under the names that the platforms' own variables have.
#pragma once

#include <string>
#include <vector>

#include "handlers/extension/call_limiter.hpp"
#include "handlers/miss_limiter.hpp"
#include "handlers/router.hpp"
#include "handlers/services.hpp"
#include "module/service/bots.hpp"

namespace tillbridge::handlers::bot {

class Api {
  public:
    Api(Services services, service::Bots& bots, std::int64_t misses_per_minute);

    Answer make_link(Request& request);
    Answer show_link(Request& request);
    Answer approve_link(Request& request);
    Answer cancel_link(Request& request);
    Answer change_subscription(Request& request, service::Bots::Call call);

  private:
    // Finds the bot by its token; a caller without one is told so, and told to wait where it
    // guesses.
    template <class Act>
    Answer act(Request& request, Act act);
    Answer error(const domain::Error& error, const std::string& language) const;
    // The link that the path names, as it stands now.
    domain::Result<Answer> shown(Request& request, const domain::Connection& connection) const;

    Services services_;
    service::Bots& bots_;
    MissLimiter misses_;
    extension::CallLimiter calls_;
};

// Borrows `api`.
std::vector<Route> routes(Api& api);

}  // namespace tillbridge::handlers::bot
