// Who does something in diagnostics, and the line about it that can't be edited afterwards.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "module/port/store.hpp"
#include "module/service/context.hpp"

namespace tillbridge::service {

struct Actor {
    std::string name;  // a support user, or `cli:<login>`
    std::optional<port::SupportRole> role;
    std::string address;  // empty for the command line
    domain::RequestId request;
};

std::string_view to_word(port::SupportRole role);  // viewer, operator
std::optional<port::SupportRole> support_role(std::string_view word);

// Within a unit of work, together with what the act changes. `detail`: no secret. The line goes to
// the log too, with its hash: a second place that tells how long the audit log was.
void write_audit(const Context&, port::Tx&, const Actor&, std::string_view act,
                 const domain::ConnectionId&, const std::string& subject,
                 const nlohmann::json& detail = nlohmann::json::object());

}  // namespace tillbridge::service
