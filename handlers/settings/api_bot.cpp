// The settings API of a bot's connection: where and how it is told, and its token and keys, each of
// which its owner can renew. A token and a signing secret are shown once.
#include "handlers/json_fields.hpp"
#include "handlers/settings/api_act.hpp"
#include "handlers/settings/decode.hpp"

namespace tillbridge::handlers::settings {

using domain::Connection;
using domain::fail;
using domain::Result;
using nlohmann::json;
using service::Bots;

namespace {

constexpr std::size_t kUrl = 1000;
constexpr std::size_t kInstruction = 2000;

Result<domain::BotReaction> decode_reaction(const json& given, const std::string& event) {
    Fields fields(given, event + ".");
    fields.only({"action", "instruction", "address"});
    domain::BotReaction reaction;
    const auto action = domain::bot_action(fields.text("action", 20));
    if (!action) fields.refuse("request.field_invalid", "action");
    reaction.action = action.value_or(reaction.action);
    reaction.instruction = fields.optional_text("instruction", kInstruction);
    reaction.address = fields.optional_text("address", kUrl);
    if (const auto fine = fields.result(); !fine) return tl::unexpected(fine.error());
    return reaction;
}

Result<Bots::Change> decode_change(const json& body) {
    Fields fields(body);
    fields.only({"callbackUrl", "language", "style", "reactions"});
    Bots::Change change;
    const auto given = [&](const char* name) { return port::member(body, name) != nullptr; };
    if (given("callbackUrl")) change.callback_url = fields.optional_text("callbackUrl", kUrl);
    if (given("language")) {
        change.language = fields.text("language", 2);
        if (language_of(*change.language) != *change.language)
            fields.refuse("request.field_invalid", "language");
    }
    if (given("style")) {
        change.style = domain::bot_style(fields.text("style", 20));
        if (!change.style) fields.refuse("request.field_invalid", "style");
    }
    const json* reactions = fields.optional_object("reactions");
    if (const auto fine = fields.result(); !fine) return tl::unexpected(fine.error());
    if (reactions == nullptr) return change;
    for (const auto& [name, value] : reactions->items()) {
        const auto event = domain::bot_event(name);
        if (!event || !value.is_object())
            return fail("request.field_invalid", "", "reactions." + name);
        const auto reaction = decode_reaction(value, name);
        if (!reaction) return tl::unexpected(reaction.error());
        change.reactions[static_cast<std::size_t>(*event)] = *reaction;
    }
    return change;
}

json hint_of(const domain::Secret& secret) {
    return {{"set", !secret.empty()}, {"hint", secret.hint()}};
}

}  // namespace

json Api::bot_view(const Connection& connection) const {
    if (!connection.bot) return nullptr;
    const auto& bot = *connection.bot;
    json secrets = json::array();
    for (const auto& secret : bot.signing_secrets) secrets.push_back(hint_of(secret));
    json reactions = json::object();
    for (std::size_t at = 0; at < domain::kBotEvents; ++at) {
        const auto& reaction = bot.reactions[at];
        reactions[std::string(to_word(static_cast<domain::BotEvent>(at)))] = {
            {"action", to_word(reaction.action)},
            {"instruction", reaction.instruction},
            {"address", reaction.address}};
    }
    return {{"name", bot.name},
            {"style", to_word(bot.style)},
            {"language", connection.locale},
            {"callbackUrl", bot.callback_url},
            {"callbackKey", bot.callback_key.reveal()},
            {"token", hint_of(connection.client_id)},
            {"signingSecrets", std::move(secrets)},
            {"linksUrl", services_.context.settings.public_url + "/bot/links"},
            {"reactions", std::move(reactions)}};
}

// `change`: (bots, connection) → Result<Connection>; `extra`: (connection) → what is shown once.
template <class Change, class Extra>
Answer Api::change_bot_by(Request& request, Change change, Extra extra) {
    return act(request, true,
               [&](const Connection& connection, const std::string&) -> Result<Answer> {
                   if (services_.bots == nullptr || !connection.bot)
                       return fail("connection.unknown");
                   const Result<Connection> changed = change(*services_.bots, connection);
                   if (!changed) return tl::unexpected(changed.error());
                   json body = extra(*changed);
                   body["bot"] = bot_view(*changed);
                   return ok(body);
               });
}

Answer Api::change_bot(Request& request) {
    return change_bot_by(
        request,
        [&](Bots& bots, const Connection& connection) {
            return body_of(request)
                .and_then(decode_change)
                .and_then(
                    [&](const Bots::Change& change) { return bots.change(connection.id, change); });
        },
        [](const Connection&) { return json::object(); });
}

Answer Api::renew_bot_token(Request& request) {
    return change_bot_by(
        request, [](Bots& bots, const Connection& it) { return bots.renew_token(it.id); },
        [](const Connection& it) {
            return json{{"token", it.client_id.reveal()}};
        });
}

Answer Api::renew_bot_callback_key(Request& request) {
    return change_bot_by(
        request, [](Bots& bots, const Connection& it) { return bots.renew_callback_key(it.id); },
        [](const Connection&) { return json::object(); });
}

Answer Api::renew_bot_signing_secret(Request& request) {
    return change_bot_by(
        request, [](Bots& bots, const Connection& it) { return bots.renew_signing_secret(it.id); },
        [](const Connection& it) {
            return json{{"secret", it.bot->signing_secrets.front().reveal()}};
        });
}

std::vector<Route> bot_routes(Api& api) {
    using Call = Answer (Api::*)(Request&);
    const auto route = [&](const char* method, const char* pattern, Call call, bool body) {
        Route made{{method},
                   std::string("/api/settings/bot") + pattern,
                   [&api, call](Request& request) { return (api.*call)(request); }};
        made.needs_body = body;
        return made;
    };
    return {route("PATCH", "", &Api::change_bot, true),
            route("POST", "/token", &Api::renew_bot_token, false),
            route("POST", "/callback-key", &Api::renew_bot_callback_key, false),
            route("POST", "/signing-secret", &Api::renew_bot_signing_secret, false)};
}

}  // namespace tillbridge::handlers::settings
