// Registration and notices as the outbox delivers them, and problems.
#include <boost/test/unit_test.hpp>

#include "module/service/connections.hpp"
#include "module/service/effects.hpp"
#include "module/service/problems.hpp"
#include "tests/support/fake_account.hpp"

namespace tillbridge::register_effects_test {

using namespace std::chrono_literals;
using port::HostResult;
using port::Outcome;
using test::FakeHost;

namespace {

struct World : test::FakeInstallation {
    service::RegisterHandler registers{context};
    service::NoticeHandler notices{context};
    domain::ConnectionId id;

    World() {
        service::Connections connections(context);
        id = connections.connect(domain::Secret("key"), "https://shop.retailcrm.ru")
                 .value()
                 .connection.id;
        host.registered.clear();
    }
    port::OutboxRow wanted() {
        store.write([&](port::Tx& tx) { service::want_registration(tx, clock.now(), id); });
        return waiting("crm.register").at(0);
    }
    port::Delivery deliver(port::EffectHandler& handler, const port::OutboxRow& row) {
        auto delivery = handler.deliver(row);
        store.write([&](port::Tx& tx) {
            if (delivery.record) delivery.record(tx);
            if (delivery.outcome == Outcome::parked) handler.parked(tx, row, delivery.code);
        });
        return delivery;
    }
    void raise(const std::string& key, const std::string& subject = "",
               const std::string& detail = "") {
        store.write([&](port::Tx& tx) {
            service::raise_problem(tx, clock.now(), id, key, subject, detail);
        });
    }
    std::vector<std::string> only(const std::string& key) { return {key}; }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(service_register)

BOOST_AUTO_TEST_CASE(registrations_of_an_account_wait_as_one_and_go_one_by_one) {
    World w;
    w.wanted();
    const auto row = w.wanted();
    BOOST_TEST(w.waiting("crm.register").size() == 1U);
    BOOST_TEST(row.lane == "crm:" + w.id.value);
    BOOST_TEST(!row.order_key.empty());
    w.store.write([&](port::Tx& tx) { tx.outbox().claim(row.lane, w.clock.now(), 1); });
    w.wanted();  // one under way may have read the old state: another follows
    BOOST_TEST(w.waiting("crm.register").size() == 2U);
    BOOST_TEST(w.waiting("crm.register")[1].order_key == row.order_key);
}

BOOST_AUTO_TEST_CASE(it_sends_what_is_known_when_it_is_sent) {
    World w;
    const auto row = w.wanted();
    w.store.write([&](port::Tx& tx) {
        domain::Merchant merchant;
        merchant.connection = w.id;
        merchant.id = domain::MerchantId("m1");
        merchant.active = false;
        tx.merchants().insert(merchant);
    });
    w.raise("crm.register_refused");
    w.raise("crm.unreachable");
    w.clock.advance(1min);
    BOOST_TEST((w.deliver(w.registers, row).outcome == Outcome::done));
    BOOST_REQUIRE(w.host.registered.size() == 1U);
    BOOST_TEST(w.host.registered[0].second.shops.size() == 1U);
    BOOST_TEST((w.store.data().connections.at(w.id.value).registered_at == w.clock.now()));
    BOOST_TEST(w.problems().empty());
    BOOST_TEST(w.host.checked.size() == 1U);  // the installation's; no move, no question
}

// The admin has a moment to link it in the CRM before anybody complains.
BOOST_AUTO_TEST_CASE(a_registration_is_followed_by_a_look_at_the_payment_types) {
    World w;
    w.deliver(w.registers, w.wanted());
    w.deliver(w.registers, w.wanted());
    BOOST_REQUIRE(w.waiting("crm.types").size() == 1U);
    const auto row = w.waiting("crm.types")[0];
    BOOST_TEST(row.lane == "crm:" + w.id.value);
    BOOST_TEST(row.order_key.empty());  // holds up nothing
    BOOST_TEST((row.due == w.clock.now() + service::kTypesGrace));
}

BOOST_AUTO_TEST_CASE(a_refusal_is_parked_with_a_problem) {
    World w;
    w.store.write([](port::Tx& tx) {
        for (const auto& row : tx.outbox().list(std::nullopt, 10)) tx.outbox().finish(row.id);
    });
    w.host.registering = FakeHost::answer(HostResult::refused, "crm.refused", 400);
    BOOST_TEST((w.deliver(w.registers, w.wanted()).outcome == Outcome::parked));
    BOOST_TEST(w.problems() == w.only("crm.register_refused"), boost::test_tools::per_element());
    BOOST_TEST(w.store.data().problems[0].detail == "in its own words");
    BOOST_TEST(w.waiting("crm.types").empty());
}

BOOST_AUTO_TEST_CASE(a_rejected_key_waits_for_a_person) {
    World w;
    w.host.registering = FakeHost::answer(HostResult::key_rejected, "crm.key_rejected", 403);
    const auto delivery = w.deliver(w.registers, w.wanted());
    BOOST_TEST((delivery.outcome == Outcome::again));
    BOOST_TEST(delivery.code == "crm.key_rejected");
    BOOST_TEST(w.problems() == w.only("crm.key_rejected"), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(silence_is_a_problem_once_it_lasts) {
    World w;
    w.host.registering = FakeHost::answer(HostResult::silent, "crm.unreachable");
    w.host.registering.timed_out = true;
    auto row = w.wanted();
    const auto delivery = w.deliver(w.registers, row);
    BOOST_TEST((delivery.outcome == Outcome::again));
    BOOST_TEST(delivery.overloaded);
    BOOST_TEST(w.problems().empty());
    row.tries = 5;
    w.deliver(w.registers, row);
    BOOST_TEST(w.problems() == w.only("crm.unreachable"), boost::test_tools::per_element());
    w.store.write([&](port::Tx& tx) { w.registers.parked(tx, row, "crm.unreachable"); });
    const std::vector<std::string> both = {"crm.unreachable", "outbox.dead"};
    BOOST_TEST(w.problems() == both, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_problem_is_announced_once_in_the_accounts_language) {
    World w;
    w.store.write([&](port::Tx& tx) {
        domain::Merchant merchant;
        merchant.connection = w.id;
        merchant.id = domain::MerchantId("m1");
        merchant.name = "My shop";
        tx.merchants().insert(merchant);
    });
    w.raise("gateway.clock_skew", "m1", "+25 s");
    w.raise("gateway.clock_skew", "m1", "+26 s");
    const auto rows = w.waiting("crm.notice");
    BOOST_REQUIRE(rows.size() == 1U);
    BOOST_TEST((w.deliver(w.notices, rows[0]).outcome == Outcome::done));
    BOOST_TEST(
        w.host.notices == w.only("uk:notice.prefix text=My shop: "
                                 "uk:problem.gateway.clock_skew.what detail=+25 s subject=m1 "
                                 "uk:problem.gateway.clock_skew.todo detail=+25 s subject=m1"),
        boost::test_tools::per_element());
    BOOST_TEST(w.store.data().problems[0].times == 2);
    BOOST_TEST(w.store.data().problems[0].announced);
}

BOOST_AUTO_TEST_CASE(what_is_over_is_not_announced_any_more) {
    World w;
    w.raise("gateway.silent", "m1");
    const auto row = w.waiting("crm.notice").at(0);
    w.store.write([&](port::Tx& tx) { service::clear_problem(tx, w.id, "gateway.silent", "m1"); });
    BOOST_TEST((w.deliver(w.notices, row).outcome == Outcome::done));
    BOOST_TEST(w.host.notices.empty());
}

// Its payment type is the next step of whoever adds a store.
BOOST_AUTO_TEST_CASE(a_store_that_is_being_set_up_is_no_news_yet) {
    World w;
    const auto due_in = [&](const char* key) {
        w.raise(key, "m1");
        return w.waiting("crm.notice").back().due - w.clock.now();
    };
    BOOST_TEST((due_in("gateway.silent") == domain::Span::zero()));
    BOOST_TEST((due_in("payment_type.missing") == std::chrono::minutes(5)));
}

BOOST_AUTO_TEST_CASE(the_crm_is_not_told_that_it_can_not_be_told) {
    World w;
    w.raise("crm.unreachable");
    BOOST_TEST(w.waiting("crm.notice").empty());
    BOOST_TEST(!w.store.data().problems[0].announced);
}

BOOST_AUTO_TEST_CASE(a_notice_that_is_refused_raises_nothing) {
    World w;
    w.raise("gateway.silent", "m1");
    w.host.noticing = FakeHost::answer(HostResult::refused, "crm.refused", 400);
    BOOST_TEST((w.deliver(w.notices, w.waiting("crm.notice").at(0)).outcome == Outcome::parked));
    BOOST_TEST(w.problems().size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::register_effects_test
