// Starting, stopping, dying and going on; keys that rotate under load.
#include <signal.h>

#include <atomic>
#include <fstream>
#include <sstream>
#include <thread>

#include "tests/e2e/fixture.hpp"

namespace tillbridge::e2e::lifecycle_test {
namespace {

struct Unlimited : Fixture {
    Unlimited() : Fixture(Config{{"crm.requests_per_second", "100000"}}) {
        sandbox().switches({{"rateLimit", 0}});
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(lifecycle)

BOOST_FIXTURE_TEST_CASE(a_stop_finishes_what_is_in_hand, Fixture) {
    const auto shop = connect_shop();
    sandbox().fault(
        {{"side", "uapay"}, {"path", "invoices/create"}, {"action", {{"delayAfterMs", 700}}}});
    const Json press{{"account", "demo"}, {"action", "create"}, {"shop", shop.code}};
    auto in_hand = press;
    in_hand["async"] = true;
    sandbox().crm(in_hand);
    await("the gateway is at it", [&] { return sandbox().gateway_invoices().size() == 1U; });
    const auto begin = std::chrono::steady_clock::now();
    const auto ended = module().stop(std::chrono::seconds(20));
    BOOST_REQUIRE(ended.has_value());
    BOOST_TEST(ended->code == 0);
    BOOST_TEST(ended->signal == 0);
    BOOST_TEST((std::chrono::steady_clock::now() - begin < std::chrono::seconds(10)));
    await("the CRM has its answer", [&] { return !sandbox().calls("demo", "create").empty(); });
    // Taken before the stop: answered in full. After it: not taken at all.
    const auto answer = sandbox().calls("demo", "create").back();
    BOOST_TEST(answer.at("status") == 200, answer.dump());
    BOOST_TEST(sandbox().crm(press).at("status") == 0);
    BOOST_TEST(sandbox().gateway_invoices().size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(sigint_stops_too_and_a_restart_goes_on, Fixture) {
    const auto shop = connect_shop();
    const auto bill = create(shop);
    module().process().signal(SIGINT);
    const auto ended = module().process().wait(kPatience);
    BOOST_REQUIRE(ended.has_value());
    BOOST_TEST(ended->code == 0);
    module().start();
    BOOST_TEST(module().http().get(bill.link.substr(module().url().size())).status == 303);
    sandbox().pay(bill.gateway_id);
    await_status(bill, "succeeded");
}

// A dead process's lease does not count: what waited goes out at once after a restart, however far
// its next try was.
BOOST_FIXTURE_TEST_CASE(after_a_crash_the_outbox_goes_on_at_once, Fixture) {
    module().stop();
    module().configure("outbox.schedule", "[30m]");
    module().start();
    const auto shop = connect_shop();
    const auto bill = create(shop);
    const auto fault = sandbox().fault({{"side", "crm"},
                                        {"path", "payment/update-invoice"},
                                        {"count", 0},
                                        {"action", {{"dropBefore", true}}}});
    sandbox().pay(bill.gateway_id);
    await("a push failed", [&] { return sandbox().fault_hits(fault) > 0; });
    BOOST_TEST(module().kill().signal == SIGKILL);
    sandbox().clear_faults();
    module().start();
    await_status(bill, "succeeded");
}

BOOST_FIXTURE_TEST_CASE(a_kill_in_the_middle_of_a_create, Fixture) {
    const auto shop = connect_shop();
    const auto order = sandbox().order(
        {{"account", "demo"}, {"payments", {{{"shop", shop.code}, {"amount", 10}}}}});
    sandbox().fault(
        {{"side", "uapay"}, {"path", "invoices/create"}, {"action", {{"delayAfterMs", 3000}}}});
    sandbox().crm(
        {{"account", "demo"}, {"action", "create"}, {"orderId", order.at("id")}, {"async", true}});
    await("UAPAY has the invoice", [&] { return sandbox().gateway_invoices().size() == 1; });
    module().kill();
    await("the CRM heard nothing", [&] { return !sandbox().calls("demo", "create").empty(); });
    module().start();
    // The manager presses again: the same invoice, found by its external id.
    Json answer;
    await("the link is there", [&] {
        answer =
            sandbox().crm({{"account", "demo"}, {"action", "create"}, {"orderId", order.at("id")}});
        return answer.at("status") == 200;
    });
    BOOST_TEST(sandbox().gateway_invoices().size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(keys_rotate_under_load_without_a_failed_request, Unlimited) {
    const auto shop = connect_shop();
    std::vector<Bill> bills;
    for (int i = 0; i < 5; ++i) bills.push_back(create(shop));
    const auto old_key = bytes_of_file(folder() + "/master.key");
    std::atomic<bool> stop{false};
    std::atomic<int> good{0}, bad{0};
    std::vector<std::thread> clients;
    for (int i = 0; i < 3; ++i)
        clients.emplace_back([&, i] {
            for (int n = 0; !stop; ++n) {
                const auto& bill = bills[static_cast<std::size_t>((n + i) % 5)];
                const auto answer = module().http().get(
                    "/payment/status?clientId=" + shop.client_id + "&paymentId=" + bill.id);
                ++(answer.status == 200 ? good : bad);
                const auto made =
                    sandbox().crm({{"account", "demo"}, {"action", "create"}, {"shop", shop.code}});
                ++(made.at("status") == 200 ? good : bad);
            }
        });
    await("requests run", [&] { return good > 10; });
    const auto rotated = module().command({"keys", "rotate", "--json"});
    const int so_far = good;
    await("requests run on", [&] { return good > so_far + 10; });
    stop = true;
    for (auto& client : clients) client.join();
    BOOST_TEST(rotated.code == 0, rotated.err);
    BOOST_TEST(bad == 0);
    const auto new_key = bytes_of_file(folder() + "/master.key");
    BOOST_TEST(new_key != old_key);
    // With the new key alone everything can still be read.
    module().stop();
    module().start();
    for (const auto& bill : bills) sandbox().pay(bill.gateway_id);
    for (const auto& bill : bills) await_status(bill, "succeeded");
    settings(shop).state();
}

BOOST_FIXTURE_TEST_CASE(a_lost_master_key_is_found_at_the_start, Fixture) {
    connect_shop();
    module().stop();
    const auto other = module().bare_command({"keys", "generate"}).out;
    std::ofstream(folder() + "/master.key") << other;
    module().launch();
    const auto ended = module().process().wait(kPatience);
    BOOST_REQUIRE(ended.has_value());
    BOOST_TEST(ended->code == 2);
    BOOST_TEST(contains(module().log(), ": security.master_key_file: "), module().log());
}

// Keys lie open in its memory: no dump of it, whatever the system's settings are (G9).
BOOST_FIXTURE_TEST_CASE(it_leaves_no_core_dump, Fixture) {
    std::istringstream limits(bytes_of_file("/proc/" + std::to_string(module().pid()) + "/limits"));
    std::string cores;
    for (std::string line; std::getline(limits, line);)
        if (line.rfind("Max core file size", 0) == 0) cores = line;
    std::istringstream words(cores.substr(std::min<std::size_t>(cores.size(), 18)));
    std::string soft, hard;
    words >> soft >> hard;
    BOOST_TEST(soft == "0", cores);
    BOOST_TEST(hard == "0", cores);
}

BOOST_FIXTURE_TEST_CASE(two_servers_do_not_share_a_store, Fixture) {
    Process::Start second;
    second.arguments = {TILLBRIDGE_BIN_DIR "/tillbridge", "serve", "--config",
                        module().config_file()};
    second.environment = {{"TILLBRIDGE_SERVER_LISTEN", "127.0.0.1:0"}};
    second.err = second.out = folder() + "/second.log";
    Process process(second);
    const auto ended = process.wait(kPatience);
    BOOST_REQUIRE(ended.has_value());
    BOOST_TEST(ended->code == 3, bytes_of_file(second.err));
    BOOST_TEST(module().http().get("/marketplace/config").status == 200);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::lifecycle_test
