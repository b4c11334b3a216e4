// The buyer's link. While it can be paid it leads to the gateway; otherwise a small page says what
// became of it. Unknown and malformed links get the very same answer, and guessing is slow.
#pragma once

#include <string>
#include <vector>

#include "handlers/miss_limiter.hpp"
#include "handlers/pages.hpp"
#include "handlers/router.hpp"
#include "handlers/services.hpp"

namespace tillbridge::handlers::pay {

class Pages {
  public:
    Pages(Services services, std::int64_t misses_per_minute);

    Answer open(Request& request);
    Answer returned(Request& request);

    // What a view looks like; `round`: how often the waiting page has come back.
    Answer show(const service::Links::View& view, const std::string& slug,
                const std::string& language, int round) const;

  private:
    template <class LookUp>
    Answer visit(Request& request, LookUp look_up);
    Answer too_many(const Request& request) const;

    Services services_;
    MissLimiter misses_;
    std::string prefix_;  // the path of public_url, mostly empty
};

// The rounds of the waiting page: it asks less often the longer it waits, and ends.
inline constexpr int kRounds = 12;
int seconds_until_round(int round);  // 0: no further round

// Borrows `pages`.
std::vector<Route> routes(Pages& pages);

}  // namespace tillbridge::handlers::pay
