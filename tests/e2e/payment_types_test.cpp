// The CRM's payment types and the stores that they are linked to (U-11, U-20, U-02).
#include "tests/e2e/fixture.hpp"

namespace tillbridge::e2e::payment_types_test {
namespace {

std::vector<Json> problems(const Settings& admin, const std::string& key) {
    std::vector<Json> found;
    const auto state = admin.state();
    for (const auto& problem : state.at("problems"))
        if (problem.at("key") == key) found.push_back(problem);
    return found;
}

void await_problems(const Settings& admin, const std::string& key, std::size_t count) {
    await(std::to_string(count) + " problems " + key,
          [&] { return problems(admin, key).size() == count; });
}

// A store on an account whose key has what a payment module needs, and `more`.
Shop shop_with(World& world, const std::vector<std::string>& more) {
    Json scopes{"integration_read", "integration_write", "payments_read",
                "payments_write",   "reference_read",    "store_read"};
    for (const auto& scope : more) scopes.push_back(scope);
    const auto connected =
        world.sandbox().crm({{"account", "demo"}, {"action", "connect"}, {"scopes", scopes}});
    Shop shop;
    shop.account = "demo";
    shop.account_url = connected.at("accountUrl").get<std::string>();
    shop.client_id = world.sandbox()
                         .account("demo")
                         .at("modules")
                         .at("tillbridge")
                         .at("clientId")
                         .get<std::string>();
    world.leave_payment_types_out();
    return world.add_store(shop, "Shop");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(payment_types)

BOOST_FIXTURE_TEST_CASE(types_are_matched_to_stores, Fixture) {
    leave_payment_types_out();
    const auto shop = connect_shop();
    const auto admin = settings(shop);
    await_problems(admin, "payment_type.missing", 1);
    const auto problem = problems(admin, "payment_type.missing").front();
    BOOST_TEST(problem.at("subject") == shop.code);
    BOOST_TEST(!problem.at("what").get<std::string>().empty());
    BOOST_TEST(!problem.at("todo").get<std::string>().empty());

    sandbox().post("/accounts/demo/payment-types",
                   {{"code", "uapay-1"}, {"name", "Card"}, {"shop", shop.code}});
    await_problems(admin, "payment_type.missing", 0);
    bool matched = false;
    const auto state = admin.state();
    for (const auto& type : state.at("paymentTypes"))
        if (type.at("code") == "uapay-1") matched = type.at("merchantId") == shop.code;
    BOOST_TEST(matched);

    sandbox().post("/accounts/demo/payment-types",
                   {{"code", "uapay-2"}, {"name", "Card too"}, {"shop", shop.code}});
    await_problems(admin, "payment_type.doubled", 1);
    sandbox().post("/accounts/demo/payment-types", {{"code", "uapay-2"}, {"active", false}});
    await_problems(admin, "payment_type.doubled", 0);
}

BOOST_FIXTURE_TEST_CASE(a_missing_type_is_made_on_request, Fixture) {
    const auto shop = shop_with(*this, {"reference_write"});
    const auto admin = settings(shop);
    await_problems(admin, "payment_type.missing", 1);
    const auto made = admin.post("/merchants/" + shop.code + "/payment-type");
    BOOST_TEST(made.status == 200, made.body);
    std::string code;
    const auto types = sandbox().account("demo").at("paymentTypes");
    for (const auto& [name, type] : types.items())
        if (contains(type.dump(), "tillbridge")) code = name;
    BOOST_TEST(!code.empty(), types.dump());
    await_problems(admin, "payment_type.missing", 0);
    paid(shop);
}

BOOST_FIXTURE_TEST_CASE(without_the_right_the_admin_hears_so, Fixture) {
    const auto shop = shop_with(*this, {});
    const auto refused = settings(shop).post("/merchants/" + shop.code + "/payment-type");
    BOOST_TEST(refused.status == 403);
    BOOST_TEST(contains(refused.body, "reference_write"), refused.body);
}

BOOST_FIXTURE_TEST_CASE(a_currency_that_uapay_lacks_is_a_problem, Fixture) {
    sandbox().put_account({{"name", "mx"}, {"currency", "MXN"}, {"language", "es"}});
    const auto shop = connect_shop("mx");
    await_problems(settings(shop), "currency.not_supported", 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::payment_types_test
