// What the module asks and tells of an account: rights, settings, its registration, payment types.
#include <boost/test/unit_test.hpp>

#include "api_client/retailcrm/read.hpp"
#include "tests/contract/retailcrm_fake.hpp"

namespace tillbridge::retailcrm_account_test {

using namespace tillbridge::retailcrm::testing;
using nlohmann::json;
using port::HostResult;

namespace {

const char* const kAllScopes =
    R"({"success":true,"siteAccess":"access_full","credentials":["/api/orders"],"scopes":[)"
    R"("integration_read","integration_write","payments_read","payments_write",)"
    R"("reference_read","store_read"]})";

using Names = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(retailcrm_account)

BOOST_AUTO_TEST_CASE(addresses_as_people_type_them) {
    Account account;
    retailcrm::Host host(
        account.client,
        {{{"*.retailcrm.ru", "crm.example.com"}, false}, std::chrono::seconds(1), facts()});
    const std::vector<std::pair<const char*, const char*>> good{
        {"https://Demo.RetailCRM.ru/", "https://demo.retailcrm.ru"},
        {"  demo.retailcrm.ru \n", "https://demo.retailcrm.ru"},
        {"demo.retailcrm.ru:443", "https://demo.retailcrm.ru"},
        {"https://crm.example.com:8443/box/", "https://crm.example.com:8443/box"}};
    for (const auto& [typed, kept] : good) {
        const auto url = host.normalize_url(typed);
        BOOST_REQUIRE_MESSAGE(url, typed);
        BOOST_TEST(*url == kept);
    }
    const std::vector<std::pair<const char*, const char*>> bad{
        {"", "crm.url_invalid"},
        {"   ", "crm.url_invalid"},
        {"http://demo.retailcrm.ru", "crm.url_invalid"},
        {"ftp://demo.retailcrm.ru", "crm.url_invalid"},
        {"https://user:pass@demo.retailcrm.ru", "crm.url_invalid"},
        {"https://demo.retailcrm.ru/?x=1", "crm.url_invalid"},
        {"https://demo.retailcrm.ru/#x", "crm.url_invalid"},
        {"my crm", "crm.url_invalid"},
        {"https://retailcrm.ru", "crm.host_not_allowed"},
        {"https://demo.retailcrm.ru.evil.com", "crm.host_not_allowed"},
        {"https://127.0.0.1", "crm.host_not_allowed"}};
    for (const auto& [typed, code] : bad) {
        const auto url = host.normalize_url(typed);
        BOOST_REQUIRE_MESSAGE(!url, typed);
        BOOST_TEST(url.error().code == code, typed);
    }
    retailcrm::Host literal(account.client,
                            {{{"10.0.0.1"}, false}, std::chrono::seconds(1), facts()});
    BOOST_TEST(literal.normalize_url("https://10.0.0.1").error().code == "crm.address_forbidden");
    BOOST_TEST(account.crm.asked().empty());
}

BOOST_AUTO_TEST_CASE(a_key_with_all_scopes) {
    Account account;
    account.crm.answer("/api/credentials", {200, kAllScopes});
    account.crm.answer("/api/system-info", {200, R"({"success":true,"systemVersion":"8.1.51",)"
                                                 R"("publicUrl":"https://Demo.retailcrm.ru/",)"
                                                 R"("technicalUrl":"https://tech.retailcrm.ru"})"});
    const auto reply = account.host.check_account(account.connection);
    BOOST_TEST((reply.answer.result == HostResult::ok));
    BOOST_TEST(reply.value.public_url == "https://demo.retailcrm.ru");
    BOOST_TEST(reply.value.scopes.size() == 6U);
    BOOST_TEST(reply.value.missing_scopes.empty());
    BOOST_TEST(!reply.value.may_edit_payment_types);
    const auto asked = account.crm.asked();
    BOOST_REQUIRE(asked.size() == 2U);
    for (const Asked& one : asked) {
        BOOST_TEST(one.method == "GET");
        BOOST_TEST(one.headers.at("X-API-KEY") == "key-of-the-account-0123456789");
        BOOST_TEST(one.path.find("key-of") == std::string::npos);
        BOOST_TEST(one.body.empty());
    }
    BOOST_TEST(asked[0].path == "/api/credentials");
    BOOST_TEST(asked[1].path == "/api/system-info");
}

BOOST_AUTO_TEST_CASE(missing_scopes_are_named) {
    Account account;
    account.crm.answer(
        "/api/credentials",
        {200, R"({"success":true,"scopes":["integration_read","integration_write",)"
              R"("payments_read","reference_read","reference_write","order_read"]})"});
    const auto reply = account.host.check_account(account.connection);
    BOOST_TEST((reply.answer.result == HostResult::ok));
    BOOST_TEST(reply.value.missing_scopes == (Names{"payments_write", "store_read"}),
               boost::test_tools::per_element());
    BOOST_TEST(reply.value.may_edit_payment_types);
    // An empty list is a key without rights, not an old account.
    account.crm.answer("/api/credentials", {200, R"({"success":true,"scopes":[]})"});
    BOOST_TEST(account.host.check_account(account.connection).value.missing_scopes.size() == 6U);
}

BOOST_AUTO_TEST_CASE(old_accounts_have_methods) {
    Account account;
    account.crm.answer("/api/credentials",
                       {200, R"({"success":true,"credentials":[)"
                             R"("/api/integration-modules/{code}",)"
                             R"("/api/integration-modules/{code}/edit",)"
                             R"~("/api/payment/(updateInvoice|check)",)~"
                             R"("/api/reference/payment-types/{code}/edit"]})"});
    account.crm.answer("/api/system-info",
                       {404, R"({"success":false,"errorMsg":"API method not found"})"});
    auto reply = account.host.check_account(account.connection);
    BOOST_TEST((reply.answer.result == HostResult::ok));
    BOOST_TEST(reply.value.missing_scopes.empty());
    BOOST_TEST(reply.value.may_edit_payment_types);
    BOOST_TEST(reply.value.public_url == account.connection.system_url);

    account.crm.answer(
        "/api/credentials",
        {200, R"({"success":true,"credentials":["/api/integration-modules/{code}"]})"});
    reply = account.host.check_account(account.connection);
    BOOST_TEST(reply.value.missing_scopes == (Names{"/api/integration-modules/{code}/edit",
                                                    "/api/payment/(updateInvoice|check)"}),
               boost::test_tools::per_element());
    BOOST_TEST(!reply.value.may_edit_payment_types);
}

BOOST_AUTO_TEST_CASE(systems_without_a_public_address) {
    Account account;
    account.crm.answer("/api/credentials", {200, kAllScopes});
    for (const Answer& answer :
         {Answer{404, R"({"success":false,"errorMsg":"API method not found"})"},
          Answer{404, "<html>Not found</html>"}, Answer{200, R"({"success":true})"},
          Answer{200, R"({"success":true,"publicUrl":null})"},
          Answer{200, R"~({"success":true,"publicUrl":"javascript:alert(1)"})~"}}) {
        account.crm.answer("/api/system-info", answer);
        const auto reply = account.host.check_account(account.connection);
        BOOST_TEST((reply.answer.result == HostResult::ok), answer.body);
        BOOST_TEST(reply.value.public_url == account.connection.system_url, answer.body);
        BOOST_TEST("http://" + reply.answer.host == account.connection.system_url);
    }
}

// The public address is what an account is known by: a CRM that stumbles must not become a second
// account under its technical address.
BOOST_AUTO_TEST_CASE(a_public_address_that_could_not_be_asked_is_no_answer) {
    Account account;
    account.crm.answer("/api/credentials", {200, kAllScopes});
    account.crm.answer("/api/system-info", {503, ""});
    BOOST_TEST(
        (account.host.check_account(account.connection).answer.result == HostResult::overloaded));
    account.crm.answer("/api/system-info", {500, ""});
    BOOST_TEST(
        (account.host.check_account(account.connection).answer.result == HostResult::silent));
}

BOOST_AUTO_TEST_CASE(keys_and_accounts_that_are_none) {
    Account account;
    const std::vector<std::pair<Answer, const char*>> table{
        {{403, R"({"success":false,"errorMsg":"Wrong \"apiKey\" value."})"}, "crm.key_rejected"},
        {{404, "<html>"}, "crm.account_unknown"},
        {{200, R"({"success":true})"}, "crm.unreachable"},
        {{200, R"({"success":true,"scopes":"all"})"}, "crm.unreachable"}};
    for (const auto& [answer, code] : table) {
        account.crm.answer("/api/credentials", answer);
        const auto reply = account.host.check_account(account.connection);
        BOOST_TEST((reply.answer.result != HostResult::ok));
        BOOST_TEST(reply.answer.code == code);
    }
    for (const Asked& one : account.crm.asked()) BOOST_TEST(one.path == "/api/credentials");
}

BOOST_AUTO_TEST_CASE(settings_in_both_spellings) {
    Account account;
    const auto read = [&](const char* body) {
        account.crm.answer("/settings", {200, body});
        return account.host.settings(account.connection);
    };
    auto reply =
        read(R"({"success":true,"settings":{"default_currency":{"value":"UAH","updated_at":"x"},)"
             R"("system_language":{"value":"uk"},"timezone":{"value":"Europe/Kyiv"}}})");
    BOOST_TEST((reply.answer.result == HostResult::ok));
    BOOST_TEST(reply.value.currency == "UAH");
    BOOST_TEST(reply.value.locale == "uk");
    BOOST_TEST(reply.value.timezone == "Europe/Kyiv");
    BOOST_TEST(account.crm.only().path == "/api/v5/settings");
    reply = read(R"({"success":true,"settings":{"default_currency":"KZT","timezone":null,)"
                 R"("system_language":{"value":7}}})");
    BOOST_TEST((reply.answer.result == HostResult::ok));
    BOOST_TEST(reply.value.currency == "KZT");
    BOOST_TEST(reply.value.locale.empty());
    BOOST_TEST(reply.value.timezone.empty());
    reply = read(R"({"success":true})");
    BOOST_TEST((reply.answer.result == HostResult::ok));
    BOOST_TEST(reply.value.currency.empty());
}

BOOST_AUTO_TEST_CASE(the_registration) {
    Account account;
    account.connection.active = true;
    account.connection.frozen = true;
    account.crm.answer("/edit", {201, R"({"success":true,"info":{"x":1}})"});
    const port::Registration registration{
        "https://pay.example.com",
        "https://pay.example.com/settings/token",
        {merchant("m1", "Магазин \"Ёж\""), merchant("m2", "Second", false)},
        {"UAH", "USD"}};
    const auto answer = account.host.register_module(account.connection, registration);
    BOOST_TEST((answer.result == HostResult::ok));
    BOOST_TEST(answer.exchange.what == "integration-modules/edit");
    const Asked asked = account.crm.only();
    BOOST_TEST(asked.method == "POST");
    BOOST_TEST(asked.path == "/api/v5/integration-modules/tillbridge/edit");
    const json expected = json::parse(R"({
        "code": "tillbridge", "integrationCode": "tillbridge-integration", "name": "Tillbridge",
        "logo": "https://pay.example.com/manifest/logo.svg",
        "active": true, "freeze": true, "native": false,
        "clientId": "client-id-of-the-connection",
        "baseUrl": "https://pay.example.com",
        "accountUrl": "https://pay.example.com/settings/token",
        "actions": {"activity": "/crm/activity", "settings": "/crm/settings"},
        "availableCountries": ["ua", "kz"],
        "integrations": {"payment": {
            "actions": {"create": "/payment/create", "approve": "/payment/approve",
                        "cancel": "/payment/cancel", "refund": "/payment/refund",
                        "status": "/payment/status"},
            "currencies": ["UAH", "USD"], "invoiceTypes": ["link"],
            "shops": [{"code": "m1", "name": "Магазин \"Ёж\"", "active": true},
                      {"code": "m2", "name": "Second", "active": false}]}}})");
    BOOST_TEST(json::parse(asked.form.at("integrationModule")) == expected);
    BOOST_TEST(asked.form.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_registration_without_stores_has_an_empty_list) {
    Account account;
    account.connection.active = false;
    account.host.register_module(account.connection, {"https://p", "https://p/a", {}, {}});
    const json module = json::parse(account.crm.only().form.at("integrationModule"));
    BOOST_TEST(!module.at("active").get<bool>());
    BOOST_TEST((module.at("integrations").at("payment").at("shops") == json::array()));
    BOOST_TEST(
        (module.at("integrations").at("payment").at("currencies") == json::array({"UAH", "KZT"})));
}

BOOST_AUTO_TEST_CASE(a_thousand_stores) {
    Account account;
    port::Registration registration{"https://p", "https://p/a", {}, {"UAH"}};
    for (int i = 0; i < 1000; ++i) {
        registration.shops.push_back(merchant("m" + std::to_string(i), "Магазин"));
    }
    BOOST_TEST(
        (account.host.register_module(account.connection, registration).result == HostResult::ok));
    const json module = json::parse(account.crm.only().form.at("integrationModule"));
    BOOST_TEST(module.at("integrations").at("payment").at("shops").size() == 1000U);
}

BOOST_AUTO_TEST_CASE(payment_types_name_their_store) {
    const std::vector<domain::Merchant> ours{merchant("m1", "First"), merchant("m2", "Second")};
    const std::vector<std::pair<const char*, const char*>> table{
        // Where the shop is told, in every place and spelling.
        {R"({"integrationModule":{"code":"tillbridge","shop":"m2"}})", "m2"},
        {R"({"integrationModule":{"code":"tillbridge","shopCode":"m2"}})", "m2"},
        {R"({"integrationModule":{"code":"tillbridge","shop":{"code":"m2","name":"x"}}})", "m2"},
        {R"({"integrationModule":{"code":"tillbridge"},"integrationModuleShop":"m1"})", "m1"},
        {R"({"integrationModule":"tillbridge","shop":"m1"})", "m1"},
        {R"({"integrationModule":"tillbridge","shopId":"m1"})", "m1"},
        {R"({"integrationModule":{"integrationCode":"tillbridge-integration","shop":"m1"}})", "m1"},
        {R"({"integrationModule":{"name":"Tillbridge","active":true,"shop":"m1"}})", "m1"},
        // A shop that is told decides, whatever the code says.
        {R"({"code":"tillbridge-m1","integrationModule":{"code":"tillbridge","shop":"m2"}})", "m2"},
        {R"({"code":"tillbridge-m1","integrationModule":{"code":"tillbridge","shop":"m9"}})", ""},
        // Without a shop only the types that we made are known.
        {R"({"code":"tillbridge-m2","integrationModule":{"code":"tillbridge"}})", "m2"},
        {R"({"code":"x","name":"First","integrationModule":{"code":"tillbridge"}})", ""},
        // Another module's, or none.
        {R"({"code":"tillbridge-m1","integrationModule":{"code":"other","shop":"m1"}})", ""},
        {R"({"code":"tillbridge-m1","integrationModule":"other","shop":"m1"})", ""},
        {R"({"integrationModule":{"code":"other","name":"Tillbridge","shop":"m1"}})", ""},
        {R"({"code":"tillbridge-m1","integrationModule":null,"shop":"m1"})", ""},
        {R"({"code":"tillbridge-m1","shop":"m1"})", ""},
        {R"({"integrationModule":[]})", ""},
        {R"({"integrationModule":{}})", ""}};
    for (const auto& [type, store] : table) {
        const json body{{"paymentTypes", {{"t", json::parse(type)}}}};
        const auto types = retailcrm::read_payment_types(body, facts(), ours);
        BOOST_REQUIRE(types && types->size() == 1U);
        BOOST_TEST(types->front().merchant.value == store, type);
    }
    // One store ever: a type of ours can be linked to no other. Two: it stays open.
    const json plain = json::parse(R"({"paymentTypes":{"x":{"integrationModule":"tillbridge"}}})");
    BOOST_TEST(retailcrm::read_payment_types(plain, facts(), {ours[0]})->front().merchant.value ==
               "m1");
    BOOST_TEST(retailcrm::read_payment_types(plain, facts(), ours)->front().merchant.empty());
    BOOST_TEST(retailcrm::read_payment_types(plain, facts(), {})->front().merchant.empty());
}

BOOST_AUTO_TEST_CASE(the_list_of_payment_types) {
    Account account;
    account.crm.answer(
        "/payment-types",
        {200, R"({"success":true,"paymentTypes":{"cash":{"name":"Наличные","code":"cash",)"
              R"("active":true},"old":{"name":"Old","active":false},"odd":7,)"
              R"("card":{"code":"card","name":"Card","integrationModule":{"code":"tillbridge",)"
              R"("shop":"m1"}}}})"});
    const std::vector<domain::Merchant> ours{merchant("m1", "First"), merchant("m2", "Second")};
    auto reply = account.host.payment_types(account.connection, ours);
    BOOST_TEST((reply.answer.result == HostResult::ok));
    BOOST_TEST(account.crm.only().path == "/api/v5/reference/payment-types");
    BOOST_REQUIRE(reply.value.size() == 3U);
    BOOST_TEST(reply.value[0].code == "card");
    BOOST_TEST(reply.value[0].merchant.value == "m1");
    BOOST_TEST(reply.value[1].code == "cash");
    BOOST_TEST(reply.value[1].name == "Наличные");
    BOOST_TEST(reply.value[1].active);
    BOOST_TEST(reply.value[1].merchant.empty());
    BOOST_TEST(reply.value[2].code == "old");
    BOOST_TEST(!reply.value[2].active);
    // An empty map of that CRM is a list.
    account.crm.answer("/payment-types", {200, R"({"success":true,"paymentTypes":[]})"});
    BOOST_TEST(account.host.payment_types(account.connection, ours).value.empty());
    account.crm.answer("/payment-types", {200, R"({"success":true})"});
    reply = account.host.payment_types(account.connection, ours);
    BOOST_TEST((reply.answer.result == HostResult::silent));
}

BOOST_AUTO_TEST_CASE(a_payment_type_is_made) {
    Account account;
    account.crm.answer("/edit", {201, R"({"success":true})"});
    const auto answer =
        account.host.create_payment_type(account.connection, merchant("m1", "Магазин"));
    BOOST_TEST((answer.result == HostResult::ok));
    const Asked asked = account.crm.only();
    BOOST_TEST(asked.method == "POST");
    BOOST_TEST(asked.path == "/api/v5/reference/payment-types/tillbridge-m1/edit");
    BOOST_TEST(json::parse(asked.form.at("paymentType")) ==
               json::parse(R"({"code":"tillbridge-m1","name":"Магазин","active":true,)"
                           R"("integrationModule":{"code":"tillbridge","shop":"m1"}})"));
}

BOOST_AUTO_TEST_CASE(a_key_that_may_not_make_payment_types) {
    Account account;
    const auto made = [&](Answer answer) {
        account.crm.answer("/edit", std::move(answer));
        return account.host.create_payment_type(account.connection, merchant("m1", "x"));
    };
    const auto denied = made({403, R"({"success":false,"errorMsg":"Access denied."})"});
    BOOST_TEST((denied.result == HostResult::refused));
    BOOST_TEST(denied.code == "payment_type.forbidden");
    BOOST_TEST(denied.exchange.outcome == "payment_type.forbidden");
    BOOST_TEST(made({403, R"({"success":false,"errorMsg":"Wrong \"apiKey\" value."})"}).code ==
               "crm.key_rejected");
    BOOST_TEST(made({403, "<html>"}).code == "crm.account_unknown");
    BOOST_TEST(made({400, R"({"success":false,"errorMsg":"No"})"}).code == "crm.refused");
}

BOOST_AUTO_TEST_CASE(accounts_below_a_path) {
    Account account;
    account.connection.system_url = account.crm.url() + "/crm/demo";
    account.host.settings(account.connection);
    BOOST_TEST(account.crm.only().path == "/crm/demo/api/v5/settings");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::retailcrm_account_test
