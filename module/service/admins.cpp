#include "module/service/admins.hpp"

#include "module/service/account.hpp"
#include "module/service/bot_owner.hpp"
#include "module/service/effects.hpp"

namespace tillbridge::service {
namespace {

constexpr domain::Span kLives = std::chrono::hours(12);

}  // namespace

domain::Result<domain::Secret> Admins::sign_in(const std::string& settings_token) {
    const auto connection = port::look_up(context_.store, [&](const port::Tx& tx) {
        return tx.connections().by_settings_token(settings_token);
    });
    if (settings_token.empty() || !connection) return domain::fail("settings.token_unknown");
    const domain::Secret cookie(context_.random.token());
    const auto now = context_.clock.now();
    port::SettingsSession session;
    session.fingerprint = context_.keys.fingerprint(cookie.reveal());
    session.connection = connection->id;
    session.expires = now + kLives;
    context_.store.write([&](port::Tx& tx) {
        tx.sessions().purge(now);
        tx.sessions().insert(session);
    });
    return cookie;
}

std::optional<domain::Connection> Admins::signed_in(const std::string& cookie) const {
    if (cookie.empty()) return std::nullopt;
    const auto fingerprint = context_.keys.fingerprint(cookie);
    const auto now = context_.clock.now();
    return port::look_up(context_.store,
                         [&](const port::Tx& tx) -> std::optional<domain::Connection> {
                             const auto session = tx.sessions().find(fingerprint);
                             if (!session || session->expires <= now) return std::nullopt;
                             return tx.connections().find(session->connection);
                         });
}

std::string Admins::csrf_token(const std::string& cookie) const {
    return context_.keys.fingerprint("csrf:" + cookie);
}

bool Admins::csrf_matches(const std::string& cookie, const std::string& given) const {
    return !cookie.empty() && port::KeyRing::equal_constant_time(csrf_token(cookie), given);
}

void Admins::end_all(const domain::ConnectionId& connection) {
    context_.store.write([&](port::Tx& tx) {
        tx.sessions().end_all(connection);
        const auto known = tx.connections().find(connection);
        if (!known || known->bot) return;
        for (const auto& bot : bots_of(tx, *known)) tx.sessions().end_all(bot.id);
    });
}

domain::Result<std::string> Admins::renew_link(const domain::ConnectionId& id) {
    const domain::Secret token(context_.random.token());
    const auto now = context_.clock.now();
    const auto renewed =
        port::commit(context_.store, [&](port::Tx& tx) -> std::optional<domain::Connection> {
            auto connection = tx.connections().find(id);
            if (!connection) return std::nullopt;
            connection->settings_token = token;
            connection->updated_at = now;
            tx.connections().update(*connection);
            tx.sessions().end_all(id);
            want_registration(tx, now, id);
            if (connection->bot) return connection;
            for (auto& bot : bots_of(tx, *connection)) {
                bot.settings_token = domain::Secret(context_.random.token());
                bot.updated_at = now;
                tx.connections().update(bot);
                tx.sessions().end_all(bot.id);
            }
            return connection;
        });
    if (!renewed) return domain::fail("connection.unknown");
    return account_url_of(context_, *renewed);
}

}  // namespace tillbridge::service
