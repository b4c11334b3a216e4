// A chat-bot with a store at Prodamus: what its variables become on the page, what the page answers
// to them, and the calls about subscriptions. The ids are rows of
// tests/contract/prodamus-features.md.
#include "tests/e2e/fixture.hpp"

namespace tillbridge::e2e::bot_prodamus_test {
namespace {

struct ClubBot : Fixture {
    std::string token, key, account_url;

    void connect_bot(const std::string& style = "salebot", const Json& options = Json::object()) {
        const auto made =
            module().command({"connect", "--bot", "--name", "club", "--callback",
                              sandbox().url() + "/bots/club", "--style", style, "--json"});
        BOOST_REQUIRE_MESSAGE(made.code == 0, made.out << made.err);
        token = made.json().at("token").get<std::string>();
        sandbox().post("/bots", {{"name", "club"}, {"secrets", {made.json().at("signingSecret")}}});
        account_url = made.json().at("accountUrl").get<std::string>();
        const Settings settings(account_url);
        key = settings.state().at("bot").at("callbackKey").get<std::string>();
        const auto secret = sandbox().get("/prodamus/pages/demo.payform.ru").at("page").at("key");
        settings.add({{"gateway", "prodamus"},
                      {"name", "Club"},
                      {"credentials", {{"page", "demo.payform.ru"}, {"secretKey", secret}}},
                      {"options", options}});
    }
    Answer call(const std::string& path, const Json& variables) {
        return module().http().post_json("/bot/" + path, variables,
                                         {{"Authorization", "Bearer " + token}});
    }
    Json link(const Json& variables) {
        const auto made = call("links", variables);
        BOOST_REQUIRE_MESSAGE(made.status == 200, made.body);
        return made.json();
    }
    Json on_page() { return sandbox().get("/prodamus/links").at("links").back(); }
    void pay(const Json& more = Json::object()) {
        Json step{{"link", on_page().at("code")}, {"phone", "+79990000001"}};
        step.update(more);
        BOOST_TEST(sandbox().post("/prodamus/payer", step).at("ok").get<bool>());
    }
    Json heard() { return sandbox().get("/bots/club"); }
    std::string state(const Json& link) {
        return module()
            .http()
            .get("/bot/links/" + link.at("paymentId").get<std::string>(),
                 {{"Authorization", "Bearer " + token}})
            .json()
            .at("state")
            .get<std::string>();
    }
    void page(const Json& set) {
        sandbox().post("/switches", {{"prodamus", "demo.payform.ru"}, {"set", set}});
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(bot_prodamus, ClubBot)

BOOST_AUTO_TEST_CASE(nine_arguments_of_a_function_reach_the_page) {  // P-149, P-156, P-208
    connect_bot("mavibot");
    const std::string receipt(60, 'r');
    link({{"amount", 52.5},
          {"product_name", "Чай"},
          {"expired", "31.12.2028 23:59"},
          {"customer_phone", "79000000000"},
          {"customer_email", "buyer@example.com"},
          {"discount", "2.5"},
          {"description", "Доплата"},
          {"extra_params", {{"payments_limit", "3"}, {"installments_disabled", 1}}},
          {"products_for_receipt", receipt}});
    const auto made = on_page();
    BOOST_TEST(made.at("full") == 5250);
    BOOST_TEST(made.at("amount") == 5000);
    BOOST_TEST(made.at("items").at(0).at("name") == "Чай");
    BOOST_TEST(made.at("phone") == "+79000000000");
    BOOST_TEST(made.at("email") == "buyer@example.com");
    BOOST_TEST(made.at("expiresAt") == "2028-12-31T20:59:00.000Z");
    BOOST_TEST(made.at("limit") == 3);
    const auto& request = made.at("request");
    BOOST_TEST(request.at("discount_value") == "2.5");
    BOOST_TEST(request.at("customer_extra") == "Доплата");
    BOOST_TEST(request.at("installments_disabled") == "1");
    BOOST_TEST(request.at("paid_content") == receipt);
    for (int times = 0; times < 3; ++times) pay();
    BOOST_TEST(!sandbox()
                    .post("/prodamus/payer", {{"link", made.at("code")}})
                    .at("ok")
                    .get<bool>());  // the fourth
    await("the bot hears of it", [&] { return !heard().at("messages").empty(); });
    BOOST_TEST(heard().at("messages").at(0) == key.substr(0, 10) + "_success 50");
}

BOOST_AUTO_TEST_CASE(without_a_currency_it_is_the_roubles_of_the_store) {  // P-40, P-42, P-167
    connect_bot();
    const auto made = link({{"payment_sum", "100"}, {"order_id", "17"}});
    BOOST_TEST(on_page().at("currency") == "rub");
    BOOST_TEST(on_page().at("amount") == 10000);
    BOOST_TEST(on_page().at("items").at(0).at("name") == "Оплата счета 17");
    link({{"payment_sum", "100"}, {"prodamus_currency", "usd"}});  // P-179
    BOOST_TEST(on_page().at("currency") == "usd");
    BOOST_TEST(state(made) == "pending");
}

BOOST_AUTO_TEST_CASE(without_a_currency_it_is_the_one_that_the_store_names) {
    connect_bot("salebot", {{"currency", "kzt"}});
    link({{"payment_sum", "100"}});
    BOOST_TEST(on_page().at("currency") == "kzt");
    link({{"payment_sum", "100"}, {"currency", "usd"}});
    BOOST_TEST(on_page().at("currency") == "usd");
    const Settings settings(account_url);
    const auto code = settings.state().at("merchants").at(0).at("id").get<std::string>();
    const auto refused = settings.patch("/merchants/" + code, {{"options", {{"currency", "uah"}}}});
    BOOST_TEST(refused.status == 400, refused.body);
}

BOOST_AUTO_TEST_CASE(nothing_but_the_notice_pays) {  // P-10, P-63, P-186
    connect_bot();
    page({{"hooks", "hold"}});
    const auto made = link({{"payment_sum", "44"}});
    const auto url = made.at("payment_link").get<std::string>();
    const auto path = url.substr(module().url().size());
    const auto open = [&] { return module().http().get(path + "/return").status; };
    BOOST_TEST(open() == 200);  // by hand
    BOOST_TEST(state(made) == "pending");
    pay();
    BOOST_TEST(on_page().at("request").at("urlSuccess") == url + "/return");
    BOOST_TEST(open() == 200);  // as the buyer's browser does
    BOOST_TEST(state(made) == "pending");
    BOOST_TEST(heard().at("calls").empty());
    sandbox().post("/prodamus/deliveries/release");
    await("it is paid", [&] { return state(made) == "paid"; });
    await("the bot hears of it", [&] { return !heard().at("messages").empty(); });
    BOOST_TEST(heard().at("messages").at(0) == key + "_success");
    const auto callback = heard().at("variables").at("payment_callback");
    BOOST_TEST(callback.at("sum") == "44.00");
    BOOST_TEST(callback.at("products[0][price]") == "44.00");
}

BOOST_AUTO_TEST_CASE(a_test_link_is_one_of_the_page_with_the_stores_options) {  // P-14
    connect_bot("savvi", {{"discount", "0.50"}, {"installments", "false"}, {"paymentsLimit", "2"}});
    const Settings settings(account_url);
    const auto code = settings.state().at("merchants").at(0).at("id").get<std::string>();
    const auto answer = settings.post("/merchants/" + code + "/test-link");
    BOOST_TEST(answer.status == 200, answer.body);
    BOOST_TEST(sandbox().get("/prodamus/links").at("links").size() ==
               2U);  // the one by which the key was tried, and this one
    const auto url = answer.json().at("url").get<std::string>();
    const auto opened = module().http().get(url.substr(module().url().size()));
    BOOST_TEST(opened.header("location") == on_page().at("url"));
    const auto request = on_page().at("request");
    BOOST_TEST(request.at("discount_value") == "0.50");
    BOOST_TEST(request.at("installments_disabled") == "1");
    BOOST_TEST(request.at("payments_limit") == "2");
}

BOOST_AUTO_TEST_CASE(the_gateways_words_come_as_they_are) {  // P-142
    connect_bot();
    expect_violations = true;  // the page counts a refused request as one
    page({{"minSum", 10000}});
    const auto refused = call("links", {{"payment_sum", "44"}});
    BOOST_TEST(refused.status >= 400);
    for (const char* name : {"error_payment_button", "error_payment_func"})
        BOOST_TEST(
            contains(refused.json().at(name).get<std::string>(), "order sum is below the minimum"),
            refused.body);
}

BOOST_AUTO_TEST_CASE(calls_about_subscriptions_answer_ok_or_why_not) {  // P-94, P-213, P-214
    connect_bot();
    page({{"subscriptionUrls", ""}});
    link({{"payment_sum", "100"}, {"prodamus_subscription", "593600"}});
    BOOST_TEST(on_page().at("subscription") == 593600);
    pay();
    await("the bot hears of it", [&] { return !heard().at("messages").empty(); });
    BOOST_TEST(heard().at("messages").at(0) == key + "_success");
    const auto profile = heard().at("variables").at("profile_id").get<std::string>();
    const auto answer = [&](const char* what, Json given) {
        given["subscription_id"] = "593600";
        const auto made = call(std::string("subscriptions/") + what, given);
        BOOST_TEST(made.status == 200, made.body);
        return made.json().at("status").get<std::string>();
    };
    const auto member = [&] {
        return sandbox().get("/prodamus/subscriptions").at("subscriptions").back();
    };
    BOOST_TEST(answer("switch", {{"switcher", 0}, {"profile_id", profile}}) == "ok");
    BOOST_TEST(!member().at("activeManager").get<bool>());
    BOOST_TEST(answer("switch", {{"switcher", 1}, {"customer_phone", "79990000001"}}) == "ok");
    BOOST_TEST(member().at("activeManager").get<bool>());
    BOOST_TEST(answer("discount", {{"discount", 10.25}, {"num", 3}, {"profile_id", profile}}) ==
               "ok");
    BOOST_TEST(member().at("nextDiscount") == 1025);
    BOOST_TEST(answer("payment-date", {{"date", "01.02.2099"}, {"profile_id", profile}}) == "ok");
    BOOST_TEST(member().at("next") == "2099-02-01 00:00:00");
    const Json moved{{"date", "01.02.2020"}, {"language", "en"}};
    const auto past = [&](Json who) {
        who.update(moved);
        return answer("payment-date", who);
    };
    const auto refused = past({{"profile_id", profile}});
    BOOST_TEST(refused.find("The next charge can only be moved forward") == 0U, refused);
    BOOST_TEST(past({{"profile_id", "1"}}) == refused);  // of nobody's that we know
    BOOST_TEST(member().at("next") == "2099-02-01 00:00:00");
    expect_violations = true;
    BOOST_TEST(answer("switch", {{"switcher", 0}, {"profile_id", "1"}}) == "client not found");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::bot_prodamus_test
