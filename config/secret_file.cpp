#include "config/secret_file.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace tillbridge::config {
namespace {

constexpr std::size_t kMaxSecret = 64 * 1024;

SecretFile failed(std::string error) {
    return {.text = {}, .error = std::move(error), .warning = {}};
}

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
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

}  // namespace tillbridge::config
