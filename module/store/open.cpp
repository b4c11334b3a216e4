#include "module/store/open.hpp"

#include <utility>

#include "module/store/migrations.hpp"
#include "module/store/sql_store.hpp"
#include "module/store/sqlite/engine.hpp"
#include "module/store/sqlite/schema.hpp"

namespace tillbridge::store {
namespace {

// The only place that knows the engines by name.
std::string sqlite_path(const std::string& url) {
    constexpr std::string_view kSqlite = "sqlite:";
    if (url.starts_with("postgresql:") || url.starts_with("postgres:")) {
        throw StoreError("PostgreSQL is not supported in this version; use sqlite:PATH");
    }
    if (!url.starts_with(kSqlite) || url.size() == kSqlite.size() ||
        url.find('\0') != std::string::npos || url == "sqlite::memory:") {
        throw StoreError("the store's address is not of the form sqlite:PATH");
    }
    return url.substr(kSqlite.size());
}

// Errors of an engine as ours, so that callers need not know the engine.
template <class Act>
auto guarded(Act act) {
    try {
        return act();
    } catch (const StoreError&) {
        throw;
    } catch (const std::exception& error) {
        throw StoreError(std::string("the store: ") + error.what());
    }
}

}  // namespace

std::unique_ptr<port::Store> open_store(const std::string& url, port::KeyRing& keys,
                                        Options options) {
    return guarded([&]() -> std::unique_ptr<port::Store> {
        auto engine = std::make_unique<sqlite::Engine>(sqlite_path(url), !options.read_only);
        return std::make_unique<SqlStore>(std::move(engine), keys, std::move(options));
    });
}

std::vector<PendingMigration> migrate(const std::string& url, bool dry_run) {
    return guarded([&] {
        const auto path = sqlite_path(url);
        if (dry_run) return sqlite::dry_run(path);
        sqlite::Engine engine(path, true);
        return apply(*engine.open_writer(), engine.migrations());
    });
}

int newest_schema(const std::string& url) {
    sqlite_path(url);  // the only engine
    return sqlite::migrations().back().number;
}

void backup_to(const std::string& url, const std::string& target) {
    guarded([&] { sqlite::backup(sqlite_path(url), target); });
}

}  // namespace tillbridge::store
