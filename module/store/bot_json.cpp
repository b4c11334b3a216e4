#include "module/store/bot_json.hpp"

#include <nlohmann/json.hpp>

namespace tillbridge::store {

using nlohmann::json;

std::string to_json(const domain::Bot& bot) {
    json secrets = json::array();
    for (const auto& secret : bot.signing_secrets) secrets.push_back(secret.reveal());
    json reactions = json::object();
    for (std::size_t at = 0; at < domain::kBotEvents; ++at) {
        const auto& reaction = bot.reactions[at];
        reactions[std::string(to_word(static_cast<domain::BotEvent>(at)))] = {
            {"action", to_word(reaction.action)},
            {"instruction", reaction.instruction},
            {"address", reaction.address}};
    }
    return json{{"name", bot.name},
                {"owner", bot.owner.value},
                {"style", to_word(bot.style)},
                {"callbackUrl", bot.callback_url},
                {"callbackKey", bot.callback_key.reveal()},
                {"signingSecrets", std::move(secrets)},
                {"reactions", std::move(reactions)}}
        .dump();
}

domain::Bot bot_of(const std::string& text) {
    const auto stored = json::parse(text);
    domain::Bot bot;
    bot.name = stored.at("name").get<std::string>();
    bot.owner = domain::ConnectionId(stored.value("owner", ""));
    bot.style = domain::bot_style(stored.at("style").get<std::string>()).value();
    bot.callback_url = stored.at("callbackUrl").get<std::string>();
    bot.callback_key = domain::Secret(stored.at("callbackKey").get<std::string>());
    for (const auto& secret : stored.at("signingSecrets"))
        bot.signing_secrets.emplace_back(secret.get<std::string>());
    for (const auto& [word, reaction] : stored.at("reactions").items()) {
        const auto event = domain::bot_event(word);
        if (!event) continue;
        bot.reactions[static_cast<std::size_t>(*event)] = {
            domain::bot_action(reaction.at("action").get<std::string>()).value(),
            reaction.at("instruction").get<std::string>(),
            reaction.at("address").get<std::string>()};
    }
    return bot;
}

}  // namespace tillbridge::store
