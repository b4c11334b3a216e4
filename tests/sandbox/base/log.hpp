// A bounded log of JSON entries, numbered by one sequence shared by all logs of the sandbox, so
// that entries of different logs can be put in order. Safe for threads on its own.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>

#include "tests/sandbox/base/json.hpp"

namespace tillbridge::sandbox {

struct LogSettings {
    std::atomic<std::size_t> limit{200000};
    std::atomic<bool> requests{true};
    std::atomic<std::uint64_t> sequence{0};
};

class Log {
  public:
    explicit Log(LogSettings& settings) : settings_(settings) {}

    std::uint64_t add(Json entry);
    // Entries with seq > since that `keep` takes (all without it), of those the last `limit`.
    Json list(std::uint64_t since, std::size_t limit,
              const std::function<bool(const Json&)>& keep = {}) const;
    std::size_t count(const std::function<bool(const Json&)>& keep) const;
    std::size_t size() const;
    void clear();

  private:
    LogSettings& settings_;
    mutable std::mutex mutex_;
    std::deque<Json> entries_;
};

}  // namespace tillbridge::sandbox
