// Database over one SQLite connection (SQLiteCpp). Writers and readers get the settings that keep
// the file safe: WAL with a full sync, no mmap, checkpoints by the writer alone.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <memory>
#include <string>
#include <vector>

#include "module/store/sql.hpp"

namespace tillbridge::store::sqlite {

enum class Access { write, read };

class Database final : public store::Database {
  public:
    Database(const std::string& path, Access access);
    ~Database() override;

    void execute(const std::string& text) override;
    bool has_table(const std::string& name) override;
    bool empty() override;
    void begin_write() override;
    void begin_read() override;
    void commit() override;
    void rollback() override;
    bool in_transaction() const override;
    void savepoint() override;
    void release() override;
    void rollback_to() override;
    void maintain(bool idle) override;
    std::vector<std::string> check() override;

    SQLite::Database& handle() { return db_; }

  protected:
    std::int64_t run_with(const Sql& sql, Params params) override;
    std::int64_t insert_with(const Sql& sql, Params params) override;
    void each_with(const Sql& sql, Params params, const Look& look) override;

  private:
    struct Prepared;
    class Use;
    Prepared& prepare(const Sql& sql);

    SQLite::Database db_;
    int log_pages_ = 0;  // in the write-ahead log after the last commit
    std::vector<std::unique_ptr<Prepared>> prepared_;  // by Sql::number()
};

}  // namespace tillbridge::store::sqlite
