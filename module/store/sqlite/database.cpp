#include "module/store/sqlite/database.hpp"

#include <sqlite3.h>

#include <stdexcept>

#include "module/port/crash_point.hpp"

namespace tillbridge::store::sqlite {
namespace {

const Sql kBeginWrite{"BEGIN IMMEDIATE"};
const Sql kBeginRead{"BEGIN"};
const Sql kCommit{"COMMIT"};
const Sql kRollback{"ROLLBACK"};
const Sql kSavepoint{"SAVEPOINT unit"};
const Sql kRelease{"RELEASE unit"};
const Sql kRollbackTo{"ROLLBACK TO unit"};
const Sql kTableNamed{"SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = $1"};
const Sql kTables{"SELECT count(*) FROM sqlite_master WHERE type = 'table'"};
const Sql kCheckpoint{"PRAGMA wal_checkpoint(PASSIVE)"};

constexpr int kBusyMillis = 10'000;

// Pages in the log from which a checkpoint pays: while nobody waits, and even where somebody does.
constexpr int kLogIdle = 1'000;
constexpr int kLogBusy = 8'000;

int open_flags(Access access) {
    // One thread at a time uses a connection; a mutex of the library's own would only cost.
    return SQLite::OPEN_NOMUTEX |
           (access == Access::write ? SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE
                                    : SQLite::OPEN_READONLY);
}

// A row of the statement that is being stepped.
class StatementRow final : public Row {
  public:
    explicit StatementRow(sqlite3_stmt* statement) : statement_(statement) {}

    bool null(int column) const override {
        return sqlite3_column_type(statement_, column) == SQLITE_NULL;
    }
    std::int64_t integer(int column) const override {
        return sqlite3_column_int64(statement_, column);
    }
    std::string_view text(int column) const override {
        const auto* const at = sqlite3_column_text(statement_, column);  // before its size
        return {reinterpret_cast<const char*>(at), size(column)};
    }
    std::string_view blob(int column) const override {
        const auto* const at = sqlite3_column_blob(statement_, column);
        return {static_cast<const char*>(at), size(column)};
    }

  private:
    std::size_t size(int column) const {
        return static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    }

    sqlite3_stmt* statement_;
};

}  // namespace

// SQLiteCpp's Statement hides the handle, copies shared pointers for each column and can't bind a
// string_view without a copy; on the road that every hook takes that counts.
struct Database::Prepared {
    Prepared(sqlite3* db, const std::string& text) {
        sqlite3_stmt* made = nullptr;
        if (sqlite3_prepare_v3(db, text.c_str(), static_cast<int>(text.size()) + 1,
                               SQLITE_PREPARE_PERSISTENT, &made, nullptr) != SQLITE_OK) {
            throw SQLite::Exception(db);
        }
        statement.reset(made);
        // SQLite numbers `$1`, `$2` by their first place in the text, not by their digits.
        const int count = sqlite3_bind_parameter_count(made);
        for (int i = 1; i <= count; ++i) {
            const auto name = "$" + std::to_string(i);
            places.push_back(sqlite3_bind_parameter_index(made, name.c_str()));
            if (places.back() == 0) throw std::logic_error("parameters are not $1, $2, …: " + text);
        }
    }

    struct Finalize {
        void operator()(sqlite3_stmt* made) const { sqlite3_finalize(made); }
    };
    std::unique_ptr<sqlite3_stmt, Finalize> statement;
    std::vector<int> places;
    bool busy = false;
};

// A prepared statement in use. Hands it back in the state in which the next call expects it,
// whatever happened.
class Database::Use {
  public:
    Use(sqlite3* db, Prepared& prepared) : db_(db), prepared_(prepared) {
        if (prepared.busy) throw std::logic_error("a statement runs inside itself");
        prepared.busy = true;
    }
    ~Use() {
        sqlite3_reset(statement());
        prepared_.busy = false;
    }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

    sqlite3_stmt* statement() const { return prepared_.statement.get(); }

    void bind(Params params) {
        if (params.size() != prepared_.places.size()) {
            throw std::logic_error(std::string("wrong number of parameters: ") +
                                   sqlite3_sql(statement()));
        }
        for (std::size_t i = 0; i < params.size(); ++i) {
            if (bind(prepared_.places[i], params[i].value()) != SQLITE_OK) {
                throw SQLite::Exception(db_);
            }
        }
    }

    bool step() {
        const int code = sqlite3_step(statement());
        if (code != SQLITE_ROW && code != SQLITE_DONE) throw SQLite::Exception(db_, code);
        return code == SQLITE_ROW;
    }

  private:
    int bind(int at, const Param::Value& value) {
        if (const auto* number = std::get_if<std::int64_t>(&value)) {
            return sqlite3_bind_int64(statement(), at, *number);
        }
        if (const auto* text = std::get_if<std::string_view>(&value)) {  // a null one is no NULL
            return sqlite3_bind_text64(statement(), at, text->empty() ? "" : text->data(),
                                       text->size(), SQLITE_STATIC, SQLITE_UTF8);
        }
        if (const auto* blob = std::get_if<Blob>(&value)) {
            return sqlite3_bind_blob64(statement(), at,
                                       blob->bytes.empty() ? "" : blob->bytes.data(),
                                       blob->bytes.size(), SQLITE_STATIC);
        }
        return sqlite3_bind_null(statement(), at);
    }

    sqlite3* db_;
    Prepared& prepared_;
};

Database::Database(const std::string& path, Access access)
    : db_(path, open_flags(access), kBusyMillis) {
    execute("PRAGMA mmap_size = 0");
    execute("PRAGMA foreign_keys = ON");
    execute("PRAGMA temp_store = MEMORY");
    execute("PRAGMA trusted_schema = OFF");
    if (access == Access::read) {
        execute("PRAGMA query_only = ON");
        execute("PRAGMA wal_autocheckpoint = 0");
        execute("PRAGMA cache_size = -8000");
        return;
    }
    if (db_.execAndGet("PRAGMA journal_mode = WAL").getString() != "wal") {
        throw std::runtime_error("SQLite can't use a write-ahead log here");
    }
    execute("PRAGMA synchronous = FULL");
    execute("PRAGMA cache_size = -64000");
    execute("PRAGMA journal_size_limit = 67108864");
    // An automatic checkpoint would run inside a commit, while its callers wait: see maintain().
    execute("PRAGMA wal_autocheckpoint = 0");
    sqlite3_wal_hook(
        db_.getHandle(),
        [](void* self, sqlite3*, const char*, int pages) {
            static_cast<Database*>(self)->log_pages_ = pages;
            return SQLITE_OK;
        },
        this);
}

Database::~Database() = default;

void Database::execute(const std::string& text) {
    db_.exec(text);
}

bool Database::has_table(const std::string& name) {
    return number(kTableNamed, name) != 0;
}

bool Database::empty() {
    return number(kTables) == 0;
}

void Database::maintain(bool idle) {
    if (log_pages_ < (idle ? kLogIdle : kLogBusy)) return;
    log_pages_ = 0;  // where readers hold it back, the next commit tells its size again
    port::crash_point("store.before_checkpoint");
    run(kCheckpoint);
    port::crash_point("store.after_checkpoint");
}

void Database::begin_write() {
    run(kBeginWrite);
}
void Database::begin_read() {
    run(kBeginRead);
}
void Database::commit() {
    run(kCommit);
}
void Database::rollback() {
    run(kRollback);
}
void Database::savepoint() {
    run(kSavepoint);
}
void Database::release() {
    run(kRelease);
}
void Database::rollback_to() {
    run(kRollbackTo);
    run(kRelease);
}

bool Database::in_transaction() const {
    return sqlite3_get_autocommit(db_.getHandle()) == 0;
}

Database::Prepared& Database::prepare(const Sql& sql) {
    if (sql.number() >= prepared_.size()) prepared_.resize(sql.number() + 1);
    auto& slot = prepared_[sql.number()];
    if (!slot) slot = std::make_unique<Prepared>(db_.getHandle(), sql.text());
    return *slot;
}

std::int64_t Database::run_with(const Sql& sql, Params params) {
    Use use(db_.getHandle(), prepare(sql));
    use.bind(params);
    while (use.step()) {
    }
    return sqlite3_changes64(db_.getHandle());
}

std::int64_t Database::insert_with(const Sql& sql, Params params) {
    run_with(sql, params);
    return sqlite3_last_insert_rowid(db_.getHandle());
}

void Database::each_with(const Sql& sql, Params params, const Look& look) {
    Use use(db_.getHandle(), prepare(sql));
    use.bind(params);
    const StatementRow row(use.statement());
    while (use.step()) look(row);
}

std::vector<std::string> Database::check() {
    std::vector<std::string> wrong;
    SQLite::Statement integrity(db_, "PRAGMA integrity_check");
    while (integrity.executeStep()) {
        if (std::string text = integrity.getColumn(0).getString(); text != "ok") {
            wrong.push_back("file: " + text);
        }
    }
    SQLite::Statement keys(db_, "PRAGMA foreign_key_check");
    while (keys.executeStep()) {
        wrong.push_back("a row of " + keys.getColumn(0).getString() + " points to no row of " +
                        keys.getColumn(2).getString());
    }
    return wrong;
}

}  // namespace tillbridge::store::sqlite
