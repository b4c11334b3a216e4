// Subscriptions in the store: every column, the names by which one is found, its story, and plans
// that read no more than they must.
#include <SQLiteCpp/SQLiteCpp.h>

#include <boost/test/unit_test.hpp>

#include "tests/unit/store_fixture.hpp"

namespace tillbridge::store_subscriptions_test {

using namespace store_test;
using domain::SubscriptionId;
using domain::SubscriptionState;

namespace {

domain::Subscription subscription(const std::string& name, const std::string& profile = "77",
                                  const std::string& product = "593600") {
    domain::Subscription it;
    it.connection = connection_id();
    it.id = SubscriptionId(name);
    it.merchant = domain::MerchantId("m1");
    it.gateway = domain::GatewayCode("prodamus");
    it.product = product;
    it.profile = profile;
    it.invoice = domain::InvoiceId("i1");
    it.order_number = "215C";
    it.name = "Клуб «Основы»";
    it.cost = {99'000, domain::Currency::parse("RUB").value()};
    it.discount = 5'000;
    it.discount_charges = 3;
    it.state = SubscriptionState::stopped;
    it.stopped_by_buyer = true;
    it.payments_made = 4;
    it.limit = 12;
    it.next_payment_at = {51};
    it.error_code = "card_lost";
    it.error = "Карта утеряна";
    it.seen_at = {52};
    it.created_at = {53};
    it.updated_at = {54};
    it.version = 1;
    return it;
}

port::SubscriptionLine line(const std::string& of, const std::string& kind) {
    port::SubscriptionLine it;
    it.connection = connection_id();
    it.subscription = SubscriptionId(of);
    it.at = {61};
    it.kind = kind;
    it.summary = "990.00 RUB";
    it.detail = R"({"verdict":"applied"})";
    it.invoice = domain::InvoiceId("i-" + kind);
    it.charge = "charge/1/2";
    it.key = "key-" + kind;
    it.request = domain::RequestId("r1");
    return it;
}

template <class Look>
auto look(const port::Store& store, Look how) {
    return port::look_up(store, [&](const port::Tx& tx) { return how(tx.subscriptions()); });
}

std::vector<std::string> ids(const std::vector<domain::Subscription>& all) {
    std::vector<std::string> names;
    for (const auto& it : all) names.push_back(it.id.value);
    return names;
}

using Ids = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(store_subscriptions)

BOOST_AUTO_TEST_CASE_TEMPLATE(every_column_comes_back, Engine, Engines) {
    Engine on;
    plant(on.store);
    auto it = subscription("s1");
    on.store.write([&](port::Tx& tx) { tx.subscriptions().insert(it); });
    const auto found = [&] {
        return look(on.store,
                    [](const auto& all) { return all.find(connection_id(), SubscriptionId("s1")); })
            .value();
    };
    BOOST_CHECK(found() == it);

    it.limit.reset();
    it.cost = {};
    it.state = SubscriptionState::active;
    it.stopped_by_buyer = false;
    it.invoice = {};
    on.store.write([&](port::Tx& tx) { tx.subscriptions().save(it); });
    BOOST_TEST(it.version == 2);
    BOOST_CHECK(found() == it);

    auto old = it;
    old.version = 1;
    BOOST_CHECK_THROW(on.store.write([&](port::Tx& tx) { tx.subscriptions().save(old); }),
                      std::exception);
    BOOST_CHECK(!look(on.store, [](const auto& all) {
        return all.find(connection_id("c2"), SubscriptionId("s1"));
    }));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(one_a_buyer_and_product, Engine, Engines) {
    Engine on;
    plant(on.store);
    on.store.write([&](port::Tx& tx) { tx.subscriptions().insert(subscription("s1")); });
    BOOST_CHECK_THROW(
        on.store.write([&](port::Tx& tx) { tx.subscriptions().insert(subscription("s2")); }),
        std::exception);
    const auto by = [&](const char* product, const char* profile, const char* shop = "m1") {
        return look(on.store, [&](const auto& all) {
            return all.by_profile(connection_id(), domain::MerchantId(shop), product, profile)
                .has_value();
        });
    };
    BOOST_TEST(by("593600", "77"));
    BOOST_TEST(!by("593600", "78"));
    BOOST_TEST(!by("593601", "77"));
    BOOST_TEST(!by("593600", "77", "m2"));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(found_by_contact_invoice_and_support, Engine, Engines) {
    Engine on;
    plant(on.store);
    on.store.write([&](port::Tx& tx) {
        auto& all = tx.subscriptions();
        all.insert(subscription("s1", "77"));
        all.insert(subscription("s2", "78"));
        for (int twice = 0; twice < 2; ++twice)
            all.remember_contact(connection_id(), SubscriptionId("s1"), "print");
        all.remember_contact(connection_id(), SubscriptionId("s2"), "print");
        all.add_line(line("s2", "renewed"));
    });
    BOOST_TEST(look(on.store, [](const auto& all) {
                   return ids(all.by_contact(connection_id(), domain::MerchantId("m1"), "593600",
                                             "print", 1));
               }) == Ids{"s2"});
    BOOST_TEST(look(on.store, [](const auto& all) {
                   return ids(
                       all.by_contact(connection_id(), domain::MerchantId("m1"), "1", "print", 9));
               }) == Ids{});
    BOOST_TEST(look(on.store,
                    [](const auto& all) {
                        return all.by_invoice(connection_id(), domain::InvoiceId("i-renewed"));
                    })
                   .value()
                   .id.value == "s2");
    BOOST_CHECK(!look(on.store, [](const auto& all) {
        return all.by_invoice(connection_id("c2"), domain::InvoiceId("i-renewed"));
    }));
    const auto search = [&](const char* text, std::vector<std::string> prints = {}) {
        return look(on.store, [&](const auto& all) { return ids(all.search(text, prints, 10)); });
    };
    BOOST_TEST(search("s1") == Ids{"s1"});
    BOOST_TEST(search("78") == Ids{"s2"});
    BOOST_TEST(search("593600") == (Ids{"s1", "s2"}));
    BOOST_TEST(search("+79991234567", {"print"}) == (Ids{"s2", "s1"}));
    BOOST_TEST(search("nothing") == Ids{});
    BOOST_TEST(search("") == Ids{});
}

BOOST_AUTO_TEST_CASE_TEMPLATE(lists_go_by_the_newest, Engine, Engines) {
    Engine on;
    plant(on.store);
    on.store.write([&](port::Tx& tx) {
        for (const char digit : std::string("123456")) {
            auto it = subscription(std::string("s") + digit, std::string(1, digit),
                                   digit < '4' ? "A" : "B");
            it.state = digit % 2 == 0 ? SubscriptionState::active : SubscriptionState::failed;
            tx.subscriptions().insert(it);
        }
    });
    const auto list = [&](const port::SubscriptionFilter& filter, const char* after, int limit) {
        return look(on.store, [&](const auto& all) {
            return ids(all.list(connection_id(), filter, SubscriptionId(after), limit));
        });
    };
    BOOST_TEST(list({}, "", 2) == (Ids{"s6", "s5"}));
    BOOST_TEST(list({}, "s5", 2) == (Ids{"s4", "s3"}));
    BOOST_TEST(list({"", SubscriptionState::failed}, "", 9) == (Ids{"s5", "s3", "s1"}));
    BOOST_TEST(list({"A", {}}, "", 2) == (Ids{"s3", "s2"}));
    BOOST_TEST(list({"B", SubscriptionState::active}, "s6", 9) == (Ids{"s4"}));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_story_only_grows, Engine, Engines) {
    Engine on;
    plant(on.store);
    on.store.write([&](port::Tx& tx) {
        tx.subscriptions().insert(subscription("s1"));
        tx.subscriptions().add_line(line("s1", "one"));
        auto second = line("s1", "two");
        second.invoice = {};
        second.key = "key-one";
        tx.subscriptions().add_line(second);
    });
    const auto story = look(
        on.store, [](const auto& all) { return all.lines(connection_id(), SubscriptionId("s1")); });
    BOOST_REQUIRE_EQUAL(story.size(), 2U);
    BOOST_TEST(story[0].kind == "one");
    BOOST_TEST(story[0].summary == "990.00 RUB");
    BOOST_TEST(story[0].detail == R"({"verdict":"applied"})");
    BOOST_TEST(story[0].invoice.value == "i-one");
    BOOST_TEST(story[0].charge == "charge/1/2");
    BOOST_TEST(story[0].request.value == "r1");
    BOOST_CHECK(story[0].at == UtcTime{61});
    BOOST_TEST(story[1].invoice.value == "");
    BOOST_TEST(look(on.store,
                    [](const auto& all) {
                        return all.line_of_key(connection_id(), SubscriptionId("s1"), "key-one");
                    })
                   .value()
                   .kind == "two");
    BOOST_CHECK(!look(on.store, [](const auto& all) {
        return all.line_of_key(connection_id(), SubscriptionId("s1"), "other");
    }));
}

BOOST_AUTO_TEST_CASE(the_database_itself_refuses_to_change_a_story) {
    OnSqlite on;
    plant(on.store);
    on.store.write([&](port::Tx& tx) {
        tx.subscriptions().insert(subscription("s1"));
        tx.subscriptions().add_line(line("s1", "one"));
    });
    on.opened.reset();
    SQLite::Database db(on.directory.file("store.db"), SQLite::OPEN_READWRITE);
    BOOST_CHECK_THROW(db.exec("UPDATE subscription_event SET kind = 'x'"), SQLite::Exception);
    BOOST_CHECK_THROW(db.exec("DELETE FROM subscription_event"), SQLite::Exception);
}

BOOST_AUTO_TEST_CASE(what_every_route_asks_goes_through_an_index) {
    OnSqlite on;
    on.opened.reset();
    SQLite::Database db(on.directory.file("store.db"), SQLite::OPEN_READONLY);
    for (const char* sql :
         {"SELECT * FROM subscription s WHERE s.product = ?1 AND s.profile = ?2"
          " AND s.merchant_id = ?3 AND s.connection_id = ?4",
          "SELECT s.* FROM subscription_event e CROSS JOIN subscription s WHERE e.invoice_id = ?2"
          " AND e.connection_id = ?1 AND s.connection_id = e.connection_id"
          " AND s.subscription_id = e.subscription_id LIMIT 1",
          "SELECT * FROM subscription s WHERE s.connection_id = ?1 AND s.subscription_id < ?2"
          " ORDER BY s.subscription_id DESC LIMIT ?3",
          "SELECT * FROM subscription s WHERE s.connection_id = ?1 AND s.state = ?4"
          " AND s.subscription_id < ?2 ORDER BY s.subscription_id DESC LIMIT ?3",
          "SELECT * FROM subscription s WHERE s.connection_id = ?1 AND s.product = ?5"
          " AND s.state = ?4 AND s.subscription_id < ?2 ORDER BY s.subscription_id DESC LIMIT ?3",
          "SELECT * FROM subscription s WHERE s.profile = ?1 ORDER BY s.subscription_id DESC"
          " LIMIT ?2",
          "SELECT * FROM subscription s WHERE s.product = ?1 ORDER BY s.profile LIMIT ?2"}) {
        SQLite::Statement plan(db, std::string("EXPLAIN QUERY PLAN ") + sql);
        while (plan.executeStep()) {
            const std::string step = plan.getColumn(3).getText();
            BOOST_TEST(step.find("SCAN") == std::string::npos, sql << ": " << step);
            BOOST_TEST(step.find("TEMP B-TREE") == std::string::npos, sql << ": " << step);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::store_subscriptions_test
