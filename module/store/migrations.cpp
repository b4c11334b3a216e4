#include "module/store/migrations.hpp"

#include <cstdint>

#include "module/port/crash_point.hpp"

namespace tillbridge::store {
namespace {

const Sql kApplied{"SELECT number, name, checksum FROM schema_migration ORDER BY number"};
const Sql kVersion{"SELECT max(number) FROM schema_migration"};
const Sql kRecord{"INSERT INTO schema_migration (number, name, checksum) VALUES ($1, $2, $3)"};

// FNV-1a, 64 bits: it guards against mistakes, not against people.
std::string checksum(std::string_view text) {
    std::uint64_t sum = 14695981039346656037ULL;
    for (const char c : text) {
        sum ^= static_cast<unsigned char>(c);
        sum *= 1099511628211ULL;
    }
    std::string hex;
    for (int shift = 60; shift >= 0; shift -= 4) hex += "0123456789abcdef"[(sum >> shift) & 15U];
    return hex;
}

struct Applied {
    std::int64_t number;
    std::string name;
    std::string sum;
};

std::vector<Applied> applied(Database& db) {
    std::vector<Applied> result;
    if (!db.has_table("schema_migration")) {
        if (!db.empty()) throw StoreError("the database holds tables that are not Tillbridge's");
        return result;
    }
    db.each(kApplied, [&](const Row& row) {
        result.push_back({row.integer(0), row.string(1), row.string(2)});
    });
    return result;
}

}  // namespace

int schema_version(Database& db) {
    return db.has_table("schema_migration") ? static_cast<int>(db.number(kVersion)) : 0;
}

std::vector<PendingMigration> pending(Database& db, const std::vector<Migration>& migrations) {
    const auto before = applied(db);
    for (std::size_t i = 0; i < before.size(); ++i) {
        const auto& was = before[i];
        if (i >= migrations.size()) {
            throw StoreError("the store's schema is version " +
                             std::to_string(before.back().number) +
                             ", newer than this program's version " +
                             std::to_string(migrations.size()) + "; use a newer Tillbridge");
        }
        if (was.number != migrations[i].number || was.sum != checksum(migrations[i].sql)) {
            throw StoreError("the store's schema was changed: migration " +
                             std::to_string(was.number) + " (" + was.name +
                             ") is not the one that this program knows");
        }
    }
    std::vector<PendingMigration> result;
    for (std::size_t i = before.size(); i < migrations.size(); ++i) {
        result.push_back({migrations[i].number, migrations[i].name});
    }
    return result;
}

std::vector<PendingMigration> apply(Database& db, const std::vector<Migration>& migrations) {
    auto todo = pending(db, migrations);
    for (const auto& next : todo) {
        const auto& migration = migrations[static_cast<std::size_t>(next.number) - 1];
        db.begin_write();
        try {
            if (next.number == 1) {
                db.execute(
                    "CREATE TABLE schema_migration (number INTEGER NOT NULL PRIMARY KEY,"
                    " name TEXT NOT NULL, checksum TEXT NOT NULL)");
            }
            db.execute(migration.sql);
            db.run(kRecord, migration.number, migration.name, checksum(migration.sql));
            port::crash_point("store.migrate");
            db.commit();
        } catch (...) {
            if (db.in_transaction()) db.rollback();
            throw;
        }
    }
    return todo;
}

}  // namespace tillbridge::store
