#include "module/service/panel_orders.hpp"

#include <algorithm>

#include "module/service/account.hpp"

namespace tillbridge::service {
namespace {

constexpr domain::Span kFresh = std::chrono::seconds(20);
constexpr domain::Span kFailed = std::chrono::seconds(5);
constexpr std::size_t kMaxEntries = 10'000;

domain::Error error_of(const port::HostAnswer& answer) {
    if (answer.code == "order.unknown" || answer.code == "order.forbidden")
        return {answer.code, answer.message, {}, {}};
    return host_error(answer);
}

const domain::Merchant* store_of(const std::vector<port::PaymentType>& types,
                                 const std::vector<domain::Merchant>& ours,
                                 const std::string& code) {
    const auto type = std::find_if(types.begin(), types.end(),
                                   [&](const port::PaymentType& t) { return t.code == code; });
    if (type == types.end() || type->merchant.empty()) return nullptr;
    const auto store = std::find_if(ours.begin(), ours.end(), [&](const domain::Merchant& m) {
        return m.id == type->merchant && m.active;
    });
    return store == ours.end() ? nullptr : &*store;
}

}  // namespace

domain::Result<PanelOrders::Found> PanelOrders::ask(const domain::Connection& connection,
                                                    std::int64_t id) const {
    const auto order = context_.host.order(connection, id);
    if (order.answer.result != port::HostResult::ok) return tl::unexpected(error_of(order.answer));
    Found found;
    found.number = order.value.number;
    if (order.value.payments.empty()) return found;
    const auto ours = port::look_up(
        context_.store, [&](const port::Tx& tx) { return tx.merchants().list(connection.id); });
    const auto types = context_.host.payment_types(connection, ours);
    if (types.answer.result != port::HostResult::ok) return tl::unexpected(error_of(types.answer));
    const auto currency = domain::Currency::parse(
        order.value.currency.empty() ? connection.currency : order.value.currency);
    for (const auto& payment : order.value.payments) {
        const auto* store = store_of(types.value, ours, payment.type);
        if (store == nullptr || payment.paid || !currency) continue;
        const auto amount = domain::parse_money(payment.amount, *currency);
        if (amount && amount->minor > 0)
            found.payable.push_back({payment.id, *amount, store->name});
    }
    return found;
}

domain::Result<PanelOrders::Found> PanelOrders::read(const domain::Connection& connection,
                                                     std::int64_t order) {
    const std::pair key{connection.id.value, order};
    {
        const std::lock_guard lock(mutex_);
        const auto at = entries_.find(key);
        if (at != entries_.end() && context_.clock.now() < at->second.until)
            return at->second.found;
    }
    auto found = ask(connection, order);
    const std::lock_guard lock(mutex_);
    if (entries_.size() >= kMaxEntries) entries_.clear();
    const auto until = context_.clock.now() + (found ? kFresh : kFailed);
    entries_.insert_or_assign(key, Entry{found, until});
    return found;
}

void PanelOrders::forget(const domain::Connection& connection, std::int64_t order) {
    const std::lock_guard lock(mutex_);
    entries_.erase({connection.id.value, order});
}

}  // namespace tillbridge::service
