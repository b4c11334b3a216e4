// The dispatcher on a store in memory, in simulated time: outages of days in seconds, in one
// thread.
#include <boost/test/unit_test.hpp>
#include <functional>
#include <map>
#include <stdexcept>

#include "module/outbox/dispatcher.hpp"
#include "tests/support/fake_ports.hpp"
#include "tests/support/fake_store.hpp"

namespace tillbridge::outbox_dispatcher_test {

using namespace std::chrono_literals;
using domain::Span;
using domain::UtcTime;

namespace {

struct Peer : port::EffectHandler {
    std::function<port::Delivery(const port::OutboxRow&)> answer;
    std::vector<port::OutboxRow> seen;
    std::vector<std::string> given_up;

    port::Delivery deliver(const port::OutboxRow& row) override {
        seen.push_back(row);
        return answer ? answer(row) : port::Delivery{};
    }
    void parked(port::Tx& tx, const port::OutboxRow& row, const std::string& code) override {
        given_up.push_back(row.subject + " " + code);
        port::ProblemRow problem;
        problem.connection = row.connection;
        problem.key = "outbox.dead";
        problem.subject = row.subject;
        tx.problems().raise(problem);
    }
};

port::Delivery down() {
    port::Delivery it;
    it.outcome = port::Outcome::again;
    it.code = "crm.unreachable";
    return it;
}

outbox::Options about_invoices() {
    outbox::Options options;
    options.invoice_kinds = {"crm.push"};
    return options;
}

struct World {
    test::FakeStore store;
    test::ManualClock clock;
    test::SeededRandom random;
    test::MemoryLog log;
    test::MemoryMeter meter;
    Peer peer;
    outbox::Dispatcher dispatcher{
        store, clock, random, log, meter, about_invoices(), {{"crm.push", &peer}}};

    World() { dispatcher.adopt(); }

    std::int64_t add(const std::string& lane, const std::string& order,
                     const std::string& subject) {
        port::OutboxRow row;
        row.connection = domain::ConnectionId("c1");
        row.lane = lane;
        row.order_key = order;
        row.kind = "crm.push";
        row.subject = subject;
        row.due = row.created = clock.now();
        return port::commit(store, [&](port::Tx& tx) { return tx.outbox().add(row); });
    }
    // Runs until the moment, going from event to event.
    int run_until(UtcTime end) {
        int count = dispatcher.step();
        while (const auto at = dispatcher.next()) {
            if (*at > end) break;
            if (*at > clock.now()) clock.set(*at);
            count += dispatcher.step();
        }
        clock.set(std::max(end, clock.now()));
        return count + dispatcher.step();
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(outbox_dispatcher)

BOOST_AUTO_TEST_CASE(a_row_is_delivered_and_goes) {
    World w;
    const auto id = w.add("crm:a", "i1", "one");
    w.peer.answer = [](const auto&) {
        port::Delivery done;
        done.http_status = 200;
        done.record = [](port::Tx& tx) {
            port::ProblemRow note;
            note.key = "recorded";
            tx.problems().raise(note);
        };
        return done;
    };
    BOOST_TEST(w.dispatcher.step() == 1);
    const auto data = w.store.data();
    BOOST_TEST(data.rows.empty());
    BOOST_REQUIRE(data.tries.size() == 1U);
    BOOST_TEST(data.tries[0].row == id);
    BOOST_TEST(data.tries[0].number == 1);
    BOOST_TEST(data.tries[0].outcome == "done");
    BOOST_TEST(data.tries[0].http_status == 200);
    BOOST_TEST(data.problems.size() == 1U);
    BOOST_TEST((w.meter.values["outbox_tries_total,kind=crm.push,outcome=done"] == 1));
    BOOST_TEST(w.dispatcher.step() == 0);
}

BOOST_AUTO_TEST_CASE(a_failure_is_told_with_what_it_was_about) {
    World w;
    w.peer.answer = [](const auto&) { return down(); };
    w.add("crm:a", "i1", "i1");
    w.dispatcher.step();
    const auto lines = w.log.lines();
    BOOST_REQUIRE(lines.size() == 1U);
    BOOST_TEST(lines[0].fields.at("connectionId") == "c1");
    BOOST_TEST(lines[0].fields.at("invoiceId") == "i1");
    BOOST_TEST(lines[0].fields.at("tries") == "1");
}

BOOST_AUTO_TEST_CASE(three_days_without_the_crm_then_everything_in_order) {
    World w;
    const auto start = w.clock.now();
    const auto back = start + 71h + 30min;
    w.peer.answer = [&](const auto&) { return w.clock.now() < back ? down() : port::Delivery{}; };
    for (int hour = 0; hour < 70; ++hour) {
        for (int invoice = 0; invoice < 3; ++invoice)
            w.add("crm:a", "i" + std::to_string(invoice), std::to_string(hour));
        w.run_until(start + hour * 1h);
    }
    w.run_until(back);
    BOOST_TEST(w.peer.given_up.empty());
    BOOST_TEST(w.store.data().rows.size() == 210U);
    BOOST_TEST(w.peer.seen.size() < 72U * 6);  // one delivery at a time, at the back-off's pace

    w.peer.seen.clear();
    w.run_until(back + 19min);  // the lane's longest step: then all at once
    BOOST_TEST(w.store.data().rows.empty());
    std::map<std::string, int> hour;
    for (const auto& row : w.peer.seen) BOOST_TEST(std::stoi(row.subject) == hour[row.order_key]++);
    BOOST_TEST(hour.size() == 3U);
}

BOOST_AUTO_TEST_CASE(after_three_days_it_is_parked_once_and_its_successor_goes_on) {
    World w;
    const auto start = w.clock.now();
    w.peer.answer = [&](const auto& row) {
        return row.subject == "bad" ? down() : port::Delivery{};
    };
    const auto bad = w.add("crm:a", "i1", "bad");
    w.add("crm:a", "i1", "next");
    w.run_until(start + 71h + 59min);
    BOOST_TEST(w.store.data().rows.size() == 2U);
    w.run_until(start + 72h + 40min);  // its last try, then the lane's next
    const auto data = w.store.data();
    BOOST_REQUIRE(data.rows.size() == 1U);
    BOOST_TEST((data.rows.at(bad).state == port::EffectState::dead));
    BOOST_TEST(data.rows.at(bad).last_error == "crm.unreachable");
    BOOST_TEST(w.peer.given_up == std::vector<std::string>{"bad crm.unreachable"},
               boost::test_tools::per_element());
    BOOST_TEST(data.problems.size() == 1U);
    BOOST_TEST(w.peer.seen.back().subject == "next");
}

BOOST_AUTO_TEST_CASE(what_was_revived_or_merely_early_has_its_time_before_it) {
    World w;
    const auto early = w.add("gw:m1", "ask:1", "early");
    w.peer.answer = [&](const port::OutboxRow&) {
        port::Delivery later;
        later.outcome = port::Outcome::later;
        later.not_before = w.clock.now() + 1h;
        return later;
    };
    w.run_until(w.clock.now() + 80h);
    w.peer.answer = [](const port::OutboxRow&) { return down(); };
    w.run_until(w.clock.now() + 2h);
    BOOST_TEST(w.peer.given_up.empty());
    BOOST_TEST(w.store.data().rows.at(early).tries > 0);
    w.run_until(w.clock.now() + 73h);
    BOOST_REQUIRE(w.peer.given_up.size() == 1U);
    w.store.write([&](port::Tx& tx) { tx.outbox().revive(early, w.clock.now()); });
    w.run_until(w.clock.now() + 1h);
    BOOST_TEST(w.peer.given_up.size() == 1U);
    BOOST_CHECK(w.store.data().rows.at(early).state == port::EffectState::ready);
}

BOOST_AUTO_TEST_CASE(a_row_that_the_peer_chokes_on_does_not_stop_the_others) {
    World w;
    const auto start = w.clock.now();
    w.peer.answer = [&](const auto& row) {
        return row.subject == "bad" ? down() : port::Delivery{};
    };
    w.add("crm:a", "i1", "bad");
    w.run_until(start + 2h);
    for (int i = 0; i < 5; ++i) w.add("crm:a", "other" + std::to_string(i), "good");
    w.run_until(w.clock.now() + 19min);
    BOOST_TEST(w.store.data().rows.size() == 1U);
}

BOOST_AUTO_TEST_CASE(one_dead_account_delays_only_itself) {
    World w;
    w.peer.answer = [&](const auto& row) {
        return row.lane == "crm:dead" ? down() : port::Delivery{};
    };
    for (int i = 0; i < 50; ++i) {
        w.add("crm:dead", "d" + std::to_string(i), "x");
        w.add("crm:well", "w" + std::to_string(i), "x");
    }
    w.dispatcher.step();
    int dead = 0;
    for (const auto& row : w.peer.seen) dead += row.lane == "crm:dead" ? 1 : 0;
    BOOST_TEST(dead == 1);
    BOOST_TEST(w.store.data().rows.size() == 50U);
}

BOOST_AUTO_TEST_CASE(what_can_never_succeed_is_parked_at_once) {
    World w;
    w.peer.answer = [](const auto&) {
        port::Delivery it;
        it.outcome = port::Outcome::parked;
        it.code = "crm.refused";
        it.http_status = 400;
        return it;
    };
    w.add("crm:a", "i1", "x");
    BOOST_TEST(w.dispatcher.step() == 1);
    BOOST_TEST(w.peer.given_up.size() == 1U);
    BOOST_TEST(!w.dispatcher.next().has_value());
}

BOOST_AUTO_TEST_CASE(a_throwing_handler_is_a_failure_of_its_row) {
    World w;
    w.peer.answer = [](const auto& row) -> port::Delivery {
        if (row.subject == "bad") throw std::runtime_error("boom");
        if (row.subject == "worse") throw 42;
        return {};
    };
    const auto bad = w.add("crm:a", "i1", "bad");
    w.add("crm:a", "i2", "worse");
    w.add("crm:a", "i3", "good");
    BOOST_TEST(w.dispatcher.step() == 3);
    const auto data = w.store.data();
    BOOST_REQUIRE(data.rows.size() == 2U);
    BOOST_TEST(data.rows.at(bad).last_error == "internal");
    BOOST_TEST(data.rows.at(bad).tries == 1);
    BOOST_TEST(data.tries.size() == 3U);
}

BOOST_AUTO_TEST_CASE(a_kind_of_another_version_waits) {
    World w;
    port::OutboxRow row;
    row.lane = "crm:a";
    row.kind = "crm.future";
    row.due = row.created = w.clock.now();
    const auto id = port::commit(w.store, [&](port::Tx& tx) { return tx.outbox().add(row); });
    w.dispatcher.step();
    BOOST_TEST(w.store.data().rows.at(id).last_error == "outbox.kind_unknown");
}

BOOST_AUTO_TEST_CASE(a_record_that_fails_leaves_the_row_to_be_tried_again) {
    World w;
    w.peer.answer = [](const auto&) {
        port::Delivery it;
        it.record = [](port::Tx& tx) {
            port::ProblemRow half;
            half.key = "half";
            tx.problems().raise(half);
            throw std::runtime_error("conflict");
        };
        return it;
    };
    const auto id = w.add("crm:a", "i1", "x");
    w.dispatcher.step();
    const auto data = w.store.data();
    BOOST_TEST(data.problems.empty());
    BOOST_REQUIRE(data.rows.count(id) == 1U);
    BOOST_TEST((data.rows.at(id).state == port::EffectState::ready));
    BOOST_TEST(data.rows.at(id).last_error == "internal");
    w.peer.answer = nullptr;
    w.run_until(w.clock.now() + 2s);
    BOOST_TEST(w.store.data().rows.empty());
}

BOOST_AUTO_TEST_CASE(after_a_start_leases_and_back_offs_do_not_count) {
    World w;
    w.peer.answer = [](const auto&) { return down(); };
    w.add("crm:a", "i1", "x");
    w.run_until(w.clock.now() + 3h);
    w.add("crm:b", "i2", "y");
    w.store.write([&](port::Tx& tx) { tx.outbox().claim("crm:b", w.clock.now(), 9); });

    Peer peer;
    outbox::Dispatcher next(w.store, w.clock, w.random, w.log, w.meter, {}, {{"crm.push", &peer}});
    next.adopt();
    BOOST_TEST(next.step() == 2);
    BOOST_TEST(w.store.data().rows.empty());
}

BOOST_AUTO_TEST_CASE(a_start_does_not_wait_for_what_the_dead_process_was_doing) {
    World w;
    for (const char* kind : {"gateway.run", "crm.push"})
        w.store.write([&](port::Tx& tx) {
            port::OutboxRow row;
            row.connection = domain::ConnectionId("c1");
            row.lane = std::string("gw:") + kind;
            row.kind = kind;
            row.due = w.clock.now() + 90s;
            tx.outbox().add(row);
        });
    BOOST_TEST(w.dispatcher.step() == 0);

    Peer peer;
    outbox::Options options;
    options.resumed_kinds = {"gateway.run"};
    outbox::Dispatcher next(w.store, w.clock, w.random, w.log, w.meter, options,
                            {{"crm.push", &peer}, {"gateway.run", &peer}});
    next.adopt();
    BOOST_TEST(next.step() == 1);
    BOOST_REQUIRE(peer.seen.size() == 1U);
    BOOST_TEST(peer.seen.front().kind == "gateway.run");
}

BOOST_AUTO_TEST_CASE(hurry_delivers_what_backed_off) {
    World w;
    w.peer.answer = [](const auto&) { return down(); };
    for (int i = 0; i < 3; ++i) w.add("crm:a", "i" + std::to_string(i), "x");
    w.run_until(w.clock.now() + 3h);
    w.peer.answer = nullptr;
    BOOST_TEST(w.dispatcher.step() == 0);
    w.dispatcher.hurry("crm:a");
    BOOST_TEST(w.dispatcher.step() == 3);
}

BOOST_AUTO_TEST_CASE(the_gauges_tell_depth_and_age) {
    World w;
    w.peer.answer = [](const auto&) { return down(); };
    w.add("crm:a", "i1", "x");
    w.dispatcher.step();
    w.clock.advance(10min);
    w.dispatcher.report();
    BOOST_TEST((w.meter.values["outbox_depth,state=ready"] == 1));
    BOOST_TEST((w.meter.values["outbox_depth,state=dead"] == 0));
    BOOST_TEST((w.meter.values["outbox_oldest_age_seconds"] == 600));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::outbox_dispatcher_test
