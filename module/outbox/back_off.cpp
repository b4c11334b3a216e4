#include "module/outbox/back_off.hpp"

#include <algorithm>
#include <cstddef>

namespace tillbridge::outbox {

Span back_off(const Options& options, port::Random& random, int failures,
              const port::Delivery& delivery) {
    const auto last = options.schedule.size() - 1;
    auto step = options.schedule[std::min(static_cast<std::size_t>(std::max(failures, 0)), last)];
    if (delivery.overloaded) step = std::max(step, options.overload_wait);
    // The peer named its moment: no jitter, which would come too early half of the time.
    if (delivery.retry_after) return std::clamp(*delivery.retry_after, step, 4 * step);
    const double factor = 0.8 + 0.4 * random.fraction();
    const Span wait{static_cast<Span::rep>(static_cast<double>(step.count()) * factor)};
    return delivery.overloaded ? std::max(wait, options.overload_wait) : wait;
}

}  // namespace tillbridge::outbox
