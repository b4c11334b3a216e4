// Results of commands as tables for people.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <ostream>

namespace tillbridge::app {

using Print = std::function<void(std::ostream&, const nlohmann::json& result)>;

void print_plain(std::ostream& out, const nlohmann::json& result);  // `name: value` lines
void print_doctor(std::ostream& out, const nlohmann::json& result);
void print_story(std::ostream& out, const nlohmann::json& result);
void print_outbox(std::ostream& out, const nlohmann::json& result);
void print_found(std::ostream& out, const nlohmann::json& result);

}  // namespace tillbridge::app
