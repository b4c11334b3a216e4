// A bot of a chat-bot platform beside the CRM: connected by a command, asks for links, and is told
// over real HTTP what became of them.
#include "tests/e2e/fixture.hpp"

namespace tillbridge::e2e::bot_test {
namespace {

struct ChatBot {
    std::string account_url, token, secret, key;
    Fixture& world;

    explicit ChatBot(Fixture& its, const std::string& style = "salebot",
                     const std::string& gateway = "uapay", const Json& options = Json::object())
        : world(its) {
        const auto made = world.module().command(
            {"connect", "--bot", "--name", "shop", "--callback",
             world.sandbox().url() + "/bots/shop", "--style", style, "--json"});
        BOOST_REQUIRE(made.code == 0);
        account_url = made.json().at("accountUrl").get<std::string>();
        token = made.json().at("token").get<std::string>();
        secret = made.json().at("signingSecret").get<std::string>();
        key = settings().state().at("bot").at("callbackKey").get<std::string>();
        behave({{"secrets", {secret}}});
        if (gateway == "prodamus")
            add_prodamus();
        else
            settings().add_uapay("Bot store", world.sandbox().merchant({{"clientId", "30001"}}),
                                 options);
    }
    void add_prodamus() const {
        const auto page = world.sandbox().get("/prodamus/pages/demo.payform.ru").at("page");
        const auto store = settings().add(
            {{"gateway", "prodamus"},
             {"name", "Bot store"},
             {"credentials", {{"page", "demo.payform.ru"}, {"secretKey", page.at("key")}}},
             {"options", Json::object()}});
        world.sandbox().post("/switches", {{"prodamus", "demo.payform.ru"},
                                           {"set", {{"subscriptionUrls", store.at("hookUrl")}}}});
    }
    Json page_link(const Json& made) const {
        return world.sandbox()
            .get("/prodamus/links?orderNum=" + made.at("paymentId").get<std::string>())
            .at("links")
            .at(0);
    }
    void pay(const Json& made, Json step = Json::object()) const {
        step["link"] = page_link(made).at("code");
        step["phone"] = "+79990000001";
        const auto done = world.sandbox().post("/prodamus/payer", step);
        BOOST_TEST(done.at("ok").get<bool>(), done.dump());
    }
    void await_message(const std::string& text) const {
        const auto reads = [&] {
            const auto messages = heard().at("messages");
            return std::find(messages.begin(), messages.end(), text) != messages.end();
        };
        try {
            await("the bot reads " + text, reads);
        } catch (const std::exception& error) {
            throw std::runtime_error(error.what() + std::string(", but: ") + heard().dump());
        }
    }
    std::string subscription(const std::string& path, Json fields) const {
        const auto answer = world.module().http().post_json("/bot/subscriptions/" + path, fields,
                                                            {{"Authorization", "Bearer " + token}});
        BOOST_TEST(answer.status == 200, answer.body);
        return answer.json().value("status", "");
    }
    Settings settings() const { return Settings(account_url); }
    void behave(Json how) const {
        how["name"] = "shop";
        world.sandbox().post("/bots", how);
    }
    Answer ask(const Json& variables, const Fields& more = {}) const {
        Fields headers{{"Authorization", "Bearer " + token}};
        headers.insert(headers.end(), more.begin(), more.end());
        return world.module().http().post_json("/bot/links", variables, headers);
    }
    Answer look(const std::string& id) const {
        return world.module().http().get("/bot/links/" + id,
                                         {{"Authorization", "Bearer " + token}});
    }
    Answer decide(const std::string& id, const std::string& what,
                  const Json& given = Json::object()) const {
        return world.module().http().post_json("/bot/links/" + id + "/" + what, given,
                                               {{"Authorization", "Bearer " + token}});
    }
    // A link whose money is held.
    std::string held(const std::string& sum) const {
        const auto made = ask({{"payment_sum", sum}});
        BOOST_REQUIRE_MESSAGE(made.status == 200, made.body);
        const auto id = made.json().at("paymentId").get<std::string>();
        world.sandbox().pay(gateway_invoice(id));
        await("it is held", [&] { return look(id).json().at("state") == "authorized"; });
        return id;
    }
    Json heard() const { return world.sandbox().get("/bots/shop"); }
    std::string gateway_invoice(const std::string& payment) const {
        return world.sandbox().gateway_invoices(payment).at(0).at("id").get<std::string>();
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(bots)

BOOST_FIXTURE_TEST_CASE(a_link_is_made_paid_and_told, Fixture) {
    const ChatBot bot(*this);
    const auto made = bot.ask({{"payment_sum", 44.5}, {"product_name", "Tea"}, {"order_id", "17"}});
    BOOST_TEST(made.status == 200, made.body);
    const auto link = made.json();
    BOOST_TEST(link.at("prodamus_pay_url") == link.at("payment_link"));
    BOOST_TEST(link.at("order_id") == "17");
    const auto id = link.at("paymentId").get<std::string>();
    BOOST_TEST(bot.look(id).json().at("state") == "pending");
    const auto url = link.at("payment_link").get<std::string>();
    BOOST_TEST(module().http().get(url.substr(module().url().size())).status == 303);

    sandbox().pay(bot.gateway_invoice(id));
    await("the bot hears of it", [&] { return bot.heard().at("calls").size() == 1U; });
    const auto heard = bot.heard();
    BOOST_TEST(heard.at("messages").dump() == Json({bot.key + "_success"}).dump());
    BOOST_TEST(heard.at("variables").at("prodamus_payment_completed") == "True");
    BOOST_TEST(heard.at("variables").at("payment_callback").at("sum") == "44.50");
    BOOST_TEST(heard.at("calls").at(0).at("signedBy").dump() == "[0]");
    BOOST_TEST(bot.look(id).json().at("state") == "paid");
    await_quiet();
    BOOST_TEST(bot.heard().at("calls").size() == 1U);
    BOOST_TEST(!has_problem("payment_type.missing"));
}

BOOST_FIXTURE_TEST_CASE(a_lost_settings_address_is_made_anew, Fixture) {
    const ChatBot bot(*this);
    const auto renewed =
        module().command({"connect", "--bot", "--name", "shop", "--new-link", "--json"});
    BOOST_REQUIRE_MESSAGE(renewed.code == 0, renewed.err);
    const auto told = renewed.json();
    BOOST_TEST(!told.contains("token"));
    BOOST_TEST(told.at("accountUrl") != bot.account_url);
    BOOST_TEST(Settings(told.at("accountUrl").get<std::string>()).state().contains("bot"));
    BOOST_CHECK_THROW(Settings(bot.account_url).state(), std::exception);
    BOOST_TEST(bot.ask({{"payment_sum", "44"}}).status == 200);  // its token stands
    const auto nobody = module().command({"connect", "--bot", "--name", "x", "--new-link"});
    BOOST_TEST(nobody.code == 1);
    BOOST_TEST(contains(nobody.err, "no bot is called x"), nobody.err);
}

BOOST_FIXTURE_TEST_CASE(a_bot_that_is_away_hears_later_under_the_same_id, Fixture) {
    const ChatBot bot(*this);
    bot.behave({{"status", 500}});
    const auto id = bot.ask({{"amount", "44"}, {"product_name", "Tea"}})
                        .json()
                        .at("paymentId")
                        .get<std::string>();
    sandbox().pay(bot.gateway_invoice(id));
    await("it was tried", [&] { return bot.heard().at("calls").size() >= 2U; });
    module().kill();
    module().start();
    bot.behave({{"status", 200}});
    await("the bot hears of it", [&] { return bot.heard().at("messages").size() == 1U; });
    const auto heard = bot.heard();
    BOOST_TEST(heard.at("messages").at(0) == bot.key.substr(0, 10) + "_success 44");
    for (const auto& call : heard.at("calls"))
        BOOST_TEST(call.at("id") == heard.at("calls").at(0).at("id"));
    await_quiet();
    BOOST_TEST(bot.heard().at("messages").size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(an_admin_makes_a_bot_on_the_settings_page, Fixture) {
    sandbox().put_account({{"name", "other"}});
    const Settings mine(connect()), theirs(connect("other"));
    BOOST_TEST(mine.get("/bots").json().at("bots").empty());
    const auto answer = mine.post(
        "/bots",
        {{"name", "Chat"}, {"style", "savvi"}, {"callbackUrl", sandbox().url() + "/bots/shop"}});
    BOOST_REQUIRE_MESSAGE(answer.status == 201, answer.body);
    const auto made = answer.json();
    const auto token = made.at("token").get<std::string>();
    const auto bot = mine.get("/bots").json().at("bots").at(0);
    BOOST_TEST(bot == made.at("bot"), bot.dump());
    BOOST_TEST(bot.at("style") == "savvi");
    BOOST_TEST(mine.post("/bots", {{"name", "Chat"}}).status == 409);
    BOOST_TEST(theirs.post("/bots", {{"name", "Chat"}}).status == 201);

    // Its page is reached by its address, and from the page of its owner.
    Settings own(made.at("accountUrl").get<std::string>());
    BOOST_TEST(own.state().at("bot").at("name") == "Chat");
    own.add_uapay("Bot store", sandbox().merchant({{"clientId", "30001"}}), Json::object());
    const auto path = "/bots/" + bot.at("id").get<std::string>() + "/open";
    const auto opened = mine.post(path);
    BOOST_TEST(opened.status == 200, opened.body);
    const auto cookie = opened.header("set-cookie");
    BOOST_TEST(contains(cookie, "HttpOnly; SameSite=Lax"), cookie);
    const auto state =
        module().http().get("/api/settings", {{"Cookie", cookie.substr(0, cookie.find(';'))}});
    BOOST_TEST(state.json().at("bot").at("name") == "Chat", state.body);
    for (const auto& each : {answer.body, state.body, mine.get("/bots").body})
        BOOST_TEST(!contains(each, mine.cookie().substr(mine.cookie().find('=') + 1)));

    // Nobody else's: neither another account's, nor the bot's own admin reaches up or makes more.
    const auto nobody = theirs.post("/bots/bot-nobody/open");
    BOOST_TEST(nobody.status == 404);
    BOOST_TEST(theirs.post(path).status == 404);
    BOOST_TEST(theirs.post(path).header("set-cookie").empty());
    BOOST_TEST(!contains(theirs.get("/bots").body, bot.at("id").get<std::string>()));
    BOOST_TEST(own.get("/bots").json().at("bots").empty());
    BOOST_TEST(own.post("/bots", {{"name", "More"}}).status == 404);
    BOOST_TEST(own.post(path).status == 404);
    BOOST_TEST(module().http().get("/api/settings/bots").status == 401);
    for (const auto& to : {std::string("/bots"), path})
        BOOST_TEST(
            module().http()
                    .request("POST", "/api/settings" + to, R"({"name":"x"})",
                             {{"Cookie", mine.cookie()}, {"Content-Type", "application/json"}})
                    .status == 403,
            to);

    const Fields bearer{{"Authorization", "Bearer " + token}};
    const auto link = module().http().post_json(
        "/bot/links", {{"payment_sum", "44"}, {"payment_description", "Tea"}}, bearer);
    BOOST_REQUIRE_MESSAGE(link.status == 200, link.body);
    sandbox().pay(sandbox()
                      .gateway_invoices(link.json().at("paymentId").get<std::string>())
                      .at(0)
                      .at("id")
                      .get<std::string>());
    await("the bot hears of it",
          [&] { return !sandbox().get("/bots/shop").at("messages").empty(); });
    await_quiet();
    BOOST_TEST(!has_problem("payment_type.missing"));
    const auto secret = made.at("signingSecret").get<std::string>();
    const auto page = made.at("accountUrl").get<std::string>();
    for (const auto& each : {token, secret, secret.substr(6), page.substr(page.rfind('/') + 1)})
        BOOST_TEST(module().log().find(each) == std::string::npos);

    // Switched off it sells nothing; the page of its account switches it on again.
    const auto at = path.substr(0, path.rfind('/'));
    BOOST_TEST(theirs.post(at + "/deactivate").status == 404);
    BOOST_TEST(mine.post(at + "/deactivate").json().at("bot").at("active") == false);
    const auto sell = [&] {
        return module().http().post_json(
            "/bot/links", {{"payment_sum", "44"}, {"payment_description", "Tea"}}, bearer);
    };
    BOOST_TEST(sell().status == 403);
    BOOST_TEST(sell().json().at("error").at("code") == "bot.inactive");
    BOOST_TEST(mine.post(at + "/activate").json().at("bot").at("active") == true);
    BOOST_TEST(sell().status == 200);
    BOOST_TEST(mine.post("/sessions/end").status == 200);
    BOOST_TEST(own.get().status == 401);
}

BOOST_FIXTURE_TEST_CASE(the_door_opens_to_its_token_alone, Fixture) {
    const auto shop = connect_shop();
    const ChatBot bot(*this);
    const auto http = module().http();
    const Json wish{{"payment_sum", "44"}};
    const auto status = [&](const std::string& authorization) {
        return http.post_json("/bot/links", wish, {{"Authorization", authorization}}).status;
    };
    BOOST_TEST(http.post_json("/bot/links", wish).status == 401);
    BOOST_TEST(status("Bearer wrong") == 401);
    BOOST_TEST(status("Bearer " + shop.client_id) == 401);
    BOOST_TEST(status("Basic " + bot.token) == 401);
    BOOST_TEST(status("bearer " + bot.token) == 200);
    // Nor does a bot's token do anything at the CRM's door.
    BOOST_TEST(call(*this, "/payment/status", bot.token, "status", {{"paymentId", "x"}}).status ==
               404);
    // A payment of the CRM's is nobody's to a bot.
    const auto bill = create(shop);
    BOOST_TEST(bot.look(bill.id).status == 404);
    const auto renewed = bot.settings().post("/bot/token").json();
    BOOST_TEST(status("Bearer " + bot.token) == 401);
    BOOST_TEST(status("Bearer " + renewed.at("token").get<std::string>()) == 200);
    BOOST_TEST(module().log().find(bot.token) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(who_guesses_is_told_to_wait_and_nobody_else) {
    Fixture world(Config{{"hooks.misses_per_minute", "3"}});
    const ChatBot bot(world);
    const auto guess = [&] {
        return world.module().http().post_json("/bot/links", {{"payment_sum", "44"}},
                                               {{"Authorization", "Bearer guessed"}});
    };
    for (int i = 0; i < 3; ++i) BOOST_TEST(guess().status == 401);
    const auto refused = guess();
    BOOST_TEST(refused.status == 429);
    BOOST_TEST(!refused.header("retry-after").empty());
    BOOST_TEST(bot.ask({{"payment_sum", "44"}}).status == 200);
}

BOOST_FIXTURE_TEST_CASE(what_is_wrong_is_said_in_the_platforms_variable, Fixture) {
    const ChatBot bot(*this, "mavibot");
    const auto past =
        bot.ask({{"payment_sum", "44"}, {"link_expired", "25.01.2021 11:00"}, {"language", "kk"}});
    BOOST_TEST(past.status == 400);
    BOOST_TEST(past.json().at("error_payment_button") ==
               "Қате: Сілтеменің жарамдылық мерзімі ағымдағы күннен кейін болуы керек");  // P-139
    BOOST_TEST(past.json().at("error").at("code") == "bot.link_expired");
    const std::pair<Json, const char*> bad[] = {
        {Json{{"payment_sum", "44,5"}}, "payment_sum"},
        {Json{{"payment_sum", -1}}, "payment_sum"},
        {Json{{"payment_sum", true}}, "payment_sum"},
        {Json{{"payment_sum", "44"}, {"discount_value", "x"}}, "discount_value"},
        {Json{{"payment_sum", "44"}, {"product_name", "a\"b"}}, "product_name"},
        {Json{{"payment_sum", "44"}, {"customer_phone", "1"}}, "customer_phone"},
        {Json{{"payment_sum", "44"}, {"prodamus_signature", "x"}}, "prodamus_signature"},
        {Json{{"payment_sum", "44"}, {"extra_params", {{"do", "pay"}}}}, "prodamus_do"},
        {Json{{"payment_sum", Json::array()}}, "payment_sum"},
        {Json{{"payment_sum", "44"}, {"store", "other"}}, "store"},
        {Json::object(), "payment_sum"}};
    for (const auto& [variables, field] : bad) {
        const auto answer = bot.ask(variables);
        BOOST_TEST(answer.status >= 400, variables.dump());
        BOOST_TEST(answer.status < 500, variables.dump());
        BOOST_TEST(answer.json().at("error").value("field", "") == field, answer.body);
    }
    const auto http = module().http();
    const Fields mine{{"Authorization", "Bearer " + bot.token}};
    BOOST_TEST(http.post_form("/bot/links", {{"payment_sum", "44"}}, mine).status == 200);
    BOOST_TEST(
        http.request("POST", "/bot/links", "{", {mine[0], {"Content-Type", "application/json"}})
            .status == 400);
    BOOST_TEST(
        http.request("POST", "/bot/links", "x", {mine[0], {"Content-Type", "text/plain"}}).status ==
        415);
    BOOST_TEST(sandbox().gateway_invoices().size() == 1U);  // nothing else was asked of the gateway
}

BOOST_FIXTURE_TEST_CASE(a_bot_captures_what_is_held, Fixture) {
    const ChatBot bot(*this, "salebot", "uapay", kTwoStage);
    const auto id = bot.held("100");
    const auto captures = [&] {
        return sandbox().operations(bot.gateway_invoice(id), "complete").size();
    };
    for (const Json& wrong : {Json("100.01"), Json(0), Json(-1), Json("1,5"), Json("x"), Json(true),
                              Json::array(), Json("1.001")}) {
        const auto answer = bot.decide(id, "approve", {{"amount", wrong}});
        BOOST_TEST(answer.status == 400, wrong.dump() << " " << answer.body);
        BOOST_TEST(!answer.json().at("error_payment_func").get<std::string>().empty());
    }
    BOOST_TEST(bot.decide("none", "approve").status == 404);
    BOOST_TEST(module().http().post_json("/bot/links/" + id + "/approve", Json::object()).status ==
               401);
    BOOST_TEST(captures() == 0U);
    const auto done = bot.decide(id, "approve", {{"amount", "60.50"}});
    BOOST_TEST(done.status == 200, done.body);
    BOOST_TEST(done.json().dump() == bot.look(id).json().dump());
    BOOST_TEST(done.json().at("state") == "paid");
    BOOST_TEST(done.json().at("paid") == "60.50");
    BOOST_TEST(bot.decide(id, "approve", {{"amount", "60.50"}}).status == 200);  // a repeat
    BOOST_TEST(captures() == 1U);
    bot.await_message(bot.key + "_success");

    // All of it: nothing is said, not even a body.
    const auto whole = bot.held("44");
    const auto bare = module().http().request("POST", "/bot/links/" + whole + "/approve", "",
                                              {{"Authorization", "Bearer " + bot.token}});
    BOOST_TEST(bare.status == 200, bare.body);
    BOOST_TEST(bare.json().at("paid") == "44.00");
}

BOOST_FIXTURE_TEST_CASE(a_bot_gives_back_what_is_held, Fixture) {
    const auto shop = connect_shop();
    const ChatBot bot(*this, "salebot", "uapay", kTwoStage);
    const auto id = bot.held("100");
    BOOST_TEST(bot.decide("none", "cancel").status == 404);
    const auto done = bot.decide(id, "cancel");
    BOOST_TEST(done.status == 200, done.body);
    BOOST_TEST(done.json().at("state") == "canceled");
    BOOST_TEST(done.json().at("paid") == "0.00");
    BOOST_TEST(sandbox().operations(bot.gateway_invoice(id), "complete").empty());
    BOOST_TEST(bot.decide(id, "approve").status == 400);
    // A payment of the CRM's is nobody's to a bot.
    const auto bill = create(shop);
    for (const char* what : {"approve", "cancel"})
        BOOST_TEST(bot.decide(bill.id, what).status == 404, what);
    BOOST_TEST(story(bill.id).at("invoice").at("state") == "pending");
}

BOOST_FIXTURE_TEST_CASE(a_key_makes_one_link_and_secrets_roll_over, Fixture) {
    const ChatBot bot(*this);
    const Fields key{{"Idempotency-Key", "order 17"}};
    const auto first = bot.ask({{"payment_sum", "44"}}, key).json();
    BOOST_TEST(bot.ask({{"payment_sum", "44"}}, key).json().at("paymentId") ==
               first.at("paymentId"));
    BOOST_TEST(bot.ask({{"payment_sum", "45"}}, key).status == 409);
    const auto renewed = bot.settings().post("/bot/signing-secret").json().at("secret");
    bot.behave({{"secrets", {bot.secret, renewed}}});
    sandbox().pay(bot.gateway_invoice(first.at("paymentId").get<std::string>()));
    await("the bot hears of it", [&] { return bot.heard().at("calls").size() == 1U; });
    BOOST_TEST(bot.heard().at("calls").at(0).at("signedBy").dump() == "[0,1]");
}

BOOST_FIXTURE_TEST_CASE(a_notice_reaches_the_bot_field_by_field, Fixture) {
    const ChatBot bot(*this, "mavibot", "prodamus");
    const auto made = bot.ask({{"amount", "52.5"},
                               {"discount", "8.5"},
                               {"product_name", "Course"},
                               {"description", "About it"},
                               {"customer_phone", "79990000001"},
                               {"extra_params", {{"payments_limit", "1"}}},
                               {"prodamus_available_payment_methods", "AC|SBP"}});
    BOOST_TEST(made.status == 200, made.body);
    const auto link = bot.page_link(made.json());
    BOOST_TEST(link.at("amount") == 4400);
    BOOST_TEST(link.at("limit") == 1);
    BOOST_TEST(link.at("request").at("available_payment_methods") == "AC|SBP");
    bot.pay(made.json());
    bot.await_message(bot.key.substr(0, 10) + "_success 44");  // P-143
    const auto heard = bot.heard();
    const auto& callback = heard.at("variables").at("payment_callback");
    BOOST_TEST(callback.at("products[0][name]") == "Course");  // P-67, P-205
    BOOST_TEST(callback.at("customer_extra") == "About it");   // P-68
    BOOST_TEST(callback.at("sum") == "44.00");
    BOOST_TEST(callback.at("payment_status") == "success");
    BOOST_TEST(heard.at("variables").at("customer_phone") == "+79990000001");  // P-90
    sandbox().wait("prodamusDeliveries", {});
    await_quiet();
    BOOST_TEST(bot.heard().at("calls").size() == 1U);
    // Nothing of the buyer's is left in the open.
    BOOST_TEST(bytes_of_file(module().store_file()).find("9990000001") == std::string::npos);
    BOOST_TEST(module().log().find("9990000001") == std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_notice_that_waits_outlives_a_rotation_of_the_master_key, Fixture) {
    const ChatBot bot(*this, "salebot", "prodamus");
    bot.behave({{"status", 500}});
    const auto made = bot.ask({{"payment_sum", "44"}, {"description", "Only the notice has it"}});
    bot.pay(made.json());
    await("it was tried", [&] { return bot.heard().at("calls").size() >= 1U; });
    const auto rotated = module().command({"keys", "rotate"});
    BOOST_TEST(rotated.code == 0, rotated.err);
    module().kill();  // which forgets the old key
    module().start();
    const auto tried = bot.heard().at("calls").size();
    bot.behave({{"status", 200}});
    await("it is told", [&] { return bot.heard().at("calls").size() > tried; });
    await_quiet();
    const auto callback = bot.heard().at("variables").at("payment_callback");
    BOOST_TEST(callback.at("customer_extra") == "Only the notice has it");
}

BOOST_FIXTURE_TEST_CASE(a_subscription_is_sold_told_of_and_changed_by_a_bot, Fixture) {
    const ChatBot bot(*this, "mavibot", "prodamus");
    const Json wish{
        {"product_name", "Club"}, {"customer_phone", "79990000001"}, {"subscription_id", "593600"}};
    const Fields once{{"Idempotency-Key", "club-1"}};
    const auto made = bot.ask(wish, once);
    BOOST_TEST(made.status == 200, made.body);
    const auto paid_for = [&] {
        return bot.look(made.json().at("paymentId").get<std::string>()).json().at("amount");
    };
    BOOST_TEST(paid_for().is_null());  // the product's own price, which the page knows
    bot.pay(made.json());
    bot.await_message(bot.key.substr(0, 10) + "_success 593600");  // P-146
    BOOST_TEST(bot.heard().at("variables").contains("profile_id"));
    BOOST_TEST(paid_for() == "100.00");
    BOOST_TEST(bot.ask(wish, once).json().at("paymentId") == made.json().at("paymentId"));

    const Json who{{"subscription_id", "593600"}, {"customer_phone", "79990000001"}};
    const auto with = [&](Json more) {
        more.update(who);
        return more;
    };
    BOOST_TEST(bot.subscription("discount", with({{"discount", 10.25}, {"num", 3}})) == "ok");
    BOOST_TEST(bot.subscription("switch", with({{"switcher", "0"},
                                                {"url", "https://demo.payform.ru/"},
                                                {"secret_key", "left-over"}})) == "ok");
    bot.await_message("Подписчик деактивировал подписку");  // P-188
    BOOST_TEST(bot.subscription("switch", with({{"switcher", "1"}})) == "ok");
    bot.await_message("Подписчик реактивировал подписку");  // P-189
    BOOST_TEST(bot.subscription("discount", with({{"discount", "500"}})) != "ok");
    BOOST_TEST(module().log().find("left-over") == std::string::npos);

    const auto profile =
        sandbox().get("/prodamus/subscriptions").at("subscriptions").back().at("profile");
    sandbox().post("/prodamus/subscriptions",
                   {{"profile", profile}, {"action", "fail"}, {"errorCode", "card_limit"}});
    bot.await_message("Не успешная оплата - Превышен лимит по карте.");  // P-194
    sandbox().post("/prodamus/subscriptions", {{"profile", profile}, {"action", "charge"}});
    const auto successes = [&] {
        int count = 0;
        const auto heard = bot.heard();
        for (const auto& call : heard.at("calls"))
            count +=
                call.at("body").value("message", "") == bot.key.substr(0, 10) + "_success 593600";
        return count;
    };
    await("the renewal is told", [&] { return successes() == 2; });
    sandbox().wait("prodamusDeliveries", {});
    await_quiet();
    BOOST_TEST(successes() == 2);
    BOOST_TEST(!has_problem("outbox.dead"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::bot_test
