// The settings API: signing in, stores, and their registration at the CRM (U-03, U-04, U-05, U-10).
#include <set>

#include "tests/e2e/fixture.hpp"

namespace tillbridge::e2e::stores_test {
namespace {

const Json::json_pointer kShops("/modules/tillbridge/integrations/payment/shops");

std::vector<Json> shops_of(World& world, const std::string& account = "demo") {
    const auto known = world.sandbox().account(account);
    return known.contains(kShops) ? known.at(kShops).get<std::vector<Json>>() : std::vector<Json>();
}

Json shop_of(World& world, const std::string& code) {
    for (const auto& shop : shops_of(world))
        if (shop.at("code") == code) return shop;
    return {};
}

void await_shop(World& world, const std::string& code, const Json& expected) {
    await("the CRM sees " + expected.dump(), [&] {
        const auto shop = shop_of(world, code);
        if (!shop.is_object()) return false;
        for (const auto& [name, value] : expected.items())
            if (shop.at(name) != value) return false;
        return true;
    });
}

Json draft(const Json& merchant, const std::string& name = "Store") {
    return {{"gateway", "uapay"},
            {"name", name},
            {"credentials",
             {{"shopId", merchant.at("clientId")}, {"secretKey", merchant.at("secret")}}}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(stores)

BOOST_FIXTURE_TEST_CASE(the_account_url_signs_in_and_nothing_else_does, Fixture) {
    const auto url = connect();
    const Settings admin(url);
    const auto http = module().http();

    const auto entered = http.get(url.substr(module().url().size()));
    const auto cookie = entered.header("set-cookie");
    BOOST_TEST(entered.status == 303);
    BOOST_TEST(contains(entered.header("location"), "/settings"));
    for (const char* part : {"HttpOnly", "SameSite=Lax", "Path=/"})
        BOOST_TEST(contains(cookie, part), cookie);
    BOOST_TEST(!contains(cookie, "Secure"));  // public_url is plain http here

    BOOST_TEST(http.get("/settings/" + std::string(43, 'x')).status == 404);
    BOOST_TEST(http.get("/api/settings").status == 401);
    const auto other = admin.http().get("/api/settings", {{"Cookie", admin.cookie() + "x"}});
    BOOST_TEST(other.status == 401);
    const auto no_csrf =
        http.post_json("/api/settings/merchants", Json::object(), {{"Cookie", admin.cookie()}});
    BOOST_TEST(no_csrf.status == 403);
    const auto wrong_csrf =
        http.post_json("/api/settings/merchants", Json::object(),
                       {{"Cookie", admin.cookie()}, {"X-CSRF-Token", admin.csrf() + "0"}});
    BOOST_TEST(wrong_csrf.status == 403);
}

BOOST_FIXTURE_TEST_CASE(the_form_asks_for_what_uapay_needs, Fixture) {
    const auto state = Settings(connect()).state();
    const auto& gateways = state.at("gateways");
    BOOST_REQUIRE(gateways.size() >= 1U);
    Json uapay;
    for (const auto& each : gateways)
        if (each.at("code") == "uapay") uapay = each;
    BOOST_TEST(uapay.at("currencies") == Json::array({"UAH"}));
    for (const char* can : {"twoStage", "partialCapture", "refund", "partialRefund"})
        BOOST_TEST(uapay.at("capabilities").at(can) == true, can);
    BOOST_REQUIRE(uapay.at("fields").size() == 2U);
    BOOST_TEST(uapay.at("fields")[0].at("code") == "shopId");
    BOOST_TEST(uapay.at("fields")[1].at("code") == "secretKey");
    BOOST_TEST(uapay.at("fields")[1].at("type") == "secret");
    for (const auto& field : uapay.at("fields")) {
        BOOST_TEST(!field.at("label").get<std::string>().empty());
        BOOST_TEST(!field.at("help").get<std::string>().empty());
        BOOST_TEST(field.at("required") == true);
    }
}

BOOST_FIXTURE_TEST_CASE(a_store_is_tried_at_the_gateway_added_and_registered, Fixture) {
    const Settings admin(connect());
    const auto merchant = sandbox().get("/merchants/1001").at("merchant");
    const auto secret = merchant.at("secret").get<std::string>();

    const auto answer = admin.post("/merchants", draft(merchant, "Kyiv"));
    BOOST_TEST(answer.status == 201, answer.body);
    const auto made = answer.json().at("merchant");
    const auto code = made.at("id").get<std::string>();
    BOOST_TEST(made.at("gateway") == "uapay");
    BOOST_TEST(made.at("name") == "Kyiv");
    BOOST_TEST(made.at("active") == true);
    BOOST_TEST(made.at("options").at("twoStage") == false);
    BOOST_TEST(contains(made.at("hookUrl").get<std::string>(), module().url() + "/hooks/uapay/"));
    const auto& shown = made.at("credentials").at("secretKey");
    BOOST_TEST(shown.at("set") == true);
    BOOST_TEST(shown.at("hint") == "••••" + secret.substr(secret.size() - 4));
    BOOST_TEST(!contains(answer.body, secret));
    BOOST_TEST(!contains(admin.get().body, secret));

    await_shop(*this, code, {{"name", "Kyiv"}, {"active", true}});
    BOOST_TEST(admin.merchant(code).at("hookUrl") == made.at("hookUrl"));
}

BOOST_FIXTURE_TEST_CASE(refused_credentials_name_their_field, Fixture) {
    const Settings admin(connect());
    auto merchant = sandbox().get("/merchants/1001").at("merchant");

    const auto refused = [&](const Json& body, const std::string& field) {
        const auto answer = admin.post("/merchants", body);
        BOOST_TEST(answer.status == 422, answer.body);
        BOOST_TEST(answer.json().at("error").at("field") == field, answer.body);
        BOOST_TEST(!answer.json().at("error").at("message").get<std::string>().empty());
    };
    auto wrong_secret = merchant;
    wrong_secret["secret"] = "not-the-secret";
    refused(draft(wrong_secret), "secretKey");
    auto no_shop = merchant;
    no_shop["clientId"] = "";
    refused(draft(no_shop), "shopId");
    BOOST_TEST(admin.state().at("merchants").empty());
    expect_violations = true;  // a token made with a wrong key is one
}

BOOST_FIXTURE_TEST_CASE(changes_are_registered_and_the_code_stays, Fixture) {
    const auto shop = connect_shop();
    const auto admin = settings(shop);
    const auto path = "/merchants/" + shop.code;

    const auto renamed = admin.patch(path, {{"name", "Lviv"}});
    BOOST_TEST(renamed.status == 200, renamed.body);
    BOOST_TEST(renamed.json().at("merchant").at("id") == shop.code);
    await_shop(*this, shop.code, {{"name", "Lviv"}});

    BOOST_TEST(admin.post(path + "/deactivate").json().at("merchant").at("active") == false);
    await_shop(*this, shop.code, {{"active", false}, {"name", "Lviv"}});
    const auto refused =
        sandbox().crm({{"account", "demo"}, {"action", "create"}, {"shop", shop.code}});
    BOOST_TEST(refused.at("status") == 403);

    BOOST_TEST(admin.post(path + "/activate").json().at("merchant").at("active") == true);
    await_shop(*this, shop.code, {{"active", true}});

    // A new store has a new code; the old one is never given again.
    const auto second = add_store(shop, "Second");
    BOOST_TEST(second.code != shop.code);
    BOOST_TEST(shops_of(*this).size() == 2U);
    paid(shop);
}

BOOST_FIXTURE_TEST_CASE(new_credentials_are_tried_before_they_count, Fixture) {
    const auto shop = connect_shop();
    const auto admin = settings(shop);
    const auto path = "/merchants/" + shop.code;
    const auto other = sandbox().merchant({{"clientId", "31337"}});
    expect_violations = true;

    const auto wrong = admin.patch(path, {{"credentials", {{"secretKey", "wrong"}}}});
    BOOST_TEST(wrong.status == 422);
    BOOST_TEST(wrong.json().at("error").at("field") == "secretKey");
    paid(shop);  // the old ones still count

    const auto right = admin.patch(
        path, {{"credentials", {{"shopId", "31337"}, {"secretKey", other.at("secret")}}}});
    BOOST_TEST(right.status == 200, right.body);
    const auto bill = create(shop);
    BOOST_TEST(sandbox().gateway_invoices(bill.id).at(0).at("clientId") == 31337);
    // Empty fields keep what is there.
    BOOST_TEST(admin.patch(path, {{"credentials", {{"secretKey", ""}}}}).status == 200);
    BOOST_TEST(admin.post(path + "/check").status == 200);
}

BOOST_FIXTURE_TEST_CASE(another_shop_does_not_take_over_open_payments, Fixture) {
    const auto shop = connect_shop();
    const auto admin = settings(shop);
    const auto other = sandbox().merchant({{"clientId", "31337"}});
    const auto bill = create(shop);
    const Json patch{{"credentials", {{"shopId", "31337"}, {"secretKey", other.at("secret")}}}};
    const auto refused = admin.patch("/merchants/" + shop.code, patch);
    BOOST_TEST(refused.status == 409, refused.body);
    BOOST_TEST(refused.json().at("error").at("code") == "merchant.conflict");
    BOOST_TEST(refused.json().at("error").at("field") == "shopId");
    sandbox().pay(bill.gateway_id);
    await_status(bill, "succeeded");
    BOOST_TEST(admin.patch("/merchants/" + shop.code, patch).status == 200);
}

BOOST_FIXTURE_TEST_CASE(a_changed_option_holds_for_later_links_only, Fixture) {
    const auto shop = connect_shop();
    const auto admin = settings(shop);
    const auto earlier = create(shop);
    const auto on = admin.patch("/merchants/" + shop.code, {{"options", kTwoStage}});
    BOOST_TEST(on.json().at("merchant").at("options").at("twoStage") == true);
    const auto later = create(shop);
    BOOST_TEST(sandbox().gateway_invoices(earlier.id).at(0).at("type") == "PAY");
    BOOST_TEST(sandbox().gateway_invoices(later.id).at(0).at("type") == "HOLD");
    sandbox().pay(earlier.gateway_id);
    sandbox().pay(later.gateway_id);
    await_status(earlier, "succeeded");
    await_status(later, "waitingForCapture");
    admin.patch("/merchants/" + shop.code, {{"options", {{"twoStage", false}}}});
    BOOST_TEST(sandbox().gateway_invoices(create(shop).id).at(0).at("type") == "PAY");
}

BOOST_FIXTURE_TEST_CASE(check_and_test_link, Fixture) {
    const auto shop = connect_shop();
    const auto admin = settings(shop);
    const auto path = "/merchants/" + shop.code;
    BOOST_TEST(admin.post(path + "/check").status == 200);

    const auto answer = admin.post(path + "/test-link");
    BOOST_TEST(answer.status == 200, answer.body);
    const auto url = answer.json().at("url").get<std::string>();
    const auto opened = module().http().get(url.substr(module().url().size()));
    BOOST_TEST(opened.status == 303);
    const auto invoices = sandbox().gateway_invoices();
    BOOST_REQUIRE(invoices.size() == 1U);
    sandbox().pay(invoices[0].at("id").get<std::string>());
    await("the page says paid",
          [&] { return module().http().get(url.substr(module().url().size())).status == 200; });
    await_quiet();
    BOOST_TEST(sandbox().updates("demo").empty());  // the CRM knows nothing of it

    // A secret that no longer works is found by the check, and shown as a problem until it works.
    expect_violations = true;
    sandbox().merchant({{"clientId", shop.merchant}, {"secret", "rotated-at-the-gateway"}});
    BOOST_TEST(admin.post(path + "/check").status == 422);
    await_problem("merchant.credentials_refused");
    sandbox().merchant({{"clientId", shop.merchant}, {"secret", shop.secret}});
    BOOST_TEST(admin.post(path + "/check").status == 200);
    await_problem("merchant.credentials_refused", false);
}

BOOST_FIXTURE_TEST_CASE(stores_of_another_account_are_unknown, Fixture) {
    const auto mine = connect_shop();
    const auto theirs = connect_shop("other");
    const auto admin = settings(mine);
    const auto unknown = admin.patch("/merchants/m-nobody", {{"name", "X"}});
    const auto foreign = admin.patch("/merchants/" + theirs.code, {{"name", "X"}});
    BOOST_TEST(unknown.status == 404);
    BOOST_TEST(foreign.status == 404);
    BOOST_TEST(foreign.body == unknown.body);
    for (const char* what : {"/deactivate", "/activate", "/check", "/test-link"})
        BOOST_TEST(admin.post("/merchants/" + theirs.code + what).status == 404, what);
    BOOST_TEST(settings(theirs).merchant(theirs.code).at("name") == "Shop");
}

BOOST_FIXTURE_TEST_CASE(a_thousand_stores_on_one_connection, Fixture) {
    const Settings admin(connect());
    const auto merchant = sandbox().get("/merchants/1001").at("merchant");
    std::string last;
    for (int i = 0; i < 1000; ++i)
        last = admin.add_uapay("Store " + std::to_string(i), merchant).at("id").get<std::string>();
    await(
        "all are registered", [&] { return shops_of(*this).size() == 1000; },
        std::chrono::seconds(60));
    std::set<std::string> codes;
    for (const auto& shop : shops_of(*this)) codes.insert(shop.at("code").get<std::string>());
    BOOST_TEST(codes.size() == 1000U);
    BOOST_TEST(admin.state().at("merchants").size() == 1000U);
    const auto answer = sandbox().crm({{"account", "demo"}, {"action", "create"}, {"shop", last}});
    BOOST_TEST(answer.at("status") == 200, answer.dump());
    // Registrations are merged: not a thousand of them.
    BOOST_TEST(sandbox().registrations("demo").size() < 200U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::stores_test
