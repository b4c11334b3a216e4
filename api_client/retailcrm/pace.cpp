#include "api_client/retailcrm/pace.hpp"

#include <algorithm>

namespace tillbridge::retailcrm {
namespace {

// A little over a second, for the road to the CRM is no metronome.
constexpr std::chrono::milliseconds kWindow{1050};
constexpr std::size_t kMany = 1024;

}  // namespace

std::optional<Pace::Clock::duration> Pace::reserve(std::size_t caller, Clock::time_point now,
                                                   Clock::duration longest) {
    if (rate_ == 0) return Clock::duration::zero();
    const std::lock_guard lock(mutex_);
    if (turns_.size() >= kMany) forget_old(now);
    auto& turns = turns_[caller];
    while (!turns.empty() && turns.front() + kWindow <= now) turns.pop_front();
    const auto turn =
        turns.size() < rate_ ? now : std::max(now, turns[turns.size() - rate_] + kWindow);
    if (turn - now > longest) return std::nullopt;
    turns.push_back(turn);
    return turn - now;
}

void Pace::forget_old(Clock::time_point now) {
    std::erase_if(turns_, [now](const auto& entry) {
        return entry.second.empty() || entry.second.back() + kWindow <= now;
    });
}

}  // namespace tillbridge::retailcrm
