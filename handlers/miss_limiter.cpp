#include "handlers/miss_limiter.hpp"

namespace tillbridge::handlers {

namespace {

constexpr domain::Span kMinute = std::chrono::minutes(1);

}  // namespace

bool MissLimiter::too_many(const std::string& address) {
    if (per_minute_ <= 0) return false;
    const domain::UtcTime now = clock_.now();
    const std::lock_guard lock(mutex_);
    if (windows_.size() >= kMaxAddresses) forget_old(now);
    Window& window = windows_[address];
    if (now - window.since >= kMinute) window = {now, 0};
    if (window.misses >= per_minute_) return true;
    ++window.misses;
    return false;
}

void MissLimiter::forget_old(domain::UtcTime now) {
    std::erase_if(windows_, [&](const auto& entry) { return now - entry.second.since >= kMinute; });
    if (windows_.size() >= kMaxAddresses) windows_.clear();
}

}  // namespace tillbridge::handlers
