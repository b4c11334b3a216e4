// Counts what one address asks for in vain (unknown links, unknown hook tokens), a minute at a
// time: beyond the limit it is told to wait. Only misses are counted and only misses are refused,
// so that no neighbour who guesses locks a shop's buyers or a gateway out. Thread-safe, bounded
// memory.
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>

#include "module/port/clock.hpp"

namespace tillbridge::handlers {

class MissLimiter {
  public:
    // `per_minute` 0: no limit.
    MissLimiter(const port::Clock& clock, std::int64_t per_minute)
        : clock_(clock), per_minute_(per_minute) {}

    // A look-up by `address` found nothing. Whether that was one too many.
    bool too_many(const std::string& address);
    int retry_after() const { return 60; }  // seconds, at most

  private:
    struct Window {
        domain::UtcTime since;
        std::int64_t misses = 0;
    };
    static constexpr std::size_t kMaxAddresses = 10'000;

    void forget_old(domain::UtcTime now);

    const port::Clock& clock_;
    std::int64_t per_minute_;
    std::mutex mutex_;
    std::unordered_map<std::string, Window> windows_;
};

}  // namespace tillbridge::handlers
