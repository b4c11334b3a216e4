// Bad input, field by field and route by route: a clear 4xx that names the field, nothing stored,
// nothing called.
#include "tests/e2e/field_table.hpp"

namespace tillbridge::e2e::bad_input_test {
namespace {

struct Account : Fixture {
    // English, so that the sentences call the fields as the protocol does.
    Account() : shop(connect_shop("demo", Json::object(), {{"language", "en"}})) {}

    Json good_create() const {
        return {{"invoiceUuid", "6a3e1f8e-0000-4000-8000-000000000001"},
                {"shopId", shop.code},
                {"invoiceType", "link"},
                {"amount", 121.5},
                {"currency", "UAH"},
                {"orderNumber", "1213C"},
                {"orderId", 4571},
                {"siteUrl", "https://shop.example"},
                {"returnUrl", "https://shop.example/thanks"},
                {"customer",
                 {{"email", "a@mail.example"},
                  {"phone", "+380501234567"},
                  {"firstName", "A"},
                  {"lastName", "B"},
                  {"patronymic", "C"},
                  {"sex", "male"},
                  {"contragentType", "individual"},
                  {"legalName", "D"},
                  {"INN", "1234567890"}}},
                {"items",
                 {{{"name", "Tea"},
                   {"price", 121.5},
                   {"quantity", 1},
                   {"measurementUnit", "pc"},
                   {"vat", "none"},
                   {"paymentMethod", "full_payment"},
                   {"paymentObject", "commodity"},
                   {"productCode", "44 4D 00"},
                   {"markingCode", "0104607"}}}}};
    }

    Answer send(const std::string& path, const std::string& action, const std::string& text) {
        return module().http().post_form(path, {{"clientId", shop.client_id}, {action, text}});
    }

    std::vector<Refused> requests(const std::string& path, const std::string& action,
                                  const std::vector<Case>& cases) {
        std::vector<Refused> table;
        for (const auto& each : cases)
            table.push_back({action + ' ' + each.what,
                             [this, path, action, text = json_bytes(each.body)] {
                                 return send(path, action, text);
                             },
                             {400},
                             each.field});
        return table;
    }

    void check(const std::string& path, const std::string& action, const Json& good,
               const std::vector<Field>& fields) {
        await_quiet();
        check_refused(*this, requests(path, action, cases_of(good, fields)));
        check_refused(*this, requests(path, action, broken_texts(good, fields, action)));
    }

    Shop shop;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(bad_input)

BOOST_FIXTURE_TEST_CASE(every_field_of_create, Account) {
    const std::vector<Field> fields{
        {"/invoiceUuid",
         Type::text,
         true,
         64,
         {"a b", "../../etc", "ї", "a\nb", "'; DROP TABLE x"}},
        {"/shopId", Type::text, true, 255},
        {"/invoiceType", Type::text, false, 255, {"qr", "LINK"}},
        {"/amount", Type::amount, true, 0, kBadAmounts},
        {"/currency", Type::text, true, 3, {"U1H", "UA", "ZZZ", "uah", "   "}},
        {"/orderNumber", Type::text, false, 255},
        {"/orderId", Type::decimal},
        {"/siteUrl", Type::text, false, 2048},
        {"/returnUrl", Type::text, false, 2048, kBadLinks},
        {"/customer", Type::object},
        {"/items", Type::list, false, 0, {Json(std::vector<Json>(1001, Json::object()))}},
        {"/items/0", Type::object, false, 0, {}, "items[0]"},
    };
    auto all = fields;
    for (const char* name : {"email", "phone", "firstName", "lastName", "patronymic", "sex",
                             "contragentType", "legalName", "INN"})
        all.push_back({std::string("/customer/") + name, Type::text, false, 255});
    for (const char* name : {"name", "measurementUnit", "vat", "paymentMethod", "paymentObject"})
        all.push_back({std::string("/items/0/") + name, Type::text, false, 255});
    for (const char* name : {"productCode", "markingCode"})
        all.push_back({std::string("/items/0/") + name, Type::text, false, 1024});
    for (const char* name : {"price", "quantity"})
        all.push_back({std::string("/items/0/") + name, Type::decimal, false, 0, {-1, "1,5"}});
    check("/payment/create", "create", good_create(), all);
    // Nothing was wrong with the rest of it.
    BOOST_TEST(send("/payment/create", "create", good_create().dump()).status == 200);
}

BOOST_FIXTURE_TEST_CASE(every_field_of_the_other_buttons, Account) {
    const auto bill = paid(shop, "100");
    const Json good{{"paymentId", bill.id}, {"amount", 1}};
    const Field id{"/paymentId", Type::text, true, 255};
    const Field amount{"/amount", Type::amount, false, 0, kBadAmounts};
    check("/payment/approve", "approve", good, {id, amount});
    check("/payment/refund", "refund", good, {id, amount});
    check("/payment/cancel", "cancel", good, {id});
    check("/payment/status", "status", good, {id});

    const auto get = [&](const std::string& query) {
        return [this, query] { return module().http().get("/payment/status?" + query); };
    };
    const std::string client = "clientId=" + shop.client_id;
    check_refused(
        *this,
        {
            {"status without an id", get(client), {400}, "paymentId"},
            {"status with an empty id", get(client + "&paymentId="), {400}, "paymentId"},
            {"status with two ids", get(client + "&paymentId=a&paymentId=b"), {400}, "paymentId"},
            {"status with a long id",
             get(client + "&paymentId=" + std::string(256, 'a')),
             {400},
             "paymentId"},
            {"status with a broken id", get(client + "&paymentId=%FF"), {400}, "paymentId"},
            {"status with half a percent", get(client + "&paymentId=%2"), {400}, "paymentId"},
            {"status of nobody's", get(client + "&paymentId=i-none"), {404}, ""},
            {"status without a client", get("paymentId=" + bill.id), {400}, "clientId"},
        });
}

BOOST_FIXTURE_TEST_CASE(every_field_of_the_accounts_calls, Account) {
    check("/crm/activity", "activity", {{"active", true}, {"freeze", false}},
          {{"/active", Type::flag}, {"/freeze", Type::flag}});
    const Json told{{"default_currency", {{"value", "UAH"}}},
                    {"system_language", {{"value", "en"}}},
                    {"timezone", {{"value", "Europe/Kyiv"}}}};
    check("/crm/settings", "settings", told,
          {{"/default_currency", Type::object},
           {"/system_language", Type::object},
           {"/timezone", Type::object},
           {"/default_currency/value",
            Type::text,
            false,
            3,
            {"U1H", "UA", "ZZZ"},
            "default_currency"},
           {"/system_language/value", Type::text, false, 16, {"e n", "<b>"}, "system_language"},
           {"/timezone/value",
            Type::text,
            false,
            64,
            {"../../etc/passwd", "/etc/passwd", "Mars/Phobos", "Europe", "a b"},
            "timezone"}});

    // An address that can't be: the CRM is told so, and nothing of the call counts.
    const auto move = [&](const std::string& to) {
        return module().http().post_form("/crm/activity",
                                         {{"clientId", shop.client_id},
                                          {"activity", R"({"active":false,"freeze":true})"},
                                          {"systemUrl", to}});
    };
    const auto calls = outbound_calls(*this);
    for (const auto& to :
         {std::string("nowhere"), std::string("file:///etc/passwd"),
          std::string("https://evil.example"), std::string("http://user@127.0.0.1/crm/demo"),
          "https://x.localhost/" + std::string(2048, 'a'), std::string("http://127.0.0.1/\xFF")}) {
        const auto answer = move(to);
        BOOST_TEST(answer.status == 400, to << ": " << answer.body);
        BOOST_TEST(!answer.json().at("errorMsg").get<std::string>().empty(), to);
    }
    BOOST_TEST(outbound_calls(*this) == calls);
    const auto kept = settings(shop).state().at("connection");
    BOOST_TEST(kept.at("crmUrl") == sandbox().crm_url("demo"));
    BOOST_TEST(kept.at("active") == true);
    BOOST_TEST(kept.at("frozen") == false);
}

BOOST_FIXTURE_TEST_CASE(every_field_of_register, Account) {
    const auto path = std::string("/marketplace/register");
    const auto post = [this, path](const std::string& text) {
        return module().http().post_form(path, {{"register", text}}, {{"Accept-Language", "en"}});
    };
    const Json good{{"token", std::string(64, '0')},
                    {"apiKey", "key-0123456789"},
                    {"systemUrl", sandbox().crm_url("demo")}};
    const std::vector<Field> fields{{"/token", Type::text, true, 255},
                                    {"/apiKey", Type::text, true, 255},
                                    {"/systemUrl", Type::text, true, 2048}};
    await_quiet();
    std::vector<Refused> table;
    for (const auto& cases : {cases_of(good, fields), broken_texts(good, fields, "register")})
        for (const auto& each : cases)
            table.push_back({"register " + each.what,
                             [post, text = json_bytes(each.body)] { return post(text); },
                             {400},
                             each.field});
    for (const char* text : {"", "[]", "5", "null", "{", "{\"token\":\"a\",\"token\":\"b\"}"})
        table.push_back(
            {std::string("register is ") + text, [=] { return post(text); }, {400}, "register"});
    table.push_back({"register with a wrong token", [=] { return post(good.dump()); }, {401}, ""});
    check_refused(*this, table);
}

BOOST_FIXTURE_TEST_CASE(forms_that_are_none, Account) {
    const auto good = good_create().dump();
    const auto client = "clientId=" + shop.client_id;
    const auto create = "create=" + percent_encoded(good);
    std::string deep = good;
    deep.insert(1, "\"deep\":" + std::string(100, '[') + std::string(100, ']') + ",");
    std::string twice = good;
    twice.insert(1, R"("amount":"1",)");
    const auto post = [&](const std::string& body, const std::string& type) {
        return [this, body, type] {
            return module().http().request("POST", "/payment/create", body,
                                           {{"Content-Type", type}});
        };
    };
    const std::string form = "application/x-www-form-urlencoded";
    await_quiet();
    std::vector<Refused> table{
        {"an empty body", post("", form), {400}, "clientId"},
        {"no client", post(create, form), {400}, "clientId"},
        {"an empty client", post("clientId=&" + create, form), {400}, "clientId"},
        {"a long client",
         post("clientId=" + std::string(256, 'a') + "&" + create, form),
         {400},
         "clientId"},
        {"a client that is no UTF-8", post("clientId=%FF&" + create, form), {400}, "clientId"},
        {"two clients", post(client + "&" + client + "&" + create, form), {400}, "clientId"},
        {"an unknown client", post("clientId=nobody&" + create, form), {404}, ""},
        {"no action", post(client, form), {400}, "create"},
        {"two actions", post(client + "&" + create + "&" + create, form), {400}, "create"},
        {"a NUL", post(client + "&create=%00", form), {400}, "create"},
        {"deep nesting", post(client + "&create=" + percent_encoded(deep), form), {400}, "create"},
        {"a key twice", post(client + "&create=" + percent_encoded(twice), form), {400}, "create"},
        {"a list", post(client + "&create=[]", form), {400}, "create"},
        {"a number", post(client + "&create=5", form), {400}, "create"},
        {"half a JSON",
         post(client + "&create=" + percent_encoded(good.substr(0, 40)), form),
         {400},
         "create"},
        {"something after the JSON", post(client + "&" + create + "x", form), {400}, "create"},
        {"JSON instead of a form", post(good, "application/json"), {400}, ""},
        {"multipart", post("--x\r\n\r\n", "multipart/form-data; boundary=x"), {400}, ""},
        {"XML", post("<a/>", "text/xml"), {400}, ""},
    };
    std::string many = client;
    for (int i = 0; i < 2000; ++i) many += "&f" + std::to_string(i) + "=1";
    table.push_back({"thousands of fields", post(many + "&" + create, form), {413}, ""});
    table.push_back({"more than a mebibyte",
                     post(client + "&create=" + std::string(1100 * 1024, 'a'), form),
                     {413},
                     ""});
    check_refused(*this, table);
}

BOOST_FIXTURE_TEST_CASE(hooks_that_are_none, Account) {
    const auto bill = create(shop);
    const auto url = settings(shop).merchant(shop.code).at("hookUrl").get<std::string>();
    const auto path = url.substr(module().url().size());
    await_quiet();
    const auto post = [&](const std::string& body, const std::string& to) {
        return [this, body, to] {
            return module().http().request("POST", to, body,
                                           {{"Content-Type", "application/json"}});
        };
    };
    std::vector<Refused> table{
        {"an unknown token", post("{}", "/hooks/uapay/" + std::string(43, 'x')), {404}, ""},
        {"a token that is none", post("{}", "/hooks/uapay/x"), {404}, ""},
        {"a token that is no UTF-8", post("{}", "/hooks/uapay/%FF%FE"), {400}, ""},
        {"an unknown gateway",
         post("{}", "/hooks/other" + path.substr(path.rfind('/'))),
         {404},
         ""},
        {"more than a mebibyte", post(std::string((1U << 20U) + 1, ' '), path), {413}, ""},
    };
    for (const char* body : {"", " ", "null", "5", "[]", "{", "\"x\"", "{\"a\":1,\"a\":2}", "a=b",
                             "\xFF\xFE", "<html>"})
        table.push_back({std::string("a body of ") + body, post(body, path), {400}, ""});
    table.push_back({"deep nesting", post(std::string(500, '['), path), {400}, ""});
    // Readable, but not signed by the gateway: 401.
    for (const char* body :
         {"{}", R"({"token":5})", R"({"token":""})", R"({"token":"a.b"})", R"({"token":"a.b.c"})",
          R"({"token":"....."})", R"({"token":"eyJhbGciOiJub25lIn0.e30."})"})
        table.push_back({std::string("a body of ") + body, post(body, path), {401}, ""});
    // What a bad signature leaves is a problem for the admin, and nothing else.
    for (const auto& row : table) {
        const auto answer = row.send();
        BOOST_TEST((std::find(row.statuses.begin(), row.statuses.end(), answer.status) !=
                    row.statuses.end()),
                   row.what << ": " << answer.status << ' ' << answer.body);
    }
    BOOST_TEST(story(bill.id).at("invoice").at("state") == "pending");
    for (const auto& row : rows_of_store(module().store_file()))
        BOOST_TEST(row.rfind("inbox", 0) != 0U, row);
}

BOOST_FIXTURE_TEST_CASE(every_field_of_the_settings_api, Account) {
    const auto admin = settings(shop);
    admin.state();
    await_quiet();
    const Fields headers{{"Cookie", admin.cookie()},
                         {"X-CSRF-Token", admin.csrf()},
                         {"Content-Type", "application/json"}};
    const auto send = [&](const std::string& method, const std::string& path,
                          const std::string& text) {
        return [this, headers, method, path, text] {
            return module().http().request(method, "/api/settings" + path, text, headers);
        };
    };
    std::vector<Refused> table;
    const auto add = [&](const std::string& method, const std::string& path, const Json& good,
                         const std::vector<Field>& fields) {
        // What the gateway's own form lacks is a matter of the credentials (422).
        for (const auto& each : cases_of(good, fields))
            table.push_back({method + ' ' + path + ' ' + each.what,
                             send(method, path, each.body.dump()),
                             {each.lacking && each.what.starts_with("/credentials/") ? 422 : 400},
                             each.field});
        for (const auto& each : broken_texts(good, fields, ""))
            table.push_back({method + ' ' + path + ' ' + each.what,
                             send(method, path, json_bytes(each.body)),
                             {400},
                             ""});
        for (const char* text : {"", "[]", "5", "null", "{", "{\"name\":\"a\",\"name\":\"b\"}"})
            table.push_back(
                {method + ' ' + path + " body " + text, send(method, path, text), {400}, ""});
    };
    const std::vector<Field> options{
        {"/options", Type::object},
        {"/options/twoStage", Type::flag},
        {"/options/autoCapture", Type::flag},
        {"/options/holdEnd", Type::text, false, 255, {"never"}},
        {"/options/linkLifetimeMinutes", Type::integer, false, 0, {-1, 525601, 1e20}},
        {"/options/unknown", Type::text, false, 1},
        {"/unknown", Type::text, false, 1},
        {"/credentials", Type::object},
        {"/credentials/unknown", Type::text, false, 1},
    };
    const Json rest{{"name", "Store"},
                    {"credentials", {{"shopId", "1"}, {"secretKey", "k"}}},
                    {"options",
                     {{"twoStage", false},
                      {"autoCapture", false},
                      {"holdEnd", "void"},
                      {"linkLifetimeMinutes", 5}}}};
    Json draft = rest;
    draft["gateway"] = "uapay";
    std::vector<Field> of_draft{{"/gateway", Type::text, true, 255, {"nobody"}},
                                {"/name", Type::text, true, 255, {"   "}},
                                {"/credentials/shopId", Type::text, true, 16 * 1024},
                                {"/credentials/secretKey", Type::text, true, 16 * 1024}};
    of_draft.insert(of_draft.end(), options.begin(), options.end());
    add("POST", "/merchants", draft, of_draft);
    std::vector<Field> of_patch{{"/name", Type::text, false, 255, {"", "   ", nullptr}},
                                {"/credentials/shopId", Type::text, false, 16 * 1024},
                                {"/credentials/secretKey", Type::text, false, 16 * 1024},
                                {"/gateway", Type::text, false, 1}};
    of_patch.insert(of_patch.end(), options.begin(), options.end());
    add("PATCH", "/merchants/" + shop.code, rest, of_patch);
    add("POST", "/connection", {{"apiKey", "k"}},
        {{"/apiKey", Type::text, true, 255}, {"/unknown", Type::text, false, 1}});
    // A name or an address that is none has a sentence of its own.
    add("POST", "/bots",
        {{"name", "Bot"},
         {"callbackUrl", "https://bot.example.com/hear"},
         {"language", "en"},
         {"style", "savvi"}},
        {{"/name", Type::text, true, 64, {" Bot", "Bot ", "a\tb"}},
         {"/callbackUrl", Type::text, false, 1000, {"ftp://example.com/", "https://"}},
         {"/language", Type::text, false, 2, {"de", "e"}},
         {"/style", Type::text, false, 20, {"nobody"}},
         {"/unknown", Type::text, false, 1}});
    check_refused(*this, table);

    const auto typed = [&](const std::string& type) {
        auto other = headers;
        other.back().second = type;
        return module().http().request("POST", "/api/settings/merchants", draft.dump(), other);
    };
    for (const char* type : {"text/plain", "application/x-www-form-urlencoded", "text/xml"})
        check_refused(*this, {{type, [&] { return typed(type); }, {415}, ""}});
    check_refused(
        *this, {{"a bad window", send("GET", "?limit=abc", ""), {400}, "limit"},
                {"a negative window", send("GET", "?offset=-1", ""), {400}, "offset"},
                {"a window twice", send("GET", "?offset=1&offset=2", ""), {400}, "offset"},
                {"too much", send("POST", "/merchants", std::string(1100 * 1024, ' ')), {413}, ""},
                {"no such store", send("PATCH", "/merchants/m-none", rest.dump()), {404}, ""},
                {"a broken id", send("POST", "/merchants/%FF/activate", ""), {400}, ""}});
}

BOOST_FIXTURE_TEST_CASE(what_looks_like_a_card_is_no_reason_to_refuse, Account) {
    auto order = good_create();
    order["orderNumber"] = "4242424242424242";
    order["items"][0]["name"] = "Marked 5555555555554444";
    order["items"][0]["markingCode"] = "4111111111111111";
    const auto answer = send("/payment/create", "create", order.dump());
    BOOST_TEST(answer.status == 200, answer.body);
}

BOOST_FIXTURE_TEST_CASE(links_that_are_none, Account) {
    const auto http = module().http();
    const std::map<std::string, int> links{{"/pay/", 404},
                                           {"/pay/a/b/c", 404},
                                           {"/pay/..%2F..%2Fetc", 404},
                                           {"/pay/%00", 400},
                                           {"/pay/%FF", 400},
                                           {"/pay/a%20b", 404},
                                           {"/pay/%3Cscript%3E", 404},
                                           {"/settings/", 404},
                                           {"/settings/%FF", 400},
                                           {"/pay/x/return/y", 404},
                                           {"//pay/x", 404},
                                           {"/pay/x?n=%", 404}};
    for (const auto& [path, status] : links) {
        const auto answer = http.get(path);
        BOOST_TEST(answer.status == status, path << ": " << answer.status << ' ' << answer.body);
        BOOST_TEST(!contains(answer.body, "<script>"), path);
        BOOST_TEST(!answer.header("x-request-id").empty(), path);
    }
    BOOST_TEST(http.get("/pay/" + std::string(5000, 'a')).status == 404);
    BOOST_TEST(http.get("/pay/" + std::string(20000, 'a')).status == 414);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::bad_input_test
