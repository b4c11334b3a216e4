// The queue of effects: lanes, order, leases, coalescing, on every engine.
#include <boost/test/unit_test.hpp>
#include <map>
#include <random>
#include <set>

#include "tests/unit/store_fixture.hpp"

namespace tillbridge::store_outbox_test {

using namespace store_test;

namespace {

const std::string kLane = "crm:c1";

std::vector<std::int64_t> claim(port::Store& store, UtcTime now, int limit = 10,
                                const std::string& lane = kLane) {
    return port::commit(store, [&](port::Tx& tx) {
        std::vector<std::int64_t> ids;
        for (const auto& row : tx.outbox().claim(lane, now, limit)) ids.push_back(row.id);
        return ids;
    });
}

port::OutboxRow at(port::Store& store, std::int64_t id) {
    return port::look_up(store, [&](const port::Tx& tx) { return tx.outbox().find(id).value(); });
}

bool there(port::Store& store, std::int64_t id) {
    return port::look_up(store,
                         [&](const port::Tx& tx) { return tx.outbox().find(id).has_value(); });
}

std::optional<UtcTime> next_due(port::Store& store) {
    return port::look_up(store, [](const port::Tx& tx) { return tx.outbox().next_due(kLane); });
}

template <class Act>
void change(port::Store& store, Act act) {
    store.write([&](port::Tx& tx) { act(tx.outbox()); });
}

using Ids = std::vector<std::int64_t>;

}  // namespace

BOOST_AUTO_TEST_SUITE(store_outbox)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_row_comes_back_whole, Engine, Engines) {
    Engine e;
    auto row = outbox_row("key", {5});
    row.coalesce = "word";
    const auto id = add(e.store, row);
    const auto found = at(e.store, id);
    BOOST_TEST(found.id == id);
    BOOST_TEST(found.connection.value == "c1");
    BOOST_TEST(found.lane == row.lane);
    BOOST_TEST(found.order_key == "key");
    BOOST_TEST(found.kind == row.kind);
    BOOST_TEST(found.subject == row.subject);
    BOOST_TEST(found.payload == row.payload);
    BOOST_TEST(found.coalesce == "word");
    BOOST_TEST(found.due.micros == 5);
    BOOST_TEST(found.created.micros == 5);
    BOOST_TEST(found.tries == 0);
    BOOST_TEST((found.state == port::EffectState::ready));
    BOOST_TEST(found.cause == 5);
    BOOST_TEST(found.request.value == "r1");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(due_rows_of_a_lane_are_taken_once, Engine, Engines) {
    Engine e;
    const auto late = add(e.store, outbox_row("", {20}));
    const auto early = add(e.store, outbox_row("", {10}));
    const auto future = add(e.store, outbox_row("", {99}));
    add(e.store, outbox_row("", {1}, "crm:c2"));
    BOOST_TEST(claim(e.store, {9}).empty());
    BOOST_TEST(claim(e.store, {50}, 1) == Ids{early});
    BOOST_TEST(claim(e.store, {50}) == Ids{late});
    BOOST_TEST(claim(e.store, {50}).empty());
    BOOST_TEST((at(e.store, late).state == port::EffectState::leased));
    BOOST_TEST((next_due(e.store) == UtcTime{99}));
    change(e.store, [&](port::Outbox& outbox) { outbox.finish(early); });
    BOOST_TEST(!there(e.store, early));
    BOOST_TEST(claim(e.store, {99}) == Ids{future});
    BOOST_TEST(!next_due(e.store).has_value());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_earlier_row_of_a_key_holds_the_later_ones, Engine, Engines) {
    Engine e;
    const auto first = add(e.store, outbox_row("k", {50}));
    const auto second = add(e.store, outbox_row("k", {1}));
    const auto other = add(e.store, outbox_row("another", {1}));
    // The first is not due yet and blocks all the same; the lane does not pretend otherwise.
    BOOST_TEST(claim(e.store, {10}) == Ids{other});
    BOOST_TEST((next_due(e.store) == UtcTime{50}));
    BOOST_TEST(claim(e.store, {50}) == Ids{first});
    BOOST_TEST(claim(e.store, {50}).empty());
    BOOST_TEST(!next_due(e.store).has_value());
    change(e.store, [&](port::Outbox& outbox) { outbox.retry(first, {70}, "no answer"); });
    BOOST_TEST(at(e.store, first).tries == 1);
    BOOST_TEST(at(e.store, first).last_error == "no answer");
    BOOST_TEST(claim(e.store, {60}).empty());
    BOOST_TEST(claim(e.store, {70}) == Ids{first});
    change(e.store, [&](port::Outbox& outbox) { outbox.finish(first); });
    BOOST_TEST(claim(e.store, {70}) == Ids{second});
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_dead_row_holds_nothing, Engine, Engines) {
    Engine e;
    const auto first = add(e.store, outbox_row("k"));
    const auto second = add(e.store, outbox_row("k"));
    BOOST_TEST(claim(e.store, {1}) == Ids{first});
    change(e.store, [&](port::Outbox& outbox) { outbox.park(first, "crm.refused"); });
    BOOST_TEST((at(e.store, first).state == port::EffectState::dead));
    BOOST_TEST(at(e.store, first).last_error == "crm.refused");
    BOOST_TEST(claim(e.store, {1}) == Ids{second});

    // Revived while a later one is under way: it waits, then goes.
    change(e.store, [&](port::Outbox& outbox) { outbox.revive(first, {2}); });
    BOOST_TEST(at(e.store, first).tries == 0);
    BOOST_TEST(claim(e.store, {9}).empty());
    BOOST_TEST(!next_due(e.store).has_value());
    change(e.store, [&](port::Outbox& outbox) { outbox.retry(second, {3}, "again"); });
    BOOST_TEST(claim(e.store, {9}) == Ids{first});
    change(e.store, [&](port::Outbox& outbox) { outbox.finish(first); });
    BOOST_TEST(claim(e.store, {9}) == Ids{second});
}

BOOST_AUTO_TEST_CASE_TEMPLATE(only_dead_rows_are_revived, Engine, Engines) {
    Engine e;
    const auto dead = add(e.store, outbox_row("a"));
    auto other_kind = outbox_row("b");
    other_kind.kind = "crm.notice";
    const auto other = add(e.store, other_kind);
    const auto ready = add(e.store, outbox_row("c", {77}));
    change(e.store, [&](port::Outbox& outbox) {
        outbox.claim(kLane, {1}, 9);
        outbox.park(dead, "x");
        outbox.park(other, "x");
        outbox.revive(ready, {5});
    });
    BOOST_TEST(at(e.store, ready).due.micros == 77);
    const auto revived = port::commit(e.store, [](port::Tx& tx) {
        return tx.outbox().revive_all(connection_id(), "crm.push", {5});
    });
    BOOST_TEST(revived == 1);
    BOOST_TEST(claim(e.store, {5}) == Ids{dead});
    BOOST_TEST((at(e.store, other).state == port::EffectState::dead));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_released_row_was_no_try, Engine, Engines) {
    Engine e;
    const auto id = add(e.store, outbox_row("k"));
    claim(e.store, {1});
    change(e.store, [&](port::Outbox& outbox) { outbox.release(id, {30}); });
    BOOST_TEST(at(e.store, id).tries == 0);
    BOOST_TEST(claim(e.store, {29}).empty());
    BOOST_TEST(claim(e.store, {30}) == Ids{id});
}

BOOST_AUTO_TEST_CASE_TEMPLATE(after_a_start_leases_are_void, Engine, Engines) {
    Engine e;
    const auto first = add(e.store, outbox_row("k"));
    add(e.store, outbox_row("k"));
    const auto alone = add(e.store, outbox_row(""));
    claim(e.store, {1});
    const auto released =
        port::commit(e.store, [](port::Tx& tx) { return tx.outbox().release_all({8}); });
    BOOST_TEST(released == 2);
    BOOST_TEST(claim(e.store, {8}) == (Ids{first, alone}));
    BOOST_TEST(at(e.store, first).due.micros == 8);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(back_off_ends_early, Engine, Engines) {
    Engine e;
    const auto tried = add(e.store, outbox_row("a"));
    const auto planned = add(e.store, outbox_row("b", {500}));  // nothing failed: it has its moment
    claim(e.store, {1});
    change(e.store, [&](port::Outbox& outbox) {
        outbox.retry(tried, {900}, "no answer");
        outbox.hurry("crm:c2", {10});
    });
    BOOST_TEST(claim(e.store, {10}).empty());
    change(e.store, [&](port::Outbox& outbox) { outbox.hurry(kLane, {10}); });
    BOOST_TEST(claim(e.store, {10}) == Ids{tried});
    BOOST_TEST(at(e.store, planned).due.micros == 500);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(after_a_start_what_waited_for_the_dead_process_is_due, Engine,
                              Engines) {
    Engine e;
    auto net = outbox_row("a", {90});
    net.kind = "gateway.run";
    const auto later = add(e.store, net);
    const auto behind = add(e.store, outbox_row("a"));
    const auto other = add(e.store, outbox_row("b", {90}));
    change(e.store, [&](port::Outbox& outbox) { outbox.hurry_kind("gateway.run", {10}); });
    BOOST_TEST(claim(e.store, {10}) == Ids{later});
    BOOST_TEST(at(e.store, behind).due.micros < 10);
    BOOST_TEST(at(e.store, other).due.micros == 90);
    // What is due already keeps its moment.
    change(e.store, [&](port::Outbox& outbox) {
        outbox.release(later, {20});
        outbox.hurry_kind("gateway.run", {30});
    });
    BOOST_TEST(at(e.store, later).due.micros == 20);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_is_postponed_or_revived_begins_anew, Engine, Engines) {
    Engine e;
    const auto id = add(e.store, outbox_row("k"));
    change(e.store, [&](port::Outbox& outbox) { outbox.retry(id, {1}, "x"); });
    claim(e.store, {1});
    change(e.store, [&](port::Outbox& outbox) { outbox.postpone(id, {90}, {60}); });
    BOOST_TEST(at(e.store, id).due.micros == 90);
    BOOST_TEST(at(e.store, id).created.micros == 60);
    BOOST_TEST(at(e.store, id).tries == 0);
    change(e.store, [&](port::Outbox& outbox) {
        outbox.park(id, "x");
        outbox.revive(id, {100});
    });
    BOOST_TEST(at(e.store, id).created.micros == 100);
    change(e.store, [&](port::Outbox& outbox) {
        outbox.park(id, "x");
        outbox.revive_all(connection_id(), "crm.push", {110});
    });
    BOOST_TEST(at(e.store, id).created.micros == 110);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_waiting_twin_makes_a_row_needless, Engine, Engines) {
    Engine e;
    auto row = outbox_row("k", {50});
    row.coalesce = "ask:i1";
    const auto first = add(e.store, row);
    BOOST_TEST(first != 0);
    row.due = {60};
    BOOST_TEST(add(e.store, row) == 0);
    BOOST_TEST(at(e.store, first).due.micros == 50);
    row.due = {40};
    BOOST_TEST(add(e.store, row) == 0);
    BOOST_TEST(at(e.store, first).due.micros == 40);
    // What backs off keeps its moment.
    auto refused = row;
    refused.coalesce = "ask:refused";
    refused.order_key = "refused";
    const auto backing_off = add(e.store, refused);
    change(e.store, [&](port::Outbox& outbox) { outbox.retry(backing_off, {45}, "x"); });
    BOOST_TEST(add(e.store, refused) == 0);
    BOOST_TEST(at(e.store, backing_off).due.micros == 45);
    auto elsewhere = row;
    elsewhere.connection = connection_id("c2");
    BOOST_TEST(add(e.store, elsewhere) != 0);
    claim(e.store, {40});
    BOOST_TEST(add(e.store, row) != 0);  // what is under way may have looked already
    change(e.store, [&](port::Outbox& outbox) { outbox.park(first, "x"); });
    BOOST_TEST(add(e.store, row) == 0);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(stale_statuses_go, Engine, Engines) {
    Engine e;
    const auto leased = add(e.store, outbox_row("k"));
    claim(e.store, {1});
    const auto stale = add(e.store, outbox_row("k"));
    auto refund = outbox_row("k");
    refund.kind = "crm.refund";
    const auto kept = add(e.store, refund);
    const auto other = add(e.store, outbox_row("another"));
    const auto dropped =
        port::commit(e.store, [](port::Tx& tx) { return tx.outbox().drop_stale("k", "crm.push"); });
    BOOST_REQUIRE(dropped.size() == 1);
    BOOST_TEST(dropped[0].id == stale);
    BOOST_TEST(!there(e.store, stale));
    BOOST_TEST(there(e.store, leased));
    BOOST_TEST(there(e.store, other));
    change(e.store, [&](port::Outbox& outbox) { outbox.finish(leased); });
    BOOST_TEST(claim(e.store, {1}) == (Ids{kept, other}));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_head_of_a_key_may_be_stale, Engine, Engines) {
    Engine e;
    add(e.store, outbox_row("k", {99}));
    auto refund = outbox_row("k");
    refund.kind = "crm.refund";
    const auto next = add(e.store, refund);
    change(e.store, [](port::Outbox& outbox) { outbox.drop_stale("k", "crm.push"); });
    BOOST_TEST(claim(e.store, {1}) == Ids{next});
}

BOOST_AUTO_TEST_CASE_TEMPLATE(lanes_tell_when_they_have_something_to_do, Engine, Engines) {
    Engine e;
    add(e.store, outbox_row("a", {30}, "crm:b"));
    add(e.store, outbox_row("a", {5}, "crm:b"));  // behind the first
    add(e.store, outbox_row("", {20}, "crm:b"));
    add(e.store, outbox_row("", {7}, "gw:a"));
    add(e.store, outbox_row("", {1}, "leased"));
    claim(e.store, {1}, 10, "leased");
    const auto lanes =
        port::look_up(e.store, [](const port::Tx& tx) { return tx.outbox().lanes(); });
    std::map<std::string, std::int64_t> found;
    for (const auto& lane : lanes) found[lane.name] = lane.due.micros;
    BOOST_TEST((found == std::map<std::string, std::int64_t>{{"crm:b", 20}, {"gw:a", 7}}));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(tries_outlive_their_row, Engine, Engines) {
    Engine e;
    const auto id = add(e.store, outbox_row("k"));
    change(e.store, [&](port::Outbox& outbox) {
        outbox.add_try({id, connection_id(), 1, {5}, domain::Span{250}, 502, "retry", "masked"});
        outbox.add_try({id, connection_id(), 2, {6}, domain::Span{10}, 200, "done", ""});
        outbox.finish(id);
    });
    const auto tries =
        port::look_up(e.store, [&](const port::Tx& tx) { return tx.outbox().tries(id); });
    BOOST_REQUIRE(tries.size() == 2);
    BOOST_TEST(tries[0].row == id);
    BOOST_TEST(tries[0].connection.value == "c1");
    BOOST_TEST(tries[0].number == 1);
    BOOST_TEST(tries[0].at.micros == 5);
    BOOST_TEST(tries[0].took.count() == 250);
    BOOST_TEST(tries[0].http_status == 502);
    BOOST_TEST(tries[0].outcome == "retry");
    BOOST_TEST(tries[0].detail == "masked");
    BOOST_TEST(tries[1].outcome == "done");
    BOOST_TEST(add(e.store, outbox_row("k")) > id);  // or its tries would pass for another's
}

BOOST_AUTO_TEST_CASE_TEMPLATE(rows_are_counted_and_listed, Engine, Engines) {
    Engine e;
    const auto stats = [&] {
        return port::look_up(e.store, [](const port::Tx& tx) { return tx.outbox().stats(); });
    };
    BOOST_TEST(!stats().oldest);
    add(e.store, outbox_row("a", {3}));
    const auto parked = add(e.store, outbox_row("b", {4}));
    add(e.store, outbox_row("c", {9}));
    auto other = outbox_row("d", {8});
    other.subject = "i2";
    add(e.store, other);
    claim(e.store, {4});
    change(e.store, [&](port::Outbox& outbox) { outbox.park(parked, "x"); });
    BOOST_TEST(stats().ready == 2);
    BOOST_TEST(stats().leased == 1);
    BOOST_TEST(stats().dead == 1);
    BOOST_TEST(stats().oldest.micros == 8);
    e.store.read([&](const port::Tx& tx) {
        const auto& outbox = tx.outbox();
        BOOST_TEST(outbox.list({}, 10).size() == 4U);
        BOOST_TEST(outbox.list({}, 3).size() == 3U);
        const auto dead = outbox.list(port::EffectState::dead, 10);
        BOOST_REQUIRE(dead.size() == 1);
        BOOST_TEST(dead[0].id == parked);
        BOOST_TEST(outbox.of_subject(connection_id(), "i2").size() == 1U);
        BOOST_TEST(outbox.of_subject(connection_id(), "i1").size() == 3U);
        BOOST_TEST(outbox.of_subject(connection_id("c2"), "i1").empty());
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(rows_of_a_kind_are_walked_and_rewritten, Engine, Engines) {
    Engine e;
    std::vector<std::int64_t> ids;
    for (const auto* kind : {"bot.call", "crm.push", "bot.call", "bot.call"}) {
        auto row = outbox_row(std::to_string(ids.size()), {3});
        row.kind = kind;
        ids.push_back(add(e.store, row));
    }
    change(e.store, [&](port::Outbox& outbox) {
        outbox.park(ids[2], "x");
        outbox.put_payload(ids[2], R"({"new":1})");
    });
    e.store.read([&](const port::Tx& tx) {
        const auto& outbox = tx.outbox();
        const auto first = outbox.of_kind("bot.call", 0, 2);
        BOOST_REQUIRE(first.size() == 2U);
        BOOST_TEST(first[0].id == ids[0]);
        BOOST_TEST(first[1].id == ids[2]);
        BOOST_TEST(first[1].payload == R"({"new":1})");
        const auto rest = outbox.of_kind("bot.call", ids[2], 2);
        BOOST_REQUIRE(rest.size() == 1U);
        BOOST_TEST(rest[0].id == ids[3]);
    });
}

// A model of the queue: whatever is done to it in whatever order, a key's rows go one at a time and
// in order, every due row that may go is offered, and the store finds itself sound.
BOOST_AUTO_TEST_CASE_TEMPLATE(any_order_of_events_keeps_the_promises, Engine, Engines) {
    Engine e;
    std::mt19937 dice(20260101);
    const auto pick = [&](int below) {
        return static_cast<int>(dice() % static_cast<unsigned>(below));
    };
    struct Row {
        std::string key;
        std::string state;
        std::int64_t due;
    };
    std::map<std::int64_t, Row> model;
    const auto any = [&](const std::string& state) {
        Ids all;
        for (const auto& [id, row] : model) {
            if (row.state == state) all.push_back(id);
        }
        return all.empty() ? 0 : all[static_cast<std::size_t>(pick(static_cast<int>(all.size())))];
    };
    const auto may_go = [&](std::int64_t id, const Row& row, std::int64_t now) {
        if (row.state != "ready" || row.due > now) return false;
        for (const auto& [other, it] : model) {
            if (row.key.empty() || it.key != row.key || other == id) continue;
            if (it.state == "leased" || (it.state == "ready" && other < id)) return false;
        }
        return true;
    };
    for (int step = 0; step < 1500; ++step) {
        const std::int64_t now = step;
        const auto due = now + pick(20) - 10;
        switch (pick(8)) {
            case 0:
            case 1: {
                const auto key = pick(5) == 0 ? "" : "k" + std::to_string(pick(4));
                model[add(e.store, outbox_row(key, {due}))] = {key, "ready", due};
                break;
            }
            case 2:
            case 3: {
                std::set<std::int64_t> expected;
                for (const auto& [id, row] : model) {
                    if (may_go(id, row, now)) expected.insert(id);
                }
                const auto got = claim(e.store, {now}, 1000);
                BOOST_REQUIRE((std::set<std::int64_t>(got.begin(), got.end()) == expected));
                for (const auto id : got) model[id].state = "leased";
                break;
            }
            case 4:
                if (const auto id = any("leased"); id != 0) {
                    change(e.store, [&](port::Outbox& outbox) { outbox.finish(id); });
                    model.erase(id);
                }
                break;
            case 5:
                if (const auto id = any("leased"); id != 0) {
                    const bool retry = pick(2) == 0;
                    change(e.store, [&](port::Outbox& outbox) {
                        retry ? outbox.retry(id, {due}, "x") : outbox.release(id, {due});
                    });
                    model[id] = {model[id].key, "ready", due};
                }
                break;
            case 6:
                if (const auto id = any("leased"); id != 0) {
                    change(e.store, [&](port::Outbox& outbox) { outbox.park(id, "x"); });
                    model[id].state = "dead";
                }
                break;
            default:
                if (const auto id = any("dead"); id != 0 && pick(3) == 0) {
                    change(e.store, [&](port::Outbox& outbox) { outbox.revive(id, {due}); });
                    model[id] = {model[id].key, "ready", due};
                } else if (pick(20) == 0) {
                    change(e.store, [&](port::Outbox& outbox) { outbox.release_all({due}); });
                    for (auto& [each, row] : model) {
                        if (row.state == "leased") row = {row.key, "ready", due};
                    }
                }
        }
        std::optional<UtcTime> next;
        for (const auto& [id, row] : model) {
            if (!may_go(id, row, row.due)) continue;
            if (!next || row.due < next->micros) next = UtcTime{row.due};
        }
        BOOST_REQUIRE((next_due(e.store) == next));
    }
    BOOST_TEST(e.store.check_integrity().empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::store_outbox_test
