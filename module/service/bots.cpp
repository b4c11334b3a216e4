#include "module/service/bots.hpp"

#include <algorithm>

#include "module/service/account.hpp"
#include "module/service/bot_events.hpp"
#include "module/service/bot_owner.hpp"

namespace tillbridge::service {
namespace {

using domain::Bot;
using domain::Connection;
using domain::fail;
using domain::Result;

constexpr std::size_t kLongestName = 64;
constexpr std::size_t kInstruction = 4000;  // bytes

bool is_name(const std::string& name) {
    const auto plain = [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F; };
    return !name.empty() && length_of(name) <= kLongestName && name.front() != ' ' &&
           name.back() != ' ' && std::all_of(name.begin(), name.end(), plain);
}

}  // namespace

// As Standard Webhooks writes it: `whsec_` and 32 random bytes in base64.
domain::Secret Bots::signing_secret() const {
    auto text = context_.random.token();  // base64url of 32 bytes, without its padding
    std::replace(text.begin(), text.end(), '-', '+');
    std::replace(text.begin(), text.end(), '_', '/');
    return domain::Secret("whsec_" + text + "=");
}

Result<std::string> Bots::callback_of(const std::string& url, const std::string& field) const {
    if (url.empty()) return url;
    auto normal = context_.host.normalize_callback(url);
    if (!normal) normal.error().field = field;
    return normal;
}

Result<Bots::Connected> Bots::connect(const Draft& draft, const Connection* owner) {
    if (owner != nullptr && owner->bot) return fail("connection.unknown");
    if (!is_name(draft.name)) return fail("bot.name_invalid", {}, "name");
    const auto url = callback_of(draft.callback_url, "callbackUrl");
    if (!url) return tl::unexpected(url.error());
    Connection made;
    made.id = domain::ConnectionId(std::string(domain::kBotConnection) + context_.random.id());
    made.host_code = "bot";
    made.system_url = *url;
    made.public_url = (owner == nullptr ? "bot:" : bot_names_of(*owner)) + draft.name;
    made.client_id = domain::Secret(context_.random.token());
    made.settings_token = domain::Secret(context_.random.token());
    made.locale = draft.language;
    made.created_at = made.updated_at = context_.clock.now();
    Bot& bot = made.bot.emplace();
    bot.name = draft.name;
    if (owner != nullptr) {
        bot.owner = owner->id;
        made.timezone = owner->timezone;
    }
    bot.style = draft.style;
    bot.callback_url = *url;
    bot.callback_key = domain::Secret(context_.random.id() + context_.random.id());
    bot.signing_secrets = {signing_secret()};
    const auto inserted = port::commit(context_.store, [&](port::Tx& tx) -> Result<void> {
        if (tx.connections().by_public_url(made.public_url))
            return fail("bot.name_taken", draft.name, "name");
        if (owner != nullptr && std::ssize(bots_of(tx, *owner)) >= kMostBotsOfOwner)
            return tl::unexpected(domain::Error{
                "bot.too_many", {}, {}, {{"most", std::to_string(kMostBotsOfOwner)}}});
        tx.connections().insert(made);
        return {};
    });
    if (!inserted) return tl::unexpected(inserted.error());
    return Connected{made, account_url_of(context_, made)};
}

std::vector<Connection> Bots::of_owner(const Connection& owner) const {
    return port::look_up(context_.store, [&](const port::Tx& tx) { return bots_of(tx, owner); });
}

// A bot of an account that may make no links makes none either.
Result<void> Bots::may_sell(const Connection& connection) const {
    if (!connection.active) return fail("bot.inactive");
    const auto& bot = *connection.bot;
    if (bot.owner.value.empty()) return {};
    const auto owner = port::look_up(
        context_.store, [&](const port::Tx& tx) { return tx.connections().find(bot.owner); });
    if (owner && owner->frozen) return fail("connection.frozen");
    if (owner && !owner->active) return fail("connection.inactive");
    return {};
}

Result<Connection> Bots::by_token(const std::string& token) const {
    auto found = port::look_up(
        context_.store, [&](const port::Tx& tx) { return tx.connections().by_client_id(token); });
    if (token.empty() || !found || !found->bot) return fail("bot.token_unknown");
    return std::move(*found);
}

Result<Connection> Bots::rewrite(const domain::ConnectionId& id,
                                 const std::function<void(Connection&)>& change) {
    const auto now = context_.clock.now();
    auto changed = port::commit(context_.store, [&](port::Tx& tx) -> std::optional<Connection> {
        auto known = tx.connections().find(id);
        if (!known || !known->bot) return std::nullopt;
        change(*known);
        known->updated_at = now;
        tx.connections().update(*known);
        // What waits may have waited for just this.
        tx.outbox().hurry(bot_lane(id), now);
        return known;
    });
    if (!changed) return fail("connection.unknown");
    context_.peer_is_back(bot_lane(id));
    return std::move(*changed);
}

Result<Connection> Bots::change(const domain::ConnectionId& id, const Change& wanted) {
    auto change = wanted;
    if (change.callback_url) {
        const auto url = callback_of(*change.callback_url, "callbackUrl");
        if (!url) return tl::unexpected(url.error());
        change.callback_url = *url;
    }
    for (std::size_t at = 0; at < domain::kBotEvents; ++at) {
        auto& reaction = change.reactions[at];
        if (!reaction) continue;
        const auto event = std::string(to_word(static_cast<domain::BotEvent>(at)));
        if (reaction->instruction.size() > kInstruction)
            return fail("request.field_too_long", {}, event + ".instruction");
        const auto url = callback_of(reaction->address, event + ".address");
        if (!url) return tl::unexpected(url.error());
        reaction->address = *url;
    }
    return rewrite(id, [&](Connection& known) {
        if (change.callback_url) known.system_url = known.bot->callback_url = *change.callback_url;
        if (change.language) known.locale = *change.language;
        if (change.style) known.bot->style = *change.style;
        for (std::size_t at = 0; at < domain::kBotEvents; ++at)
            if (change.reactions[at]) known.bot->reactions[at] = *change.reactions[at];
    });
}

Result<Connection> Bots::set_active(const domain::ConnectionId& id, bool active) {
    return rewrite(id, [&](Connection& known) { known.active = active; });
}

Result<Connection> Bots::renew_token(const domain::ConnectionId& id) {
    return rewrite(id, [this](Connection& known) {
        known.client_id = domain::Secret(context_.random.token());
    });
}

Result<Connection> Bots::renew_callback_key(const domain::ConnectionId& id) {
    return rewrite(id, [this](Connection& known) {
        known.bot->callback_key = domain::Secret(context_.random.id() + context_.random.id());
    });
}

Result<Connection> Bots::renew_signing_secret(const domain::ConnectionId& id) {
    return rewrite(id, [this](Connection& known) {
        auto& secrets = known.bot->signing_secrets;
        secrets.insert(secrets.begin(), signing_secret());
        if (secrets.size() > domain::kLiveSigningSecrets)
            secrets.resize(domain::kLiveSigningSecrets);
    });
}

}  // namespace tillbridge::service
