// Names that may not be mixed up: each is text, and each is a type of its own.
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <utility>

namespace tillbridge::domain {

template <class Tag>
struct Id {
    std::string value;

    Id() = default;
    explicit Id(std::string text) : value(std::move(text)) {}
    bool empty() const { return value.empty(); }
    auto operator<=>(const Id&) const = default;
};

using ConnectionId = Id<struct ConnectionTag>;  // one CRM account
using MerchantId = Id<struct MerchantTag>;      // one store; the CRM's shops[].code
using InvoiceId = Id<struct InvoiceTag>;        // our id, the CRM's paymentId
using InvoiceUuid = Id<struct InvoiceUuidTag>;  // the CRM's id of the invoice
using OperationId = Id<struct OperationTag>;    // one attempt at a gateway; its idempotency key
using GatewayCode = Id<struct GatewayCodeTag>;  // "uapay"
using GatewayId = Id<struct GatewayIdTag>;      // the gateway's id of an invoice or a payment
using Slug = Id<struct SlugTag>;                // the last part of the buyer's link
using RequestId = Id<struct RequestTag>;        // X-Request-Id

}  // namespace tillbridge::domain

template <class Tag>
struct std::hash<tillbridge::domain::Id<Tag>> {
    std::size_t operator()(const tillbridge::domain::Id<Tag>& id) const noexcept {
        return std::hash<std::string>{}(id.value);
    }
};
