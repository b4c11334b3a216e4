// Which rights of the CRM's API key the module can use, what for, and which of them this account's
// key has. Pure.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "module/domain/connection.hpp"

namespace tillbridge::handlers::settings {

// As the marketplace card asks for them.
struct Scopes {
    std::vector<std::string> required;         // without them nothing works
    std::vector<std::string> payment_types;    // to create a missing payment type
    std::vector<std::string> panel;            // for the order card's panel
    std::vector<std::string> subscriptions{};  // for renewals on orders
};

// [{"scope","use":"payments|paymentTypes|panel|subscriptions","granted"}]. Keys of old accounts
// have methods instead of scopes: what is granted and what is missing is listed as it is.
nlohmann::json access_of(const domain::Connection& connection, const Scopes& scopes);

}  // namespace tillbridge::handlers::settings
