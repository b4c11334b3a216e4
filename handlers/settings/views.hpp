// What the settings API shows, as JSON. No secret is in it: of a credential it tells that it is set
// and its last characters.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "module/domain/connection.hpp"
#include "module/domain/merchant.hpp"
#include "module/port/gateway.hpp"
#include "module/service/merchants.hpp"
#include "module/service/problems.hpp"

namespace tillbridge::handlers::settings {

nlohmann::json view(const domain::Connection& connection);
nlohmann::json view(const port::GatewayDescription& gateway, const std::string& language);
// `gateway`: null where the installation no longer has it.
nlohmann::json view(const domain::Merchant& merchant, const port::GatewayDescription* gateway,
                    const std::string& hook_url);
nlohmann::json view(const service::Merchants::TypeLink& type);
nlohmann::json view(const service::ProblemView& problem);

std::string iso_time(domain::UtcTime at);  // `2026-11-22T08:43:00Z`; empty for never

}  // namespace tillbridge::handlers::settings
