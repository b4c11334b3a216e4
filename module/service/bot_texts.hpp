// The message texts that a bot finds in its chat, to the letter as the platforms document them
// (PROTOCOL.md of the bot API §4). Pure. The key in them is the connection's callback key, never a
// gateway's secret.
#pragma once

#include <string>
#include <string_view>

#include "module/domain/bot.hpp"
#include "module/domain/money.hpp"
#include "module/domain/subscription.hpp"

namespace tillbridge::service {

// How a text names its payment: the whole key and nothing else, or ten characters of the key and
// what was paid.
struct BotMark {
    const domain::Bot& bot;
    bool whole_key = true;
};

// `44`, `52.5`: as people write sums, without idle zeros.
std::string short_sum(const domain::Money& money);

// `what`: the sum, or the product of a subscription.
std::string success_text(const BotMark& mark, std::string_view what);
std::string fail_text(const BotMark& mark, std::string_view sum);
std::string different_amounts_text(const domain::Bot& bot, std::string_view payment);

// `approved`, `canceled`, `rejected`; empty for what has no text of its own.
std::string installment_text(std::string_view what);

// Empty for first payments and renewals, whose text is that of a success.
std::string subscription_text(domain::BotStyle style, const domain::SubscriptionEvent& event);

}  // namespace tillbridge::service
