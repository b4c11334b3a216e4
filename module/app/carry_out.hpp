// Where a command is carried out: inside the running server, which alone writes its store, or in
// this process where none runs. Commands that only read then open the store for reading only, so
// that they neither make one, nor migrate it, nor keep a server from starting meanwhile.
#pragma once

#include <nlohmann/json.hpp>

#include "config/config.hpp"

namespace tillbridge::app {

// In and out as commands.hpp has it. Throws what Program throws.
nlohmann::json carry_out(config::Loaded loaded, const nlohmann::json& request);

// `migrate`: beside a server it only compares what the server knows with what this program knows.
nlohmann::json migrate_command(const config::Config& config, bool dry_run);

}  // namespace tillbridge::app
