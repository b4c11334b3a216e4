// What an account's CRM takes a second, over all that we send it: the outbox's deliveries and the
// calls of installs, of the settings page and of checks alike. Never more than `rate` requests
// begin within a second, not even after a pause. Thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace tillbridge::retailcrm {

class Pace {
  public:
    using Clock = std::chrono::steady_clock;

    explicit Pace(std::size_t rate) : rate_(rate) {}  // 0: no limit

    // Takes the next turn of `caller` (a digest of the API key) and says how long to wait for it;
    // none, and nothing is taken, where that would be longer than `longest`.
    std::optional<Clock::duration> reserve(std::size_t caller, Clock::time_point now,
                                           Clock::duration longest);

  private:
    void forget_old(Clock::time_point now);

    const std::size_t rate_;
    std::mutex mutex_;
    std::unordered_map<std::size_t, std::deque<Clock::time_point>> turns_;
};

}  // namespace tillbridge::retailcrm
