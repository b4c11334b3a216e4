// The bodies of the settings API, checked member by member; a member that is not known is refused,
// so that a mistyped option is not silently lost. Pure.
// Errors: request.malformed, request.field_missing, request.field_invalid,
// request.field_too_long, with the field.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "module/domain/result.hpp"
#include "module/domain/secret.hpp"
#include "module/port/gateway.hpp"
#include "module/service/merchants.hpp"

namespace tillbridge::handlers::settings {

// An object; an empty body is an empty one where `may_be_empty`.
domain::Result<nlohmann::json> decode_body(const std::string& body, bool may_be_empty = false);

// The gateway is looked up first: its fields are what `credentials` may hold, its options what
// `options` may hold beside ours.
domain::Result<domain::GatewayCode> decode_gateway(const nlohmann::json& body);
domain::Result<service::Merchants::Draft> decode_draft(const nlohmann::json& body,
                                                       const port::GatewayDescription& gateway);
domain::Result<service::Merchants::Patch> decode_patch(const nlohmann::json& body,
                                                       const port::GatewayDescription& gateway);
domain::Result<domain::Secret> decode_key(const nlohmann::json& body);  // {"apiKey"}

}  // namespace tillbridge::handlers::settings
