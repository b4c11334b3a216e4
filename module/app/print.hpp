// Results of commands as tables for people.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

namespace tillbridge::app {

using Print = std::function<void(std::ostream&, const nlohmann::json& result)>;

// Columns as wide as their widest cell; the last one is left as long as it is.
void print_table(std::ostream& out, const std::vector<std::string>& head,
                 const nlohmann::json& rows, const std::vector<std::string>& keys);
void print_plain(std::ostream& out, const nlohmann::json& result);  // `name: value` lines
void print_doctor(std::ostream& out, const nlohmann::json& result);
void print_story(std::ostream& out, const nlohmann::json& result);
void print_outbox(std::ostream& out, const nlohmann::json& result);
void print_migrations(std::ostream& out, const nlohmann::json& result);
void print_found(std::ostream& out, const nlohmann::json& result);

}  // namespace tillbridge::app
