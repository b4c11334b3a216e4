// SQLite as an engine: a file, and a lock beside it that one writing process holds at a time. The
// lock goes with the process, however that ends.
#pragma once

#include <memory>
#include <string>

#include "module/store/engine.hpp"
#include "module/store/open.hpp"

namespace tillbridge::store::sqlite {

// An exclusive advisory lock on a file, which it makes; throws StoreError where it is held.
class FileLock {
  public:
    explicit FileLock(const std::string& path);
    ~FileLock();
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

  private:
    int file_ = -1;
};

class Engine final : public store::Engine {
  public:
    // `writes`: take the lock and make the file where there is none.
    Engine(std::string path, bool writes);

    std::unique_ptr<store::Database> open_writer() override;
    std::unique_ptr<store::Database> open_reader() const override;
    const std::vector<Migration>& migrations() const override;

  private:
    std::string path_;
    std::unique_ptr<FileLock> lock_;
};

// What a migration would apply; looks only, also beside a process that writes.
std::vector<PendingMigration> dry_run(const std::string& path);

void backup(const std::string& path, const std::string& target);

}  // namespace tillbridge::store::sqlite
