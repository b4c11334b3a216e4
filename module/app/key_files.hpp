// The files of secrets that the configuration names, read and checked together: who starts with two
// mistakes is told of both.
#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"
#include "module/domain/secret.hpp"

namespace tillbridge::app {

struct KeyFiles {
    domain::Secret master;       // the text of a key ring
    domain::Secret marketplace;  // meaningful, as the master key, where there are no problems
    std::vector<config::Problem> problems;
    struct Warning {
        std::string file;
        std::string why;
    };
    std::vector<Warning> warnings;

    std::string text() const;  // of the problems, a line each
};

// `loaded` holds a configuration.
KeyFiles read_key_files(const config::Loaded& loaded);

}  // namespace tillbridge::app
