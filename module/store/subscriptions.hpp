// Subscriptions in SQL: the rows, their append-only story and their buyers' fingerprints.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "module/port/subscriptions.hpp"
#include "module/store/sql.hpp"

namespace tillbridge::store {

struct Ground;

class Subscriptions final : public port::Subscriptions {
  public:
    explicit Subscriptions(Ground& ground) : ground_(ground) {}
    void insert(const domain::Subscription&) override;
    void save(domain::Subscription&) override;
    std::optional<domain::Subscription> find(const domain::ConnectionId&,
                                             const domain::SubscriptionId&) const override;
    std::optional<domain::Subscription> by_profile(const domain::ConnectionId&,
                                                   const domain::MerchantId&,
                                                   std::string_view product,
                                                   std::string_view profile) const override;
    std::optional<domain::Subscription> by_invoice(const domain::ConnectionId&,
                                                   const domain::InvoiceId&) const override;
    std::vector<domain::Subscription> by_contact(const domain::ConnectionId&,
                                                 const domain::MerchantId&,
                                                 std::string_view product,
                                                 std::string_view fingerprint,
                                                 int limit) const override;
    std::vector<domain::Subscription> list(const domain::ConnectionId&,
                                           const port::SubscriptionFilter&,
                                           const domain::SubscriptionId& after,
                                           int limit) const override;
    std::vector<domain::Subscription> search(std::string_view text,
                                             const std::vector<std::string>& fingerprints,
                                             int limit) const override;
    void remember_contact(const domain::ConnectionId&, const domain::SubscriptionId&,
                          std::string_view fingerprint) override;
    std::int64_t add_line(const port::SubscriptionLine&) override;
    std::vector<port::SubscriptionLine> lines(const domain::ConnectionId&,
                                              const domain::SubscriptionId&) const override;
    std::optional<port::SubscriptionLine> line_of_key(const domain::ConnectionId&,
                                                      const domain::SubscriptionId&,
                                                      std::string_view key) const override;

  private:
    template <class... Args>
    std::vector<domain::Subscription> rows(const Sql& sql, const Args&... args) const;
    Ground& ground_;
};

}  // namespace tillbridge::store
