// Subscriptions at Prodamus: its notices in the core's words, and the three calls that change one
// (PROTOCOL.md §4.6, §6). Each call says how things shall be, so a repeat does no harm.
#pragma once

#include <optional>

#include "api_client/http/client.hpp"
#include "api_client/prodamus/client.hpp"
#include "api_client/prodamus/page.hpp"
#include "api_client/prodamus/subscription_event.hpp"
#include "module/port/gateway.hpp"

namespace tillbridge::prodamus {

// None for what is no event of a subscription, or names neither it nor its buyer.
std::optional<domain::SubscriptionEvent> to_event(const SubscriptionEvent& event,
                                                  const Tree& notice,
                                                  const std::optional<domain::Money>& charged);

struct RestCall {
    std::string method;  // setActivity, setSubscriptionDiscount, setSubscriptionPaymentDate
    Tree parameters;     // without signature
};
// The call of a change. Errors: subscription.request_invalid with the field, nothing is sent then.
domain::Result<RestCall> rest_call(const port::SubscriptionChange& change);

// What an answer means (§6): `success` and nothing else is one, every other text is shown as it
// came.
port::SubscriptionAnswer read_answer(const http::Outcome& outcome);

struct Rest {
    http::Sender& sender;
    const BaseUrl& base;
    bool allow_private_networks = false;
    domain::Span timeout{};
};
port::SubscriptionAnswer set_subscription(const Rest& rest, const Account& account,
                                          const port::SubscriptionChange& change);

}  // namespace tillbridge::prodamus
