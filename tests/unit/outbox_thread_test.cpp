// The dispatcher with its threads: order and at most one delivery a key under load, a lane that
// hangs, the end, a store that is down for a while.
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>

#include "module/outbox/dispatcher.hpp"
#include "tests/support/fake_ports.hpp"
#include "tests/support/fake_store.hpp"

namespace tillbridge::outbox_thread_test {

using namespace std::chrono_literals;

namespace {

constexpr auto kPatience = 30s;

class RealClock : public port::Clock {
  public:
    domain::UtcTime now() const override {
        return {std::chrono::duration_cast<domain::Span>(
                    std::chrono::system_clock::now().time_since_epoch())
                    .count()};
    }
};

struct Peer : port::EffectHandler {
    std::mutex mutex;
    std::condition_variable changed;
    std::map<std::string, std::vector<std::int64_t>> seen;  // by order key
    std::set<std::string> under_way;
    bool overlapped = false;
    bool open = false;  // rows of subject `hang` wait for it
    int delivered = 0;
    int hanging = 0;

    port::Delivery deliver(const port::OutboxRow& row) override {
        std::unique_lock lock(mutex);
        overlapped = overlapped || !under_way.insert(row.order_key).second;
        seen[row.order_key].push_back(row.id);
        if (row.subject == "hang") {
            ++hanging;
            changed.notify_all();
            changed.wait(lock, [this] { return open; });
        }
        lock.unlock();
        std::this_thread::yield();
        lock.lock();
        under_way.erase(row.order_key);
        ++delivered;
        changed.notify_all();
        return {};
    }
    void parked(port::Tx&, const port::OutboxRow&, const std::string&) override {}

    template <class Is>
    bool wait(Is is) {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, kPatience, [&] { return is(*this); });
    }
    void let_go() {
        const std::lock_guard lock(mutex);
        open = true;
        changed.notify_all();
    }
};

struct World {
    test::FakeStore store;
    RealClock clock;
    test::SeededRandom random;
    test::MemoryLog log;
    test::MemoryMeter meter;
    Peer peer;
    outbox::Dispatcher dispatcher{store, clock, random, log, meter, {}, {{"k", &peer}}};

    void add(const std::string& lane, const std::string& order, const std::string& subject = "") {
        port::OutboxRow row;
        row.lane = lane;
        row.order_key = order;
        row.kind = "k";
        row.subject = subject;
        row.due = row.created = clock.now();
        store.write([&](port::Tx& tx) { tx.outbox().add(row); });
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(outbox_threads)

BOOST_AUTO_TEST_CASE(keys_keep_their_order_and_run_one_at_a_time) {
    World w;
    w.dispatcher.start();
    for (int round = 0; round < 20; ++round)
        for (int key = 0; key < 15; ++key)
            w.add("crm:" + std::to_string(key % 4), "i" + std::to_string(key));
    BOOST_REQUIRE(w.peer.wait([](const Peer& p) { return p.delivered == 300; }));
    BOOST_TEST(w.dispatcher.stop(kPatience));
    BOOST_TEST(!w.peer.overlapped);
    for (const auto& [key, ids] : w.peer.seen) {
        BOOST_TEST(ids.size() == 20U);
        BOOST_TEST(std::is_sorted(ids.begin(), ids.end()));
    }
    BOOST_TEST(w.store.data().rows.empty());
    BOOST_TEST(w.store.data().tries.size() == 300U);
}

BOOST_AUTO_TEST_CASE(a_lane_that_hangs_holds_up_no_other) {
    World w;
    w.dispatcher.start();
    for (int i = 0; i < 8; ++i) w.add("crm:hangs", "h" + std::to_string(i), "hang");
    BOOST_REQUIRE(w.peer.wait([](const Peer& p) { return p.hanging >= 1; }));
    for (int i = 0; i < 100; ++i) w.add("crm:well", "w" + std::to_string(i));
    BOOST_TEST(w.peer.wait([](const Peer& p) { return p.delivered == 100; }));
    w.peer.let_go();
    BOOST_TEST(w.peer.wait([](const Peer& p) { return p.delivered == 108; }));
    BOOST_TEST(w.dispatcher.stop(kPatience));
}

BOOST_AUTO_TEST_CASE(the_end_finishes_what_is_held_and_leaves_the_rest) {
    World w;
    w.dispatcher.start();
    for (int i = 0; i < 40; ++i) w.add("crm:a", "h" + std::to_string(i), "hang");
    BOOST_REQUIRE(w.peer.wait([](const Peer& p) { return p.hanging >= 1; }));
    BOOST_TEST(!w.dispatcher.stop(0us));  // not while something hangs
    w.peer.let_go();
    BOOST_TEST(w.dispatcher.stop(kPatience));
    const auto data = w.store.data();
    BOOST_TEST(static_cast<int>(data.rows.size()) == 40 - w.peer.delivered);
    BOOST_TEST(data.rows.size() > 0U);
    for (const auto& [id, row] : data.rows) BOOST_TEST((row.state == port::EffectState::ready));
}

BOOST_AUTO_TEST_CASE(a_store_that_is_down_costs_no_outcome) {
    World w;
    w.dispatcher.start();
    w.add("crm:a", "i1", "hang");
    BOOST_REQUIRE(w.peer.wait([](const Peer& p) { return p.hanging == 1; }));
    w.store.broken = true;
    w.peer.let_go();
    BOOST_REQUIRE(w.peer.wait([](const Peer& p) { return p.delivered == 1; }));
    w.store.broken = false;
    w.add("crm:a", "i1");  // comes after it: its delivery shows that the first was settled
    BOOST_TEST(w.peer.wait([](const Peer& p) { return p.delivered == 2; }));
    BOOST_TEST(w.dispatcher.stop(kPatience));
    BOOST_TEST(w.store.data().rows.empty());
    BOOST_TEST(w.peer.seen["i1"].size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::outbox_thread_test
