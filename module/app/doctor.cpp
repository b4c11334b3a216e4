// `doctor`: looks at everything that a payment needs and says what is wrong and what to do.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "module/app/commands.hpp"
#include "module/port/json.hpp"
#include "module/service/problems.hpp"

namespace tillbridge::app {
namespace {

using nlohmann::json;

constexpr const char* kClockTodo = "keep the machine on NTP (chrony, systemd-timesyncd)";

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

std::string said(const port::Texts& texts, const port::HostAnswer& answer) {
    const auto& [code, detail] = std::tie(answer.code, answer.message);
    if (!texts.has(code)) return detail.empty() ? code : code + ": " + detail;
    return texts.text("en", code, {{"reason", detail}, {"detail", detail}, {"host", answer.host}});
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

// What the checks of this run found, over what the store holds. Where the store may be changed it
// is written there too; otherwise it counts for this report alone.
class Problems {
  public:
    explicit Problems(Program& program) : program_(program) {}

    void add(const domain::ConnectionId& connection, const std::vector<service::Finding>& found) {
        for (const auto& each : found) found_.emplace_back(connection, each);
        if (found.empty() || !program_.may_change()) return;
        const auto now = program_.clock().now();
        const auto changes = service::differing(found, stored(connection));
        if (changes.empty()) return;
        program_.store().write([&](port::Tx& tx) { service::note(tx, now, connection, changes); });
    }

    // `connection` empty: of all.
    std::vector<port::ProblemRow> open(const domain::ConnectionId& connection) const {
        auto rows = stored(connection);
        const auto now = program_.clock().now();
        for (const auto& [owner, each] : found_) {
            const auto same = [&, &of = owner, &is = each](const port::ProblemRow& row) {
                return row.connection == of && row.key == is.key && row.subject == is.subject;
            };
            const bool there = std::any_of(rows.begin(), rows.end(), same);
            if (!each.detail)
                std::erase_if(rows, same);
            else if (!there)
                rows.push_back({owner, each.key, each.subject, *each.detail, now, now, 1, false});
        }
        return rows;
    }

  private:
    std::vector<port::ProblemRow> stored(const domain::ConnectionId& connection) const {
        return port::look_up(program_.store(), [&](const port::Tx& tx) {
            return connection.value.empty() ? tx.problems().all(1000)
                                            : tx.problems().list(connection);
        });
    }

    Program& program_;
    std::vector<std::pair<domain::ConnectionId, service::Finding>> found_;
};

// The CRM counts the calls of a second, whoever makes them.
template <class Ask, class Busy>
auto patiently(Ask ask, Busy busy) {
    constexpr int kTries = 3;
    auto reply = ask();
    for (int i = 1; i < kTries && busy(reply); ++i) {
        std::this_thread::sleep_for(std::chrono::seconds(1));
        reply = ask();
    }
    return reply;
}

bool check_account(Program& program, const domain::Connection& connection, Problems& problems,
                   Report& report) {
    const std::string name = (connection.bot ? "" : "crm ") + connection.public_url;
    const auto reply =
        patiently([&] { return program.host().check_account(connection); },
                  [](const auto& it) { return it.answer.result == port::HostResult::overloaded; });
    if (reply.answer.result != port::HostResult::ok) {
        report.add(name, false, said(program.texts(), reply.answer),
                   "check the address and the API key in the CRM");
        return false;
    }
    problems.add(connection.id,
                 {{"crm.unreachable", "", std::nullopt}, {"crm.key_rejected", "", std::nullopt}});
    std::string missing;
    for (const auto& scope : reply.value.missing_scopes)
        missing += (missing.empty() ? "" : ", ") + scope;
    std::string state = connection.frozen ? "frozen" : connection.active ? "active" : "inactive";
    report.add(name, missing.empty(),
               missing.empty() ? state + ", all scopes granted" : "missing: " + missing,
               missing.empty() ? "" : "grant the missing scopes to the API key in the CRM");
    return true;
}

std::string advice_on(const domain::Error& error, const domain::GatewayCode& gateway) {
    if (error.code == "gateway.clock_skew") return kClockTodo;
    if (error.code == "gateway.silent" || error.code == "gateway.unavailable")
        return "try again in a minute; if it stays so, check gateways." + gateway.value +
               ".base_url and this machine's way out";
    return "check the credentials on the settings page";
}

std::string words_of(Program& program, const domain::Error& error) {
    auto params = error.params;
    params.emplace("reason", error.message);
    return program.texts().text("en", error.code, params);
}

void check_types(Program& program, const domain::Connection& connection, Problems& problems,
                 Report& report) {
    const auto looked = patiently(
        [&] { return program.merchants().look_at_types(connection.id); },
        [](const auto& it) { return !it.result && it.result.error().code == "crm.unreachable"; });
    problems.add(connection.id, looked.findings);
    const std::string name = "payment types " + connection.public_url;
    if (!looked.result) {
        report.add(name, false, words_of(program, looked.result.error()),
                   "let the API key read the CRM's references");
        return;
    }
    std::string wrong;
    for (const auto& found : looked.findings)
        if (found.detail) wrong += (wrong.empty() ? "" : ", ") + found.key + " " + *found.detail;
    report.add(name, wrong.empty(), wrong.empty() ? "each store has its own" : wrong,
               wrong.empty() ? "" : "see the problems below");
}

void check_connection(Program& program, const domain::Connection& connection, Problems& problems,
                      Report& report) {
    const bool reached = check_account(program, connection, problems, report);
    bool any = false;
    for (const auto& merchant : program.merchants().list(connection.id)) {
        if (!merchant.active) continue;
        any = true;
        const auto looked = program.merchants().look(connection.id, merchant.id);
        problems.add(connection.id, looked.findings);
        const std::string store = "merchant " + merchant.id.value + " (" + merchant.name + ")";
        if (looked.result)
            report.add(store, true, merchant.gateway.value + " accepts its credentials");
        else
            report.add(store, false, words_of(program, looked.result.error()),
                       advice_on(looked.result.error(), merchant.gateway));
    }
    if (reached && any && !connection.bot) check_types(program, connection, problems, report);
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

void check_problems(Program& program, const std::vector<port::ProblemRow>& rows, Report& report) {
    for (const auto& view : service::describe(program.texts(), "en", rows))
        report.add("problem " + view.row.key +
                       (view.row.subject.empty() ? "" : " (" + view.row.subject + ")"),
                   false, view.what + (view.row.detail.empty() ? "" : " [" + view.row.detail + "]"),
                   view.todo);
}

// Clocks are compared wherever a gateway answers; what was found stands in its problem.
void check_clock(Program& program, const std::vector<port::ProblemRow>& rows, Report& report) {
    std::string offset;
    for (const auto& row : rows)
        if (row.key == "gateway.clock_skew") offset = row.detail.empty() ? "off" : row.detail;
    report.add("clock", offset.empty(),
               iso_time(program.clock().now()) + (offset.empty() ? "" : ", off by " + offset),
               offset.empty() ? "" : kClockTodo);
}

void check_all(Program& program, Problems& problems, Report& report) {
    constexpr int kPage = 100;
    domain::ConnectionId after;
    for (;;) {
        const auto page = port::look_up(program.store(), [&](const port::Tx& tx) {
            return tx.connections().list(after, kPage);
        });
        for (const auto& connection : page) check_connection(program, connection, problems, report);
        if (page.size() < kPage) break;
        after = page.back().id;
    }
}

}  // namespace

std::optional<domain::Connection> connection_named(Program& program, std::string name) {
    return port::look_up(program.store(), [&](const port::Tx& tx) {
        auto found = tx.connections().find(domain::ConnectionId(name));
        while (!found && name.ends_with('/')) name.pop_back();
        return found ? found : tx.connections().by_public_url(name);
    });
}

json doctor_command(Program& program, const json& args) {
    const auto wanted = port::text_at(args, "connection");
    const auto one = wanted.empty() ? std::nullopt : connection_named(program, wanted);
    if (!wanted.empty() && !one)
        return refused("connection.unknown", "no connection has this id or address: " + wanted);
    Report report;
    Problems problems(program);
    check_store(program, report);
    if (one)
        check_connection(program, *one, problems, report);
    else
        check_all(program, problems, report);
    const auto rows = problems.open(one ? one->id : domain::ConnectionId{});
    check_clock(program, rows, report);
    check_queue(program, report);
    check_problems(program, rows, report);
    return report.answer();
}

}  // namespace tillbridge::app
