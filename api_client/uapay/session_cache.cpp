#include "api_client/uapay/session_cache.hpp"

#include <utility>

namespace tillbridge::uapay {
namespace {

constexpr std::size_t kMost = 10'000;

}  // namespace

// A clock that went back makes a session's age negative: it is not used then.
bool SessionCache::alive(const Session& session, domain::UtcTime now) const {
    return now >= session.opened_at && now - session.opened_at < lifetime_;
}

std::optional<std::string> SessionCache::find(const std::string& account, domain::UtcTime now) {
    const std::lock_guard lock(mutex_);
    const auto at = sessions_.find(account);
    if (at == sessions_.end() || !alive(at->second, now)) return {};
    return at->second.id;
}

void SessionCache::put(const std::string& account, std::string id, domain::UtcTime now) {
    const std::lock_guard lock(mutex_);
    if (sessions_.size() >= kMost) {
        std::erase_if(sessions_, [&](const auto& one) { return !alive(one.second, now); });
        if (sessions_.size() >= kMost) sessions_.clear();
    }
    sessions_[account] = {std::move(id), now};
}

void SessionCache::forget(const std::string& account, const std::string& id) {
    const std::lock_guard lock(mutex_);
    const auto at = sessions_.find(account);
    if (at != sessions_.end() && at->second.id == id) sessions_.erase(at);
}

}  // namespace tillbridge::uapay
