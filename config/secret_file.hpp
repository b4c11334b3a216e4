// Reads a file that holds one secret: the master key, the marketplace secret. The text is trimmed
// of white space at both ends. The caller wraps it into its own secret type at once.
#pragma once

#include <filesystem>
#include <string>

namespace tillbridge::config {

struct SecretFile {
    std::string text;     // empty where `error` is not
    std::string error;    // missing, unreadable, empty, too long; never quotes the content
    std::string warning;  // others on this machine may read the file; it is used all the same

    bool ok() const { return error.empty(); }
};

SecretFile read_secret_file(const std::filesystem::path& path);

}  // namespace tillbridge::config
