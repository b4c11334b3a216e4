// A YAML text as a small tree that knows its lines. Stricter than YAML: one document, no anchors,
// no aliases (a few lines of them can ask for gigabytes), no tags, no key twice.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "config/config.hpp"

namespace tillbridge::config {

struct Tree {
    enum class Kind { null, scalar, list, map };

    Kind kind = Kind::null;
    int line = 0;
    std::string text{};   // of a scalar
    bool quoted = false;  // a scalar in quotes is text, whatever it looks like
    std::vector<Tree> items{};
    std::vector<std::pair<std::string, Tree>> members{};  // in the file's order
    std::vector<int> member_lines{};                      // the line of each member's key
};

// An empty text is a null tree. Adds to `problems` what is wrong; the tree is as far as it came.
Tree read_yaml(const std::string& text, const std::string& source, std::vector<Problem>& problems);

}  // namespace tillbridge::config
