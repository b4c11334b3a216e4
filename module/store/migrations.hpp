// Numbered schema changes. What was applied is kept with a checksum, so that a store which a newer
// program made, or whose history differs from ours, is refused instead of half understood. The text
// of an applied migration never changes: a change is a new migration.
#pragma once

#include <string>
#include <vector>

#include "module/store/open.hpp"
#include "module/store/sql.hpp"

namespace tillbridge::store {

struct Migration {
    int number = 0;  // 1, 2, 3, …
    std::string name;
    std::string sql;
};

// What is not applied yet. Throws StoreError where the schema is newer or differs, or where the
// database holds tables of somebody else.
std::vector<PendingMigration> pending(Database& db, const std::vector<Migration>& migrations);

// Applies what is pending, each migration in a transaction of its own; returns what it applied.
std::vector<PendingMigration> apply(Database& db, const std::vector<Migration>& migrations);

int schema_version(Database& db);  // 0: none yet

}  // namespace tillbridge::store
