#include "module/security/system_clock.hpp"

#include <chrono>

namespace tillbridge::security {

domain::UtcTime SystemClock::now() const {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<domain::Span>(since).count()};
}

}  // namespace tillbridge::security
