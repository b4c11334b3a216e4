// Wakes the scheduler. Shared with the store's callback, which may outlive the dispatcher.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "module/domain/time.hpp"

namespace tillbridge::outbox {

class Bell {
  public:
    void ring(const std::vector<std::string>& lanes) {
        {
            const std::lock_guard lock(mutex_);
            lanes_.insert(lanes_.end(), lanes.begin(), lanes.end());
            rung_ = true;
        }
        rings_.notify_one();
    }
    void ring() { ring({}); }

    std::vector<std::string> lanes() {
        const std::lock_guard lock(mutex_);
        return std::exchange(lanes_, {});
    }

    // Until somebody rings, or the time is over.
    void wait(domain::Span most) {
        std::unique_lock lock(mutex_);
        rings_.wait_for(lock, most, [this] { return rung_; });
        rung_ = false;
    }

  private:
    std::mutex mutex_;
    std::condition_variable rings_;
    bool rung_ = false;
    std::vector<std::string> lanes_;
};

}  // namespace tillbridge::outbox
