// The configuration as it may leave the house, in a support bundle: every key with its value, paths
// of secret files but nothing that is in them, and no password of a database address.
#pragma once

#include <nlohmann/json.hpp>

#include "config/config.hpp"

namespace tillbridge::app {

nlohmann::json config_view(const config::Config& config);
nlohmann::json versions_view();  // of the program and of the libraries that it runs on

}  // namespace tillbridge::app
