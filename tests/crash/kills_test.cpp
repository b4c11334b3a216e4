// The module is killed at every named point, at the n-th write or sync of its store, and at random
// moments under load. TILLBRIDGE_SEED=N repeats the amounts, the mixes and the moments of a run;
// TILLBRIDGE_RUNS=N sets how many random plans there are (and lifts the demand for enough kills).
#include <algorithm>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <iostream>
#include <map>
#include <mutex>
#include <thread>

#include "tests/crash/arena.hpp"

namespace tillbridge::crash {
namespace {

constexpr int kWorlds = 4;  // at a time; most of a run is waiting
// Of up to three kills each: with the named points and the writes about 1,000 kills a run.
constexpr int kRandomPlans = 540;
constexpr int kWanted = 700;
constexpr int kSurely = 60;  // every payment writes and syncs more often than this
constexpr std::size_t kEnoughWrong = 10;

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text != nullptr && *text != '\0' ? std::strtoull(text, nullptr, 10) : otherwise;
}

std::uint64_t seed() {
    static const std::uint64_t value = number_from("TILLBRIDGE_SEED", std::random_device{}());
    return value;
}

// Kills by label, over all cases.
std::map<std::string, int>& tally() {
    static std::map<std::string, int> kills;
    return kills;
}

// A mix in which each payment's plot is another one than its neighbours'.
std::vector<Plot> mix(std::mt19937_64& random, int payments) {
    std::vector<Plot> plots;
    const auto first = static_cast<int>(random() % kPayments);
    const auto step = 1 + static_cast<int>(random() % (kPayments - 1));
    for (int i = 0; i < payments; ++i)
        plots.push_back(static_cast<Plot>((first + i * step) % kPayments));
    return plots;
}

// Plays the plans in several worlds at once; each world belongs to one thread.
void play(std::vector<Plan> plans) {
    std::mt19937_64 random(seed());
    std::shuffle(plans.begin(), plans.end(), random);
    std::atomic<std::size_t> next{0};
    std::mutex guard;
    std::vector<std::string> wrong;
    const auto work = [&] {
        Arena arena;
        bool sound = true;
        for (auto i = next++; i < plans.size() && sound; i = next++) {
            Outcome outcome;
            try {
                outcome = arena.run(plans[i]);
            } catch (const std::exception& error) {
                outcome.wrong.push_back(error.what());
            }
            const std::lock_guard lock(guard);
            tally()[plans[i].label] += outcome.kills;
            for (const auto& each : outcome.wrong)
                wrong.push_back(plans[i].about() + " in " + arena.world().folder() + ": " + each);
            if (wrong.size() >= kEnoughWrong) next = plans.size();
            // What one plan left behind would be found again after each later one.
            if (!outcome.wrong.empty()) sound = false, arena.world().keep_folder();
        }
    };
    std::vector<std::thread> workers;
    for (int i = 0; i < kWorlds; ++i)
        workers.emplace_back([&] {
            try {
                while (next < plans.size()) work();
            } catch (const std::exception& error) {
                const std::lock_guard lock(guard);
                wrong.push_back(std::string("a world could not be made: ") + error.what());
            }
        });
    for (auto& worker : workers) worker.join();
    for (const auto& each : wrong) BOOST_ERROR(each << "\n  (TILLBRIDGE_SEED=" << seed() << ')');
}

struct Point {
    const char* name;
    std::vector<int> passes;  // at which pass of it the process dies
    std::vector<Plot> plots;  // empty: a mix
};

const std::vector<int> kSeldom = {1, 2, 3};
const std::vector<int> kOften = {1, 2, 3, 4, 6, 8, 11};
const std::vector<int> kStore = {1, 2, 3, 4, 5, 7, 9, 12, 15, 19, 24, 30};

constexpr const char* kPromised[] = {"http.after_answer", "hook.recorded",
                                     "payments.intent_committed", "gateway.result_committed",
                                     "outbox.done"};

Fields losing_unsynced() {
    return {{"LD_PRELOAD", TILLBRIDGE_KILLER},
            {"TILLBRIDGE_KILL_FILE", "/tillbridge.db"},
            {"TILLBRIDGE_KILL_UNSYNCED", "1"}};
}

const std::vector<Point>& points() {
    static const std::vector<Point> all = {
        {"http.body_read", kOften, {}},
        {"http.before_answer", kOften, {}},
        {"http.after_answer", kOften, {}},
        {"hook.verified", kSeldom, {}},
        {"hook.inbox_added", kSeldom, {}},
        {"hook.recorded", kSeldom, {}},
        {"apply.invoice_saved", kOften, {}},
        {"apply.effects_added", kOften, {}},
        {"payments.intent_committed", kOften, {}},
        {"gateway.before_call", kOften, {}},
        {"gateway.after_call", kOften, {}},
        {"gateway.result_committed", kOften, {}},
        {"call.connected", kSeldom, {}},
        {"call.request_sent", kOften, {}},
        {"call.answer_read", kOften, {}},
        {"push.before_send", kSeldom, {}},
        {"push.after_answer", kSeldom, {}},
        {"register.before_send", {1}, {Plot::renamed, Plot::paid}},
        {"register.after_answer", {1}, {Plot::renamed, Plot::held}},
        {"outbox.claimed", kOften, {}},
        {"outbox.before_deliver", kOften, {}},
        {"outbox.after_deliver", kOften, {}},
        {"outbox.before_done", kOften, {}},
        {"outbox.done", kOften, {}},
        {"store.begin", kStore, {}},
        {"store.unit", kStore, {}},
        {"store.before_commit", kStore, {}},
        {"store.after_commit", kStore, {}},
        {"store.before_checkpoint", {1, 1, 1, 1, 1, 1, 1, 1}, {}},
        {"store.after_checkpoint", {1, 1, 1, 1, 1, 1, 1, 1}, {}},
    };
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kills)

BOOST_AUTO_TEST_CASE(at_every_named_point) {
    std::mt19937_64 random(seed());
    std::vector<Plan> plans;
    for (const auto& point : points())
        for (const int pass : point.passes) {
            Plan plan;
            plan.label = point.name;
            plan.environment = {{"TILLBRIDGE_CRASH_AT", point.name + (':' + std::to_string(pass))}};
            plan.plots = point.plots.empty() ? mix(random, 3) : point.plots;
            plan.seed = random();
            plans.push_back(std::move(plan));
        }
    // Where something was promised a moment ago, and the machine goes down with the process: what
    // was not synced is gone.
    for (const char* point : kPromised)
        for (const int pass : kOften) {
            Plan plan;
            plan.label = std::string(point) + ", unsynced";
            plan.environment = losing_unsynced();
            plan.environment.emplace_back("TILLBRIDGE_CRASH_AT",
                                          point + (':' + std::to_string(pass)));
            plan.plots = mix(random, 3);
            plan.seed = random();
            plans.push_back(std::move(plan));
        }
    // Stopping with requests and deliveries under way.
    for (const char* point : {"serve.stopping", "serve.answered", "serve.drained"})
        for (int i = 0; i < 4; ++i) {
            Plan plan;
            plan.label = point;
            plan.environment = {{"TILLBRIDGE_CRASH_AT", point}};
            plan.signal = SIGTERM;
            plan.kills = {Millis(60 + random() % 200)};
            plan.plots = mix(random, 4);
            plan.slow_gateway = true;
            plan.seed = random();
            plans.push_back(std::move(plan));
        }
    play(std::move(plans));
    for (const char* point : {"serve.stopping", "serve.answered", "serve.drained"})
        BOOST_TEST(tally()[point] > 0, "the module never came past " << point);
    for (const auto& point : points())
        BOOST_TEST(tally()[point.name] > 0, "the module never came past " << point.name);
    for (const char* point : kPromised)
        BOOST_TEST(tally()[std::string(point) + ", unsynced"] > 0, point);
}

// No kill: what an orderly stop leaves to the next start.
BOOST_AUTO_TEST_CASE(none_at_an_orderly_stop) {
    std::mt19937_64 random(seed() + 3);
    std::vector<Plan> plans;
    for (int i = 0; i < 8; ++i) {
        Plan plan;
        plan.label = "an orderly stop";
        plan.signal = SIGTERM;
        plan.kills = {Millis(60 + random() % 300), Millis(60 + random() % 300)};
        plan.plots = mix(random, 4);
        plan.slow_gateway = i % 2 == 0;
        plan.seed = random();
        plans.push_back(std::move(plan));
    }
    play(std::move(plans));
    BOOST_TEST(tally()["an orderly stop"] == 0);
}

BOOST_AUTO_TEST_CASE(at_every_write_and_sync) {
    std::mt19937_64 random(seed() + 1);
    std::vector<Plan> plans;
    const auto add = [&](int at) {
        Plan plan;
        plan.label = at <= kSurely ? "an early write or sync" : "a late write or sync";
        // The write is lost, half of it gets through, or all since the last sync is lost.
        plan.environment = {{"LD_PRELOAD", TILLBRIDGE_KILLER},
                            {"TILLBRIDGE_KILL_FILE", "/tillbridge.db"},
                            {"TILLBRIDGE_KILL_AT_WRITE", std::to_string(at)},
                            {"TILLBRIDGE_KILL_TORN", at % 3 == 1 ? "1" : "0"},
                            {"TILLBRIDGE_KILL_UNSYNCED", at % 3 == 2 ? "1" : "0"}};
        plan.plots = {static_cast<Plot>(at % kPayments)};
        plan.seed = random();
        plans.push_back(std::move(plan));
    };
    for (int at = 1; at <= 80; ++at) add(at);
    for (int at = 83; at <= 300; at += 7) add(at);
    play(std::move(plans));
    BOOST_TEST(tally()["an early write or sync"] == kSurely);
    BOOST_TEST(tally()["a late write or sync"] > 0);
}

BOOST_AUTO_TEST_CASE(at_random_moments_under_load) {
    std::mt19937_64 random(seed() + 2);
    std::vector<Plan> plans;
    const auto count = number_from("TILLBRIDGE_RUNS", kRandomPlans);
    for (std::uint64_t i = 0; i < count; ++i) {
        Plan plan;
        plan.label = "a random moment";
        plan.plots = mix(random, 4 + static_cast<int>(random() % 3));
        for (int kill = 0; kill < 3; ++kill)
            plan.kills.emplace_back(static_cast<int>(random() % 400));
        plan.slow_gateway = random() % 2 == 0;
        plan.seed = random();
        plans.push_back(std::move(plan));
    }
    play(std::move(plans));
    BOOST_TEST(tally()["a random moment"] >= static_cast<int>(count));
}

BOOST_AUTO_TEST_CASE(were_enough) {
    int all = 0;
    for (const auto& [label, kills] : tally()) all += kills;
    std::cout << all << " kills, TILLBRIDGE_SEED=" << seed() << ":\n";
    for (const auto& [label, kills] : tally()) std::cout << "  " << kills << ' ' << label << '\n';
    if (std::getenv("TILLBRIDGE_RUNS") == nullptr) BOOST_TEST(all >= kWanted);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::crash
