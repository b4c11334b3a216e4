// POST /hooks/{gateway}/{hookToken}: the hot path. 200 says that the fact is on disk.
#pragma once

#include <string>
#include <vector>

#include "handlers/miss_limiter.hpp"
#include "handlers/router.hpp"
#include "handlers/services.hpp"

namespace tillbridge::handlers::hooks {

class Receiver {
  public:
    Receiver(Services services, std::int64_t misses_per_minute)
        : services_(services), misses_(services.context.clock, misses_per_minute) {}

    Answer receive(Request& request);

  private:
    Answer refuse(const std::string& gateway, const domain::Error& error);

    Services services_;
    MissLimiter misses_;
};

// Borrows `receiver`.
std::vector<Route> routes(Receiver& receiver);

}  // namespace tillbridge::handlers::hooks
