// The outbox's rules without threads or a store: back-off, Retry-After, fairness, rates, slow
// lanes.
#include <boost/test/unit_test.hpp>
#include <map>
#include <set>

#include "module/outbox/back_off.hpp"
#include "module/outbox/schedule.hpp"
#include "tests/support/fake_ports.hpp"

namespace tillbridge::outbox_schedule_test {

using namespace std::chrono_literals;
using domain::Span;
using domain::UtcTime;
using outbox::Verdict;

namespace {

const UtcTime kStart = UtcTime::from_seconds(1'800'000'000);

port::Delivery ended(port::Outcome outcome, int http_status = 0) {
    port::Delivery it;
    it.outcome = outcome;
    it.http_status = http_status;
    if (outcome != port::Outcome::done) it.code = "crm.unreachable";
    return it;
}

// Lanes with that many endless rows; what a claim takes is made on the spot.
struct Bench {
    explicit Bench(outbox::Options options = {}) : schedule(std::move(options), random) {}

    void add(const std::string& lane, int rows) {
        waiting[lane] += rows;
        schedule.expect(lane, now);
    }
    void claim() {
        for (const auto& claim : schedule.claims(now)) {
            auto& left = waiting[claim.lane];
            std::vector<port::OutboxRow> rows;
            for (; left > 0 && static_cast<int>(rows.size()) < claim.limit; --left) {
                port::OutboxRow row;
                row.id = ++last;
                row.lane = claim.lane;
                row.created = row.due = kStart;
                rows.push_back(row);
            }
            claims.push_back({claim.lane, static_cast<int>(rows.size())});
            schedule.claimed(claim, std::move(rows), next(claim.lane), now);
        }
    }
    std::optional<UtcTime> next(const std::string& lane) {
        return waiting[lane] > 0 ? std::optional(now) : std::nullopt;
    }
    std::optional<outbox::Job> take() {
        claim();
        auto job = schedule.take(now);
        if (job) ++taken[job->row.lane];
        return job;
    }
    Verdict finish(const outbox::Job& job, const port::Delivery& delivery) {
        auto verdict = schedule.judge(job, delivery, now);
        waiting[job.row.lane] += static_cast<int>(verdict.give_back.size());
        if (verdict.what == Verdict::What::retry) ++waiting[job.row.lane];
        schedule.settled(job.row.lane, verdict,
                         verdict.what == Verdict::What::retry ? verdict.due : next(job.row.lane),
                         now);
        return verdict;
    }

    test::SeededRandom random;
    outbox::Schedule schedule;
    UtcTime now = kStart;
    std::map<std::string, int> waiting, taken;
    std::vector<std::pair<std::string, int>> claims;
    std::int64_t last = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(outbox_schedule)

BOOST_AUTO_TEST_CASE(back_off_follows_the_schedule_with_a_fifth_of_jitter) {
    test::SeededRandom random;
    const outbox::Options options;
    const Span steps[] = {1s, 5s, 30s, 2min, 5min, 15min, 15min, 15min};
    for (int tries = 0; tries < 8; ++tries) {
        Span least = Span::max(), most{0};
        for (int i = 0; i < 500; ++i) {
            const auto wait = outbox::back_off(options, random, tries, {});
            least = std::min(least, wait);
            most = std::max(most, wait);
        }
        BOOST_TEST(least.count() >= steps[tries].count() * 8 / 10);
        BOOST_TEST(most.count() <= steps[tries].count() * 12 / 10);
        BOOST_TEST(least.count() < steps[tries].count() * 85 / 100);  // the jitter is there
        BOOST_TEST(most.count() > steps[tries].count() * 115 / 100);
    }
}

BOOST_AUTO_TEST_CASE(an_overloaded_peer_gets_ten_seconds_at_least) {
    test::SeededRandom random;
    port::Delivery busy;
    busy.overloaded = true;
    for (int i = 0; i < 200; ++i)
        for (const int tries : {0, 1, 2, 5}) {
            const auto wait = outbox::back_off({}, random, tries, busy);
            BOOST_TEST(wait.count() >= Span(10s).count());
        }
}

BOOST_AUTO_TEST_CASE(retry_after_counts_between_one_and_four_steps) {
    test::SeededRandom random;
    port::Delivery told;
    const auto wait = [&](int tries, Span after, bool overloaded) {
        told.retry_after = after;
        told.overloaded = overloaded;
        return outbox::back_off({}, random, tries, told).count();
    };
    BOOST_TEST(wait(1, 7s, false) == Span(7s).count());
    BOOST_TEST(wait(1, 1s, false) == Span(5s).count());
    BOOST_TEST(wait(1, 1h, false) == Span(20s).count());
    BOOST_TEST(wait(0, 30s, true) == Span(30s).count());
    BOOST_TEST(wait(0, 3s, true) == Span(10s).count());
    BOOST_TEST(wait(0, 1h, true) == Span(40s).count());
}

BOOST_AUTO_TEST_CASE(a_long_lane_does_not_starve_the_others) {
    Bench bench;
    bench.add("crm:huge", 100'000);
    for (int i = 0; i < 200; ++i) bench.add("crm:" + std::to_string(i), 5);
    for (int i = 0; i < 2'500; ++i) {
        const auto job = bench.take();
        BOOST_REQUIRE(job);
        bench.now = bench.now + 1ms;
        bench.finish(*job, ended(port::Outcome::done));
    }
    for (int i = 0; i < 200; ++i) BOOST_TEST(bench.taken["crm:" + std::to_string(i)] == 5);
    BOOST_TEST(bench.taken["crm:huge"] == 1'500);
}

BOOST_AUTO_TEST_CASE(a_lane_that_fails_has_one_delivery_at_its_back_off) {
    Bench bench;
    bench.add("crm:a", 50);
    const auto first = bench.take();
    const auto second = bench.take();
    BOOST_REQUIRE(first && second);
    const auto verdict = bench.finish(*first, ended(port::Outcome::again, 500));
    BOOST_TEST((verdict.what == Verdict::What::retry));
    BOOST_TEST(verdict.give_back.size() == 14U);  // 16 were claimed
    BOOST_TEST(bench.schedule.failing("crm:a"));

    bench.now = bench.now + 10s;
    BOOST_TEST(!bench.take());  // the second is still under way
    bench.finish(*second, ended(port::Outcome::again, 500));
    BOOST_TEST(!bench.take());  // it put the lane off, but not further along the schedule
    bench.now = bench.now + 1200ms;
    const auto probe = bench.take();
    BOOST_REQUIRE(probe);
    BOOST_TEST(!bench.take());
    BOOST_TEST(bench.claims.back().second == 1);

    bench.finish(*probe, ended(port::Outcome::again, 500));
    bench.now = bench.now + 3900ms;
    BOOST_TEST(!bench.take());
    bench.now = bench.now + 2200ms;
    const auto again = bench.take();
    BOOST_REQUIRE(again);
    const auto well = bench.finish(*again, ended(port::Outcome::done));
    BOOST_TEST(well.hurry);
    BOOST_TEST(!bench.schedule.failing("crm:a"));
    BOOST_TEST(bench.take().has_value());
    BOOST_TEST(bench.take().has_value());
}

BOOST_AUTO_TEST_CASE(a_rows_own_fault_does_not_stop_its_lane) {
    Bench bench;
    bench.add("crm:a", 3);
    auto broken = ended(port::Outcome::again);
    broken.own_fault = true;
    const auto verdict = bench.finish(*bench.take(), broken);
    BOOST_TEST((verdict.what == Verdict::What::retry));
    BOOST_TEST(!bench.schedule.failing("crm:a"));
    BOOST_TEST(bench.take().has_value());
}

BOOST_AUTO_TEST_CASE(a_failing_lane_tries_first_what_has_not_failed) {
    Bench bench;
    bench.add("crm:a", 1);
    const auto verdict = bench.finish(*bench.take(), ended(port::Outcome::again, 500));
    bench.now = bench.now + 1s;
    while (bench.schedule.claims(kStart + 999ms).size() > 0) BOOST_FAIL("too early");
    bench.now = bench.now + 1s;
    const auto claims = bench.schedule.claims(bench.now);
    BOOST_REQUIRE(claims.size() == 1U);
    BOOST_TEST(claims[0].horizon.micros < verdict.due.micros);
    BOOST_TEST(claims[0].limit == 1);
}

BOOST_AUTO_TEST_CASE(later_is_no_failure_and_no_busy_loop) {
    Bench bench;
    bench.add("gw:a", 1);
    auto later = ended(port::Outcome::later);
    later.not_before = bench.now + 30s;
    auto verdict = bench.finish(*bench.take(), later);
    BOOST_TEST((verdict.what == Verdict::What::release));
    BOOST_TEST(verdict.due.micros == (bench.now + 30s).micros);
    BOOST_TEST(!bench.schedule.failing("gw:a"));
    bench.add("gw:b", 1);
    verdict = bench.finish(*bench.take(), ended(port::Outcome::later));
    BOOST_TEST(verdict.due.micros > bench.now.micros);
}

BOOST_AUTO_TEST_CASE(after_its_time_a_row_is_parked) {
    Bench bench;
    bench.add("crm:a", 1);
    const auto job = bench.take();
    bench.now = kStart + 72h;
    const auto verdict = bench.finish(*job, ended(port::Outcome::again, 500));
    BOOST_TEST((verdict.what == Verdict::What::park));
    BOOST_TEST(verdict.error == "crm.unreachable");
}

BOOST_AUTO_TEST_CASE(at_most_the_rate_begins_within_any_second) {
    outbox::Options options;
    options.rates["crm"] = 10;
    Bench bench(options);
    bench.add("crm:a", 100);
    bench.add("gw:a", 30);
    std::vector<UtcTime> starts;
    for (int i = 0; i < 5'000; ++i, bench.now = bench.now + 1ms)
        while (const auto job = bench.take()) {
            if (job->row.lane == "crm:a") starts.push_back(bench.now);
            bench.finish(*job, ended(port::Outcome::done));
        }
    BOOST_TEST(bench.taken["gw:a"] == 30);
    BOOST_TEST(starts.size() >= 45U);  // close to the rate
    for (std::size_t i = 10; i < starts.size(); ++i)
        BOOST_TEST((starts[i] - starts[i - 10]).count() >= 1'000'000);
}

BOOST_AUTO_TEST_CASE(a_slow_delivery_lends_its_worker) {
    outbox::Options options;
    options.workers = 2;
    options.slow_workers = 4;
    Bench bench(options);
    bench.add("crm:a", 2);
    bench.add("crm:b", 5);
    BOOST_REQUIRE(bench.take() && bench.take());
    BOOST_TEST(!bench.take());  // both workers are busy
    BOOST_TEST(bench.schedule.next().has_value());
    bench.now = bench.now + 150ms;
    BOOST_TEST(bench.schedule.age(bench.now));
    BOOST_TEST(bench.take().has_value());
    BOOST_TEST(bench.take().has_value());
    BOOST_TEST(!bench.take());
}

BOOST_AUTO_TEST_CASE(silent_crms_leave_threads_to_the_gateways) {
    outbox::Options options;
    options.workers = 3;
    options.slow_workers = 4;
    Bench bench(options);
    for (int i = 0; i < 100; ++i) bench.add("crm:" + std::to_string(i), 3);
    for (int i = 0; i < 100; ++i) {  // each hangs
        while (bench.take()) {
        }
        bench.now = bench.now + 200ms;
        bench.schedule.age(bench.now);
    }
    bench.add("gw:a", 2);
    const auto job = bench.take();
    BOOST_REQUIRE(job);
    BOOST_TEST(job->row.lane == "gw:a");
    bench.finish(*job, ended(port::Outcome::again, 500));
    bench.now = bench.now + 2s;
    const auto probe = bench.take();  // a failing gateway lane has its share too
    BOOST_REQUIRE(probe);
    BOOST_TEST(probe->row.lane == "gw:a");
}

BOOST_AUTO_TEST_CASE(hurry_ends_the_back_off) {
    Bench bench;
    bench.add("crm:a", 1);
    for (int i = 0; i < 6; ++i) {
        const auto job = bench.take();
        BOOST_REQUIRE(job);
        bench.finish(*job, ended(port::Outcome::again, 401));
        bench.now = bench.now + 20min;
    }
    const auto job = bench.take();
    bench.finish(*job, ended(port::Outcome::again, 401));
    BOOST_TEST(!bench.take());
    bench.schedule.hurry("crm:a", bench.now);
    const auto claims = bench.schedule.claims(bench.now);
    BOOST_REQUIRE(claims.size() == 1U);
    BOOST_TEST(claims[0].hurry);
}

BOOST_AUTO_TEST_CASE(an_answer_beside_the_outbox_ends_the_back_off_now_and_then) {
    Bench bench;
    const auto fail = [&](const port::Delivery& how) {
        const auto job = bench.take();
        BOOST_REQUIRE(job);
        bench.finish(*job, how);
        BOOST_TEST(!bench.take());
    };
    BOOST_TEST(!bench.schedule.peer_is_back("gw:a", bench.now));  // nobody waits
    bench.add("gw:a", 1);
    BOOST_TEST(!bench.schedule.peer_is_back("gw:a", bench.now));
    bench.now = bench.now + 1h;
    fail(ended(port::Outcome::again));
    BOOST_TEST(bench.schedule.peer_is_back("gw:a", bench.now));
    // What works for others fails here again: not once for each of their answers.
    fail(ended(port::Outcome::again));
    BOOST_TEST(!bench.schedule.peer_is_back("gw:a", bench.now + 59s));
    BOOST_TEST(!bench.take());
    bench.now = bench.now + 61s;
    BOOST_TEST(bench.schedule.peer_is_back("gw:a", bench.now));
    // A peer that asked for a pause gets it.
    auto slower = ended(port::Outcome::again, 429);
    slower.overloaded = true;
    fail(slower);
    BOOST_TEST(!bench.schedule.peer_is_back("gw:a", bench.now + 5min));
}

BOOST_AUTO_TEST_CASE(ten_thousand_lanes_are_forgotten_when_done) {
    Bench bench;
    for (int i = 0; i < 10'000; ++i) bench.add("crm:" + std::to_string(i), 1);
    BOOST_TEST(bench.schedule.lanes() == 10'000U);
    while (const auto job = bench.take()) bench.finish(*job, ended(port::Outcome::done));
    BOOST_TEST(bench.taken.size() == 10'000U);
    bench.now = bench.now + 2s;
    bench.claim();
    BOOST_TEST(bench.schedule.lanes() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::outbox_schedule_test
