// The order card's panel as an archive for the marketplace: the built files and `manifest.json`
// (protocol sheet of embed UI, §2.5). The same program makes the same bytes.
#pragma once

#include <filesystem>
#include <string>

#include "manifest/manifest.hpp"

namespace tillbridge::app {

// Throws std::runtime_error where the program was built without browser assets, or can't write.
void write_extension_zip(const manifest::Manifest& manifest, const std::filesystem::path& file);

// `1.2.3` → `1002003`: the marketplace takes digits, and a later version is a greater number.
std::string archive_version(const std::string& version);

}  // namespace tillbridge::app
