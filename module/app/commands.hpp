// What the command line can ask for, as JSON in and JSON out: run inside the server that owns the
// store, or, where none runs, inside the command's own process.
//   in   {"command":"outbox.replay","args":{…}}
//   out  {"exit":0,"result":{…}}  or  {"exit":1|3,"error":{"code","message"}}
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "module/app/program.hpp"

namespace tillbridge::app {

nlohmann::json execute(Program& program, const nlohmann::json& request);

// By its id or its address in the CRM, with or without a slash at the end.
std::optional<domain::Connection> connection_named(Program& program, std::string name);

// One command each, in a file of its own.
nlohmann::json connect_command(Program& program, const nlohmann::json& args);
nlohmann::json connect_bot_command(Program& program, const nlohmann::json& args);
nlohmann::json doctor_command(Program& program, const nlohmann::json& args);
nlohmann::json invoice_command(Program& program, const nlohmann::json& args);
nlohmann::json settle_command(Program& program, const nlohmann::json& args);
nlohmann::json reconcile_command(Program& program, const nlohmann::json& args);
nlohmann::json outbox_list_command(Program& program, const nlohmann::json& args);
nlohmann::json outbox_replay_command(Program& program, const nlohmann::json& args);
nlohmann::json keys_rotate_command(Program& program, const nlohmann::json& args);
nlohmann::json backup_command(Program& program, const nlohmann::json& args);
nlohmann::json schema_command(Program& program, const nlohmann::json& args);
nlohmann::json subscription_list_command(Program& program, const nlohmann::json& args);
nlohmann::json subscription_show_command(Program& program, const nlohmann::json& args);
nlohmann::json subscription_act_command(Program& program, const nlohmann::json& args);
nlohmann::json support_find_command(Program& program, const nlohmann::json& args);
nlohmann::json support_connections_command(Program& program, const nlohmann::json& args);
nlohmann::json support_connection_command(Program& program, const nlohmann::json& args);
nlohmann::json support_invoice_command(Program& program, const nlohmann::json& args);
nlohmann::json support_problems_command(Program& program, const nlohmann::json& args);
nlohmann::json support_outbox_command(Program& program, const nlohmann::json& args);
nlohmann::json support_ask_command(Program& program, const nlohmann::json& args);
nlohmann::json support_push_command(Program& program, const nlohmann::json& args);
nlohmann::json support_replay_command(Program& program, const nlohmann::json& args);
nlohmann::json support_dismiss_command(Program& program, const nlohmann::json& args);
nlohmann::json support_bundle_command(Program& program, const nlohmann::json& args);
nlohmann::json support_audit_command(Program& program, const nlohmann::json& args);
nlohmann::json support_user_command(Program& program, const nlohmann::json& args);

nlohmann::json done(nlohmann::json result);
nlohmann::json refused(const std::string& code, const std::string& message);  // exit 1

}  // namespace tillbridge::app
