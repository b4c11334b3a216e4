// The order card's panel through its backend: from the first link to the last refund, and everybody
// who should get nothing. The calls are those that the CRM's server makes.
#include <future>

#include "tests/e2e/fixture.hpp"

namespace tillbridge::e2e::panel_test {
namespace {

const Json kScopes{"integration_read", "integration_write", "payments_read", "payments_write",
                   "reference_read",   "store_read",        "order_read"};

struct Card : Fixture {
    Shop shop;
    std::int64_t order = 0;

    explicit Card(const Config& config = {}) : Fixture(config) {
        sandbox().account_switches("demo", {{"rateLimit", 0}});
    }

    // A connected store and an order with a payment of its type.
    void open(const std::string& amount, const Json& options = Json::object()) {
        shop = connect_shop("demo", options);
        grant(kScopes);
        order = sandbox()
                    .order({{"account", "demo"},
                            {"number", "77C"},
                            {"payments", {{{"shop", shop.code}, {"amount", Json::parse(amount)}}}}})
                    .at("id")
                    .get<std::int64_t>();
    }
    void grant(const Json& scopes) {
        sandbox().post("/accounts/demo/keys",
                       {{"apiKey", sandbox().key("demo")}, {"scopes", scopes}});
    }
    Answer call(const std::string& action, Json payload = Json::object(),
                const std::string& client = {}) {
        if (!payload.contains("orderId")) payload["orderId"] = order;
        return module().http().post_form(
            "/extension/api/" + action,
            {{"clientId", client.empty() ? shop.client_id : client}, {"payload", payload.dump()}});
    }
    Json state(const Json& payload = Json::object()) {
        const auto answer = call("state", payload);
        BOOST_REQUIRE_EQUAL(answer.status, 200);
        return answer.json().at("state");
    }
    // What a click on an action sends; null where it is not offered.
    static Json wish(const Json& state, const std::string& action) {
        for (const auto& offer : state.at("actions")) {
            if (offer.at("action") != action) continue;
            Json payload{{"userId", 17}};
            for (const char* name : {"key", "token", "payment"})
                if (offer.contains(name)) payload[name] = offer.at(name);
            if (action != "create") payload["paymentId"] = state.at("payment").at("id");
            return payload;
        }
        return {};
    }
    static Json offer(const Json& state, const std::string& action) {
        for (const auto& each : state.at("actions"))
            if (each.at("action") == action) return each;
        return {};
    }
    Answer click(const Json& seen, const std::string& action, const Json& more = Json::object()) {
        auto payload = wish(seen, action);
        BOOST_REQUIRE_MESSAGE(!payload.is_null(), action + " is not offered: " + seen.dump());
        payload.update(more);
        return call(action, payload);
    }
    // Two at once. Boost.Test's checks are for one thread alone.
    std::pair<Answer, Answer> click_twice(const Json& seen, const std::string& action,
                                          const Json& more = Json::object()) {
        auto payload = wish(seen, action);
        BOOST_REQUIRE(!payload.is_null());
        payload.update(more);
        auto twin = std::async(std::launch::async, [&] { return call(action, payload); });
        auto one = call(action, payload);
        return {std::move(one), twin.get()};
    }
    Json done(const Json& seen, const std::string& action, const Json& more = Json::object()) {
        const auto answer = click(seen, action, more);
        BOOST_REQUIRE_MESSAGE(answer.status == 200, action + ": " + answer.body);
        return answer.json().at("state");
    }
    Json await_state(const std::string& word) {
        Json now;
        await("the panel shows " + word, [&] {
            now = state();
            return !now.at("payment").is_null() && now.at("payment").at("state") == word &&
                   now.at("payment").at("busy") == false;
        });
        return now;
    }
    std::string gateway_invoice() {
        return sandbox().gateway_invoices().back().at("id").get<std::string>();
    }
    std::size_t reverses() { return sandbox().operations(gateway_invoice(), "reverse").size(); }
    // A payment that is paid, and its state.
    Json paid(const std::string& amount = "100") {
        open(amount);
        done(state(), "create");
        sandbox().pay(gateway_invoice());
        return await_state("paid");
    }
};

struct Bounded : Card {
    Bounded() : Card(Config{{"panel.calls_per_minute", "12"}}) {}
};

struct WithoutPanel : Card {
    WithoutPanel() : Card(Config{{"panel.delivery", "none"}}) {}
};

std::string text(const Json& value) {
    return value.get<std::string>();
}

std::vector<std::string> actions_of(const Json& state) {
    std::vector<std::string> words;
    for (const auto& offer : state.at("actions"))
        words.push_back(offer.at("action").get<std::string>());
    return words;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(panel)

BOOST_FIXTURE_TEST_CASE(the_whole_story_of_an_order, Card) {
    open("100", kTwoStage);
    auto now = state();
    BOOST_TEST(now.at("payment").is_null());
    BOOST_TEST(now.at("order").at("number") == "77C");
    BOOST_TEST(actions_of(now) == std::vector<std::string>{"create"},
               boost::test_tools::per_element());
    BOOST_TEST(offer(now, "create").at("max") == "100.00");
    BOOST_TEST(offer(now, "create").at("store") == "Shop");

    now = done(now, "create");
    BOOST_TEST(now.at("payment").at("state") == "pending");
    BOOST_TEST(now.at("payment").at("amount") == "100.00");
    BOOST_TEST(now.at("moving") == true);
    BOOST_TEST((actions_of(now) == std::vector<std::string>{"cancel", "check"}));
    const auto link = now.at("payment").at("link").get<std::string>();
    BOOST_TEST(module().http().get(link.substr(module().url().size())).status == 303);
    BOOST_TEST(sandbox().order("demo", order).at("payments").at(0).at("invoice").at("link") ==
               link);

    sandbox().pay(gateway_invoice());
    now = await_state("authorized");
    BOOST_TEST(now.at("payment").at("authorized") == "100.00");
    BOOST_TEST((actions_of(now) == std::vector<std::string>{"capture", "cancel", "check"}));
    now = done(now, "capture", {{"amount", "80.00"}});
    BOOST_TEST(now.at("payment").at("state") == "paid");
    BOOST_TEST(now.at("payment").at("captured") == "80.00");
    BOOST_TEST(offer(now, "refund").at("max") == "80.00");

    now = done(now, "refund", {{"amount", "20"}});
    BOOST_TEST(now.at("payment").at("refundable") == "60.00");
    // The same amount again, seen and meant: a refund of its own, whatever the time between.
    now = done(now, "refund", {{"amount", "20"}});
    BOOST_TEST(now.at("payment").at("refunded") == "40.00");
    now = done(now, "refund");
    BOOST_TEST(now.at("payment").at("state") == "refunded");
    BOOST_TEST(offer(now, "refund").is_null());
    BOOST_TEST(now.at("payment").at("timeline").size() == 6U, now.dump(1));
    BOOST_TEST(reverses() == 3U);
    const auto uuid = sandbox().order("demo", order).at("payments").at(0).at("invoice");
    sandbox().wait("invoice", {{"account", "demo"},
                               {"uuid", text(uuid.at("invoiceUuid"))},
                               {"status", "refundSucceeded"}});
    // The journal knows who it was said to be, as a hint.
    BOOST_TEST(contains(story(text(now.at("payment").at("id"))).dump(), "panel.refund"));
    // Refunded: the buyer may be asked anew.
    BOOST_TEST(!offer(state(), "create").is_null());
}

BOOST_FIXTURE_TEST_CASE(a_second_click_makes_no_second_link, Card) {
    open("10");
    const auto seen = state();
    const auto [one, other] = click_twice(seen, "create");
    BOOST_TEST(one.status == 200, one.body);
    BOOST_TEST(other.status == 200, other.body);
    BOOST_TEST(click(seen, "create").status == 200);
    BOOST_TEST(one.json().at("state").at("payment").at("id") ==
               other.json().at("state").at("payment").at("id"));
    BOOST_TEST(sandbox().gateway_invoices().size() == 1U);
    BOOST_TEST(sandbox().get("/invoices?account=demo").at("invoices").size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_second_click_moves_no_money_again, Card) {
    const auto seen = paid();
    sandbox().merchant_switches(shop.merchant, {{"replyDelayMs", 300}});
    const auto [one, other] = click_twice(seen, "refund", {{"amount", "30"}});
    // Whoever came second hears that it is done or under way, never that it may be pressed again.
    for (const auto& answer : {one, other})
        BOOST_TEST((answer.status == 200 || answer.json().at("error").at("code") == "payment.busy"),
                   answer.body);
    BOOST_TEST(click(seen, "refund", {{"amount", "30"}}).status == 200);
    BOOST_TEST(reverses() == 1U);
    BOOST_TEST(state().at("payment").at("refunded") == "30.00");
}

BOOST_FIXTURE_TEST_CASE(two_managers_at_once, Card) {
    const auto seen_by_one = paid();
    const auto seen_by_other = state();
    done(seen_by_one, "refund", {{"amount", "20"}});
    const auto late = click(seen_by_other, "refund", {{"amount", "30"}});
    BOOST_TEST(late.status == 409);
    BOOST_TEST(late.json().at("error").at("code") == "payment.changed");
    BOOST_TEST(late.json().at("state").at("payment").at("refundable") == "80.00");
    BOOST_TEST(reverses() == 1U);
    // What the answer shows can be acted on.
    BOOST_TEST(click(late.json().at("state"), "refund", {{"amount", "30"}}).status == 200);
    BOOST_TEST(reverses() == 2U);
}

BOOST_FIXTURE_TEST_CASE(a_lost_answer_of_the_gateway, Card) {
    const auto seen = paid();
    sandbox().fault(
        {{"side", "uapay"}, {"path", "payments/reverse"}, {"action", {{"dropAfter", true}}}});
    const auto answer = click(seen, "refund", {{"amount", "40"}});
    BOOST_TEST((answer.status == 200 || answer.status == 504), answer.body);
    await("the refund is known", [&] { return state().at("payment").at("refunded") == "40.00"; });
    BOOST_TEST(click(seen, "refund", {{"amount", "40"}}).status == 200);
    BOOST_TEST(reverses() == 1U);
}

BOOST_FIXTURE_TEST_CASE(the_crm_loses_the_answer_with_the_link, Card) {
    open("10");
    sandbox().fault(
        {{"side", "crm"}, {"path", "payment/create-invoice"}, {"action", {{"dropAfter", true}}}});
    const auto now = done(state(), "create");
    BOOST_TEST(now.at("payment").at("state") == "pending");
    BOOST_TEST(sandbox().gateway_invoices().size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(refusals_come_with_the_state_and_in_the_readers_words, Card) {
    const auto seen = paid("50");
    const auto too_much = click(seen, "refund", {{"amount", "50.01"}, {"locale", "es-ES"}});
    BOOST_TEST(too_much.status == 400);
    BOOST_TEST(too_much.json().at("error").at("code") == "payment.amount_too_large");
    BOOST_TEST(too_much.json().at("error").at("field") == "amount");
    BOOST_TEST(contains(too_much.json().at("error").dump(), "50.00 UAH"));
    BOOST_TEST(too_much.json().at("state").at("label") == "Pagado");
    BOOST_TEST(state({{"locale", "en-GB"}}).at("label") == "Paid");
    BOOST_TEST(state({{"locale", "ru-RU"}}).at("label") == "Оплачено");
    BOOST_TEST(click(seen, "refund", {{"amount", "0"}}).status == 400);
    BOOST_TEST(click(seen, "refund", {{"amount", "1.005"}}).status == 400);
    BOOST_TEST(click(seen, "refund", {{"amount", "abc"}}).status == 400);
    BOOST_TEST(reverses() == 0U);
}

BOOST_FIXTURE_TEST_CASE(cancel_and_check, Card) {
    open("10");
    auto now = done(state(), "create");
    now = done(now, "check");
    BOOST_TEST(now.at("payment").at("state") == "pending");
    const auto id = now.at("payment").at("id");
    now = done(now, "cancel");
    // What was canceled is no longer what matters: but it was asked for, so it is shown.
    BOOST_TEST(now.at("payment").at("id") == id);
    BOOST_TEST(now.at("payment").at("state") == "canceled");
    BOOST_TEST(now.at("payment").at("reason") != "");
    // A new link for the same payment of the order, and the old one beside it.
    now = done(now, "create");
    BOOST_TEST(now.at("payment").at("state") == "pending");
    BOOST_TEST(now.at("payment").at("id") != id);
    BOOST_TEST(now.at("others").at(0).at("id") == id);
    BOOST_TEST(state({{"paymentId", id}}).at("payment").at("state") == "canceled");
}

BOOST_FIXTURE_TEST_CASE(what_the_payload_says_moves_no_amount, Card) {
    open("75.5");
    const auto now = done(state(), "create", {{"amount", "1"}, {"currency", "USD"}});
    BOOST_TEST(now.at("payment").at("amount") == "75.50");
    BOOST_TEST(now.at("payment").at("currency") == "UAH");
}

BOOST_FIXTURE_TEST_CASE(strangers_get_nothing, Card) {
    const auto seen = paid();
    const auto id = seen.at("payment").at("id");
    for (const char* client : {"x", "00000000-0000-0000-0000-000000000000"})
        BOOST_TEST(call("state", Json::object(), client).status == 404);
    const auto nobody = module().http().post_form("/extension/api/state",
                                                  {{"payload", Json{{"orderId", order}}.dump()}});
    BOOST_TEST(nobody.status == 404);

    // Another account of the same installation, with an order of the same id.
    sandbox().put_account({{"name", "other"}, {"switches", {{"rateLimit", 0}}}});
    const auto other = connect_shop("other");
    const auto theirs = call("state", Json::object(), other.client_id);
    BOOST_TEST(theirs.status == 200);
    BOOST_TEST(theirs.json().at("state").at("payment").is_null());
    BOOST_TEST(call("state", {{"paymentId", id}}, other.client_id).status == 404);
    for (const char* action : {"refund", "cancel", "check"}) {
        auto payload = wish(seen, "refund");
        BOOST_TEST(call(action, payload, other.client_id).status == 404, action);
    }
    // A token is good for its order, its action, its key and its time only.
    auto payload = wish(seen, "refund");
    payload["orderId"] = order + 1;
    BOOST_TEST(call("refund", payload).status == 404);
    payload = wish(seen, "refund");
    for (const char* name : {"key", "token"}) {
        auto forged = payload;
        auto text = forged.at(name).get<std::string>();
        text.back() = text.back() == 'a' ? 'b' : 'a';
        forged[name] = text;
        BOOST_TEST(call("refund", forged).status == 409, name);
        forged.erase(name);
        BOOST_TEST(call("refund", forged).status == 400, name);
    }
    payload["token"] = "99999999999." + std::string(64, 'a');
    BOOST_TEST(call("refund", payload).status == 409);
    BOOST_TEST(reverses() == 0U);
}

BOOST_FIXTURE_TEST_CASE(bad_calls, Card) {
    open("10");
    const auto& http = module().http();
    const auto post = [&](const Fields& fields) {
        return http.post_form("/extension/api/state", fields).status;
    };
    BOOST_TEST(post({{"clientId", shop.client_id}}) == 400);
    BOOST_TEST(post({{"clientId", shop.client_id}, {"payload", "{"}}) == 400);
    BOOST_TEST(post({{"clientId", shop.client_id}, {"payload", "[]"}}) == 400);
    BOOST_TEST(post({{"clientId", shop.client_id}, {"payload", "{\"orderId\":0}"}}) == 400);
    BOOST_TEST(post({{"clientId", shop.client_id}, {"payload", "{\"orderId\":\"x\"}"}}) == 400);
    BOOST_TEST(post({{"clientId", shop.client_id},
                     {"payload", "{\"orderId\":1}"},
                     {"more", "of the CRM's"}}) == 200);
    BOOST_TEST(http.request("POST", "/extension/api/nothing", "a=1").status != 200);
    BOOST_TEST(http.get("/extension/api/state").status != 200);
    // Whoever runs in a browser of another origin reads nothing.
    const auto answer =
        http.post_form("/extension/api/state",
                       {{"clientId", shop.client_id}, {"payload", Json{{"orderId", order}}.dump()}},
                       {{"Origin", "https://evil.example"}});
    BOOST_TEST(answer.header("access-control-allow-origin") == "");
    BOOST_TEST(answer.header("cache-control") == "no-store");
}

BOOST_FIXTURE_TEST_CASE(a_frozen_account_makes_no_links_and_still_refunds, Card) {
    const auto seen = paid();
    sandbox().crm({{"account", "demo"}, {"action", "activity"}, {"freeze", true}});
    const auto now = done(seen, "refund");
    BOOST_TEST(now.at("payment").at("state") == "refunded");
    BOOST_TEST(offer(now, "create").is_null());
    BOOST_REQUIRE(!now.at("notes").empty());
    const auto refused =
        call("create", {{"key", "k"}, {"token", "1.x"}, {"payment", 1}, {"locale", "en-GB"}});
    BOOST_TEST(refused.status == 403);
    BOOST_TEST(refused.json().at("error").at("code") == "connection.frozen");
}

BOOST_FIXTURE_TEST_CASE(without_the_right_to_read_orders, Card) {
    open("10");
    auto less = kScopes;
    less.erase(less.size() - 1);
    grant(less);
    const auto now = state({{"locale", "en-GB"}});
    BOOST_TEST(now.at("actions").empty());
    BOOST_TEST(contains(text(now.at("notes").at(0)), "order_read"));
    expect_violations = true;  // the sandbox counts what the key may not do
    // The link that the CRM's own button makes is shown all the same.
    sandbox().crm({{"account", "demo"}, {"action", "create"}, {"orderId", order}});
    BOOST_TEST(state().at("payment").at("state") == "pending");
}

BOOST_FIXTURE_TEST_CASE(a_link_of_the_crms_own_button_is_the_same_thing, Card) {
    open("10");
    const auto seen = state();
    sandbox().crm({{"account", "demo"}, {"action", "create"}, {"orderId", order}});
    const auto late = click(seen, "create");
    BOOST_TEST(late.status == 409);
    BOOST_TEST(late.json().at("state").at("payment").at("state") == "pending");
    sandbox().pay(gateway_invoice());
    // Paid: nothing is left to be asked for, and the CRM was asked which payment it was.
    BOOST_TEST(offer(await_state("paid"), "create").is_null());
    BOOST_TEST(sandbox().gateway_invoices().size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(orders_without_a_payment_of_ours, Card) {
    open("10");
    order = sandbox()
                .order({{"account", "demo"}, {"payments", {{{"type", "cash"}, {"amount", 5}}}}})
                .at("id")
                .get<std::int64_t>();
    auto now = state();
    BOOST_TEST(now.at("actions").empty());
    BOOST_TEST(now.at("notes").size() == 1U);
    order = 999999;
    now = state({{"locale", "en-GB"}});
    BOOST_TEST(contains(text(now.at("notes").at(0)), "does not know this order"));
}

BOOST_FIXTURE_TEST_CASE(too_many_calls_are_turned_away, Bounded) {
    open("10");
    int refused = 0;
    for (int i = 0; i < 10; ++i) refused += call("state").status == 429 ? 1 : 0;
    BOOST_TEST(refused > 0);
}

BOOST_FIXTURE_TEST_CASE(an_installation_without_a_panel, WithoutPanel) {
    open("10");
    BOOST_TEST(call("state").status == 404);
    const auto registered = sandbox().registrations("demo").back().at("integrationModule");
    BOOST_TEST(!registered.at("integrations").contains("embedJs"));
}

BOOST_FIXTURE_TEST_CASE(the_crms_page_reaches_it_through_the_crm, Card) {
    open("10");
    const auto http = sandbox().http();
    const auto answer = http.post_form("/embed-proxy/" + shop.client_id + "/extension/api/state",
                                       {{"payload", Json{{"orderId", order}}.dump()}},
                                       {{"Origin", "http://crm.example"}});
    BOOST_TEST(answer.status == 200);
    BOOST_TEST(answer.header("access-control-allow-origin") == "http://crm.example");
    BOOST_TEST(answer.json().at("state").at("actions").size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::panel_test
