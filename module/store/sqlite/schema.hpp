// The schema on SQLite. Each engine has its own: types, STRICT and row ids differ, names do not.
#pragma once

#include <vector>

#include "module/store/migrations.hpp"

namespace tillbridge::store::sqlite {

const std::vector<Migration>& migrations();

}  // namespace tillbridge::store::sqlite
