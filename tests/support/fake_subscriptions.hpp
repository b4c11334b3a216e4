// Subscriptions in memory, for tests of services.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
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
    void insert(const domain::Subscription& it) override;
    void save(domain::Subscription& it) override;
    std::optional<domain::Subscription> find(const domain::ConnectionId& connection,
                                             const domain::SubscriptionId& id) const override;
    std::optional<domain::Subscription> by_profile(const domain::ConnectionId& connection,
                                                   const domain::MerchantId& merchant,
                                                   std::string_view product,
                                                   std::string_view profile) const override;
    std::optional<domain::Subscription> by_invoice(const domain::ConnectionId& connection,
                                                   const domain::InvoiceId& invoice) const override;
    std::vector<domain::Subscription> by_contact(const domain::ConnectionId& connection,
                                                 const domain::MerchantId& merchant,
                                                 std::string_view product,
                                                 std::string_view fingerprint, int) const override;
    std::vector<domain::Subscription> list(const domain::ConnectionId& connection,
                                           const port::SubscriptionFilter&,
                                           const domain::SubscriptionId&, int) const override;
    std::vector<domain::Subscription> search(std::string_view, const std::vector<std::string>&,
                                             int) const override;
    void remember_contact(const domain::ConnectionId&, const domain::SubscriptionId& id,
                          std::string_view fingerprint) override;
    std::int64_t add_line(const port::SubscriptionLine& line) override;
    std::vector<port::SubscriptionLine> lines(const domain::ConnectionId&,
                                              const domain::SubscriptionId& id) const override;
    std::optional<port::SubscriptionLine> line_of_key(const domain::ConnectionId&,
                                                      const domain::SubscriptionId& id,
                                                      std::string_view key) const override;

  private:
    FakeSubscriptionData& data_;
};

}  // namespace tillbridge::test
