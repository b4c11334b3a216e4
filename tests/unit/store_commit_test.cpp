// The group commit: what is promised to many callers at once.
#include <boost/test/unit_test.hpp>
#include <condition_variable>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

#include "tests/unit/store_fixture.hpp"

namespace tillbridge::store_commit_test {

using namespace store_test;

namespace {

struct Refused : std::runtime_error {
    using std::runtime_error::runtime_error;
};

port::InboxEvent event(const std::string& digest) {
    port::InboxEvent it;
    it.connection = connection_id();
    it.merchant = domain::MerchantId("m1");
    it.invoice = domain::InvoiceId("i1");
    it.digest = digest;
    it.at = {1};
    return it;
}

std::set<std::string> digests(const port::Store& store) {
    std::set<std::string> all;
    store.read([&](const port::Tx& tx) {
        for (const auto& it : tx.inbox().list(connection_id(), domain::InvoiceId("i1"))) {
            all.insert(it.digest);
        }
    });
    return all;
}

// Keeps the writer inside a unit, so that what is queued meanwhile becomes one group.
class HeldWriter {
  public:
    explicit HeldWriter(port::Store& store) {
        held_ = store.write_later([this](port::Tx&) {
            std::unique_lock lock(guard_);
            inside_ = true;
            changed_.notify_all();
            changed_.wait(lock, [this] { return !held_back_; });
        });
        std::unique_lock lock(guard_);
        changed_.wait(lock, [this] { return inside_; });
    }
    ~HeldWriter() { let_go(); }
    void let_go() {
        {
            const std::lock_guard lock(guard_);
            held_back_ = false;
        }
        changed_.notify_all();
        if (held_.valid()) held_.get();
    }

  private:
    std::mutex guard_;
    std::condition_variable changed_;
    bool inside_ = false;
    bool held_back_ = true;
    std::future<void> held_;
};

// Tells how many units each commit carried.
struct Counting {
    Directory directory;
    security::KeyRing keys{key_file(security::generate_master_key())};
    std::mutex guard;
    std::vector<std::size_t> groups;
    std::unique_ptr<port::Store> opened =
        store::open_store("sqlite:" + directory.file("store.db"), keys,
                          {true, false, [this](std::size_t units, auto) {
                               const std::lock_guard lock(guard);
                               groups.push_back(units);
                           }});
    port::Store& store = *opened;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(store_commit)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_unit_that_throws_leaves_nothing, Engine, Engines) {
    Engine e;
    const auto failing = [&] {
        e.store.write([](port::Tx& tx) {
            tx.inbox().add(event("gone"));
            throw Refused("no");
        });
    };
    BOOST_CHECK_EXCEPTION(failing(), Refused,
                          [](const Refused& error) { return error.what() == std::string("no"); });
    BOOST_TEST(digests(e.store).empty());
    e.store.write([](port::Tx& tx) { tx.inbox().add(event("kept")); });
    BOOST_TEST(digests(e.store) == std::set<std::string>{"kept"});
    BOOST_TEST(e.store.health().ok);
}

BOOST_FIXTURE_TEST_CASE(a_unit_that_throws_does_not_touch_its_neighbours, Counting) {
    std::vector<std::future<void>> units;
    {
        HeldWriter held(store);
        for (int i = 0; i < 20; ++i) {
            units.push_back(store.write_later([i](port::Tx& tx) {
                tx.inbox().add(event(std::to_string(i)));
                // Sees what its neighbours did before it.
                if (tx.inbox().add(event("first of all")) != (i == 0)) throw Refused("not first");
                if (i % 3 == 1) tx.inbox().add(event("lost " + std::to_string(i)));
                if (i % 3 == 1) throw Refused("third");
            }));
        }
    }
    std::set<std::string> expected = {"first of all"};
    for (int i = 0; i < 20; ++i) {
        if (i % 3 == 1) {
            BOOST_CHECK_THROW(units[static_cast<std::size_t>(i)].get(), Refused);
        } else {
            BOOST_CHECK_NO_THROW(units[static_cast<std::size_t>(i)].get());
            expected.insert(std::to_string(i));
        }
    }
    BOOST_TEST(digests(store) == expected);
    const std::lock_guard lock(guard);
    BOOST_TEST(groups == (std::vector<std::size_t>{1, 20}));
}

BOOST_FIXTURE_TEST_CASE(units_run_in_the_order_in_which_they_came, Counting) {
    std::vector<int> order;
    std::vector<std::future<void>> units;
    {
        HeldWriter held(store);
        for (int i = 0; i < 1000; ++i) {
            units.push_back(store.write_later([&order, i](port::Tx&) { order.push_back(i); }));
        }
    }
    for (auto& unit : units) unit.get();
    BOOST_REQUIRE(order.size() == 1000);
    for (int i = 0; i < 1000; ++i) BOOST_REQUIRE(order[static_cast<std::size_t>(i)] == i);
    const std::lock_guard lock(guard);
    for (const auto group : groups) BOOST_TEST(group <= 256U);  // a group is bounded
}

BOOST_AUTO_TEST_CASE_TEMPLATE(many_threads_write_and_each_sees_its_own, Engine, Engines) {
    Engine e;
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 16; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 25; ++i) {
                const auto name = std::to_string(t) + "-" + std::to_string(i);
                try {
                    e.store.write([&](port::Tx& tx) {
                        tx.inbox().add(event(name));
                        if (i % 5 == 0) throw Refused("some are refused");
                    });
                    if (i % 5 == 0) ++wrong;
                } catch (const Refused&) {
                    if (i % 5 != 0) ++wrong;
                }
                // A write that returned is seen by every read that begins after it.
                if ((digests(e.store).count(name) == 1) != (i % 5 != 0)) ++wrong;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    BOOST_TEST(wrong == 0);
    BOOST_TEST(digests(e.store).size() == 16U * 20U);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_read_sees_one_moment, Engine, Engines) {
    Engine e;
    e.store.read([&](const port::Tx& tx) {
        const auto count = [&] {
            return tx.inbox().list(connection_id(), domain::InvoiceId("i1")).size();
        };
        BOOST_TEST(count() == 0U);
        std::thread([&] {
            e.store.write([](port::Tx& other) { other.inbox().add(event("later")); });
        }).join();
        BOOST_TEST(count() == 0U);
        BOOST_TEST(digests(e.store).size() == 1U);  // a look of its own, inside this one
    });
    BOOST_TEST(digests(e.store).size() == 1U);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_unit_may_not_write_by_itself, Engine, Engines) {
    Engine e;
    BOOST_CHECK_THROW(e.store.write([&](port::Tx&) { e.store.write([](port::Tx&) {}); }),
                      std::logic_error);
    BOOST_CHECK_THROW(e.store.write([&](port::Tx&) { e.store.write_later([](port::Tx&) {}); }),
                      std::logic_error);
    e.store.write([](port::Tx& tx) { tx.inbox().add(event("still alive")); });
    BOOST_TEST(digests(e.store).size() == 1U);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_reader_can_not_write, Engine, Engines) {
    Engine e;
    BOOST_CHECK_THROW(e.store.read([](const port::Tx& tx) {
        const_cast<port::Tx&>(tx).inbox().add(event("by the back door"));
    }),
                      std::exception);
    BOOST_TEST(digests(e.store).empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(lanes_are_told_after_the_commit, Engine, Engines) {
    Engine e;
    std::vector<std::vector<std::string>> told;
    std::vector<std::size_t> seen;
    e.store.on_outbox([&](const std::vector<std::string>& lanes) {
        told.push_back(lanes);
        seen.push_back(port::look_up(
            e.store, [](const port::Tx& tx) { return tx.outbox().list({}, 100).size(); }));
    });
    e.store.write([](port::Tx& tx) { tx.inbox().add(event("no work")); });
    BOOST_TEST(told.empty());
    e.store.write([](port::Tx& tx) {
        tx.outbox().add(outbox_row("", {1}, "b"));
        tx.outbox().add(outbox_row("", {1}, "a"));
        tx.outbox().add(outbox_row("", {1}, "b"));
    });
    BOOST_CHECK_THROW(e.store.write([](port::Tx& tx) {
        tx.outbox().add(outbox_row("", {1}, "never"));
        throw Refused("no");
    }),
                      Refused);
    BOOST_REQUIRE(told.size() == 1);
    BOOST_TEST(told[0] == (std::vector<std::string>{"a", "b"}));
    BOOST_TEST(seen[0] == 3U);

    std::vector<std::future<void>> units;
    {
        HeldWriter held(e.store);
        units.push_back(e.store.write_later([](port::Tx& tx) {
            tx.outbox().add(outbox_row("", {1}, "lost"));
            throw Refused("no");
        }));
        units.push_back(e.store.write_later(
            [](port::Tx& tx) { tx.outbox().add(outbox_row("", {1}, "kept")); }));
    }
    BOOST_CHECK_THROW(units[0].get(), Refused);
    units[1].get();
    BOOST_REQUIRE(told.size() == 2);
    BOOST_TEST(told[1] == std::vector<std::string>{"kept"});
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_is_queued_at_the_end_is_still_written, Engine, Engines) {
    Engine e;
    std::vector<std::future<void>> units;
    for (int i = 0; i < 300; ++i) {
        units.push_back(
            e.store.write_later([i](port::Tx& tx) { tx.inbox().add(event(std::to_string(i))); }));
    }
    e.opened.reset();
    for (auto& unit : units) BOOST_CHECK_NO_THROW(unit.get());
    e.opened = store::open_store(e.url, e.keys);
    BOOST_TEST(digests(*e.opened).size() == 300U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::store_commit_test
