#include "module/store/sql_store.hpp"

#include <utility>

#include "module/port/crash_point.hpp"

namespace tillbridge::store {
namespace {

constexpr std::size_t kMostIdleReaders = 8;

const Sql kSchemaVersion{"SELECT max(number) FROM schema_migration"};
const Sql kHeadless{
    "SELECT order_key FROM outbox WHERE order_key IS NOT NULL AND state <> 'dead'"
    " GROUP BY order_key HAVING sum(head) <> 1"};

}  // namespace

struct SqlStore::Reader {
    Reader(std::unique_ptr<Database> made, port::KeyRing& keys)
        : db(std::move(made)), sealing(keys), tx(*db, sealing) {}

    std::unique_ptr<Database> db;
    Sealing sealing;
    Tx tx;
};

// A reader in a transaction of its own: everything that one look sees is of one moment.
class SqlStore::Reading {
  public:
    explicit Reading(const SqlStore& store) : store_(store), reader_(store.take_reader()) {
        reader_->db->begin_read();
    }
    ~Reading() {
        try {
            reader_->db->rollback();
        } catch (const std::exception&) {
            return;  // the connection is of no more use
        }
        const std::lock_guard lock(store_.guard_);
        if (store_.idle_.size() < kMostIdleReaders) store_.idle_.push_back(std::move(reader_));
    }
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;

    Reader& operator*() const { return *reader_; }
    Reader* operator->() const { return reader_.get(); }

  private:
    const SqlStore& store_;
    std::unique_ptr<Reader> reader_;
};

SqlStore::SqlStore(std::unique_ptr<Engine> engine, port::KeyRing& keys, Options options)
    : engine_(std::move(engine)), keys_(keys), options_(std::move(options)) {
    if (options_.read_only) {
        open_read_only();
    } else {
        open_writer(options_.migrate);
    }
}

SqlStore::~SqlStore() {
    commits_.reset();
    // The writer closes last, so that the last checkpoint is its own.
    idle_.clear();
}

void SqlStore::open_writer(bool may_migrate) {
    writing_ = engine_->open_writer();
    auto& db = *writing_;
    if (may_migrate) {
        apply(db, engine_->migrations());
    } else if (!pending(db, engine_->migrations()).empty()) {
        throw StoreError("the store's schema is older than this program; run `tillbridge migrate`");
    }
    sealing_ = std::make_unique<Sealing>(keys_);
    sealing_->check_canaries(db);
    db.begin_write();
    try {
        sealing_->refresh(db);
        sealing_->adopt_fingerprint_key(db, true);
        db.commit();
    } catch (...) {
        if (db.in_transaction()) db.rollback();
        throw;
    }
    commits_ = std::make_unique<GroupCommit>(db, *sealing_, options_.on_commit);
}

void SqlStore::open_read_only() {
    const Reading reading(*this);
    if (!pending(*reading->db, engine_->migrations()).empty()) {
        throw StoreError("the store's schema is older than this program; run `tillbridge migrate`");
    }
    reading->sealing.check_canaries(*reading->db);
    reading->sealing.adopt_fingerprint_key(*reading->db, false);
}

GroupCommit& SqlStore::writer() {
    if (!commits_) throw StoreError("the store was opened for reading only");
    return *commits_;
}

void SqlStore::write(const std::function<void(port::Tx&)>& unit) {
    writer().write(unit);
}

std::future<void> SqlStore::write_later(std::function<void(port::Tx&)> unit) {
    return writer().write_later(std::move(unit));
}

std::unique_ptr<SqlStore::Reader> SqlStore::take_reader() const {
    {
        const std::lock_guard lock(guard_);
        if (!idle_.empty()) {
            auto reader = std::move(idle_.back());
            idle_.pop_back();
            return reader;
        }
    }
    return std::make_unique<Reader>(engine_->open_reader(), keys_);
}

void SqlStore::read(const std::function<void(const port::Tx&)>& look) const {
    const Reading reading(*this);
    look(reading->tx);
}

void SqlStore::on_outbox(std::function<void(const std::vector<std::string>&)> listener) {
    writer().on_outbox(std::move(listener));
}

std::int64_t SqlStore::reseal(int limit) {
    std::int64_t left = 0;
    writer().write([&](port::Tx& port_tx) {
        auto& tx = static_cast<Tx&>(port_tx);
        int room = limit;
        for (const auto& it : tx.connections().outdated(room)) {
            tx.connections().update(it);
            port::crash_point("keys.row");
            --room;
        }
        for (const auto& it : tx.merchants().outdated(room)) {
            tx.merchants().update(it);
            port::crash_point("keys.row");
            --room;
        }
        for (const auto& it : tx.support().outdated(room)) {
            tx.support().update(it);
            port::crash_point("keys.row");
        }
        left = tx.connections().count_outdated() + tx.merchants().count_outdated() +
               tx.support().count_outdated();
        if (left > 0) return;
        sealing_->adopt_fingerprint_key(*writing_, true);
        sealing_->drop_old_keys(*writing_);
    });
    return left;
}

port::Store::Health SqlStore::health() const {
    Health health;
    try {
        const Reading reading(*this);
        health.schema = static_cast<int>(reading->db->number(kSchemaVersion));
        health.detail = commits_ ? commits_->last_failure() : std::string();
        health.ok = health.detail.empty();
    } catch (const std::exception& error) {
        health.detail = error.what();
    }
    return health;
}

std::vector<std::string> SqlStore::check_integrity() const {
    std::vector<std::string> wrong;
    try {
        const Reading reading(*this);
        wrong = reading->db->check();
        check_sealed(*reading, wrong);
        reading->db->each(kHeadless, [&](const Row& row) {
            wrong.push_back("outbox: the order of " + row.string(0) + " is broken");
        });
    } catch (const std::exception& error) {
        wrong.emplace_back(error.what());
    }
    return wrong;
}

void SqlStore::check_sealed(Reader& reader, std::vector<std::string>& wrong) const {
    try {
        reader.sealing.check_canaries(*reader.db);
    } catch (const std::exception& error) {
        wrong.emplace_back(error.what());
    }
    for (auto& why : reader.tx.connections().unsound()) wrong.push_back(std::move(why));
    for (auto& why : reader.tx.merchants().unsound()) wrong.push_back(std::move(why));
    for (auto& why : reader.tx.support().unsound()) wrong.push_back(std::move(why));
    if (const auto audit = reader.tx.audit().verify(); audit.wrong != 0)
        wrong.push_back("audit: row " + std::to_string(audit.wrong) + ": " + audit.why);
}

}  // namespace tillbridge::store
