#include "module/store/sealing.hpp"

#include <exception>

#include "module/store/open.hpp"

namespace tillbridge::store {
namespace {

const Sql kKeys{"SELECT id, canary FROM master_key ORDER BY id"};
const Sql kAddKey{"INSERT INTO master_key (id, canary) VALUES ($1, $2)"};
const Sql kDropKeys{
    "DELETE FROM master_key WHERE id <> $1"
    " AND NOT EXISTS (SELECT 1 FROM connection WHERE sealed_under = master_key.id)"
    " AND NOT EXISTS (SELECT 1 FROM merchant WHERE sealed_under = master_key.id)"
    " AND NOT EXISTS (SELECT 1 FROM support_user WHERE sealed_under = master_key.id)"};
const Sql kFingerprintKey{"SELECT value FROM meta WHERE name = 'fingerprint_key'"};
const Sql kKeepFingerprintKey{
    "INSERT INTO meta (name, value) VALUES ('fingerprint_key', $1)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value"};

const domain::Secret& canary_word() {
    static const domain::Secret word{"canary"};
    return word;
}

std::string canary_place(std::int64_t id) {
    return place_of("master_key", std::to_string(id), "canary");
}

}  // namespace

std::string place_of(std::string_view table, std::string_view row, std::string_view column) {
    std::string place(table);
    place += '/';
    place += row;
    place += '/';
    place += column;
    return place;
}

std::string merchant_row(const domain::ConnectionId& connection, const domain::MerchantId& id) {
    return connection.value + '/' + id.value;
}

std::string Sealing::seal(const domain::Secret& plain, const std::string& place) const {
    return plain.empty() ? std::string() : keys_.seal(plain, place);
}

domain::Secret Sealing::open(std::string_view sealed, const std::string& place) const {
    return sealed.empty() ? domain::Secret() : keys_.open(sealed, place);
}

std::string Sealing::fingerprint(std::string_view token) const {
    return token.empty() ? std::string() : keys_.fingerprint(token);
}

void Sealing::refresh(Database& db) {
    if (!canary_.empty() && !keys_.outdated(canary_)) return;
    canary_.clear();
    std::int64_t last = 0;
    db.each(kKeys, [&](const Row& row) {
        last = row.integer(0);
        if (keys_.outdated(row.blob(1))) return;
        key_ = last;
        canary_ = std::string(row.blob(1));
    });
    if (!canary_.empty()) return;
    auto made = keys_.seal(canary_word(), canary_place(last + 1));
    db.run(kAddKey, last + 1, Blob{made});
    key_ = last + 1;
    canary_ = std::move(made);
}

void Sealing::check_canaries(Database& db) const {
    db.each(kKeys, [&](const Row& row) {
        try {
            keys_.open(row.blob(1), canary_place(row.integer(0)));
        } catch (const std::exception& error) {
            throw KeyMissing(
                std::string("this master key file does not open the store: ") + error.what() +
                "; put the key that is missing back into the file, below the current one");
        }
    });
}

void Sealing::adopt_fingerprint_key(Database& db, bool may_write) {
    const auto kept = db.first(kFingerprintKey, [](const Row& row) {
                            return std::string(row.blob(0));
                        }).value_or("");
    if (kept.empty() && !may_write)
        throw StoreError("the store is new: nothing was kept in it yet");
    const auto keep = keys_.adopt_fingerprint_key(kept);
    if (may_write && keep != kept) db.run(kKeepFingerprintKey, Blob{keep});
}

void Sealing::drop_old_keys(Database& db) {
    db.run(kDropKeys, key_);
}

}  // namespace tillbridge::store
