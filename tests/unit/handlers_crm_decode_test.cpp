// What the CRM sends, each field wrong in each way: an error that names the field, nothing else.
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "handlers/crm/decode.hpp"

namespace tillbridge::handlers::crm::handlers_crm_decode_test {

using nlohmann::json;

namespace {

json order() {
    return {{"invoiceUuid", "3f1c0d9e-7e1c-4f5a-9f5e-2f1a6d2f8b11"},
            {"shopId", "shop1"},
            {"invoiceType", "link"},
            {"amount", "121.50"},
            {"currency", "UAH"},
            {"orderNumber", "1213C"},
            {"orderId", 4571},
            {"siteUrl", "https://shop.example"},
            {"returnUrl", "https://shop.example/thanks?x=1"},
            {"customer", {{"email", "a@b.c"}, {"phone", "+380"}, {"firstName", "Ivan"}}},
            {"items", json::array({{{"name", "Tea"}, {"price", 12.5}, {"quantity", 2}}})},
            {"somethingNew", {1, 2}}};
}

Form form(const std::string& action, const std::string& text) {
    return {{"clientId", "c"}, {action, text}};
}

std::string wrong(const json& value) {
    const auto decoded = decode_create(form("create", value.dump()));
    return decoded ? "" : decoded.error().code + " " + decoded.error().field;
}

json with(const char* name, json value) {
    json out = order();
    out[name] = std::move(value);
    return out;
}

json without(const char* name) {
    json out = order();
    out.erase(name);
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(handlers_crm_decode)

BOOST_AUTO_TEST_CASE(reads_an_order) {
    const auto decoded = decode_create(form("create", order().dump()));
    BOOST_REQUIRE(decoded);
    BOOST_TEST(decoded->uuid.value == "3f1c0d9e-7e1c-4f5a-9f5e-2f1a6d2f8b11");
    BOOST_TEST(decoded->shop.value == "shop1");
    BOOST_TEST(decoded->amount == "121.50");
    BOOST_TEST(decoded->currency == "UAH");
    BOOST_TEST(decoded->order_number == "1213C");
    BOOST_TEST(decoded->return_url == "https://shop.example/thanks?x=1");
    BOOST_TEST(decoded->customer_email == "a@b.c");
    BOOST_TEST(decoded->customer_phone == "+380");
    BOOST_TEST(json::parse(decoded->items_json).at(0).at("name").get<std::string>() == "Tea");
}

BOOST_AUTO_TEST_CASE(keeps_the_digits_of_the_amount) {
    std::string text = order().dump();
    const std::string from = "\"121.50\"";
    text.replace(text.find(from), from.size(), "159.90");
    const auto decoded = decode_create(form("create", text));
    BOOST_REQUIRE(decoded);
    BOOST_TEST(decoded->amount == "159.90");
}

BOOST_AUTO_TEST_CASE(does_without_what_is_optional) {
    for (const char* name :
         {"invoiceType", "orderNumber", "orderId", "siteUrl", "returnUrl", "customer", "items"}) {
        BOOST_TEST(wrong(without(name)) == "", name);
        BOOST_TEST(wrong(with(name, nullptr)) == "", name);
    }
    BOOST_TEST(wrong(with("customer", json::array())) == "");
    BOOST_TEST(wrong(with("returnUrl", "")) == "");
}

BOOST_AUTO_TEST_CASE(names_what_is_missing) {
    for (const char* name : {"invoiceUuid", "shopId", "amount", "currency"}) {
        BOOST_TEST(wrong(without(name)) == std::string("request.field_missing ") + name);
        BOOST_TEST(wrong(with(name, nullptr)) == std::string("request.field_missing ") + name);
    }
    for (const char* name : {"invoiceUuid", "shopId", "currency"})
        BOOST_TEST(wrong(with(name, "")) == std::string("request.field_missing ") + name);
}

BOOST_AUTO_TEST_CASE(names_what_has_a_wrong_type) {
    const json types[] = {json(true), json::object(), json::array({1}), json(7)};
    for (const char* name : {"invoiceUuid", "shopId", "invoiceType", "currency", "orderNumber",
                             "siteUrl", "returnUrl"})
        for (const json& value : types)
            BOOST_TEST(wrong(with(name, value)) == std::string("request.field_invalid ") + name,
                       name << " " << value.dump());
    for (const char* name : {"amount", "orderId"})
        for (const json& value : {json(true), json::object(), json::array({1}), json("x")})
            BOOST_TEST(wrong(with(name, value)) == std::string("request.field_invalid ") + name,
                       name << " " << value.dump());
    BOOST_TEST(wrong(with("customer", "x")) == "request.field_invalid customer");
    BOOST_TEST(wrong(with("customer", {{"email", 5}})) == "request.field_invalid customer.email");
    BOOST_TEST(wrong(with("customer", {{"phone", 5}})) == "request.field_invalid customer.phone");
    BOOST_TEST(wrong(with("items", {{"a", 1}})) == "request.field_invalid items");
    BOOST_TEST(wrong(with("items", json::array({1}))) == "request.field_invalid items[0]");
    BOOST_TEST(wrong(with("items", json::array({{{"name", 1}}}))) ==
               "request.field_invalid items[0].name");
    BOOST_TEST(wrong(with("items", json::array({{{"price", "x"}}}))) ==
               "request.field_invalid items[0].price");
    BOOST_TEST(wrong(with("items", json::array({{{"quantity", true}}}))) ==
               "request.field_invalid items[0].quantity");
}

BOOST_AUTO_TEST_CASE(names_what_is_too_long) {
    const std::string long_name(256, 'a');
    BOOST_TEST(wrong(with("invoiceUuid", std::string(65, 'a'))) ==
               "request.field_too_long invoiceUuid");
    BOOST_TEST(wrong(with("shopId", long_name)) == "request.field_too_long shopId");
    BOOST_TEST(wrong(with("orderNumber", long_name)) == "request.field_too_long orderNumber");
    BOOST_TEST(wrong(with("currency", "UAHX")) == "request.field_too_long currency");
    BOOST_TEST(wrong(with("returnUrl", "https://x/" + std::string(2040, 'a'))) ==
               "request.field_too_long returnUrl");
    BOOST_TEST(wrong(with("customer", {{"email", long_name}})) ==
               "request.field_too_long customer.email");
    BOOST_TEST(wrong(with("items", json(1001, json::object()))) == "request.field_too_long items");
    BOOST_TEST(wrong(with("items", json::array({{{"name", long_name}}}))) ==
               "request.field_too_long items[0].name");
    std::string cyrillic;
    for (int i = 0; i < 255; ++i) cyrillic += "ж";
    BOOST_TEST(wrong(with("orderNumber", cyrillic)) == "");
}

BOOST_AUTO_TEST_CASE(names_what_is_not_of_its_form) {
    for (const char* site : {"nonsense", "//shop.example", "ftp://shop.example", "https://",
                             "https://a b", "javascript:alert(1)"})
        BOOST_TEST(wrong(with("siteUrl", site)) == "request.field_invalid siteUrl", site);
    for (const char* site : {"", "http://shop.example", "https://крамниця.укр/x?y=1"})
        BOOST_TEST(wrong(with("siteUrl", site)) == "", site);
    for (const char* email : {"nonsense", "@", "a@", "@b", "a@b@c", "a b@c", "a@b\n"})
        BOOST_TEST(
            wrong(with("customer", {{"email", email}})) == "request.field_invalid customer.email",
            email);
    for (const char* email : {"", "a@b", "ім'я+1@пошта.укр"})
        BOOST_TEST(wrong(with("customer", {{"email", email}})) == "", email);
    BOOST_TEST(wrong(with("customer", {{"email", nullptr}})) == "");
    for (const char* uuid : {"x", "1", "6a3e1f8e-0000-4000-8000-000000000001"})
        BOOST_TEST(wrong(with("invoiceUuid", uuid)) == "", uuid);
}

BOOST_AUTO_TEST_CASE(names_what_is_out_of_range) {
    BOOST_TEST(wrong(with("invoiceUuid", "a b")) == "request.field_invalid invoiceUuid");
    BOOST_TEST(wrong(with("invoiceUuid", "a/../b")) == "request.field_invalid invoiceUuid");
    BOOST_TEST(wrong(with("invoiceType", "card")) == "request.field_invalid invoiceType");
    BOOST_TEST(wrong(with("currency", "U1H")) == "request.field_invalid currency");
    BOOST_TEST(wrong(with("currency", "UA")) == "request.field_invalid currency");
    BOOST_TEST(wrong(with("currency", "QQQ")) == "money.currency_unknown currency");
    BOOST_TEST(wrong(with("amount", "0")) == "payment.amount_invalid amount");
    BOOST_TEST(wrong(with("amount", 0)) == "payment.amount_invalid amount");
    BOOST_TEST(wrong(with("amount", "0.00")) == "payment.amount_invalid amount");
    BOOST_TEST(wrong(with("amount", "-5")) == "payment.amount_invalid amount");
    BOOST_TEST(wrong(with("amount", "1e3")) == "money.malformed amount");
    BOOST_TEST(wrong(with("amount", "1.234")) == "money.too_precise amount");
    BOOST_TEST(wrong(with("amount", std::string(33, '9'))) == "money.too_large amount");
    BOOST_TEST(wrong(with("amount", "9999999999999999999")) == "money.too_large amount");
    for (const char* url :
         {"javascript:alert(1)", "//evil", "ftp://x/", "https://", "https:///x", "shop.example",
          "https://a b", "https://a\"b", "https://a\\b", "http://?x", "data:text/html,x"})
        BOOST_TEST(wrong(with("returnUrl", url)) == "request.field_invalid returnUrl", url);
}

BOOST_AUTO_TEST_CASE(refuses_what_is_no_json_object) {
    for (const char* text : {"[]", "1", "\"x\"", "{", "{\"a\":1,\"a\":2}", "{\"a\":\"\\u0000\"}",
                             "{} x", "null", "{\"a\":\"\xff\"}"}) {
        const auto decoded = decode_create(form("create", text));
        BOOST_REQUIRE_MESSAGE(!decoded, text);
        BOOST_TEST(decoded.error().code == "request.field_invalid", text);
        BOOST_TEST(decoded.error().field == "create", text);
    }
    BOOST_TEST(decode_create({{"clientId", "c"}}).error().code == "request.field_missing");
    BOOST_TEST(decode_create(form("create", "")).error().field == "create");
}

BOOST_AUTO_TEST_CASE(reads_changes) {
    const auto all = decode_change(form("refund", R"({"paymentId":"p"})"), "refund", true);
    BOOST_REQUIRE(all);
    BOOST_TEST(all->payment.value == "p");
    BOOST_TEST(!all->amount);
    const auto part =
        decode_change(form("refund", R"({"paymentId":"p","amount":10.50})"), "refund", true);
    BOOST_REQUIRE(part);
    BOOST_TEST(part->amount.value() == "10.50");
    BOOST_TEST(!decode_change(form("refund", R"({"paymentId":"p","amount":null})"), "refund", true)
                    ->amount);
    struct Case {
        const char *text, *error;
    };
    const Case cases[] = {
        {R"({})", "request.field_missing paymentId"},
        {R"({"paymentId":""})", "request.field_missing paymentId"},
        {R"({"paymentId":5})", "request.field_invalid paymentId"},
        {R"({"paymentId":"p","amount":"x"})", "request.field_invalid amount"},
        {R"({"paymentId":"p","amount":true})", "request.field_invalid amount"},
        {R"({"paymentId":"p","amount":0})", "payment.amount_invalid amount"},
        {R"({"paymentId":"p","amount":-1})", "payment.amount_invalid amount"},
        {R"({"paymentId":"p","amount":1e2})", "money.malformed amount"},
        {R"([])", "request.field_invalid approve"},
    };
    for (const Case& c : cases) {
        const auto decoded = decode_change(form("approve", c.text), "approve", true);
        BOOST_REQUIRE_MESSAGE(!decoded, c.text);
        BOOST_TEST(decoded.error().code + " " + decoded.error().field == c.error, c.text);
    }
    const std::string long_id = R"({"paymentId":")" + std::string(256, 'p') + "\"}";
    BOOST_TEST(decode_change(form("cancel", long_id), "cancel", false).error().code ==
               "request.field_too_long");
}

BOOST_AUTO_TEST_CASE(reads_status_either_way) {
    BOOST_TEST(decode_status({{"paymentId", "p"}})->value == "p");
    BOOST_TEST(decode_status({{"status", R"({"paymentId":"q"})"}})->value == "q");
    BOOST_TEST(decode_status({}).error().field == "paymentId");
    BOOST_TEST(decode_status({{"paymentId", ""}}).error().code == "request.field_missing");
    BOOST_TEST(decode_status({{"status", "x"}}).error().field == "status");
    BOOST_TEST(decode_status({{"paymentId", std::string(256, 'p')}}).error().code ==
               "request.field_too_long");
}

BOOST_AUTO_TEST_CASE(reads_activity) {
    const auto read = [](const std::string& text, const std::string& url) {
        Form fields = form("activity", text);
        if (!url.empty()) fields["systemUrl"] = url;
        return decode_activity(fields);
    };
    const auto activity = read(R"({"active":true,"freeze":false})", "https://x.retailcrm.ru");
    BOOST_REQUIRE(activity);
    BOOST_TEST(activity->active.value());
    BOOST_TEST(!activity->frozen.value());
    BOOST_TEST(activity->system_url.value() == "https://x.retailcrm.ru");
    BOOST_TEST(!read(R"({"freeze":true})", "")->active);
    BOOST_TEST(read("{}", "").error().code == "request.field_missing");
    BOOST_TEST(read(R"({"active":1})", "").error().field == "active");
    BOOST_TEST(read(R"({"active":"true"})", "").error().code == "request.field_invalid");
    BOOST_TEST(read(R"({"active":true,"freeze":"no"})", "").error().field == "freeze");
    BOOST_TEST(read(R"({"active":true})", "ftp://x").error().field == "systemUrl");
    BOOST_TEST(read(R"({"active":true})", "https://" + std::string(2048, 'x')).error().code ==
               "request.field_too_long");
    BOOST_TEST(read("[]", "").error().field == "activity");
    BOOST_TEST(decode_activity({}).error().field == "activity");
}

BOOST_AUTO_TEST_CASE(reads_account_settings) {
    const auto change =
        decode_settings(form("settings", R"({"default_currency":{"value":"UAH","updated_at":"x"},
             "system_language":{"value":"uk_UA"},"timezone":{"value":"Europe/Kyiv"},"other":1})"));
    BOOST_REQUIRE(change);
    BOOST_TEST(change->currency.value() == "UAH");
    BOOST_TEST(change->language.value() == "uk_UA");
    BOOST_TEST(change->timezone.value() == "Europe/Kyiv");
    BOOST_TEST(!decode_settings(form("settings", "{}"))->currency);
    struct Case {
        const char *text, *error;
    };
    const Case cases[] = {
        {R"({"default_currency":"UAH"})", "request.field_invalid default_currency"},
        {R"({"default_currency":{"value":5}})", "request.field_invalid default_currency.value"},
        {R"({"default_currency":{"value":"U"}})", "request.field_invalid default_currency.value"},
        {R"({"default_currency":{"value":"UAHH"}})",
         "request.field_too_long default_currency.value"},
        {R"({"system_language":{"value":"r\n"}})", "request.field_invalid system_language.value"},
        {R"({"timezone":{"value":"../../etc/passwd"}})", "request.field_invalid timezone.value"},
        {R"({"timezone":{"value":"/etc/localtime"}})", "request.field_invalid timezone.value"},
        {R"({"timezone":[]})", "request.field_invalid timezone"},
    };
    for (const Case& c : cases) {
        const auto decoded = decode_settings(form("settings", c.text));
        BOOST_REQUIRE_MESSAGE(!decoded, c.text);
        BOOST_TEST(decoded.error().code + " " + decoded.error().field == c.error, c.text);
    }
}

BOOST_AUTO_TEST_CASE(reads_registrations) {
    const auto good = decode_register(
        form("register", R"({"token":"t","apiKey":"k","systemUrl":"https://x.retailcrm.ru"})"));
    BOOST_REQUIRE(good);
    BOOST_TEST(good->token == "t");
    BOOST_TEST(good->api_key.reveal() == "k");
    BOOST_TEST(good->system_url == "https://x.retailcrm.ru");
    json all = {{"token", "t"}, {"apiKey", "k"}, {"systemUrl", "https://x"}};
    for (const char* name : {"token", "apiKey", "systemUrl"}) {
        json missing = all;
        missing.erase(name);
        BOOST_TEST(decode_register(form("register", missing.dump())).error().field == name);
        json number = all;
        number[name] = 5;
        BOOST_TEST(decode_register(form("register", number.dump())).error().code ==
                   "request.field_invalid");
        json longer = all;
        longer[name] = std::string(2049, 'x');
        BOOST_TEST(decode_register(form("register", longer.dump())).error().code ==
                   "request.field_too_long");
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::handlers::crm::handlers_crm_decode_test
