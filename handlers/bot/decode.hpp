// A bot's request as the variables of its platform: flat texts, whether they came as JSON or as a
// form. Numbers keep their digits as they were written; an empty body has none.
// Errors: request.malformed, request.too_large, request.content_type, request.field_invalid.
#pragma once

#include "handlers/http.hpp"
#include "module/domain/result.hpp"
#include "module/service/bot_link.hpp"

namespace tillbridge::handlers::bot {

domain::Result<service::BotVariables> variables_of(const Request& request);

// The token of `Authorization: Bearer …`; empty where there is none.
std::string bearer_of(const Request& request);

}  // namespace tillbridge::handlers::bot
