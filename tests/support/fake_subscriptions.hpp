// Subscriptions in memory, for tests of services.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "module/port/subscriptions.hpp"

namespace tillbridge::test {

struct FakeSubscriptionData {
    std::map<std::string, domain::Subscription> rows;  // by our id
    std::vector<port::SubscriptionLine> lines;
    std::set<std::pair<std::string, std::string>> contacts;  // fingerprint, our id
};

class FakeSubscriptions : public port::Subscriptions {
  public:
    explicit FakeSubscriptions(FakeSubscriptionData& data) : data_(data) {}

    void insert(const domain::Subscription& it) override {
        if (!data_.rows.emplace(it.id.value, it).second) throw std::logic_error("twice");
    }
    void save(domain::Subscription& it) override {
        auto& known = data_.rows.at(it.id.value);
        if (known.version != it.version) throw std::logic_error("changed since it was read");
        ++it.version;
        known = it;
    }
    std::optional<domain::Subscription> find(const domain::ConnectionId& connection,
                                             const domain::SubscriptionId& id) const override {
        const auto at = data_.rows.find(id.value);
        if (at == data_.rows.end() || at->second.connection != connection) return {};
        return at->second;
    }
    std::optional<domain::Subscription> by_profile(const domain::ConnectionId& connection,
                                                   const domain::MerchantId& merchant,
                                                   std::string_view product,
                                                   std::string_view profile) const override {
        for (const auto& [id, it] : data_.rows)
            if (it.connection == connection && it.merchant == merchant && it.product == product &&
                it.profile == profile)
                return it;
        return {};
    }
    std::optional<domain::Subscription> by_invoice(
        const domain::ConnectionId& connection, const domain::InvoiceId& invoice) const override {
        for (const auto& line : data_.lines)
            if (line.connection == connection && line.invoice == invoice && !invoice.empty())
                return find(connection, line.subscription);
        return {};
    }
    std::vector<domain::Subscription> by_contact(const domain::ConnectionId& connection,
                                                 const domain::MerchantId& merchant,
                                                 std::string_view product,
                                                 std::string_view fingerprint, int) const override {
        std::vector<domain::Subscription> found;
        for (const auto& [id, it] : data_.rows)
            if (it.connection == connection && it.merchant == merchant && it.product == product &&
                data_.contacts.contains({std::string(fingerprint), id}))
                found.push_back(it);
        return found;
    }
    std::vector<domain::Subscription> list(const domain::ConnectionId& connection,
                                           const port::SubscriptionFilter&,
                                           const domain::SubscriptionId&, int) const override {
        std::vector<domain::Subscription> found;
        for (const auto& [id, it] : data_.rows)
            if (it.connection == connection) found.push_back(it);
        return found;
    }
    std::vector<domain::Subscription> search(std::string_view, const std::vector<std::string>&,
                                             int) const override {
        return {};
    }
    void remember_contact(const domain::ConnectionId&, const domain::SubscriptionId& id,
                          std::string_view fingerprint) override {
        data_.contacts.emplace(std::string(fingerprint), id.value);
    }
    std::int64_t add_line(const port::SubscriptionLine& line) override {
        data_.lines.push_back(line);
        data_.lines.back().id = std::ssize(data_.lines);
        return data_.lines.back().id;
    }
    std::vector<port::SubscriptionLine> lines(const domain::ConnectionId&,
                                              const domain::SubscriptionId& id) const override {
        std::vector<port::SubscriptionLine> found;
        for (const auto& line : data_.lines)
            if (line.subscription == id) found.push_back(line);
        return found;
    }
    std::optional<port::SubscriptionLine> line_of_key(const domain::ConnectionId&,
                                                      const domain::SubscriptionId& id,
                                                      std::string_view key) const override {
        const auto at = std::find_if(
            data_.lines.rbegin(), data_.lines.rend(),
            [&](const auto& line) { return line.subscription == id && line.key == key; });
        if (at == data_.lines.rend()) return {};
        return *at;
    }

  private:
    FakeSubscriptionData& data_;
};

}  // namespace tillbridge::test
