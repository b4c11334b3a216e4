// The CRM's own calls: activity, a frozen account, a moved one, changed settings.
#include "tests/e2e/fixture.hpp"

namespace tillbridge::e2e::account_test {
namespace {

Json activity(World& world, Json fields) {
    fields["account"] = "demo";
    fields["action"] = "activity";
    return world.sandbox().crm(fields);
}

Json connection_of(const World& world, const Shop& shop) {
    return world.settings(shop).state().at("connection");
}

Json try_create(World& world, const Shop& shop) {
    return world.sandbox().crm(
        {{"account", shop.account}, {"action", "create"}, {"shop", shop.code}});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(account)

BOOST_FIXTURE_TEST_CASE(inactive_and_frozen_accounts_make_no_links, Fixture) {
    const auto shop = connect_shop();
    BOOST_TEST(activity(*this, {{"active", false}}).at("body").at("success") == true);
    BOOST_TEST(connection_of(*this, shop).at("active") == false);
    BOOST_TEST(try_create(*this, shop).at("status") == 403);

    activity(*this, {{"active", true}, {"freeze", true}});
    BOOST_TEST(connection_of(*this, shop).at("frozen") == true);
    const auto frozen = try_create(*this, shop);
    BOOST_TEST(frozen.at("status") == 403);
    BOOST_TEST(!message_of(frozen).empty());
    BOOST_TEST(sandbox().gateway_invoices().empty());

    activity(*this, {{"active", true}, {"freeze", false}});
    BOOST_TEST(try_create(*this, shop).at("status") == 200);
}

BOOST_FIXTURE_TEST_CASE(a_frozen_account_still_finishes_what_was_begun, Fixture) {
    const auto shop = connect_shop("demo", kTwoStage);
    const auto to_capture = paid(shop, "100", "waitingForCapture");
    const auto to_void = paid(shop, "50", "waitingForCapture");
    const auto to_refund = paid(shop, "30", "waitingForCapture");
    BOOST_TEST(act(to_refund, "approve").at("status") == 200);
    await_status(to_refund, "succeeded");
    activity(*this, {{"freeze", true}});

    BOOST_TEST(act(to_capture, "approve").at("status") == 200);
    BOOST_TEST(act(to_void, "cancel").at("status") == 200);
    BOOST_TEST(act(to_refund, "refund").at("status") == 200);
    BOOST_TEST(act(to_capture, "status").at("body").at("result").at("status") == "succeeded");
    await_status(to_capture, "succeeded");
    await_status(to_void, "canceled");
    await_status(to_refund, "refundSucceeded");
}

BOOST_FIXTURE_TEST_CASE(a_moved_account_is_registered_again_at_its_new_address, Fixture) {
    const auto shop = connect_shop();
    const auto bill = create(shop);
    const auto before = sandbox().registrations("demo").size();
    auto moved = sandbox().crm_url("demo");
    moved.replace(moved.find("127.0.0.1"), 9, "localhost");
    BOOST_TEST(activity(*this, {{"systemUrl", moved}}).at("body").at("success") == true);
    sandbox().wait("registrations", {{"account", "demo"}, {"count", std::to_string(before + 1)}});
    BOOST_TEST(connection_of(*this, shop).at("crmUrl") == moved);
    sandbox().pay(bill.gateway_id);
    await_status(bill, "succeeded");
}

BOOST_FIXTURE_TEST_CASE(a_move_to_a_forbidden_address_is_refused, Fixture) {
    const auto shop = connect_shop();
    const auto answer = activity(*this, {{"systemUrl", "https://evil.example"}});
    BOOST_TEST(answer.at("body").at("success") == false);
    BOOST_TEST(connection_of(*this, shop).at("crmUrl") == sandbox().crm_url("demo"));
    paid(shop);
}

BOOST_FIXTURE_TEST_CASE(strangers_are_unknown, Fixture) {
    const auto shop = connect_shop();
    const auto answer = module().http().post_form(
        "/crm/activity", {{"clientId", "someone"},
                          {"systemUrl", sandbox().crm_url("demo")},
                          {"activity", R"({"active":false,"freeze":true})"}});
    BOOST_TEST(answer.status == 404);
    BOOST_TEST(answer.json().at("success") == false);
    BOOST_TEST(connection_of(*this, shop).at("active") == true);
}

BOOST_FIXTURE_TEST_CASE(settings_of_the_account_are_taken_over, Fixture) {
    const auto shop = connect_shop();
    sandbox().crm({{"account", "demo"},
                   {"action", "settings"},
                   {"currency", "KZT"},
                   {"language", "kk"},
                   {"timezone", "Asia/Almaty"}});
    const auto connection = connection_of(*this, shop);
    BOOST_TEST(connection.at("currency") == "KZT");
    BOOST_TEST(connection.at("locale") == "kk");
    BOOST_TEST(connection.at("timezone") == "Asia/Almaty");
    // U-02: UAPAY takes hryvnias only.
    await_problem("currency.not_supported");
    sandbox().crm({{"account", "demo"}, {"action", "settings"}, {"currency", "UAH"}});
    await_problem("currency.not_supported", false);
}

BOOST_FIXTURE_TEST_CASE(a_new_key_is_checked_and_then_used, Fixture) {
    const auto shop = connect_shop();
    const auto admin = settings(shop);
    const auto wrong = admin.post("/connection", {{"apiKey", "wrong-key"}});
    BOOST_TEST(wrong.status == 422);
    BOOST_TEST(wrong.json().at("error").at("field") == "apiKey");

    const auto bill = create(shop);
    const auto keys = sandbox().account("demo").at("keys");
    for (const auto& key : keys)
        sandbox().post("/accounts/demo/keys", {{"revoke", key.at("apiKey")}});
    sandbox().pay(bill.gateway_id);
    await_problem("crm.key_rejected");
    sandbox().post("/accounts/demo/keys", {{"apiKey", "brand-new-key-0123456789"}});
    const auto right = admin.post("/connection", {{"apiKey", "brand-new-key-0123456789"}});
    BOOST_TEST(right.status == 200, right.body);
    await_status(bill, "succeeded");
    await_problem("crm.key_rejected", false);
    BOOST_TEST(!contains(right.body, "brand-new-key"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::account_test
