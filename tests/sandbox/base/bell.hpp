// Rings when state changes, so that a waiting test looks again at once. It carries no data.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace tillbridge::sandbox {

class Bell {
  public:
    std::uint64_t count() const { return count_.load(); }
    void ring() {
        ++count_;
        if (waiting_.load() == 0) return;
        const std::lock_guard lock(mutex_);
        rung_.notify_all();
    }
    // Returns once the bell has rung since `seen` was read, or when the time is over.
    void wait(std::uint64_t seen, std::chrono::milliseconds time) {
        std::unique_lock lock(mutex_);
        ++waiting_;
        rung_.wait_for(lock, time, [&] { return count_.load() != seen; });
        --waiting_;
    }

  private:
    std::atomic<std::uint64_t> count_{0};
    std::atomic<int> waiting_{0};
    std::mutex mutex_;
    std::condition_variable rung_;
};

}  // namespace tillbridge::sandbox
