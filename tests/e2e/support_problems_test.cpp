// Open problems in diagnostics: the list of all accounts, the same at the command line.
#include "tests/e2e/probe.hpp"
#include "tests/support/harness/desk.hpp"

namespace tillbridge::e2e::support_problems_test {
namespace {

// Stores at a gateway that can't be asked, and people of diagnostics.
struct Rubles : Fixture {
    Rubles() {
        add_desk_user(module(), "ann", "operator");
        add_desk_user(module(), "bob", "viewer");
    }
    Desk ann() { return Desk(module().http(), "ann"); }
    Desk bob() { return Desk(module().http(), "bob"); }

    Shop shop(const Json& options = Json::object()) {
        return add_prodamus_store(connect_account("demo", {{"currency", "RUB"}}), "Prodamus",
                                  options);
    }
    void pay(const Bill& bill) {
        const auto done = sandbox().post("/prodamus/payer",
                                         {{"link", bill.gateway_id}, {"phone", "+79990000000"}});
        BOOST_TEST(done.at("ok") == true, done.dump());
    }
    // Paid, and its notice sent as it is said: another sum, say.
    void tell(const Bill& bill, Json how) {
        sandbox().post("/switches", {{"prodamus", "demo.payform.ru"}, {"set", {{"hooks", "off"}}}});
        pay(bill);
        const auto orders = sandbox().get("/prodamus/orders?link=" + bill.gateway_id).at("orders");
        how["orderId"] = orders.back().at("orderId");
        BOOST_TEST(sandbox().post("/prodamus/deliveries/send", how).at("status") == 200);
    }
    CommandResult support(std::vector<std::string> words) {
        words.insert(words.begin(), "support");
        words.emplace_back("--json");
        return module().command(words);
    }
};

const Json kAnotherSum{{"fields", {{"sum", "1.00"}}}};

}  // namespace

BOOST_AUTO_TEST_SUITE(support_problems)

BOOST_FIXTURE_TEST_CASE(lists_at_the_command_line_are_those_of_the_page, Rubles) {
    const auto store = shop();
    connect_account("second", {{"currency", "RUB"}});
    for (const char* amount : {"10", "20", "30"}) tell(create(store, amount), kAnotherSum);
    await_quiet();
    const auto desk = bob();
    const auto accounts = desk.read("/connections");
    const auto problems = desk.read("/problems");
    BOOST_TEST(accounts.at("connections").size() == 2U);
    BOOST_REQUIRE(problems.at("problems").size() == 3U);
    BOOST_TEST(problems.at("more") == false);
    const auto page = desk.read("/problems?limit=2");
    BOOST_TEST(page.at("problems").size() == 2U);
    BOOST_TEST(page.at("more") == true);
    const auto rest = desk.read("/problems?limit=2&offset=2");
    BOOST_REQUIRE(rest.at("problems").size() == 1U);
    BOOST_TEST(rest.at("problems")[0] == problems.at("problems")[2]);
    BOOST_TEST(rest.at("more") == false);
    BOOST_TEST(desk.read("/problems?offset=100000").at("problems").empty());
    const auto second = desk.read("/connections?text=second");
    BOOST_TEST(second.at("connections").size() == 1U);
    const auto other = desk.read("/connections?limit=1&offset=1");

    for (const bool running : {true, false}) {
        if (!running) module().stop();
        BOOST_TEST(support({"connections"}).json() == accounts);
        BOOST_TEST(support({"connections", "second"}).json() == second);
        BOOST_TEST(support({"connections", "--limit", "1", "--offset", "1"}).json() == other);
        BOOST_TEST(support({"problems"}).json() == problems);
        BOOST_TEST(support({"problems", "--limit", "2"}).json() == page);
        BOOST_TEST(support({"problems", "--limit", "2", "--offset", "2"}).json() == rest);
        const auto told = module().command({"support", "connections"});
        BOOST_TEST(contains(told.out, sandbox().crm_url("second")), told.out);
        const auto table = module().command({"support", "problems", "--limit", "2"});
        BOOST_TEST(contains(table.out, "invoice.amount_mismatch"), table.out);
        BOOST_TEST(contains(table.out, page.at("problems")[1].at("subject").get<std::string>()));
        BOOST_TEST(contains(table.out, "there are more"), table.out);
    }
    for (const char* list : {"connections", "problems"})
        BOOST_TEST(module().command({"support", list, "--limit", "0"}).code == 2, list);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::support_problems_test
