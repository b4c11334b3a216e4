#include "module/app/key_files.hpp"

#include "config/secret_file.hpp"
#include "module/security/key_ring.hpp"

namespace tillbridge::app {
namespace {

std::string wrong_with(const domain::Secret& master) {
    try {
        const security::KeyRing ring{master};
    } catch (const security::KeyError& error) {
        return error.what();
    }
    return {};
}

}  // namespace

std::string KeyFiles::text() const {
    std::string lines;
    for (const auto& problem : problems) lines += (lines.empty() ? "" : "\n") + problem.text();
    return lines;
}

KeyFiles read_key_files(const config::Loaded& loaded) {
    KeyFiles files;
    const auto read = [&](const std::string& key, const std::filesystem::path& path) {
        auto file = config::read_secret_file(path);
        if (!file.ok()) files.problems.push_back(loaded.problem(key, file.error));
        if (!file.warning.empty()) files.warnings.push_back({path.string(), file.warning});
        return domain::Secret(std::move(file.text));
    };
    const std::string master_key = "security.master_key_file";
    files.master = read(master_key, loaded.config->security.master_key_file);
    if (files.problems.empty())
        if (const auto why = wrong_with(files.master); !why.empty())
            files.problems.push_back(loaded.problem(master_key, why));
    files.marketplace = read("marketplace.secret_file", loaded.config->marketplace.secret_file);
    return files;
}

}  // namespace tillbridge::app
