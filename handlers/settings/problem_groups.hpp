// Problems as a person reads them: those that say the same of several stores are one entry with the
// stores that it is about, however many there are.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <unordered_map>
#include <vector>

#include "module/service/problems.hpp"

namespace tillbridge::handlers::settings {

// Merchant id → name.
using Names = std::unordered_map<std::string, std::string>;

// [{"key","what","todo","since","last","times","count","merchants":[{"id","name"}]}], oldest first
// as given; of each group at most the first stores are named, `count` tells of all.
nlohmann::json grouped(const std::vector<service::ProblemView>& problems, const Names& names);

}  // namespace tillbridge::handlers::settings
