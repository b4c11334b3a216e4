// The door of the store: opens what a URL names as a port::Store. `sqlite:PATH` is a file (made
// where there is none, readable by its owner alone); one process writes it at a time, which a lock
// beside it (`PATH.lock`) sees to. Throws StoreError where the store can't be opened as asked: a
// foreign lock, a newer or changed schema, a master key that is missing.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "module/domain/time.hpp"
#include "module/port/key_ring.hpp"
#include "module/port/store.hpp"

namespace tillbridge::store {

class StoreError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

// There is no store, and none was to be made.
class NoStore : public StoreError {
  public:
    using StoreError::StoreError;
};

// The master key file lacks a key that the store needs.
class KeyMissing : public StoreError {
  public:
    using StoreError::StoreError;
};

// A save() whose invoice was changed by another unit since it was read.
class VersionConflict : public StoreError {
  public:
    using StoreError::StoreError;
};

struct Options {
    bool migrate = true;     // bring an older schema up to date; false: refuse one
    bool read_only = false;  // look at a store that another process may be writing; write() throws
    // After each group commit, from the writer's thread: must be quick.
    std::function<void(std::size_t units, domain::Span took)> on_commit = {};
};

// The ring must outlive the store. It is handed the store's fingerprint key.
std::unique_ptr<port::Store> open_store(const std::string& url, port::KeyRing& keys,
                                        Options options = {});

struct PendingMigration {
    int number = 0;
    std::string name;
};

// Brings the schema up to date and returns what was applied, in order, under the same lock as a
// writing store. `dry_run`: only tells what would be, also beside a running server.
std::vector<PendingMigration> migrate(const std::string& url, bool dry_run);

int newest_schema(const std::string& url);  // that this program knows

// A consistent copy of a store, also while it is written. `target` must not exist; the copy is
// synced before it gets that name, so that half a copy never has it.
void backup_to(const std::string& url, const std::string& target);

}  // namespace tillbridge::store
