// Loaded before the program's own libraries (LD_PRELOAD): counts the writes and syncs that reach
// the files whose path contains TB_KILL_FILE, and kills the process at the TB_KILL_AT_WRITE-th.
// With TB_KILL_TORN=1 the first half of that write still gets through.
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

struct Order {
    const char* file = std::getenv("TB_KILL_FILE");
    long at = 0;

    Order() {
        if (const char* text = std::getenv("TB_KILL_AT_WRITE")) at = std::strtol(text, nullptr, 10);
    }
};

// Whether this is the call at which the process has to die.
bool its_turn(int fd) {
    static const Order order;
    static std::atomic<long> passed{0};
    if (order.at <= 0 || order.file == nullptr) return false;
    char link[64], path[PATH_MAX];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t size = ::readlink(link, path, sizeof path - 1);
    if (size <= 0) return false;
    path[size] = '\0';
    return std::strstr(path, order.file) != nullptr && ++passed == order.at;
}

bool torn() {
    const char* text = std::getenv("TB_KILL_TORN");
    return text != nullptr && *text == '1';
}

[[noreturn]] void die() {
    ::kill(::getpid(), SIGKILL);
    for (;;) ::pause();
}

template <class Function>
Function next(const char* name) {
    return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

using Pwrite = ssize_t (*)(int, const void*, size_t, off_t);
using Sync = int (*)(int);

ssize_t placed(const char* name, int fd, const void* bytes, size_t size, off_t at) {
    const auto real = next<Pwrite>(name);
    if (its_turn(fd)) {
        if (torn()) real(fd, bytes, size / 2, at);
        die();
    }
    return real(fd, bytes, size, at);
}

int synced(const char* name, int fd) {
    if (its_turn(fd)) die();
    return next<Sync>(name)(fd);
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
    const auto real = next<ssize_t (*)(int, const void*, size_t)>("write");
    if (its_turn(fd)) {
        if (torn()) real(fd, bytes, size / 2);
        die();
    }
    return real(fd, bytes, size);
}
int fsync(int fd) {
    return synced("fsync", fd);
}
int fdatasync(int fd) {
    return synced("fdatasync", fd);
}
int ftruncate64(int fd, off_t size) {
    if (its_turn(fd)) die();
    return next<int (*)(int, off_t)>("ftruncate64")(fd, size);
}
}
