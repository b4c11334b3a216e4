#include "tests/support/fake_subscriptions.hpp"

#include <algorithm>
#include <stdexcept>

namespace tillbridge::test {

void FakeSubscriptions::insert(const domain::Subscription& it) {
    if (!data_.rows.emplace(it.id.value, it).second) throw std::logic_error("twice");
}

void FakeSubscriptions::save(domain::Subscription& it) {
    auto& known = data_.rows.at(it.id.value);
    if (known.version != it.version) throw std::logic_error("changed since it was read");
    ++it.version;
    known = it;
}

std::optional<domain::Subscription> FakeSubscriptions::find(
    const domain::ConnectionId& connection, const domain::SubscriptionId& id) const {
    const auto at = data_.rows.find(id.value);
    if (at == data_.rows.end() || at->second.connection != connection) return {};
    return at->second;
}

std::optional<domain::Subscription> FakeSubscriptions::by_profile(
    const domain::ConnectionId& connection, const domain::MerchantId& merchant,
    std::string_view product, std::string_view profile) const {
    for (const auto& [id, it] : data_.rows)
        if (it.connection == connection && it.merchant == merchant && it.product == product &&
            it.profile == profile)
            return it;
    return {};
}

std::optional<domain::Subscription> FakeSubscriptions::by_invoice(
    const domain::ConnectionId& connection, const domain::InvoiceId& invoice) const {
    for (const auto& line : data_.lines)
        if (line.connection == connection && line.invoice == invoice && !invoice.empty())
            return find(connection, line.subscription);
    return {};
}

std::vector<domain::Subscription> FakeSubscriptions::by_contact(
    const domain::ConnectionId& connection, const domain::MerchantId& merchant,
    std::string_view product, std::string_view fingerprint, int) const {
    std::vector<domain::Subscription> found;
    for (const auto& [id, it] : data_.rows)
        if (it.connection == connection && it.merchant == merchant && it.product == product &&
            data_.contacts.contains({std::string(fingerprint), id}))
            found.push_back(it);
    return found;
}

std::vector<domain::Subscription> FakeSubscriptions::list(const domain::ConnectionId& connection,
                                                          const port::SubscriptionFilter&,
                                                          const domain::SubscriptionId&,
                                                          int) const {
    std::vector<domain::Subscription> found;
    for (const auto& [id, it] : data_.rows)
        if (it.connection == connection) found.push_back(it);
    return found;
}

std::vector<domain::Subscription> FakeSubscriptions::search(std::string_view,
                                                            const std::vector<std::string>&,
                                                            int) const {
    return {};
}

void FakeSubscriptions::remember_contact(const domain::ConnectionId&,
                                         const domain::SubscriptionId& id,
                                         std::string_view fingerprint) {
    data_.contacts.emplace(std::string(fingerprint), id.value);
}

std::int64_t FakeSubscriptions::add_line(const port::SubscriptionLine& line) {
    data_.lines.push_back(line);
    data_.lines.back().id = std::ssize(data_.lines);
    return data_.lines.back().id;
}

std::vector<port::SubscriptionLine> FakeSubscriptions::lines(
    const domain::ConnectionId&, const domain::SubscriptionId& id) const {
    std::vector<port::SubscriptionLine> found;
    for (const auto& line : data_.lines)
        if (line.subscription == id) found.push_back(line);
    return found;
}

std::optional<port::SubscriptionLine> FakeSubscriptions::line_of_key(
    const domain::ConnectionId&, const domain::SubscriptionId& id, std::string_view key) const {
    const auto at = std::find_if(data_.lines.rbegin(), data_.lines.rend(), [&](const auto& line) {
        return line.subscription == id && line.key == key;
    });
    if (at == data_.lines.rend()) return {};
    return *at;
}

}  // namespace tillbridge::test
