// What the order card's panel asks (`POST /extension/api/…`). The CRM's server makes the call: form
// fields `clientId`, the whole credential, and `payload`, JSON that the panel wrote and nobody
// vouches for. No CORS here: a browser is never the caller. Every answer about a known order
// carries its whole state, that of a refused action too.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "handlers/extension/call_limiter.hpp"
#include "handlers/router.hpp"
#include "handlers/services.hpp"
#include "module/service/panel.hpp"

namespace tillbridge::handlers::extension {

class Api {
  public:
    // `per_minute`: calls of one account; 0: no limit.
    Api(Services services, std::int64_t per_minute)
        : services_(services), limiter_(services.context.clock, per_minute) {}

    Answer state(Request& request);
    Answer act(Request& request, const std::string& action);

  private:
    // `ask`: (connection, payload, question) → Result<service::Panel::Answer>
    template <class Ask>
    Answer answer(Request& request, Ask ask);
    Answer error(const domain::Error& error, const std::string& language,
                 const service::Panel::State* state = nullptr) const;

    Services services_;
    CallLimiter limiter_;
};

// Borrows `api`.
std::vector<Route> routes(Api& api);

}  // namespace tillbridge::handlers::extension
