// `doctor`: looks at everything that a payment needs and says what is wrong and what to do.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "module/app/commands.hpp"
#include "module/port/json.hpp"
#include "module/service/problems.hpp"

namespace tillbridge::app {
namespace {

using nlohmann::json;

class Report {
  public:
    void add(const std::string& check, bool ok, const std::string& detail,
             const std::string& todo = {}) {
        rows_.push_back({{"check", check}, {"ok", ok}, {"detail", detail}, {"todo", todo}});
        sound_ = sound_ && ok;
    }
    json answer() const {
        return {{"exit", sound_ ? 0 : 1}, {"result", {{"ok", sound_}, {"checks", rows_}}}};
    }

  private:
    json rows_ = json::array();
    bool sound_ = true;
};

std::string said(const port::Texts& texts, const std::string& code, const std::string& detail) {
    if (!texts.has(code)) return detail.empty() ? code : code + ": " + detail;
    return texts.text("en", code, {{"reason", detail}, {"detail", detail}});
}

void check_store(Program& program, Report& report) {
    const auto health = program.store().health();
    const auto damage = program.store().check_integrity();
    std::string detail = fmt::format("schema {}", health.schema);
    for (const auto& each : damage) detail += "; " + each;
    report.add("store", health.ok && damage.empty(), health.ok ? detail : health.detail,
               damage.empty() ? "" : "stop the server and restore the last backup");
    report.add("keys", true, "master key " + program.keys().current_key_id());
}

void check_connection(Program& program, const domain::Connection& connection, Report& report) {
    const std::string name = "crm " + connection.public_url;
    const auto reply = program.host().check_account(connection);
    const bool reached = reply.answer.result == port::HostResult::ok;
    if (!reached) {
        report.add(name, false, said(program.texts(), reply.answer.code, reply.answer.message),
                   "check the address and the API key in the CRM");
    } else {
        std::string missing;
        for (const auto& scope : reply.value.missing_scopes)
            missing += (missing.empty() ? "" : ", ") + scope;
        std::string state = connection.frozen   ? "frozen"
                            : connection.active ? "active"
                                                : "inactive";
        report.add(name, missing.empty(),
                   missing.empty() ? state + ", all scopes granted" : "missing: " + missing,
                   missing.empty() ? "" : "grant the missing scopes to the API key in the CRM");
    }
    for (const auto& merchant : program.merchants().list(connection.id)) {
        if (!merchant.active) continue;
        const auto checked = program.merchants().check(connection.id, merchant.id);
        const std::string store = "merchant " + merchant.id.value + " (" + merchant.name + ")";
        if (checked) {
            report.add(store, true, merchant.gateway.value + " accepts its credentials");
        } else {
            auto params = checked.error().params;
            params.emplace("reason", checked.error().message);
            report.add(store, false, program.texts().text("en", checked.error().code, params),
                       "check the credentials on the settings page");
        }
    }
}

void check_queue(Program& program, Report& report) {
    const auto stats =
        port::look_up(program.store(), [](const port::Tx& tx) { return tx.outbox().stats(); });
    std::string detail =
        fmt::format("{} waiting, {} parked", stats.ready + stats.leased, stats.dead);
    if (stats.oldest) {
        const auto age = program.clock().now() - stats.oldest;
        detail += fmt::format(", oldest {} s",
                              std::chrono::duration_cast<std::chrono::seconds>(age).count());
    }
    report.add("outbox", stats.dead == 0, detail,
               stats.dead == 0 ? "" : "see `tillbridge outbox list --state dead`, then replay");
}

void check_problems(Program& program, Report& report) {
    const auto rows =
        port::look_up(program.store(), [](const port::Tx& tx) { return tx.problems().all(1000); });
    for (const auto& view : service::describe(program.texts(), "en", rows))
        report.add("problem " + view.row.key +
                       (view.row.subject.empty() ? "" : " (" + view.row.subject + ")"),
                   false, view.what + (view.row.detail.empty() ? "" : " [" + view.row.detail + "]"),
                   view.todo);
}

// Clocks are compared wherever a gateway answers; what was found stands in its problem.
void check_clock(Program& program, Report& report) {
    const auto rows =
        port::look_up(program.store(), [](const port::Tx& tx) { return tx.problems().all(1000); });
    std::string offset;
    for (const auto& row : rows)
        if (row.key == "gateway.clock_skew") offset = row.detail.empty() ? "off" : row.detail;
    report.add("clock", offset.empty(),
               iso_time(program.clock().now()) + (offset.empty() ? "" : ", off by " + offset),
               offset.empty() ? "" : "keep the machine on NTP (chrony, systemd-timesyncd)");
}

}  // namespace

json doctor_command(Program& program, const json& args) {
    Report report;
    check_store(program, report);
    const auto wanted = port::text_at(args, "connection");
    domain::ConnectionId after;
    for (;;) {
        const auto page = port::look_up(
            program.store(), [&](const port::Tx& tx) { return tx.connections().list(after, 100); });
        for (const auto& connection : page)
            if (wanted.empty() || wanted == connection.id.value || wanted == connection.public_url)
                check_connection(program, connection, report);
        if (page.size() < 100) break;
        after = page.back().id;
    }
    check_clock(program, report);
    check_queue(program, report);
    check_problems(program, report);
    return report.answer();
}

}  // namespace tillbridge::app
