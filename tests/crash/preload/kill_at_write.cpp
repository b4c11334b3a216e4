// Loaded before the program's own libraries (LD_PRELOAD): counts the writes and syncs that reach
// the files whose path contains TILLBRIDGE_KILL_FILE, and kills the process at the
// TILLBRIDGE_KILL_AT_WRITE-th. With TILLBRIDGE_KILL_TORN=1 the first half of that write still gets
// through. With TILLBRIDGE_KILL_UNSYNCED=1 the process takes with it, whenever it kills itself,
// what it wrote to those files and did not sync: what a power cut leaves at worst.
#undef _FILE_OFFSET_BITS  // or `pwrite` would be another name of `pwrite64`
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

bool is_set(const char* name) {
    const char* text = std::getenv(name);
    return text != nullptr && *text == '1';
}

template <class Function>
Function next(const char* name) {
    return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

using Pwrite = ssize_t (*)(int, const void*, size_t, off_t);
using Write = ssize_t (*)(int, const void*, size_t);
using Truncate = int (*)(int, off_t);
using Sync = int (*)(int);
using Kill = int (*)(pid_t, int);

// What has to be put back, in reverse order, to be where the last sync was.
struct Unsynced {
    struct Change {
        off_t at;
        std::string before;
        off_t size;  // of the file
    };
    int fd = -1;  // never closed: closing any would void the process's locks on the file
    std::vector<Change> changes;
};

class Disk {
  public:
    static Disk& get() {
        static Disk* const disk = new Disk;  // outlives every thread
        return *disk;
    }

    bool watches(int fd) const {
        if (file_ == nullptr) return false;
        char link[64], path[PATH_MAX];
        std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        const ssize_t size = ::readlink(link, path, sizeof path - 1);
        if (size <= 0) return false;
        path[size] = '\0';
        const std::string_view name(path);
        // The index of the log is shared memory: mapped, never synced, made anew at each start.
        return name.find(file_) != name.npos && !name.ends_with("-shm");
    }

    // `change` writes; `torn` writes the part that may get through.
    template <class Change, class Torn>
    auto write(int fd, off_t at, size_t size, Change change, Torn torn) {
        const std::lock_guard lock(mutex_);
        if (its_turn()) {
            if (torn_) torn();
            die();
        }
        if (unsynced_) remember(fd, at, size);
        return change();
    }

    template <class Change>
    int sync(int fd, Change change) {
        const std::lock_guard lock(mutex_);
        if (its_turn()) die();
        const int done = change();
        struct stat about {};
        if (unsynced_ && done == 0 && ::fstat(fd, &about) == 0)
            files_[{about.st_dev, about.st_ino}].changes.clear();
        return done;
    }

    // Somebody else kills the process; nothing is written any more meanwhile.
    void lose() {
        if (!unsynced_) return;
        mutex_.lock();
        revert();
    }

  private:
    Disk()
        : file_(std::getenv("TILLBRIDGE_KILL_FILE")),
          torn_(is_set("TILLBRIDGE_KILL_TORN")),
          unsynced_(is_set("TILLBRIDGE_KILL_UNSYNCED")) {
        if (const char* text = std::getenv("TILLBRIDGE_KILL_AT_WRITE"))
            at_ = std::strtol(text, nullptr, 10);
    }

    bool its_turn() { return at_ > 0 && ++passed_ == at_; }

    void remember(int fd, off_t at, size_t size) {
        struct stat about {};
        if (::fstat(fd, &about) != 0) return;
        auto& file = files_[{about.st_dev, about.st_ino}];
        if (file.fd < 0) file.fd = ::dup(fd);
        Unsynced::Change change{at, std::string(size, '\0'), about.st_size};
        const ssize_t read = ::pread(fd, change.before.data(), size, at);
        change.before.resize(read > 0 ? static_cast<size_t>(read) : 0);
        file.changes.push_back(std::move(change));
    }

    void revert() {
        for (auto& [id, file] : files_)
            for (auto change = file.changes.rbegin(); change != file.changes.rend(); ++change) {
                next<Pwrite>("pwrite64")(file.fd, change->before.data(), change->before.size(),
                                         change->at);
                next<Truncate>("ftruncate64")(file.fd, change->size);
            }
    }

    [[noreturn]] void die() {
        if (unsynced_) revert();
        next<Kill>("kill")(::getpid(), SIGKILL);
        for (;;) ::pause();
    }

    const char* file_;
    bool torn_, unsynced_;
    long at_ = 0, passed_ = 0;
    std::mutex mutex_;
    std::map<std::pair<dev_t, ino_t>, Unsynced> files_;
};

ssize_t placed(const char* name, int fd, const void* bytes, size_t size, off_t at) {
    const auto real = next<Pwrite>(name);
    if (!Disk::get().watches(fd)) return real(fd, bytes, size, at);
    return Disk::get().write(
        fd, at, size, [&] { return real(fd, bytes, size, at); },
        [&] { real(fd, bytes, size / 2, at); });
}

int synced(const char* name, int fd) {
    const auto real = next<Sync>(name);
    if (!Disk::get().watches(fd)) return real(fd);
    return Disk::get().sync(fd, [&] { return real(fd); });
}

}  // namespace

extern "C" {

ssize_t pwrite(int fd, const void* bytes, size_t size, off_t at) {
    return placed("pwrite", fd, bytes, size, at);
}
ssize_t pwrite64(int fd, const void* bytes, size_t size, off_t at) {
    return placed("pwrite64", fd, bytes, size, at);
}
ssize_t write(int fd, const void* bytes, size_t size) {
    const auto real = next<Write>("write");
    if (!Disk::get().watches(fd)) return real(fd, bytes, size);
    return Disk::get().write(
        fd, ::lseek(fd, 0, SEEK_CUR), size, [&] { return real(fd, bytes, size); },
        [&] { real(fd, bytes, size / 2); });
}
int fsync(int fd) {
    return synced("fsync", fd);
}
int fdatasync(int fd) {
    return synced("fdatasync", fd);
}
int ftruncate64(int fd, off_t size) {
    const auto real = next<Truncate>("ftruncate64");
    if (!Disk::get().watches(fd)) return real(fd, size);
    struct stat about {};
    const off_t end = ::fstat(fd, &about) == 0 ? about.st_size : size;
    return Disk::get().write(
        fd, size, static_cast<size_t>(std::max<off_t>(end - size, 0)),
        [&] { return real(fd, size); }, [] {});
}
// A crash point's way to die (module/port/crash_point.cpp).
int kill(pid_t process, int signal) {
    if (process == ::getpid() && signal == SIGKILL) Disk::get().lose();
    return next<Kill>("kill")(process, signal);
}
}
