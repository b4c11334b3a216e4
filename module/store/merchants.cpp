#include <nlohmann/json.hpp>

#include "module/store/reading.hpp"
#include "module/store/sql_text.hpp"
#include "module/store/tx.hpp"

namespace tillbridge::store {
namespace {

const Names kNames = {
    "connection_id", "merchant_id", "gateway",      "name",       "credentials",
    "hook_token",    "two_stage",   "auto_capture", "hold_end",   "link_lifetime_minutes",
    "extra",         "active",      "created_at",   "updated_at", "hook_token_fp",
    "sealed_under"};
const std::string kSelect = "SELECT " + columns(kNames) + " FROM merchant ";
const std::string kThis = "WHERE connection_id = $1 AND merchant_id = $2";

const Sql kInsert{"INSERT INTO merchant (" + columns(kNames) + ") VALUES (" +
                  parameters(kNames.size()) + ")"};
const Sql kUpdate{"UPDATE merchant SET " + assignments(kNames, 1) + " " + kThis};
const Sql kFind{kSelect + kThis};
const Sql kByHookToken{kSelect + "WHERE hook_token_fp = $1"};
const Sql kList{kSelect + "WHERE connection_id = $1 ORDER BY created_at, merchant_id"};
const Sql kOutdated{kSelect +
                    "WHERE sealed_under <> $1 ORDER BY connection_id, merchant_id LIMIT $2"};
const Sql kAll{kSelect + "ORDER BY connection_id, merchant_id"};
const Sql kCountOutdated{"SELECT count(*) FROM merchant WHERE sealed_under <> $1"};

domain::Secret as_json(const domain::Credentials& credentials) {
    auto json = nlohmann::json::object();
    for (const auto& [field, value] : credentials) json[field] = value.reveal();
    return domain::Secret(json.dump());
}

domain::Credentials credentials_of(const domain::Secret& json) {
    domain::Credentials credentials;
    if (json.empty()) return credentials;
    const auto parsed = nlohmann::json::parse(json.reveal());
    for (const auto& [field, value] : parsed.items()) {
        credentials.emplace(field, domain::Secret(value.get<std::string>()));
    }
    return credentials;
}

std::string place(const domain::ConnectionId& connection, const domain::MerchantId& id,
                  std::string_view column) {
    return place_of("merchant", merchant_row(connection, id), column);
}

}  // namespace

domain::Merchant Merchants::read(const Row& row) const {
    const auto& sealing = ground_.sealing;
    Columns next(row);
    domain::Merchant it;
    next.id(it.connection);
    next.id(it.id);
    next.id(it.gateway);
    it.name = next.text();
    it.credentials =
        credentials_of(sealing.open(next.blob(), place(it.connection, it.id, "credentials")));
    it.hook_token = sealing.open(next.blob(), place(it.connection, it.id, "hook_token"));
    it.options.two_stage = next.flag();
    it.options.auto_capture = next.flag();
    it.options.hold_end = next.word(domain::hold_end);
    it.options.link_lifetime_minutes = next.integer();
    it.options.extra = nlohmann::json::parse(next.view()).get<std::map<std::string, std::string>>();
    it.active = next.flag();
    it.created_at = next.time();
    it.updated_at = next.time();
    return it;
}

std::int64_t Merchants::put(const Sql& sql, const domain::Merchant& it) {
    const auto& sealing = ground_.sealing;
    const auto credentials =
        sealing.seal(as_json(it.credentials), place(it.connection, it.id, "credentials"));
    const auto token = sealing.seal(it.hook_token, place(it.connection, it.id, "hook_token"));
    return ground_.db.run(sql, it.connection, it.id, it.gateway, it.name, Blob{credentials},
                          Blob{token}, it.options.two_stage, it.options.auto_capture,
                          domain::to_word(it.options.hold_end), it.options.link_lifetime_minutes,
                          nlohmann::json(it.options.extra).dump(), it.active, it.created_at,
                          it.updated_at, or_null(sealing.fingerprint(it.hook_token.reveal())),
                          sealing.key());
}

void Merchants::insert(const domain::Merchant& it) {
    put(kInsert, it);
}

void Merchants::update(const domain::Merchant& it) {
    if (put(kUpdate, it) != 1) throw StoreError("no such merchant: " + it.id.value);
}

std::optional<domain::Merchant> Merchants::find(const domain::ConnectionId& connection,
                                                const domain::MerchantId& id) const {
    return ground_.db.first(
        kFind, [this](const Row& row) { return read(row); }, connection, id);
}

std::optional<domain::Merchant> Merchants::by_hook_token(std::string_view token) const {
    return ground_.db.first(
        kByHookToken, [this](const Row& row) { return read(row); },
        ground_.sealing.fingerprint(token));
}

std::vector<domain::Merchant> Merchants::list(const domain::ConnectionId& connection) const {
    std::vector<domain::Merchant> all;
    ground_.db.each(
        kList, [&](const Row& row) { all.push_back(read(row)); }, connection);
    return all;
}

std::vector<domain::Merchant> Merchants::outdated(int limit) const {
    std::vector<domain::Merchant> all;
    ground_.db.each(
        kOutdated, [&](const Row& row) { all.push_back(read(row)); }, ground_.sealing.key(), limit);
    return all;
}

std::int64_t Merchants::count_outdated() const {
    return ground_.db.number(kCountOutdated, ground_.sealing.key());
}

std::vector<std::string> Merchants::unsound() const {
    std::vector<std::string> wrong;
    ground_.db.each(kAll, [&](const Row& row) {
        try {
            const auto it = read(row);
            if (ground_.sealing.fingerprint(it.hook_token.reveal()) !=
                row.text(static_cast<int>(kNames.size()) - 2)) {
                wrong.push_back("merchant " + it.id.value + ": its hook token does not find it");
            }
        } catch (const std::exception& error) {
            wrong.push_back("merchant " + row.string(1) + ": " + error.what());
        }
    });
    return wrong;
}

}  // namespace tillbridge::store
