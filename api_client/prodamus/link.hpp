// The request for a payment link (PROTOCOL.md §2): an order and a store's options as the tree of
// parameters that is signed and sent. Pure.
#pragma once

#include <optional>
#include <string>

#include "api_client/prodamus/tree.hpp"
#include "module/domain/merchant.hpp"
#include "module/domain/money.hpp"
#include "module/domain/result.hpp"
#include "module/domain/time.hpp"
#include "module/port/gateway.hpp"

namespace tillbridge::prodamus {

struct LinkRequest {
    Tree parameters;                       // without the signature
    std::optional<domain::Money> payable;  // where a discount makes it differ from the amount
    domain::UtcTime expires_at;            // when the link really ends; 0: never
};

// The caller's own parameters go before the store's options, but never change whose order it is,
// what it costs or who hears of it. Errors: currency.not_supported; link.parameter_invalid with the
// parameter as field.
domain::Result<LinkRequest> link_request(const port::CreateOrder& order,
                                         const domain::MerchantOptions& options);

}  // namespace tillbridge::prodamus
