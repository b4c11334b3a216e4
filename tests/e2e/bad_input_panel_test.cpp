// Bad input to the order card's panel, field by field: a clear 4xx that names the field, nothing
// stored, nothing called.
#include "tests/e2e/field_table.hpp"

namespace tillbridge::e2e::bad_input_panel_test {
namespace {

// A two-stage payment of an order, and what the panel offers to do about it.
struct Card : Fixture {
    Card()
        : Fixture(Config{{"panel.calls_per_minute", "0"}}),
          shop(connect_shop("demo", kTwoStage, {{"language", "en"}})) {
        show_orders("demo");
        bill = paid(shop, "100", "waitingForCapture");
        order = crm_invoice(bill).at("orderId").get<std::int64_t>();
        await_quiet();
    }
    void show_orders(const std::string& account) {
        sandbox().post(
            "/accounts/" + account + "/keys",
            {{"apiKey", sandbox().key(account)},
             {"scopes",
              {"integration_read", "integration_write", "payments_read", "payments_write",
               "reference_read", "store_read", "order_read", "order_write"}}});
    }
    Answer post(const std::string& action, const std::string& payload) {
        return module().http().post_form("/extension/api/" + action,
                                         {{"clientId", shop.client_id}, {"payload", payload}});
    }
    Json state() { return post("state", Json{{"orderId", order}}.dump()).json().at("state"); }
    // What a click sends: all that any action takes, with the token of this one.
    Json good(const std::string& action) {
        Json payload{{"orderId", order},  {"paymentId", bill.id},
                     {"locale", "en-GB"}, {"userId", 17},
                     {"amount", "10"},    {"key", "k"},
                     {"token", "1.x"},    {"payment", 1},
                     {"charges", 1},      {"date", "2099-01-01 10:00"}};
        const auto now = state();
        for (const auto& offer : now.at("actions"))
            if (offer.at("action") == action)
                for (const char* name : {"key", "token"})
                    if (offer.contains(name)) payload[name] = offer.at(name);
        return payload;
    }
    std::function<Answer()> send(const std::string& action, const std::string& payload) {
        return [this, action, payload] { return post(action, payload); };
    }
    void check(const std::string& action, const std::vector<Field>& fields) {
        const auto payload = good(action);
        std::vector<Refused> table;
        for (const auto& each : cases_of(payload, fields))
            table.push_back(
                {action + ' ' + each.what, send(action, each.body.dump()), {400}, each.field});
        for (const auto& each : broken_texts(payload, fields, "payload"))
            table.push_back(
                {action + ' ' + each.what, send(action, json_bytes(each.body)), {400}, each.field});
        for (const auto& text : kNoObjects)
            table.push_back({action + " is " + text, send(action, text), {400}, "payload"});
        // An answer may show the order, which the CRM is asked for now and then.
        for (const auto& row : table) {
            state();
            check_refused(*this, {row});
        }
    }

    Shop shop;
    Bill bill;
    std::int64_t order = 0;
};

const std::vector<Field> kQuestion{{"/orderId", Type::integer, true, 0, {0, -1, 1e20}},
                                   {"/paymentId", Type::text, false, 64},
                                   {"/locale", Type::text, false, 16}};
const std::vector<Field> kWish{
    {"/userId", Type::integer}, {"/charges", Type::integer}, {"/date", Type::text, false, 32}};
const std::vector<Field> kClick{{"/key", Type::text, true, 64}, {"/token", Type::text, true, 128}};

std::vector<Field> all_of(const std::vector<std::vector<Field>>& parts) {
    std::vector<Field> all;
    for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bad_input_panel)

BOOST_FIXTURE_TEST_CASE(every_field_of_a_look_and_of_a_check, Card) {
    BOOST_TEST(state().at("payment").at("id") == bill.id);
    check("state", kQuestion);
    check("check", all_of({kQuestion, kWish, {{"/amount", Type::decimal}}}));
}

BOOST_FIXTURE_TEST_CASE(every_field_of_what_moves_money, Card) {
    check(
        "create",
        all_of(
            {kQuestion, kWish, kClick, {{"/payment", Type::integer}, {"/amount", Type::decimal}}}));
    check("cancel", all_of({kQuestion, kWish, kClick, {{"/amount", Type::decimal}}}));
    const Field amount{"/amount", Type::amount, false, 0, kBadAmounts};
    check("capture", all_of({kQuestion, kWish, kClick, {amount}}));
    const auto more = post("capture", [&] {
        auto payload = good("capture");
        payload["amount"] = "100.01";
        return payload.dump();
    }());
    BOOST_TEST(more.status == 400, more.body);
    BOOST_TEST(more.json().at("error").at("field") == "amount");
    BOOST_TEST(sandbox().operations(bill.gateway_id, "complete").empty());

    act(bill, "approve");
    await_status(bill, "succeeded");
    await_quiet();
    check("refund", all_of({kQuestion, kWish, kClick, {amount}}));
    BOOST_TEST(sandbox().operations(bill.gateway_id, "reverse").empty());
    // Nothing is wrong with the rest of it.
    BOOST_TEST(post("refund", good("refund").dump()).status == 200);
}

BOOST_FIXTURE_TEST_CASE(every_field_of_a_subscriptions_change, Card) {
    shop = add_prodamus_store(
        connect_account("club", {{"currency", "RUB"}, {"switches", {{"rateLimit", 0}}}}), "Club",
        {{"subscription", "593600"}});
    show_orders("club");
    const auto hook = settings(shop).merchant(shop.code).at("hookUrl");
    sandbox().post("/switches",
                   {{"prodamus", "demo.payform.ru"}, {"set", {{"subscriptionUrls", hook}}}});
    bill = create(shop, "100");
    sandbox().post("/prodamus/payer", {{"link", bill.gateway_id}, {"phone", "+79990000001"}});
    await_status(bill, "succeeded");
    sandbox().wait("prodamusDeliveries", {});
    order = crm_invoice(bill).at("orderId").get<std::int64_t>();
    await_quiet();
    const auto offers = state().at("actions").dump();
    for (const char* action : {"stop", "discount", "next-date"})
        BOOST_TEST(contains(offers, std::string("\"") + action + '"'), offers);

    const Field any{"/amount", Type::decimal};
    for (const char* action : {"stop", "resume"})
        check(action, all_of({kQuestion, kWish, kClick, {any}}));
    check("next-date", all_of({kQuestion,
                               kClick,
                               {any,
                                {"/userId", Type::integer},
                                {"/charges", Type::integer},
                                {"/date",
                                 Type::text,
                                 true,
                                 32,
                                 {"x", "2020-01-01 10:00", "2099-13-01 10:00", "01.01.2099"}}}}));
    check("discount",
          all_of({kQuestion,
                  kClick,
                  {{"/amount", Type::amount, true, 0, {"x", "0", "-1", "1,5", "1.005", "100.01"}},
                   {"/userId", Type::integer},
                   {"/charges", Type::integer, false, 0, {-1, 1000000, 1e20}},
                   {"/date", Type::text, false, 32}}}));
    BOOST_TEST(post("discount", good("discount").dump()).status == 200);
}

BOOST_FIXTURE_TEST_CASE(forms_that_are_none, Card) {
    const auto payload = "payload=" + percent_encoded(good("check").dump());
    const auto client = "clientId=" + shop.client_id;
    const auto body = [&](const std::string& text,
                          const std::string& type = "application/x-www-form-urlencoded") {
        return [this, text, type] {
            return module().http().request("POST", "/extension/api/check", text,
                                           {{"Content-Type", type}});
        };
    };
    // A client that is none and one that nobody knows are the same.
    check_refused(
        *this,
        {{"nothing", body(""), {404}, ""},
         {"no client", body(payload), {404}, ""},
         {"an empty client", body("clientId=&" + payload), {404}, ""},
         {"a long client", body("clientId=" + std::string(256, 'a') + '&' + payload), {404}, ""},
         {"a stranger", body("clientId=x&" + payload), {404}, ""},
         {"a client that is no UTF-8", body("clientId=%FF&" + payload), {400}, "clientId"},
         {"two clients", body(client + '&' + client + '&' + payload), {400}, "clientId"},
         {"no payload", body(client), {400}, "payload"},
         {"an empty payload", body(client + "&payload="), {400}, "payload"},
         {"two payloads", body(client + '&' + payload + '&' + payload), {400}, "payload"},
         {"a payload that is no UTF-8", body(client + "&payload=%FF"), {400}, "payload"},
         {"a NUL", body(client + "&payload=%00"), {400}, "payload"},
         {"half a percent", body(client + "&payload=%2"), {400}, "payload"},
         {"a name that is no UTF-8", body(client + "&%FF=1&" + payload), {400}, ""},
         {"more than 64 KiB", body(client + "&payload=" + std::string(64 * 1024, 'a')), {413}, ""},
         {"JSON", body(good("check").dump(), "application/json"), {400}, ""},
         {"multipart", body("--x\r\n\r\n", "multipart/form-data; boundary=x"), {400}, ""}});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::bad_input_panel_test
