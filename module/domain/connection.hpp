// A connection is one CRM account that installed the module, or one bot of a chat-bot platform.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "module/domain/bot.hpp"
#include "module/domain/ids.hpp"
#include "module/domain/secret.hpp"
#include "module/domain/time.hpp"

namespace tillbridge::domain {

struct Connection {
    ConnectionId id;
    std::string host_code = "retailcrm";  // its kind: `retailcrm` or `bot`
    std::string system_url;               // where we call it; may be the technical address
    std::string public_url;  // what people know it by; unique, it identifies the account
    Secret api_key;
    Secret client_id;       // 256 random bits: the whole credential of the CRM's calls
    Secret settings_token;  // 256 random bits: the account URL
    bool active = true;
    bool frozen = false;  // an unpaid CRM account
    std::string locale = "ru";
    std::string currency;  // the account's default, ISO 4217; may be empty
    std::string timezone = "Europe/Moscow";
    std::vector<std::string> scopes;
    std::vector<std::string> missing_scopes;
    UtcTime created_at;
    UtcTime updated_at;
    UtcTime registered_at;     // last successful registration at the CRM
    std::optional<Bot> bot{};  // of a bot; its `client_id` is the token that the bot calls with
};

}  // namespace tillbridge::domain
