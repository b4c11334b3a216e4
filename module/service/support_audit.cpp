#include "module/service/support_audit.hpp"

#include "module/port/json.hpp"

namespace tillbridge::service {

std::string_view to_word(port::SupportRole role) {
    return role == port::SupportRole::operates ? "operator" : "viewer";
}

std::optional<port::SupportRole> support_role(std::string_view word) {
    if (word == "operator") return port::SupportRole::operates;
    if (word == "viewer") return port::SupportRole::viewer;
    return std::nullopt;
}

void write_audit(const Context& context, port::Tx& tx, const Actor& actor, std::string_view act,
                 const domain::ConnectionId& connection, const std::string& subject,
                 const nlohmann::json& detail) {
    port::AuditRow row;
    row.at = context.clock.now();
    row.actor = actor.name;
    row.role = actor.role ? std::string(to_word(*actor.role)) : std::string();
    row.address = actor.address;
    row.act = act;
    row.connection = connection;
    row.subject = subject;
    row.detail = port::to_text(detail);
    row.request = actor.request;
    const auto written = tx.audit().add(row);
    context.log.info("audit", {{"row", std::to_string(written.id)},
                               {"hash", written.hash},
                               {"act", written.act},
                               {"actor", written.actor},
                               {"requestId", written.request.value}});
}

}  // namespace tillbridge::service
