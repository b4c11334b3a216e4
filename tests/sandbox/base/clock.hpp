// The sandbox's clock: real time plus what tests advanced it by. Units: milliseconds since 1970
// (UTC). Pauses between hook attempts are divided by the factor.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

namespace tillbridge::sandbox {

using Millis = std::int64_t;

Millis wall_now();               // real time, never advanced
std::string iso_utc(Millis at);  // 2026-11-22T08:58:10.000Z

class Clock {
  public:
    explicit Clock(double factor) : first_factor_(factor), factor_(factor) {}

    Millis now() const { return wall_now() + offset_.load(); }
    Millis offset() const { return offset_.load(); }
    void advance(Millis by) { offset_ += by; }
    double factor() const { return factor_.load(); }
    void set_factor(double factor) { factor_ = factor; }
    Millis shortened(Millis pause) const;
    void reset();

  private:
    double first_factor_;
    std::atomic<Millis> offset_{0};
    std::atomic<double> factor_;
};

}  // namespace tillbridge::sandbox
