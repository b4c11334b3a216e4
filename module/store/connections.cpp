#include <nlohmann/json.hpp>

#include "module/store/bot_json.hpp"
#include "module/store/reading.hpp"
#include "module/store/sql_text.hpp"
#include "module/store/tx.hpp"

namespace tillbridge::store {
namespace {

const Names kNames = {
    "connection_id", "host_code",      "system_url", "public_url",     "api_key",
    "client_id",     "settings_token", "active",     "frozen",         "locale",
    "currency",      "timezone",       "scopes",     "missing_scopes", "created_at",
    "updated_at",    "registered_at",  "bot",        "client_id_fp",   "settings_token_fp",
    "sealed_under"};
const std::string kSelect = "SELECT " + columns(kNames) + " FROM connection ";

const Sql kInsert{"INSERT INTO connection (" + columns(kNames) + ") VALUES (" +
                  parameters(kNames.size()) + ")"};
const Sql kUpdate{"UPDATE connection SET " + assignments(kNames, 1) + " WHERE connection_id = $1"};
const Sql kFind{kSelect + "WHERE connection_id = $1"};
const Sql kByClientId{kSelect + "WHERE client_id_fp = $1"};
const Sql kBySettingsToken{kSelect + "WHERE settings_token_fp = $1"};
const Sql kByPublicUrl{kSelect + "WHERE public_url = $1"};
const Sql kByPublicUrlPrefix{
    kSelect + "WHERE public_url >= $1 AND public_url < $2 ORDER BY public_url LIMIT $3"};
const Sql kList{kSelect + "WHERE connection_id > $1 ORDER BY connection_id LIMIT $2"};
const Sql kOutdated{kSelect + "WHERE sealed_under <> $1 ORDER BY connection_id LIMIT $2"};
const Sql kAll{kSelect + "ORDER BY connection_id"};
const Sql kCountOutdated{"SELECT count(*) FROM connection WHERE sealed_under <> $1"};

std::string as_json(const std::vector<std::string>& words) {
    return nlohmann::json(words).dump();
}

std::vector<std::string> words_of(std::string_view json) {
    return nlohmann::json::parse(json).get<std::vector<std::string>>();
}

std::string place(const domain::ConnectionId& id, std::string_view column) {
    return place_of("connection", id.value, column);
}

}  // namespace

domain::Connection Connections::read(const Row& row) const {
    const auto& sealing = ground_.sealing;
    Columns next(row);
    domain::Connection it;
    next.id(it.id);
    it.host_code = next.text();
    it.system_url = next.text();
    it.public_url = next.text();
    it.api_key = sealing.open(next.blob(), place(it.id, "api_key"));
    it.client_id = sealing.open(next.blob(), place(it.id, "client_id"));
    it.settings_token = sealing.open(next.blob(), place(it.id, "settings_token"));
    it.active = next.flag();
    it.frozen = next.flag();
    it.locale = next.text();
    it.currency = next.text();
    it.timezone = next.text();
    it.scopes = words_of(next.view());
    it.missing_scopes = words_of(next.view());
    it.created_at = next.time();
    it.updated_at = next.time();
    it.registered_at = next.time();
    if (const auto bot = next.blob(); !bot.empty())
        it.bot = bot_of(sealing.open(bot, place(it.id, "bot")).reveal());
    return it;
}

std::int64_t Connections::put(const Sql& sql, const domain::Connection& it) {
    const auto& sealing = ground_.sealing;
    const auto api_key = sealing.seal(it.api_key, place(it.id, "api_key"));
    const auto client_id = sealing.seal(it.client_id, place(it.id, "client_id"));
    const auto settings = sealing.seal(it.settings_token, place(it.id, "settings_token"));
    std::string bot;
    if (it.bot) bot = sealing.seal(domain::Secret(to_json(*it.bot)), place(it.id, "bot"));
    return ground_.db.run(sql, it.id, it.host_code, it.system_url, or_null(it.public_url),
                          Blob{api_key}, Blob{client_id}, Blob{settings}, it.active, it.frozen,
                          it.locale, it.currency, it.timezone, as_json(it.scopes),
                          as_json(it.missing_scopes), it.created_at, it.updated_at,
                          it.registered_at, it.bot ? Param(Blob{bot}) : Param(std::nullopt),
                          or_null(sealing.fingerprint(it.client_id.reveal())),
                          or_null(sealing.fingerprint(it.settings_token.reveal())), sealing.key());
}

void Connections::insert(const domain::Connection& it) {
    put(kInsert, it);
}

void Connections::update(const domain::Connection& it) {
    if (put(kUpdate, it) != 1) throw StoreError("no such connection: " + it.id.value);
}

template <class... Args>
std::optional<domain::Connection> Connections::one(const Sql& sql, const Args&... args) const {
    return ground_.db.first(
        sql, [this](const Row& row) { return read(row); }, args...);
}

std::optional<domain::Connection> Connections::find(const domain::ConnectionId& id) const {
    return one(kFind, id);
}

std::optional<domain::Connection> Connections::by_client_id(std::string_view token) const {
    return one(kByClientId, ground_.sealing.fingerprint(token));
}

std::optional<domain::Connection> Connections::by_settings_token(std::string_view token) const {
    return one(kBySettingsToken, ground_.sealing.fingerprint(token));
}

std::optional<domain::Connection> Connections::by_public_url(std::string_view url) const {
    return one(kByPublicUrl, url);
}

std::vector<domain::Connection> Connections::by_public_url_prefix(std::string_view prefix,
                                                                  int limit) const {
    std::string end(prefix);
    ++end.back();
    std::vector<domain::Connection> all;
    ground_.db.each(
        kByPublicUrlPrefix, [&](const Row& row) { all.push_back(read(row)); }, prefix, end, limit);
    return all;
}

std::vector<domain::Connection> Connections::list(const domain::ConnectionId& after,
                                                  int limit) const {
    std::vector<domain::Connection> all;
    ground_.db.each(
        kList, [&](const Row& row) { all.push_back(read(row)); }, after, limit);
    return all;
}

std::vector<domain::Connection> Connections::outdated(int limit) const {
    std::vector<domain::Connection> all;
    ground_.db.each(
        kOutdated, [&](const Row& row) { all.push_back(read(row)); }, ground_.sealing.key(), limit);
    return all;
}

std::int64_t Connections::count_outdated() const {
    return ground_.db.number(kCountOutdated, ground_.sealing.key());
}

std::vector<std::string> Connections::unsound() const {
    std::vector<std::string> wrong;
    const auto& sealing = ground_.sealing;
    ground_.db.each(kAll, [&](const Row& row) {
        try {
            const auto it = read(row);
            const auto names = static_cast<int>(kNames.size());
            if (sealing.fingerprint(it.client_id.reveal()) != row.text(names - 3) ||
                sealing.fingerprint(it.settings_token.reveal()) != row.text(names - 2)) {
                wrong.push_back("connection " + it.id.value + ": its tokens don't find it");
            }
        } catch (const std::exception& error) {
            wrong.push_back("connection " + row.string(0) + ": " + error.what());
        }
    });
    return wrong;
}

}  // namespace tillbridge::store
