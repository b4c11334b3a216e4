// Builds statements from lists of column names, so that a list is written once.
#pragma once

#include <string>
#include <vector>

namespace tillbridge::store {

using Names = std::vector<std::string>;

Names operator+(Names left, const Names& right);

// `a, b, c`; with a table, `t.a, t.b, t.c`.
std::string columns(const Names& names, const std::string& table = {});
// `$1, $2, $3`
std::string parameters(std::size_t count, std::size_t first = 1);
// `a = $1, b = $2`
std::string assignments(const Names& names, std::size_t first);

}  // namespace tillbridge::store
