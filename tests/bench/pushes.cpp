// Statuses on their way to the CRM: how soon, how many, and past an account that is dead.
#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "tests/bench/hook.hpp"
#include "tests/bench/load.hpp"
#include "tests/bench/scenarios.hpp"

namespace tillbridge::bench {
namespace {

using namespace std::chrono_literals;

const harness::Config kNoLimit{{"crm.requests_per_second", "1000000"}};
constexpr std::size_t kPushes = 30'000;
constexpr std::size_t kDeadPushes = 1'000;
constexpr double kTargetPushes = 3'000;

void await_updates(const Peer& peer, std::size_t count) {
    harness::await(
        "the CRM has all statuses", [&] { return peer.updates() >= count; }, 120s);
}

// Statuses a second of all accounts but one, between the first and the last of them.
double rate_of(const Peer& peer, int but) {
    std::vector<std::int64_t> times;
    for (const auto& [uuid, update] : peer.update_of())
        if (update.account != but) times.push_back(update.micros);
    if (times.size() < 2) return 0;
    const auto [first, last] = std::minmax_element(times.begin(), times.end());
    return static_cast<double>(times.size()) / (static_cast<double>(*last - *first) / 1e6);
}

// `dead`: one more account has statuses too, and takes every call without an answer.
double drain(Stage& stage, bool dead) {
    const int dead_account = stage.end_account();
    stage.peer().dead_account(dead ? dead_account : -1);
    stage.peer().forget_updates();
    {
        auto filler = stage.filler();
        filler.add_pushes(kPushes, stage.first_account(), stage.end_account());
        if (dead) filler.add_pushes(kDeadPushes, dead_account, dead_account + 1);
    }
    stage.start();
    await_updates(stage.peer(), kPushes);
    const double rate = rate_of(stage.peer(), dead_account);
    // Those of the dead account stay; a kill spares waiting for its calls.
    dead ? void(stage.module().kill()) : stage.stop();
    return rate;
}

}  // namespace

void measure_push_delay(const Run& run, Headline& headline) {
    constexpr double kHooksPerSecond = 50;
    Stage stage(run.setup, "push-delay");
    const double seconds = 2 * run.seconds;
    const auto bills =
        stage.filler().add_pending(static_cast<std::size_t>(kHooksPerSecond * seconds) + 1,
                                   stage.first_account(), stage.end_account());
    std::vector<std::string> hooks;
    for (const auto& bill : bills) hooks.push_back(hook_of(bill));
    stage.start();
    const auto load =
        bench::run({stage.port(), 8, seconds, kHooksPerSecond, [&](std::size_t number) {
                        return number < hooks.size() ? &hooks[number] : nullptr;
                    }});
    await_updates(stage.peer(), load.millis.size());
    stage.stop();

    const auto updates = stage.peer().update_of();
    std::vector<double> commit_to_crm, hook_to_crm;
    SQLite::Database db(stage.store_file(), SQLite::OPEN_READONLY);
    SQLite::Statement rows(db,
                           "SELECT i.uuid, max(j.at) FILTER (WHERE j.kind = 'gateway.report'),"
                           " min(j.at) FILTER (WHERE j.kind = 'gateway.hook')"
                           " FROM invoice i JOIN journal j ON j.connection_id = i.connection_id"
                           " AND j.invoice_id = i.invoice_id"
                           " WHERE i.connection_id >= ? AND i.connection_id < ? GROUP BY i.uuid");
    rows.bind(1, account(stage.first_account()).connection.value);
    rows.bind(2, account(stage.end_account()).connection.value);
    while (rows.executeStep()) {
        const auto update = updates.find(rows.getColumn(0).getString());
        if (update == updates.end()) continue;
        const auto since = [&](int column) {
            return static_cast<double>(update->second.micros - rows.getColumn(column).getInt64()) /
                   1000;
        };
        commit_to_crm.push_back(since(1));
        hook_to_crm.push_back(since(2));
    }
    headline.push_p99 = quantile(commit_to_crm, 0.99);
    run.report.add({"idle, decision until the CRM has the status: p50 / p99",
                    fmt::format("{:.2f} / {:.2f} ms", median(commit_to_crm), headline.push_p99), "",
                    "p99 ≤ 20 ms", met(headline.push_p99 <= 20)});
    run.report.add(
        {"idle, hook until the CRM has the status (two calls to the gateway between)",
         fmt::format("{:.2f} / {:.2f} ms", median(hook_to_crm), quantile(hook_to_crm, 0.99)),
         "",
         "",
         {}});
}

void measure_pushes(const Run& run, Headline& headline) {
    Stage stage(run.setup, "pushes", kNoLimit);
    std::vector<double> rates;
    for (int round = 0; round < run.rounds; ++round) rates.push_back(drain(stage, false));
    headline.pushes = median(rates);
    run.report.add(
        {fmt::format("statuses told to the CRM without its limit, {} accounts", kAccounts),
         whole(headline.pushes) + "/s", "", "≥ " + whole(kTargetPushes) + "/s",
         met(headline.pushes >= kTargetPushes)});
}

void measure_dead_account(const Run& run) {
    Stage sound(run.setup, "all-sound", kNoLimit);
    Stage ailing(run.setup, "one-dead", kNoLimit);
    ailing.filler().add_accounts(ailing.end_account(), ailing.end_account() + 1, ailing.peer());
    std::vector<double> alone, beside;
    for (int round = 0; round < run.rounds; ++round) {
        alone.push_back(drain(sound, false));
        beside.push_back(drain(ailing, true));
    }
    const double slower = 100 * (1 - median(beside) / median(alone));
    run.report.add({"one dead CRM account slows the others by", rounded(slower, 1) + " %",
                    whole(median(alone)) + "/s without it", "< 5 %", met(slower < 5)});
}

}  // namespace tillbridge::bench
