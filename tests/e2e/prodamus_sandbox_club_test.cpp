// Subscriptions of the emulated Prodamus: renewals by the clock, failed charges, ends, and the REST
// methods.
#include "tests/e2e/prodamus_sandbox.hpp"

namespace tillbridge::harness::prodamus_sandbox_club_test {

BOOST_FIXTURE_TEST_SUITE(prodamus_sandbox_club, ProdamusPage)

BOOST_AUTO_TEST_CASE(a_subscription_renews_fails_and_ends_by_the_clock) {
    subscribe({{"subscription_limit_autopayments", "2"}});
    const Json first = delivered(1).at(0).at("data");
    BOOST_TEST(first.at("payment_status") == "success");
    BOOST_TEST(first.at("subscription").at("id") == "593600");
    const double month = 31.0 * 86400;
    sandbox.advance_clock(month);
    BOOST_TEST((states(delivered(3)) == std::vector<std::string>{"success delivered",
                                                                 "auto_payment_reminder delivered",
                                                                 "auto_payment delivered"}));
    act({{"failsWith", "card_expired"}});
    sandbox.advance_clock(month);
    const Json failed = delivered(1, {{"event", "charge_failed"}}).at(0).at("data");
    BOOST_TEST(failed.at("subscription").at("error") == "Срок действия карты истёк.");
    BOOST_TEST(failed.at("subscription").at("last_attempt") == "no");
    act({{"failsWith", ""}});
    sandbox.advance_clock(86401);
    BOOST_TEST(delivered(2, {{"event", "auto_payment"}}).size() == 2U);
    sandbox.advance_clock(month + 86400);
    const Json ended = delivered(1, {{"event", "finish"}}).at(0).at("data").at("subscription");
    BOOST_TEST(ended.at("action_reason") == "completed");
    BOOST_TEST(profile().at("ended").get<bool>());
}

BOOST_AUTO_TEST_CASE(attempts_run_out) {
    subscribe();
    act({{"action", "fail"}, {"errorCode", "card_lost"}});
    act({{"action", "fail"}, {"errorCode", "card_lost"}, {"last", true}});
    const Json last = delivered(1, {{"event", "deactivation"}}).at(0).at("data").at("subscription");
    BOOST_TEST(last.at("action_code") == "deactivation");
    BOOST_TEST(last.at("error_code") == "card_lost");
    BOOST_TEST(last.at("last_attempt") == "yes");
    BOOST_TEST(profile().at("ended").get<bool>());
}

BOOST_AUTO_TEST_CASE(rest_changes_a_subscription) {
    subscribe();
    const Json who = {{"subscription", "593600"}, {"customer_phone", "79990000001"}};
    const auto call = [&](const std::string& method, Json data) {
        data.update(who);
        return ask(data, key, "rest/" + method + "/");
    };
    BOOST_TEST(ask(who, "", "rest/setActivity/").body == "signature not found in request");
    BOOST_TEST(ask(who, "wrong", "rest/setActivity/").body == "signature incorrect");
    BOOST_TEST(call("setActivity", Json::object()).body ==
               "required parameter missing: active_manager");
    BOOST_TEST(call("setActivity", {{"active_user", "1"}}).body == "invalid value: active_user");
    BOOST_TEST(call("setActivity", {{"active_manager", "0"}}).body == "success");
    BOOST_TEST(call("setActivity", {{"active_manager", "1"}}).status == 200);
    delivered(1, {{"event", "reactivation"}});
    BOOST_TEST(call("setSubscriptionDiscount", {{"discount_value", "100.01"}}).status == 400);
    BOOST_TEST(call("setSubscriptionDiscount", {{"discount_value", "12.50"}, {"num", "1"}}).body ==
               "success");
    BOOST_TEST(act({{"action", "charge"}}).at("nextDiscount") == 0);
    BOOST_TEST(delivered(1, {{"event", "auto_payment"}}).at(0).at("data").at("sum") == "87.50");
    const auto move = [&](const std::string& date) {
        return call("setSubscriptionPaymentDate", {{"auth_type", "customer_phone"}, {"date", date}})
            .body;
    };
    BOOST_TEST(move("2020-01-01 00:00") == "invalid value: date");
    BOOST_TEST(move("2098-01-01 00:00") == "success");
    BOOST_TEST(profile().at("next") == "2098-01-01 00:00:00");
    act({{"action", "finish"}});
    BOOST_TEST(call("setActivity", {{"active_manager", "0"}}).body ==
               "subscription 593600 completed, data modification is prohibited");
}

BOOST_AUTO_TEST_CASE(a_demo_subscription_can_not_be_managed) {
    subscribe({{"demo_mode", "1"}});
    const auto answer = ask(
        {{"subscription", "593600"}, {"customer_phone", "79990000001"}, {"active_manager", "0"}},
        key, "rest/setActivity/");
    BOOST_TEST(answer.status == 400);
}

BOOST_AUTO_TEST_CASE(a_deactivated_one_lasts_to_its_end) {
    subscribe();
    act({{"action", "deactivate"}, {"by", "user"}});
    const Json off = delivered(1, {{"event", "deactivation"}}).at(0).at("data").at("subscription");
    BOOST_TEST(off.at("active_user") == "0");
    BOOST_TEST(off.at("active_manager") == "1");
    // Only the buyer could begin anew.
    BOOST_TEST(!sandbox
                    .post("/prodamus/subscriptions",
                          {{"profile", profile().at("profile")}, {"action", "reactivate"}})
                    .at("ok")
                    .get<bool>());
    sandbox.advance_clock(31.0 * 86400);
    const Json ended = delivered(1, {{"event", "finish"}}).at(0).at("data").at("subscription");
    BOOST_TEST(ended.at("action_reason") == "deactivated");
}

BOOST_AUTO_TEST_CASE(renewals_need_addresses_of_their_own) {
    set({{"subscriptionUrls", ""}});
    subscribe();
    act({{"action", "charge"}});
    BOOST_TEST(delivered(1).size() == 1U);  // the first payment
    BOOST_TEST(sandbox.get("/prodamus/deals?kind=charge").at("deals").size() == 1U);
}

BOOST_AUTO_TEST_CASE(several_in_one_call_and_every_identity) {
    sandbox.post("/prodamus/products", {{"id", 700}, {"host", host}, {"price", 5000}});
    subscribe({{"customer_email", "a@example.com"}, {"vk_user_id", "7"}});
    subscribe({{"subscription", "700"}});
    const auto switched = [&](const Json& who, const Json& subscription, const char* on) {
        Json data = who;
        data["subscription"] = subscription;
        data["active_manager"] = on;
        return ask(data, key, "rest/setActivity/").body;
    };
    BOOST_TEST(switched({{"customer_phone", "+79990000001"}}, {"593600", "700"}, "0") == "success");
    const auto listed = sandbox.get("/prodamus/subscriptions");
    for (const auto& one : listed.at("subscriptions"))
        BOOST_TEST(!one.at("activeManager").get<bool>());
    const auto id = std::to_string(profile().at("profile").get<int>());
    BOOST_TEST(switched({{"profile", id}}, "700", "1") == "success");
    BOOST_TEST(switched({{"customer_email", "a@example.com"}}, "593600", "1") == "success");
    BOOST_TEST(switched({{"vk_user_id", "7"}}, "593600", "0") == "success");
    BOOST_TEST(switched({{"tg_user_id", "7"}}, "593600", "0") == "client not found");
    BOOST_TEST(switched({{"customer_phone", "+79990000001"}}, "1", "0") ==
               "subscription not found");
}

BOOST_AUTO_TEST_CASE(a_later_start_and_a_trial_move_the_next_charge) {
    subscribe({{"subscription_date_start", "2098-01-31 10:00"}});
    BOOST_TEST(profile().at("next") == "2098-01-31 10:00:00");
    subscribe({{"subscription_date_start", "2098-01-31 10:00"}, {"subscription_demo_period", "3"}});
    BOOST_TEST(profile().at("next") == "2098-02-03 10:00:00");
    sandbox.post("/prodamus/subscriptions",
                 {{"profile", 70001}, {"action", "charge"}});  // the end of a shorter month
    BOOST_TEST(
        sandbox.get("/prodamus/subscriptions?profile=70001").at("subscriptions").at(0).at("next") ==
        "2098-02-28 10:00:00");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::harness::prodamus_sandbox_club_test
