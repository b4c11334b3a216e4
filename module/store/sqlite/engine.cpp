#include "module/store/sqlite/engine.hpp"

#include <SQLiteCpp/Backup.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "module/store/sqlite/database.hpp"
#include "module/store/sqlite/schema.hpp"

namespace tillbridge::store::sqlite {
namespace {

// The library's own files get the same rights as the database.
constexpr int kOwnerOnly = 0600;

std::string why(const std::string& what, const std::string& path) {
    return what + " " + path + ": " + std::generic_category().message(errno);
}

void make_file(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly);
    if (file < 0) throw StoreError(why("the store's file can't be opened:", path));
    ::close(file);
}

void sync_to_disk(const std::string& path, int flags) {
    const int file = ::open(path.c_str(), flags | O_CLOEXEC);
    const bool synced = file >= 0 && ::fsync(file) == 0;
    const auto text = synced ? std::string() : why("can't sync", path);
    if (file >= 0) ::close(file);
    if (!synced) throw StoreError(text);
}

}  // namespace

FileLock::FileLock(const std::string& path)
    : file_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly)) {
    if (file_ < 0) throw StoreError(why("the store's lock can't be opened:", path));
    if (::flock(file_, LOCK_EX | LOCK_NB) == 0) return;
    const bool held = errno == EWOULDBLOCK;
    const auto text = why("the store can't be locked:", path);
    ::close(file_);
    if (held) {
        throw StoreError("another process has the store open for writing (" + path +
                         "); commands that change it go through the running server");
    }
    throw StoreError(text);
}

FileLock::~FileLock() {
    ::close(file_);
}

Engine::Engine(std::string path, bool writes) : path_(std::move(path)) {
    if (!writes) {
        if (!std::filesystem::exists(path_)) throw NoStore("there is no store at " + path_);
        return;
    }
    lock_ = std::make_unique<FileLock>(path_ + ".lock");
    make_file(path_);
}

std::unique_ptr<store::Database> Engine::open_writer() {
    return std::make_unique<Database>(path_, Access::write);
}

std::unique_ptr<store::Database> Engine::open_reader() const {
    return std::make_unique<Database>(path_, Access::read);
}

const std::vector<Migration>& Engine::migrations() const {
    return sqlite::migrations();
}

std::vector<PendingMigration> dry_run(const std::string& path) {
    std::error_code none;
    if (std::filesystem::file_size(path, none) > 0 && !none) {
        return pending(*Engine(path, false).open_reader(), migrations());
    }
    std::vector<PendingMigration> all;
    for (const auto& next : migrations()) all.push_back({next.number, next.name});
    return all;
}

void backup(const std::string& path, const std::string& target) {
    if (!std::filesystem::exists(path)) throw NoStore("there is no store at " + path);
    if (std::filesystem::exists(target)) throw StoreError("the copy exists already: " + target);
    const auto part = target + ".part";
    std::filesystem::remove(part);
    make_file(part);
    try {
        Database source(path, Access::read);
        SQLite::Database copy(part, SQLite::OPEN_READWRITE);
        // In one step: one moment of the source, and nothing that it writes meanwhile starts it
        // anew.
        SQLite::Backup(copy, source.handle()).executeStep(-1);
        copy.exec("PRAGMA journal_mode = DELETE");  // one file, nothing beside it
    } catch (...) {
        std::filesystem::remove(part);
        throw;
    }
    sync_to_disk(part, O_RDWR);
    std::filesystem::rename(part, target);
    const auto folder = std::filesystem::path(target).parent_path();
    sync_to_disk(folder.empty() ? "." : folder.string(), O_RDONLY | O_DIRECTORY);
}

}  // namespace tillbridge::store::sqlite
