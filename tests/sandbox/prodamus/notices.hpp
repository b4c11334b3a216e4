// What Prodamus tells the merchant (prodamus.md §4): the fields of a payment's and of a
// subscription's notification, and to whom it goes. Called with the mutex held.
#pragma once

#include "tests/sandbox/prodamus/deliveries.hpp"

namespace tillbridge::sandbox {

// Of an order's newest state: success, order_canceled, order_denied, order_approved.
Tree payment_data(Prodamus& prodamus, const ProdamusOrder& order, const std::string& status);
// `what` holds the fields that say what happened; the subscription's own follow them. `order` is
// the charge, or nothing.
Tree subscription_data(Prodamus& prodamus, const ProdamusProfile& profile, const Tree& what,
                       const ProdamusOrder* order);
Tree subscription_block(Prodamus& prodamus, const ProdamusProfile& profile, const Tree& what);

void notify_payment(Prodamus& prodamus, ProdamusDeliveries& deliveries, const ProdamusOrder& order,
                    const std::string& status);
void notify_subscription(Prodamus& prodamus, ProdamusDeliveries& deliveries,
                         const ProdamusProfile& profile, const std::string& event, const Tree& what,
                         const ProdamusOrder* order = nullptr);

// Empty addresses: a notification made to order, whose address the caller fills in.
ProdamusNotice notice_of(Prodamus& prodamus, const ProdamusLink* link, const std::string& host,
                         const Tree& data, bool demo);

}  // namespace tillbridge::sandbox
