// Prodamus' hooks beside UAPAY's, in turns on one store. A notice of Prodamus moves the payment
// itself; UAPAY's hook only plans a question. So both are measured twice: until the hook is
// answered, with all that follows waiting, and until the CRM has the status, with the question.
#include <fmt/format.h>

#include <chrono>
#include <stdexcept>

#include "tests/bench/hook.hpp"
#include "tests/bench/notice.hpp"
#include "tests/bench/rounds.hpp"
#include "tests/bench/scenarios.hpp"

namespace tillbridge::bench {
namespace {

using namespace std::chrono_literals;

constexpr double kMostHooks = 18'000;  // a second: how many are made beforehand
constexpr double kToTheEnd = 2'000;    // payments in a round that goes to the CRM, a second of load
constexpr double kLeastRatio = 0.9;
constexpr double kMostRatio = 1.1;

std::vector<std::string> hooks_of(Stage& stage, Seller seller, std::size_t count) {
    const auto bills =
        stage.filler().add_pending(count, stage.first_account(), stage.end_account(), seller);
    std::vector<std::string> hooks;
    hooks.reserve(bills.size());
    for (const auto& bill : bills)
        hooks.push_back(seller == Seller::uapay ? hook_of(bill) : notice_of(bill, hooks.size()));
    return hooks;
}

struct Figures {
    std::vector<double> rates, cpu;
    void add(const Rate& rate) {
        rates.push_back(rate.each_second);
        cpu.push_back(rate.cpu_micros);
    }
};

struct Pair {
    Figures uapay, prodamus;
    double ratio() const {
        std::vector<double> ratios;
        for (std::size_t i = 0; i < uapay.rates.size(); ++i)
            ratios.push_back(prodamus.rates[i] / uapay.rates[i]);
        return median(ratios);
    }
};

struct Sides {
    Supply uapay, prodamus;
};

// Who begins changes, so that neither always finds the shorter log or the warmer cache.
template <class Measure>
Pair in_turns(int rounds, Sides& sides, Measure measure) {
    Pair pair;
    for (int round = 0; round < rounds; ++round)
        for (const bool prodamus : {round % 2 == 1, round % 2 == 0})
            prodamus ? pair.prodamus.add(measure(sides.prodamus))
                     : pair.uapay.add(measure(sides.uapay));
    return pair;
}

// As many hooks as a round has, until the CRM has the status of each.
Rate to_the_end(Stage& stage, Supply& supply, std::size_t count) {
    stage.peer().forget_updates();
    const double before = stage.cpu_seconds();
    const auto began = std::chrono::steady_clock::now();
    const auto load = supply.spend({stage.port(), kConnections, 60, 0, {}}, count);
    harness::await(
        "the CRM has all statuses", [&] { return stage.peer().updates() >= load.millis.size(); },
        120s);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    return {static_cast<double>(load.millis.size()) / took.count(),
            micros_of_one(stage.cpu_seconds() - before, load)};
}

void add_rows(Report& report, const char* what, const Pair& pair) {
    const double ratio = pair.ratio();
    report.add({fmt::format("{}: Prodamus' rate to UAPAY's", what),
                fmt::format("{:.2f} ({}/s)", ratio, whole(median(pair.prodamus.rates))),
                fmt::format("UAPAY {}/s", whole(median(pair.uapay.rates))), "≥ 0.90",
                met(ratio >= kLeastRatio)});
    const double cpu = median(pair.prodamus.cpu) / median(pair.uapay.cpu);
    report.add({"… processor time of one",
                fmt::format("{:.2f} ({:.0f} µs)", cpu, median(pair.prodamus.cpu)),
                fmt::format("UAPAY {:.0f} µs", median(pair.uapay.cpu)), "≤ 1.10",
                met(cpu <= kMostRatio)});
}

// Each at half of what it reaches.
void half_load(const Run& run, Stage& stage, Sides& sides, const Pair& full, Headline& headline) {
    const auto at_half = [&](Supply& supply, const Figures& of) {
        return supply.spend({stage.port(), kConnections, run.seconds, median(of.rates) / 2, {}})
            .millis;
    };
    const auto uapay = at_half(sides.uapay, full.uapay);
    const auto prodamus = at_half(sides.prodamus, full.prodamus);
    const double floor = quantile(uapay, 0.99);
    headline.notice_p99 = quantile(prodamus, 0.99);
    run.report.add({"… at half of its rate, constant: p50 / p99",
                    fmt::format("{:.2f} / {:.2f} ms", median(prodamus), headline.notice_p99),
                    fmt::format("UAPAY {:.2f} / {:.2f} ms", median(uapay), floor), "p99 ≤ 10 ms",
                    met(headline.notice_p99 <= 10)});
    run.report.add({"… its p99 to UAPAY's",
                    rounded(floor > 0 ? headline.notice_p99 / floor : 0, 2),
                    "",
                    "",
                    {}});
}

}  // namespace

void measure_gateways(const Run& run, Headline& headline) {
    Stage stage(run.setup, "gateways", {{"crm.requests_per_second", "1000000"}});
    const auto whole_way = static_cast<std::size_t>(kToTheEnd * run.seconds);
    const auto rounds = static_cast<std::size_t>(run.rounds);
    const auto each = static_cast<std::size_t>(kMostHooks * run.seconds * (run.rounds + 1)) +
                      whole_way * (rounds + 1);
    Sides sides{Supply(hooks_of(stage, Seller::uapay, each)),
                Supply(hooks_of(stage, Seller::prodamus, each))};
    const Floor floor(run.setup.folder);

    stage.start();
    // The first ones wake the module up: connections, sessions, caches.
    to_the_end(stage, sides.uapay, whole_way / 2);
    to_the_end(stage, sides.prodamus, whole_way / 2);
    const auto complete = in_turns(
        run.rounds, sides, [&](Supply& supply) { return to_the_end(stage, supply, whole_way); });
    stage.stop();

    stage.peer().gateway_down(true);
    stage.peer().crm_down(true);
    stage.start();
    rate_of(stage, sides.uapay, run.seconds / 3);
    rate_of(stage, sides.prodamus, run.seconds / 3);
    const std::string sample = sides.uapay.newest();
    std::vector<double> bare;
    const auto answered = in_turns(run.rounds, sides, [&](Supply& supply) {
        if (&supply == &sides.prodamus)
            bare.push_back(rate_of(floor, sample, run.seconds).each_second);
        return rate_of(stage, supply, run.seconds);
    });
    headline.notice_ratio = median(answered.prodamus.rates) / median(bare);
    add_rows(run.report, "hooks until answered, 120 connections", answered);
    half_load(run, stage, sides, answered, headline);
    add_rows(run.report, "payments from the hook until the CRM has the status", complete);
    stage.stop();
}

}  // namespace tillbridge::bench
