// Bad input from chat-bots and on their settings, field by field: a clear 4xx that names the field,
// nothing stored, nothing called.
#include <algorithm>

#include "tests/e2e/field_table.hpp"

namespace tillbridge::e2e::bad_input_bot_test {
namespace {

struct ChatBot : Fixture {
    ChatBot() {
        const auto made =
            module().command({"connect", "--bot", "--name", "shop", "--language", "en", "--json"});
        BOOST_REQUIRE_MESSAGE(made.code == 0, made.err);
        token = made.json().at("token").get<std::string>();
        admin.emplace(made.json().at("accountUrl").get<std::string>());
    }
    void sell_at_uapay() {
        admin->add_uapay("Store", sandbox().merchant({{"clientId", "30001"}}), kTwoStage);
        await_quiet();
    }
    void sell_at_prodamus() {
        const auto page = sandbox().get("/prodamus/pages/demo.payform.ru").at("page");
        admin->add({{"gateway", "prodamus"},
                    {"name", "Store"},
                    {"credentials", {{"page", "demo.payform.ru"}, {"secretKey", page.at("key")}}},
                    {"options", Json::object()}});
        await_quiet();
    }
    Answer post(const std::string& path, const std::string& text,
                const std::string& type = "application/json", const Fields& more = {}) {
        Fields headers{{"Authorization", "Bearer " + token}, {"Content-Type", type}};
        headers.insert(headers.end(), more.begin(), more.end());
        return module().http().request("POST", "/bot" + path, text, headers);
    }
    std::function<Answer()> send(const std::string& path, const std::string& text,
                                 const std::string& type = "application/json",
                                 const Fields& more = {}) {
        return [this, path, text, type, more] { return post(path, text, type, more); };
    }
    // A bot may make so many calls at once, and has them anew where the module starts.
    void refused(const std::vector<Refused>& table) {
        constexpr std::ptrdiff_t kAtOnce = 100;
        for (auto at = table.begin(); at != table.end();) {
            const auto end = at + std::min(kAtOnce, table.end() - at);
            module().stop();
            module().start();
            await_quiet();
            check_refused(*this, {at, end});
            at = end;
        }
    }
    void check(const std::string& path, const Json& good, const std::vector<Field>& fields) {
        refused(refused_fields(path, good, fields,
                               [&](const std::string& text) { return send(path, text); }));
    }
    // What no call takes, whatever it is about.
    void check_bodies(const std::string& path) {
        const std::string form = "application/x-www-form-urlencoded";
        std::vector<Refused> table;
        for (const auto& text : kNoObjects)
            if (!text.empty())  // no variables at all
                table.push_back({path + " body " + text, send(path, text), {400}, ""});
        for (const auto& [text, field] :
             std::vector<std::pair<std::string, std::string>>{{"amount=%FF", "amount"},
                                                              {"amount=%2", "amount"},
                                                              {"amount=1%00", "amount"},
                                                              {"amount=1&amount=1", "amount"},
                                                              {"%FF=1", ""},
                                                              {"extra_params=x", "extra_params"}})
            table.push_back({path + " form " + text, send(path, text, form), {400}, field});
        for (const char* type : {"text/plain", "multipart/form-data; boundary=x", "text/xml"})
            table.push_back({path + " as " + type, send(path, "x", type), {415}, ""});
        std::string many = "x=1";
        for (int i = 0; i < 200; ++i) many += "&f" + std::to_string(i) + "=1";
        table.push_back({path + " of too many", send(path, many, form), {413}, ""});
        table.push_back({path + " long", send(path, std::string(64 * 1024 + 1, ' ')), {413}, ""});
        refused(table);
    }

    std::string token;
    std::optional<Settings> admin;
};

const std::vector<Json> kBadSums{-1,    0,         "0.00",  "44,5",  "x",
                                 "1e3", "1.00001", "1.5.5", "+5",    "0x10",
                                 1e300, true,      false,   "1.234", "9999999999999999"};
const std::vector<Json> kBadPhones{
    "1", "abcdefghijk", "+7999000000x", "1234567890123456", std::string(33, '9'), "7999\n0000001"};
const std::vector<Json> kBadEmails{
    "a", "@b", "a@", "a@b@c", "a b@c", "a@b\n", "a@\tb.example", "a@" + std::string(254, 'b')};
const std::vector<Json> kBadDates{"x", "31.02.2099", "2099-01-01", "2099-13-01 10:00",
                                  "01.01.2099 24:00"};

}  // namespace

BOOST_AUTO_TEST_SUITE(bad_input_bot)

BOOST_FIXTURE_TEST_CASE(every_variable_of_a_link, ChatBot) {
    sell_at_uapay();
    const auto variable = [](const std::string& name, std::size_t most, std::vector<Json> bad = {},
                             bool required = false) {
        return Field{"/" + name, Type::variable, required, most, std::move(bad)};
    };
    const Json good{{"payment_sum", "44"}};
    const std::vector<Json> lines{"a\nb", "a\tb", "\x7F"};
    auto expiries = kBadDates;
    for (const char* each : {"25.01.2021 11:00", "0", "99999999"}) expiries.emplace_back(each);
    check(
        "/links", good,
        {variable("payment_sum", 20, kBadSums, true),
         variable("discount_value", 20, {"x", -1, "1,5", true, "44", "45"}),
         variable("product_name", 255, lines),
         variable("payment_title", 127, lines),
         variable("payment_description", 1000, lines),
         variable("order_id", 64, lines),
         variable("currency", 3, {"ZZZ", "U1H", "RU"}),
         variable("customer_phone", 32, kBadPhones),
         variable("customer_email", 254, kBadEmails),
         variable("link_expired", 20, expiries),
         variable("payments_limit", 7, {"x", 0, -1, "1.5"}),
         variable("products_for_receipt", 4000, {"too short"}),
         variable("prodamus_subscription", 20, {"x", -1, "1.5"}),
         variable("store", 64, lines),
         variable("prodamus_anything", 1000, lines),
         variable("prodamus_urlReturn", 0, {"x", "javascript:alert(1)", "https://", "//x.example"}),
         variable("prodamus_paymentMethod", 0, {"x", "123", -1}),
         variable("prodamus_tax_sum", 20, {"x", -1, true}),
         {"/extra_params", Type::object},
         {"/extra_params/anything", Type::variable, false, 1000, lines, "prodamus_anything"},
         {"/extra_params/do", Type::variable, false, 1, {"pay"}, "prodamus_do"}});
    // By the name that buttons and functions have for it.
    check("/links", {{"amount", "44"}, {"product_name", "Tea"}},
          {variable("amount", 20, kBadSums), variable("product_name", 255, lines, true)});
    check_bodies("/links");
    refused({{"another's store",
              send("/links", R"({"payment_sum":"44","store":"m-none"})"),
              {404},
              "store"},
             {"a long key",
              send("/links", good.dump(), "application/json",
                   {{"Idempotency-Key", std::string(256, 'k')}}),
              {400},
              "Idempotency-Key"}});
    BOOST_TEST(post("/links", good.dump()).status == 200);
}

BOOST_FIXTURE_TEST_CASE(every_variable_of_what_is_held, ChatBot) {
    sell_at_uapay();
    const auto made = post("/links", R"({"payment_sum":"44"})").json();
    const auto id = made.at("paymentId").get<std::string>();
    const auto get = [&](const std::string& path) {
        return module().http().get("/bot" + path, {{"Authorization", "Bearer " + token}});
    };
    const auto gateway_invoice = sandbox().gateway_invoices(id).at(0).at("id").get<std::string>();
    sandbox().pay(gateway_invoice);
    await("it is held", [&] { return get("/links/" + id).json().at("state") == "authorized"; });
    await_quiet();
    std::vector<Json> bad{true, false};
    for (const auto& each : kBadAmounts)
        if (each != "") bad.push_back(each);  // all of it
    const auto path = "/links/" + id;
    check(path + "/approve", {{"amount", "44"}}, {{"/amount", Type::variable, false, 20, bad}});
    check_bodies(path + "/approve");
    check_bodies(path + "/cancel");
    for (const char* act : {"/approve", "/cancel"})
        check_refused(*this,
                      {{"nobody's", send(std::string("/links/i-none") + act, "{}"), {404}, ""},
                       {"a broken id", send(std::string("/links/%FF") + act, "{}"), {400}, ""}});
    refused({{"nobody's", [&] { return get("/links/i-none"); }, {404}, ""},
             {"a broken id", [&] { return get("/links/%FF"); }, {400}, ""}});
    // Too much for this payment is a decision, which the journal keeps.
    const auto more = post(path + "/approve", R"({"amount":"44.01"})");
    BOOST_TEST(more.status == 400, more.body);
    BOOST_TEST(more.json().at("error").at("field") == "amount");
    BOOST_TEST(sandbox().operations(gateway_invoice, "complete").empty());
    BOOST_TEST(post(path + "/approve", R"({"amount":"44"})").status == 200);
}

BOOST_FIXTURE_TEST_CASE(every_variable_of_a_subscriptions_change, ChatBot) {
    // Whatever goes through is asked of the gateway: it knows buyers that we don't.
    sell_at_prodamus();
    const std::vector<std::pair<std::string, std::vector<Field>>> calls{
        {"switch", {{"/switcher", Type::variable, true, 1, {"2", "x", -1, "01"}}}},
        {"discount",
         {{"/discount", Type::variable, true, 20, {"x", -1, "1,5", true, "1e3", "1.00001"}},
          {"/num", Type::variable, false, 6, {"x", -1, "1.5"}}}},
        {"payment-date", {{"/date", Type::variable, true, 20, kBadDates}}}};
    for (const auto& [name, own] : calls) {
        const auto path = "/subscriptions/" + name;
        const Json rest{{"subscription_id", "593600"},
                        {"switcher", "0"},
                        {"discount", "1"},
                        {"num", "1"},
                        {"date", "01.01.2099 10:00"}};
        const auto by = [&](const char* contact, const std::string& value, const Field& its) {
            auto good = rest;
            good[contact] = value;
            auto fields = own;
            fields.push_back({"/subscription_id", Type::variable, true, 20, {"x", -1, "1.5"}});
            fields.push_back(its);
            check(path, good, fields);
        };
        by("customer_phone", "79990000001",
           {"/customer_phone", Type::variable, true, 32, kBadPhones});
        by("customer_email", "a@mail.example",
           {"/customer_email", Type::variable, false, 254, kBadEmails});
        by("profile_id", "55",
           {"/profile_id", Type::variable, false, 64, {"a b", "1.5", "5;", "ы"}});
        check_bodies(path);
        auto other = rest;
        other["store"] = "m-none";
        other["profile_id"] = "55";
        refused({{"another's store", send(path, other.dump()), {404}, "store"}});
    }
}

BOOST_FIXTURE_TEST_CASE(every_field_of_a_bots_settings, ChatBot) {
    sell_at_uapay();
    const auto send_as = [&](const std::string& method, const std::string& path,
                             const std::string& text, const std::string& type) {
        return [this, method, path, text, type] {
            return module().http().request(method, "/api/settings" + path, text,
                                           {{"Cookie", admin->cookie()},
                                            {"X-CSRF-Token", admin->csrf()},
                                            {"Content-Type", type}});
        };
    };
    const auto patch = [&](const std::string& text) {
        return send_as("PATCH", "/bot", text, "application/json");
    };
    const Json reaction{{"action", "call"}, {"instruction", "Say thanks"}, {"address", ""}};
    const Json good{{"callbackUrl", "https://bot.example.com/hear"},
                    {"language", "en"},
                    {"style", "salebot"},
                    {"reactions", {{"payment.success", reaction}}}};
    const std::string event = "payment.success", at = "/reactions/" + event;
    const std::vector<Json> no_address{"ftp://example.com/", "https://", "https://a b"};
    const std::vector<Field> fields{
        {"/callbackUrl", Type::text, false, 1000, no_address},
        {"/language", Type::text, false, 2, {"de", "e", "", nullptr}},
        {"/style", Type::text, false, 20, {"nobody", "", nullptr}},
        {"/unknown", Type::text, false, 1},
        {"/reactions", Type::object},
        {"/reactions/nothing", Type::object, false, 0, {Json::object()}, "reactions.nothing"},
        {at, Type::object, false, 0, {}, "reactions." + event},
        {at + "/action", Type::text, true, 20, {"explode"}, event + ".action"},
        {at + "/instruction", Type::text, false, 2000, {}, event + ".instruction"},
        {at + "/address", Type::text, false, 1000, no_address, event + ".address"},
        {at + "/unknown", Type::text, false, 1, {}, event + ".unknown"}};
    std::vector<Refused> table;
    for (const auto& each : cases_of(good, fields))
        table.push_back({each.what, patch(each.body.dump()), {400}, each.field});
    for (const auto& each : broken_texts(good, fields, ""))
        table.push_back({each.what, patch(json_bytes(each.body)), {400}, ""});
    for (const auto& text : kNoObjects) table.push_back({"body " + text, patch(text), {400}, ""});
    table.push_back({"a form", send_as("PATCH", "/bot", "a=b", "text/plain"), {415}, ""});
    check_refused(*this, table);
    BOOST_TEST(patch(good.dump())().status == 200);
}

BOOST_FIXTURE_TEST_CASE(every_parameter_of_the_settings_lists, ChatBot) {
    const Settings mine(connect());
    await_quiet();
    std::vector<Refused> table;
    const auto get = [&](const std::string& path) { return [&, path] { return mine.get(path); }; };
    for (const std::string path : {"", "/stores"}) {
        const auto add = [&](const std::string& name, const std::vector<std::string>& queries) {
            for (const auto& query : queries)
                table.push_back({path + '?' + query, get(path + '?' + query), {400}, name});
        };
        add("offset", bad_numbers("offset", {}));
        add("limit", bad_numbers("limit", {}));
        add("q", bad_texts("q", 255));
        add("state", {"state=x", "state=%FF", "state=active&state=active"});
    }
    const auto post = [&](const std::string& path) {
        return [&, path] { return mine.post(path); };
    };
    for (const char* act : {"/open", "/activate", "/deactivate"}) {
        table.push_back({act, post(std::string("/bots/bot-none") + act), {404}, ""});
        table.push_back({act, post(std::string("/bots/%FF") + act), {400}, ""});
    }
    table.push_back({"nobody's test link", get("/test-payments/i-none"), {404}, ""});
    table.push_back({"a broken id", get("/test-payments/%FF"), {400}, ""});
    check_refused(*this, table);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::bad_input_bot_test
