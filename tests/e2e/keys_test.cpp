// Master keys: rotation while everything is in use, and what happens with a key that is wrong or
// gone (G10).
#include <atomic>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>
#include <thread>

#include "tests/e2e/probe.hpp"

namespace tillbridge::e2e::keys_test {
namespace {

// Which master key seals each row that holds a secret.
std::set<std::string> keys_in_use(World& world) {
    std::set<std::string> keys;
    const std::string mark = "sealed_under=";
    for (const auto& row : rows_of_store(world.module().store_file())) {
        const auto at = row.find(mark);
        if (at == std::string::npos) continue;
        keys.insert(row.substr(at + mark.size(), row.find(' ', at) - at - mark.size()));
    }
    return keys;
}

void put_key(World& world, const std::string& key) {
    std::ofstream(world.folder() + "/master.key", std::ios::trunc) << key;
}

std::string key_of(World& world) {
    return bytes_of_file(world.folder() + "/master.key");
}

// Starts it with what lies there and expects that it does not serve.
void check_does_not_start(World& world, const std::string& what) {
    const auto before = rows_of_store(world.module().store_file());
    const auto log = world.module().log().size();
    world.module().launch();
    const auto ended = world.module().process().wait(kPatience);
    BOOST_REQUIRE_MESSAGE(ended.has_value(), what);
    BOOST_TEST(ended->code == 2, what);
    const auto said = world.module().log().substr(log);
    BOOST_TEST(contains(said, ": security.master_key_file: "), what << ": " << said);
    BOOST_TEST(!contains(said, "listening"), what << ": " << said);
    BOOST_TEST((rows_of_store(world.module().store_file()) == before), what);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(keys)

BOOST_FIXTURE_TEST_CASE(rotations_under_hooks_and_buttons, Fixture) {
    sandbox().account_switches("demo", {{"rateLimit", 0}});
    std::vector<Shop> shops{connect_shop()};
    for (int i = 0; i < 3; ++i) shops.push_back(add_store(shops[0], "S" + std::to_string(i)));
    const auto first_key = key_of(*this);
    const Settings admin(shops[0].account_url);
    std::atomic<bool> stop{false};
    std::atomic<int> good{0};
    std::mutex mutex;
    std::vector<std::string> failures;
    const auto count = [&](const std::string& what, int status, int expected,
                           const std::string& body) {
        if (status == expected) {
            ++good;
            return;
        }
        const std::lock_guard lock(mutex);
        failures.push_back(what + ": " + std::to_string(status) + ' ' + body);
    };
    const auto spare = create(shops[1]);
    std::vector<std::thread> clients;
    clients.emplace_back([&] {  // links, paid by buyers: each sends hooks
        for (std::size_t n = 0; !stop; ++n) {
            const auto made = sandbox().crm({{"account", "demo"},
                                             {"action", "create"},
                                             {"shop", shops[n % shops.size()].code},
                                             {"amount", 10}});
            count("create", made.at("status").get<int>(), 200, made.dump());
        }
    });
    clients.emplace_back([&] {
        while (!stop) {
            const auto sent = sandbox().send_hook({{"invoice", spare.gateway_id}});
            count("hook", sent.at("status").get<int>(), 200, sent.dump());
        }
    });
    clients.emplace_back([&] {
        while (!stop) {
            const auto state = admin.get();
            count("settings", state.status, 200, state.body);
        }
    });
    const auto go_on = [&] {
        const int so_far = good;
        await("requests go on", [&] { return good > so_far + 15 || !failures.empty(); });
    };
    go_on();
    std::set<std::string> key_files{first_key};
    for (int i = 0; i < 3; ++i) {
        const auto rotated = module().command({"keys", "rotate", "--json"});
        BOOST_TEST(rotated.code == 0, rotated.err << rotated.out);
        key_files.insert(key_of(*this));
        go_on();
    }
    stop = true;
    for (auto& client : clients) client.join();
    for (const auto& failure : failures) BOOST_TEST(failure.empty(), failure);
    BOOST_TEST(key_files.size() == 4U);
    BOOST_TEST(keys_in_use(*this).size() == 1U);
    // The old key is not needed any more, and not good for anything any more.
    BOOST_TEST(!contains(key_of(*this), first_key.substr(0, 40)));
    module().stop();
    module().start();
    const auto doctor = module().command({"doctor"});
    BOOST_TEST(doctor.code == 0, doctor.out);
    sandbox().pay(spare.gateway_id);
    await_status(spare, "succeeded");
    for (const auto& shop : shops) paid(shop);
    BOOST_TEST(admin.state().at("csrfToken") == admin.csrf());
    module().stop();
    const auto current = key_of(*this);
    put_key(*this, first_key);
    check_does_not_start(*this, "the first key");
    put_key(*this, current);
    module().start();
    paid(shops[0]);
}

BOOST_FIXTURE_TEST_CASE(a_rotation_while_no_server_runs, Fixture) {
    const auto shop = connect_shop();
    const auto before = key_of(*this);
    module().stop();
    const auto rotated = module().command({"keys", "rotate"});
    BOOST_TEST(rotated.code == 0, rotated.err);
    BOOST_TEST(key_of(*this) != before);
    module().start();
    paid(shop);
}

BOOST_FIXTURE_TEST_CASE(wrong_and_missing_keys_damage_nothing, Fixture) {
    const auto shop = connect_shop();
    const auto bill = create(shop);
    await_quiet();
    module().stop();
    const auto right = key_of(*this);
    put_key(*this, module().bare_command({"keys", "generate"}).out);
    check_does_not_start(*this, "another key");
    BOOST_TEST(module().command({"doctor"}).code == 2);
    const auto rotated = module().command({"keys", "rotate"});
    BOOST_TEST(rotated.code == 2, rotated.out);
    put_key(*this, "");
    check_does_not_start(*this, "an empty file");
    put_key(*this, right.substr(0, 20));
    check_does_not_start(*this, "half a key");
    std::filesystem::remove(folder() + "/master.key");
    check_does_not_start(*this, "no key");
    put_key(*this, right);
    module().start();
    sandbox().pay(bill.gateway_id);
    await_status(bill, "succeeded");
    settings(shop).state();
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::keys_test
