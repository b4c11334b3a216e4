#include "api_client/http/rate_limiter.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace tillbridge::http {
namespace {

constexpr std::int64_t kSecond = 1'000'000;

int checked(int value) {
    if (value < 1 || value > 1'000'000) throw std::invalid_argument("rate limit out of range");
    return value;
}

}  // namespace

RateLimiter::RateLimiter(int rate, int burst, Clock clock, std::size_t max_keys)
    : token_(kSecond / checked(rate)),
      bucket_(token_ * checked(burst)),
      clock_(std::move(clock)),
      max_keys_(max_keys) {
    if (max_keys_ == 0) throw std::invalid_argument("rate limiter without keys");
}

bool RateLimiter::try_take(const std::string& key) {
    const std::lock_guard lock(mutex_);
    const auto now = now_locked();
    const auto next = full_at_locked(key, now) + token_;
    if (next - now > bucket_) return false;
    put_locked(key, next, now);
    return true;
}

domain::Span RateLimiter::wait_for(const std::string& key) {
    const std::lock_guard lock(mutex_);
    const auto now = now_locked();
    return domain::Span(
        std::max<std::int64_t>(0, full_at_locked(key, now) + token_ - bucket_ - now));
}

domain::Span RateLimiter::reserve(const std::string& key) {
    const std::lock_guard lock(mutex_);
    const auto now = now_locked();
    const auto next = full_at_locked(key, now) + token_;
    put_locked(key, next, now);
    return domain::Span(std::max<std::int64_t>(0, next - bucket_ - now));
}

std::size_t RateLimiter::keys() const {
    const std::lock_guard lock(mutex_);
    return full_at_.size();
}

std::int64_t RateLimiter::now_locked() {
    const auto now = clock_().micros;
    if (now < last_now_) {
        // A small step back is waited out. After a large one the old moments mean nothing, and a
        // key would stay blocked for the whole step.
        if (last_now_ - now < kSecond) return last_now_;
        full_at_.clear();
    }
    return last_now_ = now;
}

std::int64_t RateLimiter::full_at_locked(const std::string& key, std::int64_t now) const {
    const auto found = full_at_.find(key);
    return found == full_at_.end() ? now : std::max(now, found->second);
}

void RateLimiter::put_locked(const std::string& key, std::int64_t full_at, std::int64_t now) {
    if (full_at_.size() >= max_keys_ && full_at_.find(key) == full_at_.end()) {
        std::erase_if(full_at_, [&](const auto& entry) { return entry.second <= now; });
        if (full_at_.size() >= max_keys_) {
            // The one that is nearest to full loses the least by being forgotten.
            full_at_.erase(
                std::min_element(full_at_.begin(), full_at_.end(),
                                 [](const auto& a, const auto& b) { return a.second < b.second; }));
        }
    }
    full_at_[key] = full_at;
}

}  // namespace tillbridge::http
