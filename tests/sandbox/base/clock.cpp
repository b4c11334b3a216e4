#include "tests/sandbox/base/clock.hpp"

#include <fmt/format.h>

#include <chrono>

#include "tests/sandbox/base/local_time.hpp"

namespace tillbridge::sandbox {

Millis wall_now() {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::string iso_utc(Millis at) {
    const auto seconds = (at >= 0 ? at : at - 999) / 1000;
    const auto parts = civil_time(seconds);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.year, parts.month,
                       parts.day, parts.hour, parts.minute, parts.second, at - seconds * 1000);
}

Millis Clock::shortened(Millis pause) const {
    const double factor = factor_.load();
    return factor > 0 ? static_cast<Millis>(static_cast<double>(pause) / factor) : pause;
}

void Clock::reset() {
    offset_ = 0;
    factor_ = first_factor_;
}

}  // namespace tillbridge::sandbox
