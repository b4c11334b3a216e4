// Subscriptions: what the gateway's notices say of them becomes durable here, each renewal as a
// paid invoice of its own that the CRM is told of, and what people want changed goes to the
// gateway. A change says how things shall be, so a repeat does no harm.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "module/domain/merchant.hpp"
#include "module/domain/result.hpp"
#include "module/domain/subscription.hpp"
#include "module/port/subscriptions.hpp"
#include "module/service/context.hpp"

namespace tillbridge::service {

class Subscriptions {
  public:
    explicit Subscriptions(Context context) : context_(context) {}

    struct Wanted {
        port::SubscriptionChange::Kind kind = port::SubscriptionChange::Kind::activity;
        bool active = false;
        bool by_buyer = false;
        std::string discount;      // decimal text, above 0
        std::int64_t charges = 0;  // 0: for good
        domain::UtcTime next_payment;
        // Names the wish: the same one twice is carried out once. Empty: each is its own.
        std::string key;
        std::string by;  // who wants it, for the journal
    };
    struct Changed {
        std::optional<domain::Subscription> subscription;  // none: the store knows it not
        std::string words;                                 // the gateway's own
        bool repeated = false;
    };

    // Errors: merchant.unknown, subscription.unknown (404); subscription.identity_missing,
    // subscription.discount_invalid, subscription.date_invalid (400);
    // subscription.stopped_by_buyer, subscription.finished, payment.changed (409);
    // gateway.unsupported, gateway.refused (502, the message and params reason: its own words);
    // gateway.unavailable (502), gateway.change_unclear (504). One that the store does not know is
    // changed at the gateway all the same.
    domain::Result<Changed> change(const domain::ConnectionId&, const domain::MerchantId&,
                                   const std::string& product, const port::SubscriptionIdentity&,
                                   const Wanted&, const domain::RequestId&);
    domain::Result<Changed> change(const domain::Subscription&, const Wanted&,
                                   const domain::RequestId&);
    // What change() would refuse without asking the gateway.
    domain::Result<void> may_change(const domain::Subscription&, const Wanted&) const;

    struct Story {
        domain::Subscription subscription;
        std::vector<port::SubscriptionLine> lines;
    };
    std::optional<Story> find(const domain::ConnectionId&, const domain::SubscriptionId&) const;
    std::optional<domain::Subscription> of_invoice(const domain::ConnectionId&,
                                                   const domain::InvoiceId&) const;
    std::vector<domain::Subscription> list(const domain::ConnectionId&,
                                           const port::SubscriptionFilter&,
                                           const domain::SubscriptionId& after, int limit) const;
    // Our id, product, profile, phone or e-mail, over all connections; support only.
    std::vector<domain::Subscription> search(const std::string& text, int limit) const;

    enum class Receipt { recorded, unmatched };
    // Within the unit of work of a verified message. `first`: the invoice of the first payment, as
    // it is after the message.
    Receipt receive(port::Tx&, const domain::Merchant&, const port::HookFact&,
                    const std::optional<domain::Invoice>& first, const domain::RequestId&);

    // The state of a store's subscription as it stood; differs as soon as it changed.
    static std::string mark_of(const domain::Subscription&);

  private:
    domain::Result<Changed> carry_out(const domain::Subscription&,
                                      const port::SubscriptionIdentity&, const Wanted&,
                                      const domain::RequestId&);
    static port::SubscriptionChange request_of(const std::string& product,
                                               const port::SubscriptionIdentity&, const Wanted&);

    Context context_;
};

}  // namespace tillbridge::service
