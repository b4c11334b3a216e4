// One thing that everything hangs on is away at a time: what needs it waits or says so, the rest
// goes on, and readiness says which it is (G13).
#include <sys/resource.h>

#include <filesystem>

#include "tests/e2e/fixture.hpp"

namespace tillbridge::e2e::chaos_test {
namespace {

std::string path_of(World& world, const Bill& bill) {
    return bill.link.substr(world.module().url().size());
}

// What /health/ready says of one of them.
Json check_of(World& world, const std::string& name) {
    const auto checks = world.module().ops().get("/health/ready").json().at("checks");
    for (const auto& check : checks)
        if (check.at("name") == name) return check;
    return {{"ok", nullptr}};
}

void await_check(World& world, const std::string& name, bool ok) {
    await(name + (ok ? " is there" : " is away"),
          [&] { return check_of(world, name).at("ok") == ok; });
}

int ready(World& world) {
    return world.module().ops().get("/health/ready").status;
}

Json away(World& world, const std::string& side) {
    return world.sandbox().fault(
        {{"side", side}, {"count", 0}, {"action", {{"dropBefore", true}}}});
}

Json press(World& world, const Shop& shop) {
    return world.sandbox().crm(
        {{"account", shop.account}, {"action", "create"}, {"shop", shop.code}});
}

// No file of the module may grow beyond `bytes`, as if the disk were full; RLIM_INFINITY lifts it.
void limit_files(World& world, rlim_t bytes) {
    const rlimit limit{bytes, RLIM_INFINITY};
    BOOST_REQUIRE(::prlimit(world.module().pid(), RLIMIT_FSIZE, &limit, nullptr) == 0);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(chaos)

BOOST_FIXTURE_TEST_CASE(without_the_crm, Fixture) {
    const auto shop = connect_shop("demo", kTwoStage);
    await_quiet();
    away(*this, "crm");
    const auto bill = create(shop);
    sandbox().pay(bill.gateway_id);
    await("the hold is known here", [&] {
        return act(bill, "status").at("body").at("result").at("status") == "waitingForCapture";
    });
    BOOST_TEST(act(bill, "approve").at("status") == 200);
    BOOST_TEST(act(bill, "refund", {{"amount", 30}}).at("status") == 200);
    BOOST_TEST(module().http().get(path_of(*this, bill)).status == 200);
    BOOST_TEST(settings(shop).patch("/merchants/" + shop.code, {{"name", "New"}}).status == 200);
    await_check(*this, "retailcrm", false);
    BOOST_TEST(check_of(*this, "uapay").at("ok") == true);
    BOOST_TEST(ready(*this) == 200);
    BOOST_TEST(sandbox().updates("demo").empty());

    sandbox().clear_faults();
    await_status(bill, "succeeded");
    await_refunded(bill, "30");
    await_check(*this, "retailcrm", true);
}

BOOST_FIXTURE_TEST_CASE(without_the_gateway, Fixture) {
    const auto shop = connect_shop();
    const auto bill = create(shop);
    const auto dropped = create(shop);
    await_quiet();
    away(*this, "uapay");
    BOOST_TEST(press(*this, shop).at("status") == 504);
    BOOST_TEST(sandbox().gateway_invoices().size() == 2U);
    BOOST_TEST(act(bill, "status").at("status") == 200);
    BOOST_TEST(module().http().get(path_of(*this, bill)).status == 303);
    BOOST_TEST(act(dropped, "cancel").at("status") == 200);
    await_status(dropped, "canceled");
    const auto seen = sandbox().registrations("demo").size();
    BOOST_TEST(settings(shop).patch("/merchants/" + shop.code, {{"name", "New"}}).status == 200);
    await("the CRM knows the new name",
          [&] { return sandbox().registrations("demo").size() > seen; });
    // The hook is taken; what it says counts once the gateway can be asked.
    sandbox().pay(bill.gateway_id);
    sandbox().wait("hooks", {{"clientId", shop.merchant}});
    BOOST_TEST(sandbox().hooks().back().at("state") == "delivered");
    BOOST_TEST(crm_invoice(bill).at("status") == "pending");
    await_check(*this, "uapay", false);
    BOOST_TEST(check_of(*this, "retailcrm").at("ok") == true);
    BOOST_TEST(ready(*this) == 200);

    sandbox().clear_faults();
    await_status(bill, "succeeded");
    await_check(*this, "uapay", true);
}

BOOST_FIXTURE_TEST_CASE(without_a_disk_to_write_to, Fixture) {
    const auto shop = connect_shop();
    const auto bill = create(shop);
    await_quiet();
    limit_files(*this, std::filesystem::file_size(module().store_file() + "-wal"));
    // Nothing that can't be written down is promised or sent.
    BOOST_TEST(press(*this, shop).at("status") == 500);
    BOOST_TEST(sandbox().gateway_invoices().size() == 1U);
    sandbox().pay(bill.gateway_id);
    sandbox().wait("hook", {{"clientId", shop.merchant}, {"count", "1"}});
    BOOST_TEST(sandbox().hooks().back().at("attempts")[0].at("status") == 500);
    // What only reads goes on, and who only asks again, or for what may not be, hears so.
    BOOST_TEST(act(bill, "status").at("status") == 200);
    auto again = sandbox().calls("demo", "create").front().at("fields").at("create");
    const auto repeated = call(*this, "/payment/create", shop.client_id, "create", again);
    BOOST_TEST(repeated.status == 200, repeated.body);
    again["amount"] = again.at("amount").get<double>() + 1;
    BOOST_TEST(call(*this, "/payment/create", shop.client_id, "create", again).status == 409);
    BOOST_TEST(module().http().get(path_of(*this, bill)).status == 303);
    BOOST_TEST(module().ops().get("/health/live").status == 200);
    BOOST_TEST(ready(*this) == 503);
    BOOST_TEST(check_of(*this, "store").at("ok") == false);

    limit_files(*this, RLIM_INFINITY);
    sandbox().post("/clock", {{"advanceSeconds", 400}});  // the gateway's next try
    await_status(bill, "succeeded");
    BOOST_TEST(ready(*this) == 200);
    create(shop);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::chaos_test
