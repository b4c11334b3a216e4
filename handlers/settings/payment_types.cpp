#include "handlers/settings/payment_types.hpp"

namespace tillbridge::handlers::settings {

namespace {

constexpr std::size_t kMaxEntries = 10'000;

}  // namespace

std::shared_ptr<const PaymentTypes::Known> PaymentTypes::of(
    const domain::ConnectionId& connection) {
    {
        const std::lock_guard lock(mutex_);
        const auto at = entries_.find(connection);
        if (at != entries_.end() && services_.context.clock.now() < at->second.until)
            return at->second.known;
    }
    auto known = std::make_shared<Known>();
    if (auto types = services_.merchants.payment_types(connection))
        known->types = std::move(*types);
    else
        known->error = types.error();
    const std::lock_guard lock(mutex_);
    if (entries_.size() >= kMaxEntries) entries_.clear();
    entries_[connection] = {known,
                            services_.context.clock.now() + (known->error ? kFailed : kFresh)};
    return known;
}

void PaymentTypes::forget(const domain::ConnectionId& connection) {
    const std::lock_guard lock(mutex_);
    entries_.erase(connection);
}

}  // namespace tillbridge::handlers::settings
