// Diagnostics in the store: users and sessions, an audit log that can't be changed, and finding a
// payment or an account by any of its names.
#include <SQLiteCpp/SQLiteCpp.h>

#include <boost/test/unit_test.hpp>

#include "tests/unit/store_fixture.hpp"

namespace tillbridge::store_support_test {

using namespace store_test;

namespace {

port::SupportUser user(const std::string& name = "ann") {
    port::SupportUser it;
    it.name = name;
    it.role = port::SupportRole::operates;
    it.password = "scrypt$…";
    it.totp = domain::Secret("planted-totp-secret-" + name);
    it.totp_step = 7;
    it.active = false;
    it.created_at = {1};
    it.updated_at = {2};
    return it;
}

port::AuditRow row(const std::string& act) {
    port::AuditRow it;
    it.at = {5};
    it.actor = "ann";
    it.role = "operator";
    it.address = "198.51.100.7";
    it.act = act;
    it.connection = connection_id();
    it.subject = "i1";
    it.detail = R"({"a":"Ü \" 1"})";
    it.request = domain::RequestId("r1");
    return it;
}

void add_rows(port::Store& store, int count) {
    for (int i = 0; i < count; ++i)
        store.write([&](port::Tx& tx) { tx.audit().add(row("act" + std::to_string(i))); });
}

std::vector<std::string> found(port::Store& store, const std::string& text,
                               const std::vector<std::string>& fingerprints = {}, int offset = 0,
                               int limit = 10) {
    return port::look_up(store, [&](const port::Tx& tx) {
        std::vector<std::string> ids;
        for (const auto& it : tx.search().invoices(text, fingerprints, offset, limit))
            ids.push_back(it.connection.value + "/" + it.id.value);
        return ids;
    });
}

using Words = std::vector<std::string>;

// With ids of the form that we make, for two accounts.
struct Named : OnSqlite {
    Named() {
        store.write([&](port::Tx& tx) {
            for (const std::string owner : {"c1", "c2"}) {
                tx.connections().insert(connection(owner));
                tx.merchants().insert(merchant("m-" + owner, owner));
                auto it = invoice("0123456789abcdefghjk00" + owner, "m-" + owner, owner);
                it.slug = domain::Slug("Slug-of-" + owner + "x");
                it.order_number = "1213C";
                it.uuid = domain::InvoiceUuid("uuid-" + owner);
                it.gateway_invoice = domain::GatewayId("gi-" + owner);
                it.gateway_payment = domain::GatewayId("gp");
                it.created_at = {owner == "c1" ? 100 : 200};
                tx.invoices().insert(it);
                port::JournalLine line;  // every payment's story begins with its birth
                line.connection = it.connection;
                line.invoice = it.id;
                line.kind = "crm.create";
                line.detail = "{}";
                tx.journal().add(line);
            }
        });
    }
    std::string of(const std::string& owner) const {
        return owner + "/0123456789abcdefghjk00" + owner;
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(store_support)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_user_comes_back_whole, Engine, Engines) {
    Engine e;
    e.store.write([](port::Tx& tx) {
        tx.support().insert(user());
        tx.support().insert(user("bob"));
    });
    BOOST_CHECK_THROW(e.store.write([](port::Tx& tx) { tx.support().insert(user()); }),
                      std::exception);
    auto changed = user();
    changed.role = port::SupportRole::viewer;
    changed.totp = domain::Secret();
    changed.totp_step = 8;
    changed.active = true;
    e.store.write([&](port::Tx& tx) { tx.support().update(changed); });
    e.store.read([&](const port::Tx& tx) {
        const auto all = tx.support().list();
        BOOST_REQUIRE(all.size() == 2U);
        BOOST_TEST((all[0].role == port::SupportRole::viewer));
        BOOST_TEST(all[0].totp.empty());
        BOOST_TEST(all[0].active);
        BOOST_TEST(all[0].totp_step == 8);
        BOOST_TEST(all[1].totp.reveal() == "planted-totp-secret-bob");
        BOOST_TEST(all[1].password == "scrypt$…");
        BOOST_TEST(!all[1].active);
        BOOST_TEST((all[1].updated_at == UtcTime{2}));
        BOOST_TEST(!tx.support().find("nobody"));
    });
    BOOST_CHECK_THROW(e.store.write([](port::Tx& tx) { tx.support().update(user("nobody")); }),
                      store::StoreError);
    BOOST_TEST(e.directory.bytes().find("planted-totp") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_users_secret_survives_a_rotation) {
    OnSqlite e;
    e.store.write([](port::Tx& tx) { tx.support().insert(user()); });
    const auto fresh = security::generate_master_key();
    e.keys.reload(key_file(fresh, e.key));
    std::int64_t left = 1;
    for (int i = 0; i < 10 && left > 0; ++i) left = e.store.reseal(1);
    BOOST_TEST(left == 0);
    e.opened.reset();
    security::KeyRing only(key_file(fresh));
    const auto again = store::open_store(e.url, only);
    BOOST_TEST(port::look_up(*again, [](const port::Tx& tx) {
                   return tx.support().find("ann")->totp.reveal();
               }) == "planted-totp-secret-ann");
    BOOST_TEST(again->check_integrity().empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(sessions_and_failures, Engine, Engines) {
    Engine e;
    e.store.write([](port::Tx& tx) {
        for (const char* name : {"s1", "s2"}) tx.support().add_session({name, "ann", {100}});
        tx.support().add_session({"s3", "bob", {50}});
        tx.support().put_failures("user:x", {2, {9}, {8}});
        tx.support().put_failures("user:x", {3, {10}, {9}});
        tx.support().put_failures("user:y", {1, {}, {2}});
    });
    e.store.read([](const port::Tx& tx) {
        BOOST_TEST(tx.support().session("s1")->user == "ann");
        BOOST_TEST(!tx.support().session("s4"));
        const auto failures = tx.support().failures("user:x");
        BOOST_TEST(failures.count == 3);
        BOOST_TEST((failures.locked_until == UtcTime{10}));
        BOOST_TEST(tx.support().failures("user:z").count == 0);
    });
    e.store.write([](port::Tx& tx) {
        tx.support().purge({50}, {9});
        tx.support().end_session("s1");
    });
    e.store.read([](const port::Tx& tx) {
        BOOST_TEST(!tx.support().session("s1"));
        BOOST_TEST(tx.support().session("s2").has_value());
        BOOST_TEST(!tx.support().session("s3"));
        BOOST_TEST(tx.support().failures("user:x").count == 3);
        BOOST_TEST(tx.support().failures("user:y").count == 0);
    });
    e.store.write([](port::Tx& tx) {
        tx.support().end_sessions("ann");
        tx.support().forget_failures("user:x");
    });
    e.store.read([](const port::Tx& tx) {
        BOOST_TEST(!tx.support().session("s2"));
        BOOST_TEST(tx.support().failures("user:x").count == 0);
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_audit_log_grows_and_is_paged, Engine, Engines) {
    Engine e;
    BOOST_TEST(
        port::look_up(e.store, [](const port::Tx& tx) { return tx.audit().verify(); }).wrong == 0);
    add_rows(e.store, 5);
    e.store.read([](const port::Tx& tx) {
        const auto last = tx.audit().list(0, 2);
        BOOST_REQUIRE(last.size() == 2U);
        BOOST_TEST(last[0].id == 5);
        BOOST_TEST(last[0].act == "act4");
        BOOST_TEST(last[0].detail == R"({"a":"Ü \" 1"})");
        BOOST_TEST(last[0].connection.value == "c1");
        BOOST_TEST(tx.audit().list(last[1].id, 10).size() == 3U);
        const auto check = tx.audit().verify();
        BOOST_TEST(check.wrong == 0);
        BOOST_TEST(check.rows == 5);
        BOOST_TEST(check.last_hash == last[0].hash);
    });
    BOOST_TEST(e.store.check_integrity().empty());
}

BOOST_AUTO_TEST_CASE(the_audit_log_refuses_every_change) {
    OnSqlite e;
    add_rows(e.store, 3);
    e.opened.reset();
    SQLite::Database db(e.directory.file("store.db"), SQLite::OPEN_READWRITE);
    for (const char* change :
         {"UPDATE audit SET actor = 'x'", "DELETE FROM audit", "DELETE FROM audit WHERE id = 3",
          "INSERT OR REPLACE INTO audit SELECT 2, at, 'x', role, address, act, connection_id,"
          " subject, detail, request, hash FROM audit WHERE id = 1",
          "UPDATE OR REPLACE audit SET id = 9 WHERE id = 1"})
        BOOST_CHECK_THROW(db.exec(change), SQLite::Exception);
}

// Somebody who may write the file can drop the triggers; the chain tells.
BOOST_AUTO_TEST_CASE(a_change_behind_the_triggers_is_noticed) {
    const std::string drop =
        "DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete;"
        "DROP TRIGGER audit_no_replace;";
    const std::vector<std::pair<std::string, std::int64_t>> table{
        {"UPDATE audit SET actor = 'x' WHERE id = 2", 2},
        {"UPDATE audit SET at = at + 1 WHERE id = 1", 1},
        {"UPDATE audit SET detail = '{}' WHERE id = 4", 4},
        {"DELETE FROM audit WHERE id = 2", 2},
        {"DELETE FROM audit WHERE id = 4", 4},
        {"DELETE FROM audit", 1},
        {"UPDATE audit SET id = 9 WHERE id = 4", 4},
        {"INSERT INTO audit SELECT 5, at, actor, role, address, act, connection_id, subject,"
         " detail, request, hash FROM audit WHERE id = 4",
         5}};
    for (const auto& [change, wrong] : table) {
        OnSqlite e;
        add_rows(e.store, 4);
        e.opened.reset();
        SQLite::Database(e.directory.file("store.db"), SQLite::OPEN_READWRITE).exec(drop + change);
        const auto again = store::open_store(e.url, e.keys);
        const auto check =
            port::look_up(*again, [](const port::Tx& tx) { return tx.audit().verify(); });
        BOOST_TEST(check.wrong == wrong, change);
        BOOST_TEST(again->check_integrity().size() == 1U, change);
    }
}

BOOST_FIXTURE_TEST_CASE(a_payment_is_found_by_every_name, Named) {
    const auto id = invoice().id;
    for (const auto& name :
         {std::string("0123456789abcdefghjk00c1"), std::string("uuid-c1"), std::string("gi-c1"),
          std::string("Slug-of-c1x"), std::string("0123456789abcdefghjk00c1-2")})
        BOOST_TEST(found(store, name) == Words{of("c1")}, boost::test_tools::per_element());
    // Of both accounts, the newest first, page by page.
    for (const char* name : {"1213C", "gp"}) {
        BOOST_TEST(found(store, name) == (Words{of("c2"), of("c1")}),
                   boost::test_tools::per_element());
        BOOST_TEST(found(store, name, {}, 0, 1) == Words{of("c2")},
                   boost::test_tools::per_element());
        BOOST_TEST(found(store, name, {}, 1, 1) == Words{of("c1")},
                   boost::test_tools::per_element());
        BOOST_TEST(found(store, name, {}, 2, 1).empty());
    }
    for (const char* name : {"", "nobody", "1213", "%", "0123456789abcdefghjk00c3"})
        BOOST_TEST(found(store, name).empty(), name);
}

BOOST_FIXTURE_TEST_CASE(a_payment_is_found_by_its_contacts, Named) {
    store.write([&](port::Tx& tx) {
        for (int i = 0; i < 2; ++i)  // twice is once
            tx.search().remember_contact(connection_id("c1"),
                                         domain::InvoiceId("0123456789abcdefghjk00c1"), "fp-1");
        tx.search().remember_contact(connection_id("c2"),
                                     domain::InvoiceId("0123456789abcdefghjk00c2"), "fp-1");
    });
    BOOST_TEST(found(store, "x@y.z", {"fp-1", "fp-2"}) == (Words{of("c2"), of("c1")}),
               boost::test_tools::per_element());
    BOOST_TEST(found(store, "x@y.z", {"fp-2"}).empty());
}

BOOST_FIXTURE_TEST_CASE(accounts_are_found_by_a_part_of_their_address, Named) {
    const auto accounts = [&](const std::string& text, int offset = 0, int limit = 10) {
        return port::look_up(store, [&](const port::Tx& tx) {
            Words ids;
            for (const auto& it : tx.search().accounts(text, offset, limit))
                ids.push_back(it.id.value);
            return ids;
        });
    };
    BOOST_TEST(accounts("") == (Words{"c1", "c2"}), boost::test_tools::per_element());
    BOOST_TEST(accounts("", 1) == Words{"c2"}, boost::test_tools::per_element());
    BOOST_TEST(accounts("EXAMPLE", 0, 1) == Words{"c1"}, boost::test_tools::per_element());
    BOOST_TEST(accounts("technical-c2") == Words{"c2"}, boost::test_tools::per_element());
    BOOST_TEST(accounts("c2") == Words{"c2"}, boost::test_tools::per_element());
    for (const char* text : {"%", "_", "c1_example", "!", "nobody"})
        BOOST_TEST(accounts(text).empty(), text);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_outbox_is_filtered_and_grouped, Engine, Engines) {
    Engine e;
    const auto put = [&](const std::string& kind, const std::string& owner,
                         const std::string& error) {
        auto it = outbox_row("");
        it.kind = kind;
        it.connection = connection_id(owner);
        it.lane = "crm:" + owner;
        const auto id = add(e.store, it);
        if (!error.empty()) e.store.write([&](port::Tx& tx) { tx.outbox().park(id, error); });
        return id;
    };
    put("crm.push", "c1", "");
    const auto first = put("crm.push", "c1", "crm.refused");
    put("crm.push", "c2", "crm.refused");
    put("crm.notice", "c1", "crm.refused");
    const auto last = put("crm.push", "c1", "crm.key_rejected");
    const auto ids = [&](const port::OutboxFilter& filter, std::int64_t after = 0, int limit = 10) {
        return port::look_up(e.store, [&](const port::Tx& tx) {
            std::vector<std::int64_t> all;
            for (const auto& it : tx.search().outbox(filter, after, limit)) all.push_back(it.id);
            return all;
        });
    };
    const auto dead = port::EffectState::dead;
    BOOST_TEST(ids({}).size() == 5U);
    BOOST_TEST(ids({port::EffectState::ready, "", "", ""}).size() == 1U);
    BOOST_TEST(ids({port::EffectState::leased, "", "", ""}).empty());
    BOOST_TEST(ids({dead, "", "", ""}).size() == 4U);
    BOOST_TEST(ids({dead, "", "", ""}, first, 2).size() == 2U);
    BOOST_TEST(ids({dead, "c1", "crm.push", ""}) == (std::vector{first, last}),
               boost::test_tools::per_element());
    BOOST_TEST(ids({dead, "", "", "crm.key_rejected"}) == std::vector{last},
               boost::test_tools::per_element());
    e.store.read([](const port::Tx& tx) {
        const auto groups = tx.search().parked();
        BOOST_REQUIRE(groups.size() == 3U);
        BOOST_TEST(groups[0].kind == "crm.push");
        BOOST_TEST(groups[0].reason == "crm.refused");
        BOOST_TEST(groups[0].count == 2);
        BOOST_TEST((groups[0].oldest == UtcTime{1}));
        const auto stats = tx.search().outbox_of(connection_id("c1"), {"crm:c1", "gw:m1"});
        BOOST_TEST(stats.ready == 1);
        BOOST_TEST(stats.dead == 3);
        BOOST_TEST((stats.oldest == UtcTime{1}));
    });
}

BOOST_FIXTURE_TEST_CASE(the_journals_of_the_newest_payments, Named) {
    store.write([&](port::Tx& tx) {
        for (const char* owner : {"c1", "c2"})
            for (int i = 0; i < 2; ++i) {
                port::JournalLine line;
                line.connection = connection_id(owner);
                line.invoice = domain::InvoiceId("0123456789abcdefghjk00" + std::string(owner));
                line.at = {i};
                line.kind = "crm.push";
                line.detail = "{}";
                tx.journal().add(line);
            }
    });
    store.read([](const port::Tx& tx) {
        int lines = 0;
        tx.search().recent_journal(connection_id("c1"), 10, [&](const port::JournalLine& line) {
            BOOST_TEST(line.connection.value == "c1");
            if (line.kind == "crm.push") ++lines;
        });
        BOOST_TEST(lines == 2);
        tx.search().recent_journal(connection_id("c1"), 0,
                                   [&](const port::JournalLine&) { ++lines; });
        BOOST_TEST(lines == 2);
    });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::store_support_test
