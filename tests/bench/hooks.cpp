// Hooks: verified, durable, answered; against a bare server and against bare SQLite.
#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <filesystem>
#include <stdexcept>

#include "tests/bench/hook.hpp"
#include "tests/bench/load.hpp"
#include "tests/bench/rounds.hpp"
#include "tests/bench/scenarios.hpp"

namespace tillbridge::bench {
namespace {

constexpr double kTargetRatio = 0.35;
constexpr double kTargetP99 = 10;
constexpr double kTargetStorm = 20'000;
constexpr double kMostHooks = 14'000;  // a second: how many are made beforehand

std::vector<std::string> hooks_for(const std::vector<Bill>& bills) {
    std::vector<std::string> hooks;
    hooks.reserve(bills.size());
    for (const auto& bill : bills) hooks.push_back(hook_of(bill));
    return hooks;
}

// One table, one row a unit, as many rows a commit as the module had hooks in one.
double bare_sqlite_rows(const std::string& folder, std::size_t batch, double seconds) {
    const auto path = folder + "/floor.db";
    std::filesystem::remove(path);
    double rate = 0;
    {
        SQLite::Database db(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        db.exec(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
            "CREATE TABLE event (id TEXT NOT NULL PRIMARY KEY, body TEXT NOT NULL)"
            " STRICT, WITHOUT ROWID");
        SQLite::Statement insert(db, "INSERT INTO event VALUES (?, ?)");
        const std::string body(600, 'x');
        std::size_t rows = 0;
        const auto began = std::chrono::steady_clock::now();
        const auto passed = [&] {
            return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
        };
        while (passed() < seconds) {
            db.exec("BEGIN IMMEDIATE");
            for (std::size_t i = 0; i < batch; ++i) {
                insert.bind(1, fmt::format("{:016x}", (rows++ * 0x9E3779B97F4A7C15ULL)));
                insert.bind(2, body);
                insert.exec();
                insert.reset();
            }
            db.exec("COMMIT");
        }
        rate = static_cast<double>(rows) / passed();
    }
    std::filesystem::remove(path);
    return rate;
}

double mean_batch(const std::map<std::string, double>& before,
                  const std::map<std::string, double>& after) {
    const auto grown = [&](const std::string& name) {
        const auto was = before.find(name);
        return after.at(name) - (was == before.end() ? 0 : was->second);
    };
    const double commits = grown("tillbridge_store_batch_units_count");
    return commits > 0 ? grown("tillbridge_store_batch_units_sum") / commits : 1;
}

struct Rates {
    std::vector<double> hooks, floor, ratios;
    std::vector<double> hook_cpu, floor_cpu;  // microseconds of one
};

Rates compare(const Run& run, Stage& stage, Supply& supply, const Floor& floor,
              const std::string& sample) {
    Rates rates;
    for (int round = 0; round < run.rounds; ++round) {
        const auto bare = rate_of(floor, sample, run.seconds);
        rates.floor.push_back(bare.each_second);
        rates.floor_cpu.push_back(bare.cpu_micros);
        const auto full = rate_of(stage, supply, run.seconds);
        rates.hooks.push_back(full.each_second);
        rates.hook_cpu.push_back(full.cpu_micros);
        rates.ratios.push_back(rates.hooks.back() / rates.floor.back());
    }
    return rates;
}

// Of hooks with this outcome, whatever they say.
double hooks_that_were(const std::map<std::string, double>& metrics, const std::string& outcome) {
    double sum = 0;
    for (const auto& [name, value] : metrics)
        if (name.starts_with("tillbridge_hook_facts_total{") &&
            name.find("outcome=\"" + outcome + "\"") != std::string::npos)
            sum += value;
    return sum;
}

void storm(const Run& run, Stage& stage, const std::string& hook) {
    const auto before = stage.module().metrics();
    const auto load = bench::run(
        {stage.port(), kConnections, run.seconds, 0, [&](std::size_t) { return &hook; }});
    const auto after = stage.module().metrics();
    const bool once = hooks_that_were(after, "recorded") == hooks_that_were(before, "recorded") &&
                      hooks_that_were(after, "repeated") >= static_cast<double>(load.millis.size());
    if (!once || load.failed() > 0) throw std::runtime_error("a repeated hook had an effect");
    run.report.add({"replay storm: the same hook again and again, without effect",
                    whole(load.rate()) + "/s", "", "≥ " + whole(kTargetStorm) + "/s",
                    met(load.rate() >= kTargetStorm)});
}

}  // namespace

void measure_hooks(const Run& run, Headline& headline) {
    Stage stage(run.setup, "hooks");
    const double loads = 1.5 * run.rounds + 2;  // of full rate
    auto bills =
        stage.filler().add_pending(static_cast<std::size_t>(kMostHooks * run.seconds * loads),
                                   stage.first_account(), stage.end_account());
    const auto sample = hook_of(bills.front());
    Supply supply(hooks_for(bills));
    bills.clear();
    const Floor floor(run.setup.folder);

    // What follows from the hooks waits in the outbox: their own cost.
    stage.peer().gateway_down(true);
    stage.start();
    supply.spend({stage.port(), kConnections, 1, 0, {}});
    const auto before = stage.module().metrics();
    const auto rates = compare(run, stage, supply, floor, sample);
    const double batch = mean_batch(before, stage.module().metrics());
    headline.hooks = median(rates.hooks);
    headline.hook_ratio = median(rates.ratios);
    const double rows = bare_sqlite_rows(
        run.setup.folder, std::max<std::size_t>(1, static_cast<std::size_t>(batch + 0.5)), 1.5);
    run.report.add({fmt::format("hooks, verified and durable, {} connections", kConnections),
                    whole(headline.hooks) + "/s",
                    fmt::format("bare server {}/s", whole(median(rates.floor))),
                    "",
                    {}});
    run.report.add({"… of the bare server's rate (median of the rounds)",
                    rounded(headline.hook_ratio, 2), "", "≥ " + rounded(kTargetRatio, 2),
                    met(headline.hook_ratio >= kTargetRatio)});
    run.report.add({"… processor time of one",
                    rounded(median(rates.hook_cpu), 0) + " µs",
                    fmt::format("bare server {} µs", rounded(median(rates.floor_cpu), 0)),
                    "",
                    {}});
    run.report.add({fmt::format("… of SQLite's rate for one row each, {:.0f} a commit", batch),
                    rounded(headline.hooks / rows, 2),
                    whole(rows) + " rows/s",
                    "",
                    {}});

    const auto half =
        supply.spend({stage.port(), kConnections, run.seconds, headline.hooks / 2, {}});
    headline.hook_p99 = quantile(half.millis, 0.99);
    run.report.add({fmt::format("hooks at half of that ({}/s, constant): p50 / p99",
                                whole(headline.hooks / 2)),
                    fmt::format("{:.2f} / {:.2f} ms", median(half.millis), headline.hook_p99), "",
                    "p99 ≤ 10 ms", met(headline.hook_p99 <= kTargetP99)});
    storm(run, stage, supply.newest());
    run.report.add({"resident memory after that", rounded(stage.resident_mib(), 0) + " MiB", "",
                    "≤ 120 MiB", met(stage.resident_mib() <= 120)});
    stage.stop();

    // And with all that follows carried out meanwhile, on the same cores.
    stage.peer().gateway_down(false);
    stage.start();
    const auto asked = stage.peer().questions();
    const auto began = std::chrono::steady_clock::now();
    const auto busy = compare({run.setup, run.report, std::max(1, run.rounds / 2), run.seconds},
                              stage, supply, floor, sample);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    const double asks = static_cast<double>(stage.peer().questions() - asked) / took.count();
    run.report.add({fmt::format("hooks while {} of their payments/s are asked about at the gateway",
                                whole(asks)),
                    whole(median(busy.hooks)) + "/s",
                    fmt::format("bare server {}/s", whole(median(busy.floor))),
                    "",
                    {}});
    stage.stop();
}

}  // namespace tillbridge::bench
