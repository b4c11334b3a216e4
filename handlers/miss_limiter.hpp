// Counts what one address asks for in vain (unknown links, unknown hook tokens), a minute at a
// time, so that guessing is slow. What an address has found before stays open to all: a shop's
// buyers and a gateway are not locked out by a neighbour who guesses. Thread-safe, bounded memory.
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "module/port/clock.hpp"

namespace tillbridge::handlers {

class MissLimiter {
  public:
    // `per_minute` 0: no limit.
    MissLimiter(const port::Clock& clock, std::int64_t per_minute)
        : clock_(clock), per_minute_(per_minute) {}

    // Whether a look-up of `name` by `address` is refused now.
    bool blocks(const std::string& address, const std::string& name);
    void missed(const std::string& address);
    void found(const std::string& name);
    int retry_after() const { return 60; }  // seconds, at most

  private:
    struct Window {
        domain::UtcTime since;
        std::int64_t misses = 0;
    };
    static constexpr std::size_t kMaxAddresses = 10'000;
    static constexpr std::size_t kMaxNames = 10'000;

    void forget_old(domain::UtcTime now);

    const port::Clock& clock_;
    std::int64_t per_minute_;
    std::mutex mutex_;
    std::unordered_map<std::string, Window> windows_;
    std::unordered_set<std::size_t> found_;  // hashes of names
};

}  // namespace tillbridge::handlers
