// A file that holds one secret: the master key, the marketplace secret. What is read is trimmed of
// white space at both ends; the caller wraps it into its own secret type at once.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace tillbridge::config {

struct SecretFile {
    std::string text;     // empty where `error` is not
    std::string error;    // missing, unreadable, empty, too long; never quotes the content
    std::string warning;  // others on this machine may read the file; it is used all the same

    bool ok() const { return error.empty(); }
};

SecretFile read_secret_file(const std::filesystem::path& path);

// Puts `text` in the place of what the file holds: on disk in whole, or not at all. The file keeps
// its owner (where this process may give files away) and its rights, less those of others. Gives
// the empty string, or what went wrong; then the old file stands and nothing lies beside it.
std::string replace_secret_file(const std::filesystem::path& path, std::string_view text);

}  // namespace tillbridge::config
