// Subscriptions: their renewals, each of which is booked as an invoice, and the ways by which
// people look for one.
#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <chrono>
#include <stdexcept>

#include "tests/bench/hook.hpp"
#include "tests/bench/notice.hpp"
#include "tests/bench/rounds.hpp"
#include "tests/bench/scenarios.hpp"
#include "tests/support/harness/desk.hpp"

namespace tillbridge::bench {
namespace {

constexpr double kMostRenewals = 14'000;  // a second: how many are made beforehand
constexpr double kTargetP99 = 10;
constexpr double kTargetLook = 100;
constexpr int kFinds = 200;
constexpr int kLists = 60;

template <class Work>
double millis_of(Work work) {
    const auto began = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
    return took.count();
}

std::size_t booked(const std::string& store) {
    SQLite::Database db(store, SQLite::OPEN_READONLY);
    SQLite::Statement count(db,
                            "SELECT count(*) FROM subscription_event"
                            " WHERE kind = 'subscription.renewed' AND invoice_id IS NOT NULL");
    count.executeStep();
    return static_cast<std::size_t>(count.getColumn(0).getInt64());
}

void renew(const Run& run, Stage& stage, Supply& supply, Headline& headline) {
    const Floor floor(run.setup.folder);
    const auto sample = hook_of({account(stage.first_account()), "id", "uuid", "invoice"});
    std::vector<double> rates, cpu, bare, ratios;
    for (int round = 0; round < run.rounds; ++round) {
        bare.push_back(rate_of(floor, sample, run.seconds).each_second);
        const auto rate = rate_of(stage, supply, run.seconds);
        rates.push_back(rate.each_second);
        cpu.push_back(rate.cpu_micros);
        ratios.push_back(rates.back() / bare.back());
    }
    headline.renewal_ratio = median(ratios);
    run.report.add({"renewals, each booked as an invoice, 120 connections",
                    whole(median(rates)) + "/s",
                    fmt::format("bare server {}/s", whole(median(bare))),
                    "",
                    {}});
    run.report.add({"… of the bare server's rate (median of the rounds)",
                    rounded(headline.renewal_ratio, 2),
                    "",
                    "",
                    {}});
    run.report.add({"… processor time of one", rounded(median(cpu), 0) + " µs", "", "", {}});
    const auto half =
        supply.spend({stage.port(), kConnections, run.seconds, median(rates) / 2, {}});
    headline.renewal_p99 = quantile(half.millis, 0.99);
    run.report.add({fmt::format("renewals at half of that ({}/s, constant): p50 / p99",
                                whole(median(rates) / 2)),
                    fmt::format("{:.2f} / {:.2f} ms", median(half.millis), headline.renewal_p99),
                    "", "p99 ≤ 10 ms", met(headline.renewal_p99 <= kTargetP99)});
}

// A new process each time, as somebody types it.
std::vector<double> list(const Stage& stage, const Account& of) {
    const std::vector<std::vector<std::string>> filters{
        {}, {"--state", "active"}, {"--product", kProduct}};
    std::vector<double> took;
    for (int i = 0; i < kLists; ++i) {
        std::vector<std::string> words{"subscription", "list", "--connection", of.connection.value};
        const auto& filter = filters[static_cast<std::size_t>(i) % filters.size()];
        words.insert(words.end(), filter.begin(), filter.end());
        harness::CommandResult result;
        took.push_back(millis_of([&] { result = stage.module().command(words); }));
        if (result.code != 0 || result.out.find(kProduct) == std::string::npos)
            throw std::runtime_error("subscription list: " + result.err + result.out);
    }
    return took;
}

std::vector<double> find(const Stage& stage, const Account& of, int from) {
    harness::add_desk_user(stage.module(), "bench", "viewer");
    const harness::Desk desk(stage.module().http(), "bench");
    std::vector<double> took;
    for (int i = 0; i < kFinds; ++i) {
        const auto buyer = member_of(of, buyer_number(from, static_cast<std::size_t>(i)));
        harness::Answer answer;
        took.push_back(millis_of([&] { answer = desk.post("/find", {{"text", buyer.phone}}); }));
        if (answer.status != 200 || answer.json().at("subscriptions").empty())
            throw std::runtime_error("a buyer was not found: " + answer.body);
    }
    return took;
}

void add_look(Report& report, const char* what, const std::vector<double>& took) {
    const double slowest = quantile(took, 0.99);
    report.add({fmt::format("{}: p50 / p99", what),
                fmt::format("{:.1f} / {:.1f} ms", median(took), slowest), "", "p99 ≤ 100 ms",
                met(slowest <= kTargetLook)});
}

}  // namespace

void measure_subscriptions(const Run& run, Headline& headline) {
    Stage stage(run.setup, "subscriptions");
    std::vector<std::string> hooks;
    {
        const auto members = stage.filler().add_members(
            static_cast<std::size_t>(kMostRenewals * run.seconds * (run.rounds + 1)),
            stage.first_account(), stage.end_account());
        for (const auto& member : members) hooks.push_back(renewal_of(member, hooks.size()));
    }
    Supply supply(std::move(hooks));
    // What the CRM is to be told of them waits: their own cost.
    stage.peer().crm_down(true);
    stage.start();
    rate_of(stage, supply, run.seconds / 3);
    renew(run, stage, supply, headline);
    stage.stop();
    if (booked(stage.store_file()) != supply.spent())
        throw std::runtime_error("not every renewal became an invoice");

    stage.start();
    // In the big store: the account that has most of them.
    const int number = run.setup.base.empty() ? stage.first_account() : 0;
    const auto lists = list(stage, account(number));
    const auto finds = find(stage, account(number), number);
    add_look(run.report, "`subscription list`, the newest 50, as a command", lists);
    add_look(run.report, "diagnostics: a buyer found by his phone", finds);
    stage.stop();
}

}  // namespace tillbridge::bench
