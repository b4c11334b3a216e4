// What the store keeps of subscriptions: the rows, the story of each, and where one is found.
// Its journal is append-only; phone and e-mail are keyed fingerprints, never the clear text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "module/domain/subscription.hpp"

namespace tillbridge::port {

// One line of a subscription's story.
struct SubscriptionLine {
    std::int64_t id = 0;
    domain::ConnectionId connection;
    domain::SubscriptionId subscription;
    domain::UtcTime at;         // when we learned of it
    std::string kind;           // subscription.renewed, change.activity, crm.import, …
    std::string summary;        // one line for a person, masked
    std::string detail;         // JSON object, masked
    domain::InvoiceId invoice;  // of a charge: where it was booked; empty: not, or no charge
    std::string charge;         // of a charge: the external id that its invoice has or will have
    std::string key;            // of a change: what its caller named it by; empty: nothing
    domain::RequestId request;
};

struct SubscriptionFilter {
    std::string product;  // empty: any
    std::optional<domain::SubscriptionState> state;
};

class Subscriptions {
  public:
    virtual ~Subscriptions() = default;
    virtual void insert(const domain::Subscription&) = 0;
    // Throws where the stored version is not the one that was read.
    virtual void save(domain::Subscription&) = 0;
    virtual std::optional<domain::Subscription> find(const domain::ConnectionId&,
                                                     const domain::SubscriptionId&) const = 0;
    virtual std::optional<domain::Subscription> by_profile(const domain::ConnectionId&,
                                                           const domain::MerchantId&,
                                                           std::string_view product,
                                                           std::string_view profile) const = 0;
    // That the invoice is the first payment of, or a later charge.
    virtual std::optional<domain::Subscription> by_invoice(const domain::ConnectionId&,
                                                           const domain::InvoiceId&) const = 0;
    // Those of one buyer with a product, by a fingerprint of his phone or e-mail; newest first.
    virtual std::vector<domain::Subscription> by_contact(const domain::ConnectionId&,
                                                         const domain::MerchantId&,
                                                         std::string_view product,
                                                         std::string_view fingerprint,
                                                         int limit) const = 0;
    // Newest first, after `after` (empty: from the newest).
    virtual std::vector<domain::Subscription> list(const domain::ConnectionId&,
                                                   const SubscriptionFilter&,
                                                   const domain::SubscriptionId& after,
                                                   int limit) const = 0;
    // Our id, product, profile or a contact's fingerprint, over all connections; support only.
    virtual std::vector<domain::Subscription> search(std::string_view text,
                                                     const std::vector<std::string>& fingerprints,
                                                     int limit) const = 0;
    virtual void remember_contact(const domain::ConnectionId&, const domain::SubscriptionId&,
                                  std::string_view fingerprint) = 0;

    virtual std::int64_t add_line(const SubscriptionLine&) = 0;
    virtual std::vector<SubscriptionLine> lines(const domain::ConnectionId&,
                                                const domain::SubscriptionId&) const = 0;
    // The line of a change that its caller named so.
    virtual std::optional<SubscriptionLine> line_of_key(const domain::ConnectionId&,
                                                        const domain::SubscriptionId&,
                                                        std::string_view key) const = 0;
};

}  // namespace tillbridge::port
