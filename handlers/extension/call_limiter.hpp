// How often one caller may come: so many calls a minute, a part of them at once. Thread-safe,
// bounded memory.
#pragma once

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

#include "module/port/clock.hpp"

namespace tillbridge::handlers::extension {

class CallLimiter {
  public:
    // `per_minute` 0: no limit.
    CallLimiter(const port::Clock& clock, std::int64_t per_minute)
        : clock_(clock), per_minute_(per_minute) {}

    bool takes(const std::string& caller) {
        if (per_minute_ <= 0) return true;
        const auto now = clock_.now();
        const double most = static_cast<double>(std::max<std::int64_t>(per_minute_ / 4, 1));
        const std::lock_guard lock(mutex_);
        if (buckets_.size() >= kMostCallers && !buckets_.contains(caller)) buckets_.clear();
        auto [at, fresh] = buckets_.try_emplace(caller, Bucket{most, now});
        Bucket& bucket = at->second;
        const double seconds = static_cast<double>((now - bucket.since).count()) / 1e6;
        const double gained = std::max(seconds, 0.0) * static_cast<double>(per_minute_) / 60;
        bucket.left = std::min(most, bucket.left + gained);
        bucket.since = now;
        if (bucket.left < 1) return false;
        bucket.left -= 1;
        return true;
    }

  private:
    struct Bucket {
        double left = 0;
        domain::UtcTime since;
    };
    static constexpr std::size_t kMostCallers = 10'000;

    const port::Clock& clock_;
    const std::int64_t per_minute_;
    std::mutex mutex_;
    std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace tillbridge::handlers::extension
