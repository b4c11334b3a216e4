#include "api_client/http/pool.hpp"

#include <algorithm>

namespace tillbridge::http {

std::unique_ptr<Connection> Pool::take(const std::string& origin, const AddressGuard& guard) {
    while (auto connection = pop(origin)) {
        if (guard.allows(connection->address()) && connection->quiet()) return connection;
    }
    return nullptr;
}

std::unique_ptr<Connection> Pool::pop(const std::string& origin) {
    std::vector<Idle> dropped;  // closed outside the lock
    const std::lock_guard lock(mutex_);
    const auto found = idle_.find(origin);
    if (found == idle_.end()) return nullptr;
    auto& list = found->second;
    std::unique_ptr<Connection> connection;
    const auto now = std::chrono::steady_clock::now();
    while (!connection && !list.empty()) {
        Idle last = std::move(list.back());
        list.pop_back();
        --count_;
        if (last.until > now) {
            connection = std::move(last.connection);
        } else {
            dropped.push_back(std::move(last));
        }
    }
    if (list.empty()) idle_.erase(found);
    return connection;
}

void Pool::put(const std::string& origin, std::unique_ptr<Connection> connection,
               std::chrono::seconds promised) {
    domain::Span keep = limits_.idle;
    // A second less than promised, since the peer's clock started before ours.
    if (promised.count() > 0) {
        keep = std::min(keep, domain::Span(promised - std::chrono::seconds(1)));
    }
    if (keep.count() <= 0) return;
    std::vector<Idle> dropped;
    const std::lock_guard lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    sweep_locked(now, dropped);
    if (count_ >= limits_.total) return;
    auto& list = idle_[origin];
    if (list.size() >= limits_.per_origin) return;
    list.push_back({std::move(connection), now + keep});
    ++count_;
}

// So that the connections of a host that is never called again do not stay open.
void Pool::sweep_locked(Moment now, std::vector<Idle>& dropped) {
    if (now < next_sweep_) return;
    next_sweep_ = now + std::max(limits_.idle, domain::Span(std::chrono::seconds(1)));
    for (auto at = idle_.begin(); at != idle_.end();) {
        auto& list = at->second;
        for (auto& idle : list) {
            if (idle.until <= now) dropped.push_back(std::move(idle));
        }
        std::erase_if(list, [](const Idle& idle) { return !idle.connection; });
        at = list.empty() ? idle_.erase(at) : std::next(at);
    }
    count_ = 0;
    for (const auto& [origin, list] : idle_) count_ += list.size();
}

}  // namespace tillbridge::http
