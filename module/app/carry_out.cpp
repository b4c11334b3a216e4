#include "module/app/carry_out.hpp"

#include <fmt/format.h>

#include <set>
#include <string>

#include "module/app/commands.hpp"
#include "module/app/control.hpp"
#include "module/port/json.hpp"
#include "module/store/open.hpp"

namespace tillbridge::app {
namespace {

using nlohmann::json;

Access access_of(const std::string& command) {
    static const std::set<std::string> reading{
        "backup",           "doctor",          "invoice.show",        "outbox.list",
        "support.find",     "support.invoice", "support.connections", "support.connection",
        "support.problems", "support.outbox",  "support.audit",       "subscription.list",
        "subscription.show"};
    return reading.count(command) != 0 ? Access::look : Access::change;
}

// A server that does not know the question is older than it.
json beside_server(const json& answer, int ours) {
    const auto* result = port::member(answer, "result");
    const auto theirs = result == nullptr ? 0 : port::integer_at(*result, "schema").value_or(0);
    if (theirs == ours) return done({{"dryRun", false}, {"migrations", json::array()}});
    if (theirs > ours)
        return refused("store.newer",
                       fmt::format("the running server's store has schema {}, newer than this "
                                   "program's {}; use a newer Tillbridge",
                                   theirs, ours));
    return refused("store.in_use",
                   fmt::format("a server that does not know schema {} runs on this store; stop the "
                               "running server first, then migrate",
                               ours));
}

}  // namespace

json carry_out(config::Loaded loaded, const json& request) {
    if (auto answer = ask_server(loaded.config->server.control_socket, request)) return *answer;
    try {
        Program program(std::move(loaded), access_of(port::text_at(request, "command")));
        return execute(program, request);
    } catch (const store::NoStore& error) {
        return refused(
            "store.missing",
            std::string(error.what()) + "; `tillbridge serve` or `tillbridge migrate` makes it");
    }
}

json migrate_command(const config::Config& config, bool dry_run) {
    if (!dry_run)
        if (const auto answer =
                ask_server(config.server.control_socket, {{"command", "store.schema"}}))
            return beside_server(*answer, store::newest_schema(config.store.url));
    json rows = json::array();
    for (const auto& step : store::migrate(config.store.url, dry_run))
        rows.push_back({{"number", step.number}, {"name", step.name}});
    return done({{"dryRun", dry_run}, {"migrations", rows}});
}

}  // namespace tillbridge::app
