// The store as a file: secrets at rest, keys that change or are lost, locks, migrations, copies.
#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <thread>

#include "module/store/sqlite/engine.hpp"
#include "tests/unit/store_fixture.hpp"

namespace tillbridge::store_file_test {

using namespace store_test;

namespace {

template <class Act>
std::string refusal(Act act) {
    try {
        act();
    } catch (const store::StoreError& error) {
        return error.what();
    }
    return "";
}

bool tells(const std::string& text, const std::string& word) {
    return text.find(word) != std::string::npos;
}

struct Planted : OnSqlite {
    Planted() { plant(store); }
    void close() { opened.reset(); }
    std::string path() const { return directory.file("store.db"); }
    void by_hand(const std::string& sql) const {
        SQLite::Database db(path(), SQLite::OPEN_READWRITE);
        db.exec(sql);
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(store_file)

BOOST_FIXTURE_TEST_CASE(a_copy_of_the_files_gives_no_secret, Planted) {
    store.write([](port::Tx& tx) {
        auto changed = merchant();
        changed.credentials = {{"secret", domain::Secret("planted-second")}};
        tx.merchants().update(changed);
    });
    const auto open_files = directory.bytes();
    close();
    for (const auto& bytes : {open_files, directory.bytes()}) {
        BOOST_TEST(tells(bytes, "https://c1.example.com"));  // it is the right place to look
        BOOST_TEST(!tells(bytes, "planted"));
    }
}

BOOST_FIXTURE_TEST_CASE(the_files_are_their_owners_alone, Planted) {
    for (const auto* name : {"store.db", "store.db-wal", "store.db-shm", "store.db.lock"}) {
        struct stat status {};
        BOOST_REQUIRE(::stat(directory.file(name).c_str(), &status) == 0);
        BOOST_TEST((status.st_mode & 0777U) == 0600U);
    }
}

BOOST_FIXTURE_TEST_CASE(a_sealed_value_can_not_be_moved, Planted) {
    store.write([](port::Tx& tx) { tx.merchants().insert(merchant("m2")); });
    close();
    by_hand(
        "UPDATE merchant SET credentials ="
        " (SELECT credentials FROM merchant WHERE merchant_id = 'm2') WHERE merchant_id = 'm1'");
    opened = store::open_store(url, keys);
    BOOST_CHECK_THROW(opened->read([](const port::Tx& tx) {
        tx.merchants().find(connection_id(), domain::MerchantId("m1"));
    }),
                      security::KeyError);
    const auto wrong = opened->check_integrity();
    BOOST_REQUIRE(wrong.size() == 1);
    BOOST_TEST(tells(wrong[0], "m1"));
    BOOST_TEST(!tells(wrong[0], "planted"));
}

BOOST_FIXTURE_TEST_CASE(master_keys_are_changed_while_it_runs, Planted) {
    for (int i = 0; i < 5; ++i) {
        store.write(
            [&](port::Tx& tx) { tx.merchants().insert(merchant("x" + std::to_string(i))); });
    }
    BOOST_TEST(store.reseal(100) == 0);
    const auto newer = security::generate_master_key();
    keys.reload(key_file(newer, key));
    BOOST_TEST(store.reseal(3) == 4);
    BOOST_TEST(store.reseal(3) == 1);
    BOOST_TEST(store.reseal(3) == 0);
    BOOST_TEST(store.check_integrity().empty());

    // The old key is needed no more, and tokens still find their rows.
    close();
    security::KeyRing alone{key_file(newer)};
    opened = store::open_store(url, alone);
    opened->read([](const port::Tx& tx) {
        BOOST_TEST(tx.connections().by_client_id("planted-client-id-c1").has_value());
        const auto found = tx.merchants().by_hook_token("planted-hook-token-m1-c1");
        BOOST_REQUIRE(found.has_value());
        BOOST_TEST(found->credentials.at("key").reveal() == "planted-credential-m1");
    });
    BOOST_TEST(opened->check_integrity().empty());
    opened.reset();
    security::KeyRing old{key_file(key)};
    BOOST_TEST(tells(refusal([&] { store::open_store(url, old); }), "master key file"));
}

BOOST_FIXTURE_TEST_CASE(a_key_that_is_still_needed_is_missed_at_once, Planted) {
    close();
    const auto newer = security::generate_master_key();
    security::KeyRing both{key_file(newer, key)};
    store::open_store(url, both)->write(
        [](port::Tx& tx) { tx.merchants().insert(merchant("sealed under the new one")); });
    security::KeyRing only_new{key_file(newer)};
    security::KeyRing only_old{key_file(key)};
    security::KeyRing neither{key_file(security::generate_master_key())};
    for (auto* ring : {&only_new, &only_old, &neither}) {
        BOOST_TEST(tells(refusal([&] { store::open_store(url, *ring); }), "master key file"));
        store::Options look_only;
        look_only.read_only = true;
        BOOST_TEST(
            tells(refusal([&] { store::open_store(url, *ring, look_only); }), "master key file"));
    }
    BOOST_CHECK_NO_THROW(store::open_store(url, both));
    security::KeyRing turned{key_file(key, newer)};  // back to the old one
    const auto back = store::open_store(url, turned);
    BOOST_TEST(back->reseal(100) == 0);
    BOOST_TEST(back->check_integrity().empty());
}

BOOST_FIXTURE_TEST_CASE(one_process_writes_at_a_time, Planted) {
    security::KeyRing other{key_file(key)};
    BOOST_TEST(tells(refusal([&] { store::open_store(url, other); }), "another process"));
    BOOST_TEST(tells(refusal([&] { store::migrate(url, false); }), "another process"));
    BOOST_TEST(store::migrate(url, true).empty());

    store::Options look_only;
    look_only.read_only = true;
    const auto beside = store::open_store(url, other, look_only);
    beside->read([](const port::Tx& tx) {
        BOOST_TEST(tx.connections().by_client_id("planted-client-id-c1").has_value());
    });
    BOOST_CHECK_THROW(beside->write([](port::Tx&) {}), store::StoreError);
    BOOST_TEST(beside->health().ok);
    close();
    BOOST_CHECK_NO_THROW(store::open_store(url, other));
}

BOOST_FIXTURE_TEST_CASE(a_killed_writer_leaves_no_lock_and_loses_no_commit, Planted) {
    close();
    const pid_t child = ::fork();
    BOOST_REQUIRE(child >= 0);
    if (child == 0) {
        try {
            security::KeyRing ring{key_file(key)};
            const auto theirs = store::open_store(url, ring);
            theirs->write([](port::Tx& tx) { tx.merchants().insert(merchant("committed")); });
            theirs->write([](port::Tx& tx) {
                tx.merchants().insert(merchant("not committed"));
                ::raise(SIGKILL);
            });
        } catch (...) {
        }
        ::_exit(1);
    }
    int status = 0;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    BOOST_REQUIRE(WIFSIGNALED(status));
    opened = store::open_store(url, keys);
    BOOST_TEST(opened->check_integrity().empty());
    opened->read([](const port::Tx& tx) {
        BOOST_TEST(
            tx.merchants().find(connection_id(), domain::MerchantId("committed")).has_value());
        BOOST_TEST(!tx.merchants().find(connection_id(), domain::MerchantId("not committed")));
    });
}

BOOST_AUTO_TEST_CASE(of_many_that_open_a_new_store_one_gets_it) {
    const Directory directory;
    const auto url = "sqlite:" + directory.file("store.db");
    const auto key = security::generate_master_key();
    std::atomic<int> opened{0};
    std::atomic<int> refused{0};
    std::atomic<int> ready{0};
    std::vector<std::thread> threads;
    std::mutex guard;
    std::vector<std::unique_ptr<port::Store>> stores;
    std::vector<std::unique_ptr<security::KeyRing>> rings;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            auto ring = std::make_unique<security::KeyRing>(key_file(key));
            ++ready;
            while (ready < 8) std::this_thread::yield();
            try {
                auto made = store::open_store(url, *ring);
                ++opened;
                const std::lock_guard lock(guard);
                stores.push_back(std::move(made));
                rings.push_back(std::move(ring));
            } catch (const store::StoreError&) {
                ++refused;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    BOOST_TEST(opened == 1);
    BOOST_TEST(refused == 7);
    BOOST_TEST(stores.at(0)->check_integrity().empty());
    stores.clear();
}

BOOST_AUTO_TEST_CASE(a_new_store_is_migrated_once) {
    const Directory directory;
    const auto url = "sqlite:" + directory.file("store.db");
    security::KeyRing keys{key_file(security::generate_master_key())};
    const auto would = store::migrate(url, true);
    BOOST_REQUIRE(!would.empty());
    BOOST_TEST(would[0].number == 1);
    BOOST_TEST(!std::filesystem::exists(directory.file("store.db")));
    store::Options no_migration;
    no_migration.migrate = false;
    BOOST_TEST(
        tells(refusal([&] { store::open_store(url, keys, no_migration); }), "tillbridge migrate"));
    BOOST_TEST(store::migrate(url, true).size() == would.size());
    BOOST_TEST(store::migrate(url, false).size() == would.size());
    BOOST_TEST(store::migrate(url, false).empty());
    const auto opened = store::open_store(url, keys, no_migration);
    BOOST_TEST(opened->health().schema == would.back().number);
}

// What is committed is on the disk (FULL), not merely with the system: G1 of tests/README.md.
BOOST_AUTO_TEST_CASE(the_writer_syncs_each_commit) {
    const Directory directory;
    store::sqlite::Engine engine(directory.file("store.db"), true);
    const auto db = engine.open_writer();
    BOOST_TEST(db->number(store::Sql{"PRAGMA synchronous"}) == 2);
    const auto mode = db->first(store::Sql{"PRAGMA journal_mode"},
                                [](const store::Row& row) { return row.string(0); });
    BOOST_TEST(mode.value_or("") == "wal");
}

BOOST_FIXTURE_TEST_CASE(a_newer_schema_is_refused, Planted) {
    close();
    by_hand("INSERT INTO schema_migration VALUES (1000, 'from the future', '0')");
    BOOST_TEST(tells(refusal([&] { store::open_store(url, keys); }), "newer"));
    BOOST_TEST(tells(refusal([&] { store::migrate(url, true); }), "newer"));
}

BOOST_FIXTURE_TEST_CASE(a_changed_schema_is_refused, Planted) {
    close();
    by_hand("UPDATE schema_migration SET checksum = '0' WHERE number = 1");
    BOOST_TEST(tells(refusal([&] { store::open_store(url, keys); }), "changed"));
}

BOOST_AUTO_TEST_CASE(somebody_elses_database_is_refused) {
    const Directory directory;
    security::KeyRing keys{key_file(security::generate_master_key())};
    SQLite::Database(directory.file("x.db"), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
        .exec("CREATE TABLE notes (text TEXT)");
    BOOST_TEST(tells(refusal([&] { store::open_store("sqlite:" + directory.file("x.db"), keys); }),
                     "not Tillbridge's"));
    std::ofstream(directory.file("text.db")) << std::string(5000, 'x');
    BOOST_TEST(refusal([&] { store::open_store("sqlite:" + directory.file("text.db"), keys); }) !=
               "");
}

BOOST_AUTO_TEST_CASE(an_address_that_names_no_store_is_refused) {
    const Directory directory;
    security::KeyRing keys{key_file(security::generate_master_key())};
    BOOST_TEST(tells(refusal([&] { store::open_store("postgresql://u@h/d", keys); }),
                     "PostgreSQL is not supported in this version"));
    for (const auto* url : {"", "sqlite:", "mysql:x", "sqlite::memory:", "/x.db"}) {
        BOOST_TEST(refusal([&] { store::open_store(url, keys); }) != "");
    }
    const auto missing = "sqlite:" + directory.file("no/such/folder/x.db");
    BOOST_TEST(tells(refusal([&] { store::open_store(missing, keys); }), "x.db"));
    store::Options look_only;
    look_only.read_only = true;
    BOOST_TEST(tells(
        refusal([&] { store::open_store("sqlite:" + directory.file("y.db"), keys, look_only); }),
        "there is no store"));
}

BOOST_FIXTURE_TEST_CASE(a_copy_is_whole_while_the_store_is_written, Planted) {
    std::atomic<bool> stop{false};
    std::atomic<int> written{0};
    std::thread busy([&] {
        while (!stop) {
            // Two rows that belong together: a copy has both or none.
            const auto name = std::to_string(written + 1);
            store.write([&](port::Tx& tx) {
                tx.merchants().insert(merchant("m" + name + "0"));
                tx.invoices().insert(invoice("i" + name, "m" + name + "0"));
            });
            ++written;
        }
    });
    while (written < 5) std::this_thread::yield();
    const auto target = directory.file("copy.db");
    store::backup_to(url, target);
    stop = true;
    busy.join();

    security::KeyRing ring{key_file(key)};
    const auto copy = store::open_store("sqlite:" + target, ring);
    BOOST_TEST(copy->check_integrity().empty());
    copy->read([](const port::Tx& tx) {
        const auto merchants = tx.merchants().list(connection_id());
        BOOST_TEST(merchants.size() >= 6U);
        BOOST_TEST(static_cast<std::size_t>(tx.invoices().hold_ending({}, {1000}, 10000).size()) ==
                   merchants.size() - 1);
    });
    BOOST_TEST(tells(refusal([&] { store::backup_to(url, target); }), "exists"));
    BOOST_TEST(!std::filesystem::exists(target + ".part"));
    BOOST_TEST(tells(refusal([&] { store::backup_to("sqlite:" + directory.file("no.db"), "x"); }),
                     "there is no store"));
}

BOOST_FIXTURE_TEST_CASE(a_full_disk_is_told_and_survived, Planted) {
#ifdef __SANITIZE_THREAD__
    return;  // ThreadSanitizer takes no threads of a forked child
#endif
    // A limit on the size of files stands in for the disk: in a child, for it is the process's.
    close();
    const pid_t child = ::fork();
    BOOST_REQUIRE(child >= 0);
    if (child == 0) {
        int wrong = 1;
        try {
            ::signal(SIGXFSZ, SIG_IGN);
            security::KeyRing ring{key_file(key)};
            const auto theirs = store::open_store(url, ring);
            rlimit limit{1U << 20U, 1U << 20U};
            rlimit before{};
            ::getrlimit(RLIMIT_FSIZE, &before);
            limit.rlim_max = before.rlim_max;
            ::setrlimit(RLIMIT_FSIZE, &limit);
            int failed = 0;
            port::JournalLine line;
            line.detail = std::string(200'000, 'x');
            for (int i = 0; i < 20; ++i) {
                try {
                    theirs->write([&](port::Tx& tx) { tx.journal().add(line); });
                } catch (const std::exception&) {
                    ++failed;
                }
            }
            const bool told = !theirs->health().ok;
            ::setrlimit(RLIMIT_FSIZE, &before);
            theirs->write([&](port::Tx& tx) { tx.journal().add(line); });
            const bool kept = port::look_up(*theirs, [](const port::Tx& tx) {
                                  return tx.journal().list({}, {}).size();
                              }) == static_cast<std::size_t>(21 - failed);
            wrong = failed > 0 && told && kept && theirs->health().ok &&
                            theirs->check_integrity().empty()
                        ? 0
                        : 2;
        } catch (...) {
        }
        ::_exit(wrong);
    }
    int status = 0;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    BOOST_TEST(WIFEXITED(status));
    BOOST_TEST(WEXITSTATUS(status) == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::store_file_test
