// Deaths outside the everyday: while the store is made and migrated, while an account connects,
// while keys rotate; and a second server that wants the same store.
#include <SQLiteCpp/SQLiteCpp.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "tests/crash/arena.hpp"

namespace tillbridge::crash {
namespace {

// Lets the module live with `environment` until it dies or listens. → whether it was killed
bool dies(Module& module, const Fields& environment) {
    for (const auto& [name, value] : environment) module.set_environment(name, value);
    module.launch();
    await("it listens or is dead", [&] { return module.listening() || !module.running(); });
    for (const auto& [name, value] : environment) module.set_environment(name, "");
    if (module.running()) return false;
    BOOST_TEST(module.process().wait(Millis(0))->signal == SIGKILL, module.log());
    return true;
}

void forget_store(const Module& module) {
    for (const char* suffix : {"", "-wal", "-shm", ".lock"})
        std::filesystem::remove(module.store_file() + suffix);
}

std::int64_t number(const Module& module, const std::string& sql) {
    SQLite::Database db(module.store_file(), SQLite::OPEN_READONLY, 10'000);
    return db.execAndGet(sql).getInt64();
}

struct NotStarted : World {
    NotStarted() : World(WorldOptions{{}, {}, {}, false}) {}
};

}  // namespace

BOOST_AUTO_TEST_SUITE(lives)

BOOST_FIXTURE_TEST_CASE(a_migration_that_was_cut_off_is_done_at_the_next_start, NotStarted) {
    int kills = 0;
    for (int step = 1;; ++step) {
        const bool killed =
            dies(module(), {{"TILLBRIDGE_CRASH_AT", "store.migrate:" + std::to_string(step)}});
        if (!killed) break;
        ++kills;
        BOOST_TEST(!dies(module(), {}));
        module().kill();
        forget_store(module());
    }
    BOOST_TEST(kills > 0);
    paid(connect_shop());
}

BOOST_FIXTURE_TEST_CASE(a_store_that_was_cut_off_while_it_was_made_is_made, NotStarted) {
    int kills = 0;
    for (int at = 1; at <= 40; ++at) {
        kills += dies(module(), {{"LD_PRELOAD", TILLBRIDGE_KILLER},
                                 {"TILLBRIDGE_KILL_FILE", "/tillbridge.db"},
                                 {"TILLBRIDGE_KILL_AT_WRITE", std::to_string(at)},
                                 {"TILLBRIDGE_KILL_TORN", at % 2 == 0 ? "1" : "0"}});
        if (module().running()) module().kill();
        BOOST_TEST(!dies(module(), {}), "write or sync " << at);
        module().kill();
        if (at < 40) forget_store(module());
    }
    BOOST_TEST(kills >= 20);
    module().start();
    paid(connect_shop());
}

BOOST_AUTO_TEST_CASE(a_connect_without_an_answer_is_repeated_and_makes_one_connection) {
    World world;
    const auto& sandbox = world.sandbox();
    int kills = 0, accounts = 0;
    for (const char* point :
         {"http.body_read:1", "http.body_read:2", "store.begin:2", "store.unit:2",
          "store.before_commit:2", "store.after_commit:2", "store.after_commit:3",
          "http.before_answer:2", "register.before_send", "register.after_answer"}) {
        const auto account = "shop" + std::to_string(++accounts);
        sandbox.put_account({{"name", account}});
        world.module().kill();
        const bool at_start = dies(world.module(), {{"TILLBRIDGE_CRASH_AT", point}});
        std::string url;
        if (!at_start) {
            try {
                const auto first = sandbox.crm({{"account", account}, {"action", "connect"}});
                if (first.contains("accountUrl") && first.at("accountUrl").is_string())
                    url = first.at("accountUrl").get<std::string>();
            } catch (const std::runtime_error&) {  // not even the configuration was answered
            }
        }
        // The registration at the CRM may follow the answer.
        await("it is dead, or all is done", [&] {
            return !world.module().running() ||
                   sandbox.account(account).at("modules").contains("tillbridge");
        });
        kills += world.module().kill().signal == SIGKILL;
        world.module().start();
        const auto again = world.connect(account);
        Settings(again).state();
        if (!url.empty()) Settings(url).state();  // acknowledged, so it stands
        BOOST_TEST(number(world.module(), "SELECT count(*) FROM connection") == accounts);
        await("the CRM knows the module",
              [&] { return sandbox.account(account).at("modules").contains("tillbridge"); });
    }
    BOOST_TEST(kills == 10);
    BOOST_TEST(sandbox.violations().empty(), sandbox.violations().dump());
}

BOOST_AUTO_TEST_CASE(keys_that_were_cut_off_while_they_rotated_open_everything) {
    Arena arena;
    auto& module = arena.world().module();
    std::mt19937_64 random(1);
    for (const char* point :
         {"keys.file_replaced:1", "keys.row:1", "keys.row:2", "keys.row:4", "store.before_commit",
          "store.after_commit", "keys.resealed", "keys.file_replaced:2"}) {
        // The first commit is the start's own; the second may be another's than the rotation's.
        const bool of_store = std::string(point).rfind("store.", 0) == 0;
        const std::string at = of_store ? std::string(point) + ":2" : point;
        module.kill();
        arena.start({{"TILLBRIDGE_CRASH_AT", at}});
        await("it listens or is dead", [&] { return module.listening() || !module.running(); });
        const auto cut = module.command({"keys", "rotate"});
        if (!of_store) BOOST_TEST(cut.code != 0, point << ": " << cut.out);
        await("it is dead", [&] { return !module.running(); });
        arena.start();
        module.await_listening();
        // Old invoices, credentials and tokens are read, new ones are written.
        std::vector<Tale> tales;
        tales.emplace_back(arena.world(), arena.shops(), Plot::parts, random);
        tales.back().play();
        std::vector<std::string> wrong;
        arena.settle(tales, wrong);
        for (const auto& each : wrong) BOOST_ERROR(point << ": " << each);
        const auto whole = module.command({"keys", "rotate"});
        BOOST_TEST(whole.code == 0, point << ": " << whole.err);
        module.kill();
        arena.start();
        module.await_listening();
        Settings(arena.shops().one.account_url).state();
    }
}

BOOST_AUTO_TEST_CASE(a_second_server_on_the_same_store_refuses_to_start) {
    World world;
    const auto shop = world.connect_shop();
    Process::Start second;
    second.arguments = {TILLBRIDGE_BIN_DIR "/tillbridge", "serve", "--config",
                        world.module().config_file()};
    // All its own but for the store.
    second.environment = {{"TILLBRIDGE_SERVER_LISTEN", "127.0.0.1:0"},
                          {"TILLBRIDGE_SERVER_CONTROL_SOCKET", "second.sock"}};
    second.err = second.out = world.folder() + "/second.log";
    for (int i = 0; i < 2; ++i) {
        Process process(second);
        const auto ended = process.wait(kPatience);
        BOOST_REQUIRE(ended.has_value());
        BOOST_TEST(ended->code == 3);
    }
    const auto said = bytes_of_file(second.err);
    BOOST_TEST(said.find("another process has the store open") != std::string::npos, said);
    world.paid(shop);
    // The lock of a dead one holds nobody up.
    world.module().kill();
    world.module().start();
    world.paid(shop);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::crash
