#include "config/secret_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <system_error>

namespace tillbridge::config {
namespace {

constexpr std::size_t kMaxSecret = 64 * 1024;

SecretFile failed(std::string error) {
    return {.text = {}, .error = std::move(error), .warning = {}};
}

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

constexpr mode_t kOwnerOnly = 0600;
constexpr mode_t kNotOthers = 0660;

class File {
  public:
    File(const std::filesystem::path& path, int flags)
        : file_(::open(path.c_str(), flags | O_CLOEXEC, kOwnerOnly)) {}
    ~File() {
        if (file_ >= 0) ::close(file_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    bool open() const { return file_ >= 0; }
    bool sync() const { return ::fsync(file_) == 0; }
    bool write(std::string_view text) const {
        while (!text.empty()) {
            const auto count = ::write(file_, text.data(), text.size());
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) return false;
            text.remove_prefix(static_cast<std::size_t>(count));
        }
        return true;
    }
    // Root, who may turn a key for the service, must not take the file away from it.
    bool look_like(const struct stat& old) const {
        struct stat mine {};
        if (::fstat(file_, &mine) != 0) return false;
        const bool same = mine.st_uid == old.st_uid && mine.st_gid == old.st_gid;
        if (!same && ::fchown(file_, old.st_uid, old.st_gid) != 0) return errno == EPERM;
        return ::fchmod(file_, old.st_mode & kNotOthers) == 0;
    }

  private:
    int file_;
};

bool write_beside(const std::filesystem::path& fresh, std::string_view text,
                  const struct stat& old) {
    const File file(fresh, O_WRONLY | O_CREAT | O_EXCL);
    return file.open() && file.look_like(old) && file.write(text) && file.sync();
}

}  // namespace

SecretFile read_secret_file(const std::filesystem::path& path) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"),
                                                               &std::fclose);
    if (!file) return failed("can't be read: " + std::string(std::strerror(errno)));
    struct stat about {};
    if (::fstat(::fileno(file.get()), &about) != 0 || !S_ISREG(about.st_mode)) {
        return failed("is no regular file");
    }
    if (about.st_size > static_cast<off_t>(kMaxSecret)) return failed("is too long for a secret");

    SecretFile secret;
    secret.text.resize(kMaxSecret);
    secret.text.resize(std::fread(secret.text.data(), 1, secret.text.size(), file.get()));
    if (std::ferror(file.get()) != 0) return failed("can't be read");
    while (!secret.text.empty() && is_space(secret.text.back())) secret.text.pop_back();
    std::size_t from = 0;
    while (from < secret.text.size() && is_space(secret.text[from])) ++from;
    secret.text.erase(0, from);
    if (secret.text.empty()) return failed("is empty");
    if ((about.st_mode & S_IROTH) != 0) {
        secret.warning = "can be read by others on this machine; chmod 600 would do";
    }
    return secret;
}

std::string replace_secret_file(const std::filesystem::path& given, std::string_view text) {
    std::error_code none;
    auto path = std::filesystem::canonical(given, none);  // a link stays one
    if (none) path = given;
    const auto failure = [&](const std::string& what) {
        return what + ": " + std::string(std::strerror(errno));
    };
    struct stat old {};
    if (::stat(path.c_str(), &old) != 0) return failure("can't be read");
    const auto fresh = path.string() + ".new";
    // One that a process left behind when it died holds secrets too, and is of no use.
    ::unlink(fresh.c_str());
    if (!write_beside(fresh, text, old) || ::rename(fresh.c_str(), path.c_str()) != 0) {
        auto why = failure("can't be replaced");
        ::unlink(fresh.c_str());
        return why;
    }
    const File synced(path.parent_path(), O_RDONLY | O_DIRECTORY);
    return synced.open() && synced.sync() ? std::string() : failure("its folder can't be synced");
}

}  // namespace tillbridge::config
