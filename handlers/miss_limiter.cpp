#include "handlers/miss_limiter.hpp"

#include <functional>

namespace tillbridge::handlers {

namespace {

constexpr domain::Span kMinute = std::chrono::minutes(1);

}  // namespace

bool MissLimiter::blocks(const std::string& address, const std::string& name) {
    if (per_minute_ <= 0) return false;
    const std::lock_guard lock(mutex_);
    if (windows_.empty()) return false;  // nobody missed lately: the common case costs nothing
    const auto at = windows_.find(address);
    if (at == windows_.end() || at->second.misses < per_minute_) return false;
    if (clock_.now() - at->second.since >= kMinute) {
        windows_.erase(at);
        return false;
    }
    return !found_.contains(std::hash<std::string>{}(name));
}

void MissLimiter::missed(const std::string& address) {
    if (per_minute_ <= 0) return;
    const domain::UtcTime now = clock_.now();
    const std::lock_guard lock(mutex_);
    if (windows_.size() >= kMaxAddresses) forget_old(now);
    Window& window = windows_[address];
    if (now - window.since >= kMinute) window = {now, 0};
    ++window.misses;
}

void MissLimiter::found(const std::string& name) {
    if (per_minute_ <= 0) return;
    const std::size_t hash = std::hash<std::string>{}(name);
    const std::lock_guard lock(mutex_);
    if (found_.size() >= kMaxNames) found_.clear();
    found_.insert(hash);
}

void MissLimiter::forget_old(domain::UtcTime now) {
    std::erase_if(windows_, [&](const auto& entry) { return now - entry.second.since >= kMinute; });
    if (windows_.size() >= kMaxAddresses) windows_.clear();
}

}  // namespace tillbridge::handlers
