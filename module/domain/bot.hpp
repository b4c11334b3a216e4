// A chat-bot platform as the side that asks to be paid: a connection of kind `bot`, made by hand.
// Its bot asks for links with a token of its own and is told at its address what became of them.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "module/domain/ids.hpp"
#include "module/domain/secret.hpp"

namespace tillbridge::domain {

// The platform whose habits a bot has: its defaults, what it requires, what it refuses.
enum class BotStyle { salebot, mavibot, savvi };

// What a bot is asked to do when it is told of an event.
enum class BotAction {
    call,       // everything, to the address of the event or that of the bot
    message,    // the message alone
    variables,  // the variables alone
    nothing,    // it is not told
};

// The events whose action a bot's owner chooses; everything else is told in full.
enum class BotEvent { success, signed_, approved, canceled, rejected };
inline constexpr std::size_t kBotEvents = 5;

struct BotReaction {
    BotAction action = BotAction::call;
    std::string instruction;  // of the owner's own, handed to the bot together with the event
    std::string address;      // of `call`; empty: the bot's
    bool operator==(const BotReaction&) const = default;
};

struct Bot {
    std::string name;
    ConnectionId owner;  // the CRM account whose settings page made it; empty: the operator did
    BotStyle style = BotStyle::salebot;
    std::string callback_url;  // empty: the bot is told nothing and asks for itself
    // Stands in the texts that a chat shows; never a gateway's secret.
    Secret callback_key;
    std::vector<Secret> signing_secrets;  // `whsec_…`, the newest first; at most two are live
    std::array<BotReaction, kBotEvents> reactions;

    const BotReaction& on(BotEvent event) const {
        return reactions[static_cast<std::size_t>(event)];
    }
};

inline constexpr std::size_t kLiveSigningSecrets = 2;

// A bot's connection is told by its id, so that nothing has to be read to know it.
inline constexpr std::string_view kBotConnection = "bot-";
inline bool is_bot(const ConnectionId& id) {
    return id.value.compare(0, kBotConnection.size(), kBotConnection) == 0;
}

std::string_view to_word(BotStyle style);
std::string_view to_word(BotAction action);
std::string_view to_word(BotEvent event);  // `payment.success`, `installment.signed`, …
std::optional<BotStyle> bot_style(std::string_view word);
std::optional<BotAction> bot_action(std::string_view word);
std::optional<BotEvent> bot_event(std::string_view word);

}  // namespace tillbridge::domain
