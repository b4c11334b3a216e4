// A token bucket a key: at most `rate` calls a second on average, with bursts of up to `burst`.
// Time comes from the given clock. Thread-safe; memory is bounded, since a full bucket is
// forgotten.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <unordered_map>

#include "module/domain/time.hpp"

namespace tillbridge::http {

class RateLimiter {
  public:
    using Clock = std::function<domain::UtcTime()>;

    // rate and burst from 1 to 1,000,000, max_keys at least 1; std::invalid_argument otherwise.
    RateLimiter(int rate, int burst, Clock clock, std::size_t max_keys = 100'000);

    // Takes a token if there is one now.
    bool try_take(const std::string& key);
    // How long until there is one; 0: now. Takes nothing.
    domain::Span wait_for(const std::string& key);
    // Takes the next token, even one that is still to come, and says how long to wait for it.
    domain::Span reserve(const std::string& key);

    std::size_t keys() const;

  private:
    std::int64_t now_locked();
    // The moment at which the bucket is full again: all that a key needs (GCRA).
    std::int64_t full_at_locked(const std::string& key, std::int64_t now) const;
    void put_locked(const std::string& key, std::int64_t full_at, std::int64_t now);

    const std::int64_t token_;   // micros that one token takes to come
    const std::int64_t bucket_;  // micros that a whole bucket takes
    const Clock clock_;
    const std::size_t max_keys_;
    mutable std::mutex mutex_;
    std::int64_t last_now_ = 0;
    std::unordered_map<std::string, std::int64_t> full_at_;
};

}  // namespace tillbridge::http
