// What a bot asks for when it wants a link: the variables of its platform, read by the platform's
// rules (PROTOCOL.md of the bot API §2). Pure. Sums stay decimal text until their currency is
// known; dates are Moscow's, as the platforms have them. Lengths are characters, not bytes.
#pragma once

#include <map>
#include <string>

#include "module/domain/bot.hpp"
#include "module/domain/result.hpp"
#include "module/domain/time.hpp"
#include "module/service/bot_times.hpp"
#include "module/service/bot_variables.hpp"

namespace tillbridge::service {

struct BotLink {
    // Asked for by `payment_sum`: its texts carry the whole key, those of `amount` ten characters.
    bool whole_key = true;
    std::string sum_field;     // `payment_sum` or `amount`, as it was given
    std::string sum;           // empty: of a subscription, at its product's price
    std::string discount;      // empty: none
    std::string currency;      // ISO 4217; empty: the store's
    std::string product_name;  // never empty
    std::string description;   // never empty
    std::string order_id;
    std::string phone, email;
    std::string store;           // merchant id; empty: the only active one
    std::string subscription;    // the gateway's product; empty: a single payment
    domain::UtcTime expires_at;  // 0: not asked for
    std::map<std::string, std::string> parameters;  // the gateway's own, without prefix
};

// `order_id`: what to call an order without a name. Errors: request.field_missing,
// request.field_invalid, request.field_too_long, bot.link_expired, bot.product_name_quotes,
// bot.contact_missing, bot.parameter_forbidden; each with its field.
domain::Result<BotLink> read_bot_link(const BotVariables& given, domain::BotStyle style,
                                      const std::string& order_id, domain::UtcTime now);

}  // namespace tillbridge::service
