// What comes back from the CRM: successful answers as plain structs (PROTOCOL.md §1).
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "api_client/retailcrm/module_facts.hpp"
#include "module/port/host.hpp"

namespace tillbridge::retailcrm {

// Of /api/credentials: rights as granted and what is missing; public_url stays empty. None where
// the answer tells neither scopes nor methods.
std::optional<port::AccountInfo> read_credentials(const nlohmann::json& body, const ModuleFacts&);

// Of /api/v5/settings; what is missing stays empty.
port::AccountSettings read_settings(const nlohmann::json& body);

// Of /api/v5/orders/{id}. None where there is no order with an id.
std::optional<port::Order> read_order(const nlohmann::json& body);

// Of /api/v5/reference/payment-types. None where the list is missing.
std::optional<std::vector<port::PaymentType>> read_payment_types(
    const nlohmann::json& body, const ModuleFacts&, const std::vector<domain::Merchant>& ours);

}  // namespace tillbridge::retailcrm
