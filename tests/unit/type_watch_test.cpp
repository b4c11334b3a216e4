// Every account's payment types are looked at in turn, a few accounts a round.
#include "module/service/type_watch.hpp"

#include <boost/test/unit_test.hpp>

#include "module/service/effects.hpp"
#include "tests/support/fake_account.hpp"

namespace tillbridge::type_watch_test {

using namespace std::chrono_literals;
using service::TypeWatch;

namespace {

struct World : test::FakeInstallation {
    TypeWatch watch{context};

    void connections(int count, bool active = true) {
        store.write([&](port::Tx& tx) {
            for (int i = 0; i < count; ++i) {
                domain::Connection one;
                one.id = domain::ConnectionId("c" + std::to_string(100'000 + ++made_));
                one.public_url = "https://" + one.id.value + ".example";
                one.client_id = domain::Secret("client-" + one.id.value);
                one.settings_token = domain::Secret("settings-" + one.id.value);
                one.active = active;
                tx.connections().insert(one);
            }
        });
    }
    // What waits goes.
    std::size_t taken() {
        const auto rows = waiting("crm.types");
        store.write([&](port::Tx& tx) {
            for (const auto& row : rows) tx.outbox().finish(row.id);
        });
        return rows.size();
    }

  private:
    int made_ = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(service_type_watch)

BOOST_AUTO_TEST_CASE(each_account_once_a_turn) {
    World w;
    w.connections(3);
    w.connections(1, false);
    BOOST_TEST(w.watch.round() == 3);
    const auto rows = w.waiting("crm.types");
    BOOST_REQUIRE(rows.size() == 3U);
    for (const auto& row : rows) BOOST_TEST((row.due == w.clock.now()));
    BOOST_TEST(w.taken() == 3U);
    w.clock.advance(TypeWatch::kEvery - 1s);
    BOOST_TEST(w.watch.round() == 0);
    w.clock.advance(1s);
    BOOST_TEST(w.watch.round() == 3);
}

BOOST_AUTO_TEST_CASE(many_accounts_take_several_rounds) {
    World w;
    w.connections(2 * TypeWatch::kBatch + 7);
    BOOST_TEST(w.watch.round() == TypeWatch::kBatch);
    BOOST_TEST(w.watch.round() == TypeWatch::kBatch);
    BOOST_TEST(w.watch.round() == 7);
    BOOST_TEST(w.watch.round() == 0);
    BOOST_TEST(w.taken() == 2U * TypeWatch::kBatch + 7U);
    w.clock.advance(TypeWatch::kEvery);
    BOOST_TEST(w.watch.round() == TypeWatch::kBatch);
}

// A look that still waits for its day is brought forward, not doubled.
BOOST_AUTO_TEST_CASE(one_look_waits_at_a_time) {
    World w;
    w.connections(1);
    const domain::ConnectionId id("c100001");
    w.store.write([&](port::Tx& tx) {
        service::want_types(tx, w.clock.now(), id, w.clock.now() + service::kTypesGrace);
    });
    w.watch.round();
    BOOST_REQUIRE(w.waiting("crm.types").size() == 1U);
    BOOST_TEST((w.waiting("crm.types")[0].due == w.clock.now()));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::type_watch_test
