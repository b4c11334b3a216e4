// The outside contract to the letter: every JSON shape (keys and types), status, header and cookie
// that scripts, the CRM and the settings page rely on.
#include <fstream>
#include <set>

#include "tests/e2e/probe.hpp"

namespace tillbridge::e2e::settings_contract_test {
namespace {

// A shape is JSON whose leaves are the names of types: "text", "flag", "number", "null",
// "text|null", "any". A key that ends with `?` may be absent. A list has one element, the shape of
// each of its own.
std::string type_of(const Json& value) {
    if (value.is_string()) return "text";
    if (value.is_boolean()) return "flag";
    if (value.is_number()) return "number";
    if (value.is_null()) return "null";
    return value.is_array() ? "list" : "object";
}

void compare(const Json& shape, const Json& value, const std::string& at, std::string& wrong) {
    if (shape.is_string()) {
        const auto words = "|" + shape.get<std::string>() + "|";
        if (words != "|any|" && !contains(words, "|" + type_of(value) + "|"))
            wrong += at + " is " + value.dump() + ", not " + shape.get<std::string>() + "\n";
        return;
    }
    if (type_of(shape) != type_of(value)) {
        wrong += at + " is " + value.dump() + "\n";
        return;
    }
    if (shape.is_array()) {
        for (const auto& each : value) compare(shape.at(0), each, at + "[]", wrong);
        return;
    }
    std::set<std::string> known;
    for (const auto& [key, inner] : shape.items()) {
        const bool optional = key.back() == '?';
        const auto name = optional ? key.substr(0, key.size() - 1) : key;
        known.insert(name);
        if (value.contains(name))
            compare(inner, value.at(name), at + '.' + name, wrong);
        else if (!optional)
            wrong += at + " lacks " + name + "\n";
    }
    for (const auto& [key, inner] : value.items())
        if (!known.contains(key)) wrong += at + " has more: " + key + "\n";
}

void check_shape(const Json& value, const Json& shape) {
    std::string wrong;
    compare(shape, value, "", wrong);
    BOOST_TEST(wrong.empty(), wrong << value.dump());
}

const Json kMerchant = Json::parse(R"({
    "id": "text", "gateway": "text", "name": "text", "active": "flag", "hookUrl": "text",
    "options": {"twoStage": "flag", "autoCapture": "flag", "holdEnd": "text",
                "linkLifetimeMinutes": "number"},
    "credentials": {"shopId": {"set": "flag", "hint": "text"},
                    "secretKey": {"set": "flag", "hint": "text"}}})");
const Json kConnection = Json::parse(R"({
    "crmUrl": "text", "publicUrl": "text", "active": "flag", "frozen": "flag", "locale": "text",
    "currency": "text", "timezone": "text", "scopes": ["text"], "missingScopes": ["text"]})");
const Json kError =
    Json::parse(R"({"error": {"code": "text", "message": "text", "field?": "text"}})");
const Json kCrmError = Json::parse(R"({"success": "flag", "errorMsg": "text"})");

Json state_shape() {
    Json shape = Json::parse(R"({
        "csrfToken": "text",
        "gateways": [{"code": "text", "name": "text", "currencies": ["text"],
                      "capabilities": {"twoStage": "flag", "partialCapture": "flag",
                                       "refund": "flag", "partialRefund": "flag",
                                       "statusQuery": "flag"},
                      "fields": [{"code": "text", "label": "text", "type": "text",
                                  "required": "flag", "help": "text"}],
                      "options": [{"code": "text", "label": "text", "type": "text",
                                   "required": "flag", "help": "text", "default?": "any",
                                   "choices?": [{"value": "text", "label": "text"}]}]}],
        "merchantCount": "number",
        "paymentTypes": [{"code": "text", "name": "text", "merchantId": "text|null"}],
        "problems": [{"key": "text", "what": "text", "todo": "text", "since": "text",
                      "last": "text", "times": "number", "subject": "text"}]})");
    shape["connection"] = kConnection;
    shape["merchants"] = Json::array({kMerchant});
    return shape;
}

struct Opened : Fixture {
    Opened() : shop(connect_shop()), admin(settings(shop)) {}
    Answer put(const std::string& method, const std::string& path, const Fields& headers,
               const std::string& body = "{}") {
        Fields all = headers;
        all.emplace_back("Content-Type", "application/json");
        return module().http().request(method, "/api/settings" + path, body, all);
    }
    Fields signed_in() const {
        return {{"Cookie", admin.cookie()}, {"X-CSRF-Token", admin.csrf()}};
    }
    Shop shop;
    Settings admin;
};

struct Https : Fixture {
    Https() : Fixture(WorldOptions{{}, {}, {}, false}) {
        module().configure("server.public_url", "https://pay.till.example");
        module().start();
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(settings_contract)

BOOST_FIXTURE_TEST_CASE(the_state_has_this_shape, Opened) {
    sandbox().post("/accounts/demo/payment-types", {{"code", "linked"}, {"shop", shop.code}});
    sandbox().post("/accounts/demo/payment-types", {{"code", "free"}});
    const auto answer = settings(shop).get();
    BOOST_TEST(answer.status == 200);
    BOOST_TEST(answer.header("content-type") == "application/json");
    BOOST_TEST(answer.header("cache-control") == "no-store");
    BOOST_TEST(answer.header("x-content-type-options") == "nosniff");
    const auto state = answer.json();
    check_shape(state, state_shape());
    BOOST_TEST(state.at("csrfToken").get<std::string>().size() >= 32U);
    BOOST_TEST(state.at("merchants").size() == 1U);
    BOOST_TEST(!state.at("gateways").empty());
    for (const auto& gateway : state.at("gateways"))
        for (const auto& field : gateway.at("fields")) {
            const std::set<std::string> types{"text", "secret", "url", "bool", "select", "number"};
            BOOST_TEST(types.contains(field.at("type").get<std::string>()), field.dump());
        }
    BOOST_TEST(!state.at("connection").at("scopes").empty());
}

BOOST_FIXTURE_TEST_CASE(changes_answer_with_the_store, Opened) {
    const auto merchant = sandbox().merchant({{"clientId", "777"}});
    const auto secret = merchant.at("secret").get<std::string>();
    const Json shape{{"merchant", kMerchant}};
    const auto made =
        admin.post("/merchants", {{"gateway", "uapay"},
                                  {"name", "Kyiv"},
                                  {"credentials", {{"shopId", "777"}, {"secretKey", secret}}},
                                  {"options", {{"twoStage", true}}}});
    BOOST_TEST(made.status == 201, made.body);
    check_shape(made.json(), shape);
    const auto id = made.json().at("merchant").at("id").get<std::string>();
    const auto credentials = made.json().at("merchant").at("credentials");
    const auto hint = credentials.at("secretKey").at("hint").get<std::string>();
    BOOST_TEST(hint == "••••" + secret.substr(secret.size() - 4));

    std::vector<Answer> changes{admin.patch("/merchants/" + id, {{"name", "Lviv"}})};
    for (const char* what : {"/deactivate", "/activate", "/check"})
        changes.push_back(admin.post("/merchants/" + id + what));
    for (const auto& each : changes) {
        BOOST_TEST(each.status == 200, each.body);
        check_shape(each.json(), shape);
        BOOST_TEST(each.json().at("merchant").at("name") == "Lviv");
        BOOST_TEST(!contains(each.body, secret));
    }
    const auto link = admin.post("/merchants/" + id + "/test-link");
    BOOST_TEST(link.status == 200, link.body);
    check_shape(link.json(), {{"merchant", kMerchant}, {"url", "text"}, {"paymentId", "text"}});
    const auto key = admin.post("/connection", {{"apiKey", sandbox().key("demo")}});
    BOOST_TEST(key.status == 200, key.body);
    check_shape(key.json(), {{"connection", kConnection}});
    for (const auto& each : {link, key, admin.get()}) {
        BOOST_TEST(!contains(each.body, secret));
        BOOST_TEST(!contains(each.body, sandbox().key("demo")));
    }
}

BOOST_FIXTURE_TEST_CASE(refusals_are_these_statuses, Opened) {
    struct Row {
        std::string what;
        Answer answer;
        int status;
        std::string field;
    };
    const auto in = signed_in();
    const Fields no_csrf{{"Cookie", admin.cookie()}};
    const std::string own = "/merchants/" + shop.code;
    const Settings other(shop.account_url);
    const Fields crossed{{"Cookie", admin.cookie()}, {"X-CSRF-Token", other.csrf()}};
    const auto draft = [&](const std::string& id, const std::string& key) {
        return Json{{"gateway", "uapay"},
                    {"name", "S"},
                    {"credentials", {{"shopId", id}, {"secretKey", key}}}}
            .dump();
    };
    expect_violations = true;  // a wrong key is tried at the gateway
    std::vector<Row> rows{
        {"wrong key", put("POST", "/merchants", in, draft(shop.merchant, "wrong")), 422,
         "secretKey"},
        {"wrong crm key", put("POST", "/connection", in, R"({"apiKey":"wrong"})"), 422, "apiKey"},
        {"unknown store", put("PATCH", "/merchants/m-none", in), 404, ""},
        {"unknown route", put("POST", "/merchants/a/b/c", in), 404, ""},
    };
    for (const auto& [method, path] :
         std::vector<std::pair<std::string, std::string>>{{"POST", "/merchants"},
                                                          {"PATCH", own},
                                                          {"POST", own + "/activate"},
                                                          {"POST", own + "/deactivate"},
                                                          {"POST", own + "/check"},
                                                          {"POST", own + "/test-link"},
                                                          {"POST", own + "/payment-type"},
                                                          {"POST", "/connection"},
                                                          {"POST", "/sessions/end"},
                                                          {"POST", "/link/renew"}}) {
        const auto what = method + ' ' + path;
        rows.push_back({what + " signed out", put(method, path, {}), 401, ""});
        rows.push_back({what + " with a token alone",
                        put(method, path, {{"X-CSRF-Token", admin.csrf()}}), 401, ""});
        rows.push_back({what + " without a token", put(method, path, no_csrf), 403, ""});
        rows.push_back({what + " with a token of another", put(method, path, crossed), 403, ""});
        rows.push_back({"GET " + path, put("GET", path, in, ""), 405, ""});
        rows.push_back({"DELETE " + path, put("DELETE", path, in, ""), 405, ""});
    }
    rows.push_back({"state signed out", put("GET", "", {}, ""), 401, ""});
    rows.push_back({"state with another cookie",
                    put("GET", "", {{"Cookie", admin.cookie() + "x"}}, ""), 401, ""});
    for (const auto& row : rows) {
        BOOST_TEST(row.answer.status == row.status,
                   row.what << ": " << row.answer.status << ' ' << row.answer.body);
        check_shape(row.answer.json(), kError);
        BOOST_TEST(row.answer.json().at("error").value("field", "") == row.field, row.what);
        BOOST_TEST(!row.answer.header("x-request-id").empty(), row.what);
        BOOST_TEST((row.status != 405 || !row.answer.header("allow").empty()), row.what);
    }
    // None of it had an effect.
    BOOST_TEST(admin.merchant(shop.code).at("active") == true);
    BOOST_TEST(admin.state().at("merchants").size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(the_cookie_is_secure_where_the_address_is_https, Https) {
    // The sandbox calls the real address; the CRM is told the public one.
    const auto key_file = folder() + "/crm.key";
    std::ofstream(key_file) << sandbox().key("demo");
    const auto made =
        module().command({"connect", "--crm", sandbox().crm_url("demo"), "--key-file", key_file});
    BOOST_TEST(made.code == 0, made.err);
    BOOST_TEST(made.out.rfind("https://pay.till.example/settings/", 0) == 0U, made.out);
    const auto path = made.out.substr(24, made.out.size() - 25);
    const auto entered = module().http().get(path);
    BOOST_TEST(entered.status == 303);
    const auto cookie = entered.header("set-cookie");
    for (const char* part : {"; HttpOnly", "; SameSite=Lax", "; Path=/;", "; Secure"})
        BOOST_TEST(contains(cookie, part), cookie);
    BOOST_TEST(entered.header("location") == "/settings");
}

BOOST_FIXTURE_TEST_CASE(answers_to_the_crm, Opened) {
    const auto config = module().http().get("/marketplace/config");
    check_shape(config.json(),
                Json::parse(R"({"success":"flag","scopes":["text"],"registerUrl":"text"})"));
    BOOST_TEST(config.json().at("registerUrl") == module().url() + "/marketplace/register");

    const auto two_stage = add_store(shop, "Two", kTwoStage);
    const auto bill = create(two_stage, "121.50");
    const auto asked = sandbox().calls("demo", "create").back();
    check_shape(
        asked.at("body"),
        Json::parse(
            R"({"success":"flag","result":{"paymentId":"text","invoiceUrl":"text","cancellable":"flag"}})"));
    BOOST_TEST(asked.at("body").at("result").at("invoiceUrl") == bill.link);
    BOOST_TEST(bill.link.rfind(module().url() + "/pay/", 0) == 0U);

    const Json status_shape{{"success", "flag"},
                            {"result",
                             {{"status", "text"},
                              {"amount", "number"},
                              {"cancellationDetails", "text|null"},
                              {"expiredAt", "text|null"},
                              {"paidAt", "text|null"},
                              {"paymentId", "text"},
                              {"invoiceUrl", "text"},
                              {"refundable", "flag"},
                              {"cancellable", "flag"}}}};
    const auto status = [&](const std::string& word, bool refundable, bool cancellable) {
        const auto body = act(bill, "status").at("body");
        check_shape(body, status_shape);
        BOOST_TEST(body.at("success") == true);
        const auto& result = body.at("result");
        BOOST_TEST(result.at("status") == word);
        BOOST_TEST(result.at("amount") == 121.5);
        BOOST_TEST(result.at("refundable") == refundable);
        BOOST_TEST(result.at("cancellable") == cancellable);
    };
    status("pending", false, true);
    sandbox().pay(bill.gateway_id);
    await_status(bill, "waitingForCapture");
    status("waitingForCapture", false, true);
    BOOST_TEST(act(bill, "approve").at("body") == Json({{"success", true}}));
    await_status(bill, "succeeded");
    status("succeeded", true, false);
    const auto refund = act(bill, "refund", {{"amount", 21.5}}).at("body");
    check_shape(
        refund,
        Json::parse(
            R"({"success":"flag","result":{"id":"text","status":"text","amount":"number","comment":"text"}})"));
    BOOST_TEST(refund.at("result").at("status") == "succeeded");
    BOOST_TEST(refund.at("result").at("amount") == 21.5);
    const auto canceled = create(shop);
    BOOST_TEST(act(canceled, "cancel").at("body") == Json({{"success", true}}));
    const auto body = act(canceled, "status").at("body");
    check_shape(body, status_shape);
    BOOST_TEST(body.at("result").at("status") == "canceled");

    // An account that is frozen: 403 for create only.
    sandbox().crm({{"account", "demo"}, {"action", "activity"}, {"freeze", true}});
    const auto frozen = sandbox().crm(
        {{"account", "demo"}, {"action", "create"}, {"shop", shop.code}, {"amount", 5}});
    BOOST_TEST(frozen.at("status") == 403);
    check_shape(frozen.at("body"), kCrmError);
    BOOST_TEST(frozen.at("body").at("success") == false);
}

BOOST_FIXTURE_TEST_CASE(a_request_id_on_every_answer, Opened) {
    const auto http = module().http();
    std::set<std::string> ids;
    std::size_t count = 0;
    const auto take = [&](const Answer& answer) {
        BOOST_TEST(!answer.header("x-request-id").empty(), answer.status << ' ' << answer.body);
        ids.insert(answer.header("x-request-id"));
        ++count;
    };
    for (const char* method : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
        for (const char* path :
             {"/", "/nothing", "/marketplace/config", "/marketplace/register", "/payment/create",
              "/payment/status", "/crm/activity", "/crm/settings", "/hooks/uapay/x", "/pay/x",
              "/pay/x/return", "/settings", "/settings/x", "/api/settings", "/metrics",
              "/health/live"})
            take(http.request(method, path));
    for (const char* path : {"/health/live", "/health/ready", "/metrics", "/nothing"})
        take(module().ops().get(path));
    // Each request has one of its own; one that a caller claims is not taken.
    BOOST_TEST(ids.size() == count);
    const auto claimed = http.get("/marketplace/config", {{"X-Request-Id", "mine"}});
    BOOST_TEST(claimed.header("x-request-id") != "mine");
}

BOOST_FIXTURE_TEST_CASE(health_and_metrics_on_the_operators_door_only, Opened) {
    for (const char* path : {"/health/live", "/health/ready", "/metrics"}) {
        BOOST_TEST(module().http().get(path).status == 404, path);
        BOOST_TEST(module().ops().get(path).status == 200, path);
        BOOST_TEST(module().ops().request("POST", path, "x").status == 405, path);
    }
    BOOST_TEST(module().ops().get("/metrics").header("content-type").rfind("text/plain", 0) == 0U);
    for (const char* path : {"/marketplace/config", "/settings", "/api/settings", "/pay/x"})
        BOOST_TEST(module().ops().get(path).status == 404, path);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::settings_contract_test
