// Upgrades: a store that the first version of the schema filled comes through every migration with
// its rows, and works afterwards.
#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/wait.h>

#include <boost/test/unit_test.hpp>
#include <map>
#include <set>

#include "module/store/sealing.hpp"
#include "module/store/sqlite/engine.hpp"
#include "module/store/sqlite/schema.hpp"
#include "tests/unit/store_fixture.hpp"

namespace tillbridge::store_migrations_test {

using namespace store_test;

namespace {

std::vector<store::Migration> up_to(std::size_t number) {
    const auto& all = store::sqlite::migrations();
    return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(number)};
}

const store::Sql kConnection{
    "INSERT INTO connection VALUES ('c1', 'retailcrm', 'https://c1.example.com',"
    " 'https://c1.example.com', $1, $2, $3, $4, $5, 1, 1, 0, 'uk', 'UAH', 'Europe/Kyiv', '[\"a\"]',"
    " '[]', 11, 12, 13)"};
const store::Sql kMerchant{
    "INSERT INTO merchant VALUES ('c1', 'm1', 'uapay', 'Shop', $1, $2, $3, 1, 1, 0, 'void', 90,"
    " '{}', 1, 21, 22)"};

// Two of what has an order or a repeat.
constexpr const char* kRows = R"sql(
INSERT INTO settings_session VALUES ('c1', 'fp', 9000000000000000);
INSERT INTO problem VALUES ('c1', 'crm.unreachable', '', 'why', 1, 2, 3, 1);
INSERT INTO invoice VALUES ('c1', 'i1', 'u1', 'm1', 'uapay', 'slug1', 'gi1', 'gp1', '1213C', 41,
    1999, 'UAH', 'paid', 1, 0, 'void', 0, 1999, 1999, 500, 'https://gw.example/pay', 'Tea', '',
    'uk', 'agreed', '', '', 0, 42, 43, 44, 45, 46, 0, 48, 7, 42);
INSERT INTO invoice VALUES ('c1', 'i2', NULL, 'm1', 'uapay', NULL, NULL, NULL, NULL, 51, 700, 'UAH',
    'pending', 0, 0, 'void', 1, 0, 0, 0, '', '', '', '', 'none', '', '', 0, 52, 0, 0, 0, 0, 0, 0, 1,
    52);
INSERT INTO operation VALUES ('c1', 'i1', 0, 'o1', 'create', 'manager', 'succeeded', 1999, NULL,
    'i1', '', '', 0, 1, 41, 41, 42);
INSERT INTO operation VALUES ('c1', 'i1', 1, 'o2', 'refund', 'manager', 'succeeded', 500, 500, NULL,
    'mark', 'words', 1, 2, 60, 61, 62);
INSERT INTO inbox VALUES ('c1', 'm1', 'd1', 'i1', 'FINISHED', 'paid', 45);
INSERT INTO inbox VALUES ('c1', 'm1', 'd2', NULL, 'FINISHED', 'of nobody', 46);
INSERT INTO journal VALUES ('c1', 1, 'i1', 41, 'crm.create', '19.99 UAH', '{}', 'r1', 0);
INSERT INTO journal VALUES ('c1', 2, 'i1', 45, 'hook', 'paid', '{}', 'r2', 1);
INSERT INTO outbox VALUES ('c1', 7, 'crm:c1', 'i1', 'crm.push', 'i1', '{}', 'same', 1, 1, 2,
    'ready', 1, 'no answer', 2, 'r2');
INSERT INTO outbox VALUES ('c1', 8, 'crm:c1', 'i1', 'crm.push', 'i1', '{}', NULL, 1, 2, 0, 'dead',
    0, 'given up', 2, 'r2');
INSERT INTO outbox_try VALUES ('c1', 1, 7, 1, 50, 3, 503, 'retry', 'overloaded');
)sql";

// A store as the first version of the schema left it, with rows in every table.
struct VersionOne {
    Directory directory;
    std::string key = security::generate_master_key();
    security::KeyRing keys{key_file(key)};
    std::string path = directory.file("store.db");
    std::string url = "sqlite:" + path;

    VersionOne() {
        store::sqlite::Engine engine(path, true);
        const auto db = engine.open_writer();
        store::apply(*db, up_to(1));
        store::Sealing sealing(keys);
        db->begin_write();
        sealing.refresh(*db);
        sealing.adopt_fingerprint_key(*db, true);
        const auto seal = [&](const char* plain, const char* place) {
            return sealing.seal(domain::Secret(plain), place);
        };
        const auto api_key = seal("api-key", "connection/c1/api_key");
        const auto client = seal("client", "connection/c1/client_id");
        const auto settings = seal("settings", "connection/c1/settings_token");
        db->run(kConnection, store::Blob{api_key}, store::Blob{client},
                sealing.fingerprint("client"), store::Blob{settings},
                sealing.fingerprint("settings"));
        const auto credentials = seal(R"({"secretKey":"s"})", "merchant/c1/m1/credentials");
        const auto hook = seal("hook", "merchant/c1/m1/hook_token");
        db->run(kMerchant, store::Blob{credentials}, store::Blob{hook},
                sealing.fingerprint("hook"));
        db->execute(kRows);
        db->commit();
    }

    std::set<std::string> columns;

    // By table, a line for each row: its columns by name, so that their order does not matter, and
    // only those that were there when it was asked first.
    std::map<std::string, std::multiset<std::string>> rows() {
        auto& known = columns;
        const bool first = known.empty();
        SQLite::Database db(path, SQLite::OPEN_READONLY);
        std::map<std::string, std::multiset<std::string>> all;
        SQLite::Statement tables(db, "SELECT name FROM sqlite_schema WHERE type = 'table'");
        while (tables.executeStep()) {
            const auto table = tables.getColumn(0).getString();
            if (table == "schema_migration" || table.rfind("sqlite_", 0) == 0) continue;
            auto& lines = all[table];
            SQLite::Statement select(db, "SELECT * FROM " + table);
            while (select.executeStep()) {
                std::map<std::string, std::string> cells;
                for (int i = 0; i < select.getColumnCount(); ++i) {
                    const std::string name = select.getColumn(i).getName();
                    if (first) known.insert(table + '.' + name);
                    if (known.contains(table + '.' + name))
                        cells[name] = select.getColumn(i).getString();
                }
                std::string line;
                for (const auto& [name, value] : cells) line += name + "=" + value + " | ";
                lines.insert(line);
            }
        }
        return all;
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(store_migrations)

BOOST_AUTO_TEST_CASE(their_numbers_count_up) {
    int number = 0;
    for (const auto& each : store::sqlite::migrations()) BOOST_TEST(each.number == ++number);
}

BOOST_FIXTURE_TEST_CASE(every_step_keeps_what_was_there, VersionOne) {
    const auto before = rows();
    for (const auto* table :
         {"master_key", "meta", "connection", "merchant", "settings_session", "problem", "invoice",
          "operation", "inbox", "journal", "outbox", "outbox_try"}) {
        BOOST_TEST_CONTEXT(table) {
            BOOST_REQUIRE(before.count(table) == 1U);
            BOOST_TEST(!before.at(table).empty());
        }
    }
    for (std::size_t number = 2; number <= store::sqlite::migrations().size(); ++number) {
        BOOST_TEST_CONTEXT("migration " << number) {
            store::sqlite::Engine engine(path, true);
            const auto db = engine.open_writer();
            BOOST_TEST(store::apply(*db, up_to(number)).size() == 1U);
            BOOST_TEST(store::schema_version(*db) == static_cast<int>(number));
            BOOST_TEST(db->check().empty());
            const auto after = rows();
            for (const auto& [table, lines] : before) {
                BOOST_REQUIRE_MESSAGE(after.count(table) == 1U, table << " is gone");
                BOOST_TEST(after.at(table) == lines, boost::test_tools::per_element());
            }
        }
    }
}

BOOST_FIXTURE_TEST_CASE(a_story_is_written_once, VersionOne) {
    store::open_store(url, keys);
    SQLite::Database db(path, SQLite::OPEN_READWRITE);
    for (const char* change :
         {"UPDATE journal SET summary = 'x'", "DELETE FROM journal",
          "DELETE FROM journal WHERE id = 2", "UPDATE OR REPLACE journal SET id = 9 WHERE id = 1",
          "INSERT OR REPLACE INTO journal SELECT connection_id, 2, invoice_id, at, kind, 'x', "
          "detail,"
          " request, cause FROM journal WHERE id = 1"})
        BOOST_CHECK_THROW(db.exec(change), SQLite::Exception);
    BOOST_TEST(db.execAndGet("SELECT count(*) FROM journal WHERE summary <> 'x'").getInt() == 2);
}

BOOST_FIXTURE_TEST_CASE(a_store_of_the_first_version_works_on, VersionOne) {
    const auto opened = store::open_store(url, keys);
    BOOST_TEST(opened->check_integrity().empty());
    const auto c1 = connection_id();
    const domain::InvoiceId i1("i1");
    opened->read([&](const port::Tx& tx) {
        BOOST_REQUIRE(tx.connections().by_client_id("client").has_value());
        BOOST_TEST(tx.connections().by_client_id("client")->api_key.reveal() == "api-key");
        BOOST_TEST(tx.connections().by_settings_token("settings").has_value());
        BOOST_REQUIRE(tx.merchants().by_hook_token("hook").has_value());
        BOOST_TEST(tx.merchants().by_hook_token("hook")->credentials.at("secretKey").reveal() ==
                   "s");
        const auto found = tx.invoices().by_uuid(c1, domain::InvoiceUuid("u1"));
        BOOST_REQUIRE(found.has_value());
        BOOST_TEST(found->operations.size() == 2U);
        BOOST_TEST(found->refunded == 500);
        BOOST_TEST(tx.invoices().by_slug(domain::Slug("slug1")).has_value());
        BOOST_TEST(tx.invoices().by_external_id(c1, domain::MerchantId("m1"), "i1").has_value());
        BOOST_REQUIRE(tx.inbox().list(c1, i1).size() == 1U);
        BOOST_TEST(tx.inbox().list(c1, i1)[0].digest == "d1");
        BOOST_REQUIRE(tx.journal().list(c1, i1).size() == 2U);
        BOOST_TEST(tx.journal().list(c1, i1)[1].cause == 1);
        BOOST_TEST(tx.outbox().of_subject(c1, "i1").size() == 2U);
        BOOST_TEST(tx.outbox().tries(7).size() == 1U);
        BOOST_TEST(tx.problems().list(c1).size() == 1U);
        BOOST_TEST(tx.sessions().find("fp").has_value());
    });
    opened->write([&](port::Tx& tx) {
        // What was recorded before is a repeat still, on an invoice of ours or on nobody's.
        port::InboxEvent event{c1, domain::MerchantId("m1"), i1, "d1", "FINISHED", "paid", {99}};
        BOOST_TEST(!tx.inbox().add(event));
        event.invoice = {};
        event.digest = "d2";
        BOOST_TEST(!tx.inbox().add(event));
        event.digest = "d3";
        BOOST_TEST(tx.inbox().add(event));
        // Row ids go on where they were.
        BOOST_TEST(tx.journal().add({0, c1, i1, {70}, "note", "", "{}", {}, 2}) == 3);
        BOOST_TEST(tx.outbox().add(outbox_row("i1")) == 9);
        tx.invoices().link_order(c1, 4571, i1, 0);
        BOOST_TEST(tx.invoices().of_order(c1, 4571, 10).size() == 1U);
    });
}

BOOST_FIXTURE_TEST_CASE(of_two_processes_that_migrate_at_once_one_does_it, VersionOne) {
    const auto before = rows();
    const auto steps = store::sqlite::migrations().size() - 1;
    constexpr int kRefused = 100;
    std::vector<pid_t> children;
    for (int i = 0; i < 2; ++i) {
        const pid_t child = ::fork();
        BOOST_REQUIRE(child >= 0);
        if (child != 0) {
            children.push_back(child);
            continue;
        }
        int code = kRefused + 1;
        try {
            code = static_cast<int>(store::migrate(url, false).size());
        } catch (const store::StoreError& error) {
            if (std::string(error.what()).find("another process") != std::string::npos)
                code = kRefused;
        } catch (...) {
        }
        ::_exit(code);
    }
    std::multiset<std::size_t> ends;
    for (const auto child : children) {
        int status = 0;
        BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
        BOOST_REQUIRE(WIFEXITED(status));
        ends.insert(static_cast<std::size_t>(WEXITSTATUS(status)));
    }
    // The other one was refused, or came when there was nothing left to do.
    BOOST_TEST(ends.count(steps) == 1U);
    BOOST_TEST(ends.count(0) + ends.count(kRefused) == 1U);
    BOOST_TEST(store::migrate(url, true).empty());
    const auto after = rows();
    for (const auto& [table, lines] : before)
        BOOST_TEST(after.at(table) == lines, boost::test_tools::per_element());
    BOOST_TEST(store::open_store(url, keys)->check_integrity().empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::store_migrations_test
