// Every key of the configuration in one table: its path, its default as the YAML file would write
// it, and the function that checks a value and puts it into a Config. Loading the file, overriding
// from the environment and the test of the documented file all walk this table.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "config/yaml.hpp"

namespace tillbridge::config {

// What a setter sees.
struct Given {
    const Tree& value;
    const std::filesystem::path& base;  // where relative paths start
    bool typed = true;                  // from YAML; the environment has nothing but text
};

struct Key {
    std::string path;      // `server.listen`
    std::string fallback;  // `127.0.0.1:8080`
    bool list = false;
    // Gives the empty string, or what the value must be.
    std::function<std::string(Config&, const Given&)> set;
};

std::vector<Key> schema();

// `server.listen` → `TILLBRIDGE_SERVER_LISTEN`.
std::string environment_name(const std::string& path);

}  // namespace tillbridge::config
