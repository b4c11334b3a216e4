// What the measurements of hooks share: requests that are used once, the bare server that they are
// compared with, and one load of each.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "tests/bench/load.hpp"
#include "tests/bench/stage.hpp"
#include "tests/support/harness/process.hpp"

namespace tillbridge::bench {

inline constexpr int kConnections = 120;  // fewer than the module's threads

// Hooks that were not sent yet, handed out in order.
class Supply {
  public:
    explicit Supply(std::vector<std::string> hooks) : hooks_(std::move(hooks)) {}
    // `most`: not more than so many; 0: as many as there are. Throws where one is refused.
    Load spend(LoadPlan plan, std::size_t most = 0);
    std::size_t spent() const { return next_; }
    const std::string& newest() const { return hooks_.at(next_ - 1); }

  private:
    std::vector<std::string> hooks_;
    std::size_t next_ = 0;
};

class Floor {
  public:
    explicit Floor(const std::string& folder);
    int port() const { return port_; }
    double cpu() const { return cpu_seconds(process_->pid()); }

  private:
    std::unique_ptr<harness::Process> process_;
    int port_ = 0;
};

struct Rate {
    double each_second = 0;
    double cpu_micros = 0;  // processor time of one
};

double micros_of_one(double cpu_seconds, const Load& load);

// One load at full rate. `hook` goes to the bare server again and again.
Rate rate_of(const Floor& floor, const std::string& hook, double seconds);
Rate rate_of(Stage& stage, Supply& supply, double seconds);

}  // namespace tillbridge::bench
