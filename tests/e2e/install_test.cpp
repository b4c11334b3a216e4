// Installing from the marketplace and by hand (U-01): what is right is stored, what is wrong is
// named and leaves nothing.
#include <fstream>

#include "tests/e2e/fixture.hpp"

namespace tillbridge::e2e::install_test {
namespace {

Json connect_with(World& world, Json fields) {
    fields["account"] = fields.value("account", "demo");
    fields["action"] = "connect";
    return world.sandbox().crm(fields);
}

// Nobody is connected: the CRM has no module, and doctor knows no account.
void check_nothing_stored(World& world) {
    const auto doctor = world.module().command({"doctor", "--json"}).json();
    for (const auto& check : doctor.at("checks"))
        BOOST_TEST(!contains(check.at("check").get<std::string>(), "crm "), check.dump());
    const auto accounts = world.sandbox().get("/accounts").at("accounts");
    for (const auto& account : accounts) BOOST_TEST(account.at("modules").empty());
}

std::string id_in(const std::string& account_url) {
    return account_url.substr(account_url.rfind('/') + 1);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(install)

BOOST_FIXTURE_TEST_CASE(a_new_account_is_registered_and_gets_its_settings_page, Fixture) {
    const auto config = sandbox().crm({{"account", "demo"}, {"action", "config"}});
    BOOST_TEST(config.at("status") == 200);
    const auto scopes = config.at("body").at("scopes").get<std::vector<std::string>>();
    const std::vector<std::string> needed{"integration_read", "integration_write", "payments_read",
                                          "payments_write",   "reference_read",    "store_read"};
    for (const auto& scope : needed)
        BOOST_TEST((std::find(scopes.begin(), scopes.end(), scope) != scopes.end()), scope);

    const auto answer = connect_with(*this, Json::object());
    BOOST_TEST(answer.at("status") == 201);
    const auto url = answer.at("accountUrl").get<std::string>();
    BOOST_TEST(url.rfind(module().url() + "/settings/", 0) == 0U);

    const auto registered = sandbox().account("demo").at("modules").at("tillbridge");
    BOOST_TEST(registered.at("active") == true);
    BOOST_TEST(registered.at("baseUrl") == module().url());
    BOOST_TEST(registered.at("accountUrl") == url);
    BOOST_TEST(registered.at("clientId").get<std::string>().size() >= 22U);
    const auto& payment = registered.at("integrations").at("payment");
    BOOST_TEST(payment.at("actions").at("create") == "/payment/create");
    BOOST_TEST(payment.at("shops").empty());
    BOOST_TEST(payment.at("invoiceTypes") == Json::array({"link"}));

    const auto state = Settings(url).state();
    BOOST_TEST(state.at("connection").at("publicUrl") == sandbox().crm_url("demo"));
    BOOST_TEST(state.at("connection").at("currency") == "UAH");
    BOOST_TEST(state.at("connection").at("timezone") == "Europe/Kyiv");
    BOOST_TEST(state.at("connection").at("active") == true);
    BOOST_TEST(state.at("connection").at("missingScopes").empty());
}

BOOST_FIXTURE_TEST_CASE(the_same_account_again_is_the_same_connection, Fixture) {
    const auto shop = connect_shop();
    const auto before = sandbox().account("demo").at("modules").at("tillbridge");

    const auto again = connect_with(*this, Json::object());
    BOOST_TEST(again.at("status") == 201);
    BOOST_TEST(again.at("accountUrl") == shop.account_url);

    const auto with_new_key = connect_with(*this, {{"newKey", true}});
    BOOST_TEST(with_new_key.at("accountUrl") == shop.account_url);
    sandbox().wait("registrations", {{"account", "demo"}, {"count", "4"}});
    const auto after = sandbox().account("demo").at("modules").at("tillbridge");
    BOOST_TEST(after.at("clientId") == before.at("clientId"));
    BOOST_TEST(after.at("integrations").at("payment").at("shops") ==
               before.at("integrations").at("payment").at("shops"));

    // The new key is the one that is used from now on.
    const auto keys = sandbox().account("demo").at("keys");
    for (const auto& key : keys)
        if (key.at("apiKey") != sandbox().key("demo"))
            sandbox().post("/accounts/demo/keys", {{"revoke", key.at("apiKey")}});
    paid(shop);
}

BOOST_FIXTURE_TEST_CASE(the_public_address_decides_which_account_it_is, Fixture) {
    const auto shop = connect_shop();
    // The account's technical address is another one; `publicUrl` of system-info stays.
    auto technical = sandbox().crm_url("demo");
    technical.replace(technical.find("127.0.0.1"), 9, "localhost");
    sandbox().put_account({{"name", "demo"}, {"technicalUrl", technical}});
    const auto again = connect_with(*this, {{"newKey", true}});
    BOOST_TEST(again.at("accountUrl") == shop.account_url);
    const auto connection = settings(shop).state().at("connection");
    BOOST_TEST(connection.at("crmUrl") == technical);
    BOOST_TEST(connection.at("publicUrl") == sandbox().crm_url("demo"));
    paid(shop);
}

BOOST_FIXTURE_TEST_CASE(missing_scopes_are_named_and_nothing_is_stored, Fixture) {
    const auto answer =
        connect_with(*this, {{"scopes", {"integration_read", "integration_write", "store_read"}}});
    BOOST_TEST(answer.at("status") == 400);
    BOOST_TEST(answer.at("body").at("success") == false);
    for (const char* scope : {"payments_read", "payments_write", "reference_read"})
        BOOST_TEST(contains(message_of(answer), scope), message_of(answer));
    for (const char* scope : {"integration_read", "store_read"})
        BOOST_TEST(!contains(message_of(answer), scope), message_of(answer));
    check_nothing_stored(*this);
}

BOOST_FIXTURE_TEST_CASE(old_accounts_grant_methods, Fixture) {
    sandbox().put_account(
        {{"name", "old"},
         {"oldStyle", true},
         {"credentials",
          {"/api/integration-modules/{code}", "/api/integration-modules/{code}/edit",
           "/api/payment/(updateInvoice|check)"}}});
    const auto answer = connect_with(*this, {{"account", "old"}});
    BOOST_TEST(answer.at("status") == 201, answer.dump());

    sandbox().put_account({{"name", "older"},
                           {"oldStyle", true},
                           {"credentials", {"/api/integration-modules/{code}"}}});
    const auto refused = connect_with(*this, {{"account", "older"}});
    BOOST_TEST(refused.at("status") == 400);
    BOOST_TEST(contains(message_of(refused), "/api/integration-modules/{code}/edit"),
               message_of(refused));
    BOOST_TEST(contains(message_of(refused), "/api/payment/(updateInvoice|check)"));
    BOOST_TEST(sandbox().account("older").at("modules").empty());
}

BOOST_FIXTURE_TEST_CASE(a_wrong_token_is_401, Fixture) {
    const auto answer = connect_with(*this, {{"token", std::string(64, '0')}});
    BOOST_TEST(answer.at("status") == 401);
    BOOST_TEST(answer.at("body").at("success") == false);
    BOOST_TEST(!message_of(answer).empty());
    check_nothing_stored(*this);
    BOOST_TEST(sandbox().requests("demo").empty());
}

BOOST_FIXTURE_TEST_CASE(a_key_that_the_crm_does_not_know_is_refused, Fixture) {
    const auto answer = connect_with(*this, {{"apiKey", "nobodys-key-0123456789abcdef0123"}});
    BOOST_TEST(answer.at("status") == 400);
    BOOST_TEST(!message_of(answer).empty());
    check_nothing_stored(*this);
}

BOOST_FIXTURE_TEST_CASE(addresses_that_can_not_be_are_refused, Fixture) {
    ReservedPort nobody;
    const std::map<std::string, std::string> addresses{
        {"nobody listens", "http://127.0.0.1:" + std::to_string(nobody.number())},
        {"a host that is not allowed", "https://evil.example"},
        {"a name that only looks allowed", "https://localhost.evil.example"},
        {"no address", "not an address"},
        {"user in the address", "http://user@127.0.0.1/crm/demo"},
        {"another scheme", "file:///etc/passwd"},
        {"nobody's account", sandbox().crm_url("nobody")},
    };
    for (const auto& [what, address] : addresses) {
        const auto answer = connect_with(*this, {{"systemUrl", address}});
        BOOST_TEST(answer.at("status") == 400, what << ": " << answer.dump());
        BOOST_TEST(!message_of(answer).empty(), what);
    }
    check_nothing_stored(*this);
}

BOOST_FIXTURE_TEST_CASE(private_addresses_are_forbidden_unless_configured, Fixture) {
    module().stop();
    module().configure("security.allow_private_networks", "false");
    module().configure("server.public_url", "https://pay.example.com");
    module().configure("gateways.uapay.base_url", "https://api.uapay.ua/api/");
    module().configure("gateways.prodamus.base_url", "https://{page}/");
    module().start();
    const auto path = folder() + "/crm.key";
    std::ofstream(path) << sandbox().key("demo");
    const std::map<std::string, std::string> codes{{"http", "crm.url_invalid"},
                                                   {"https", "crm.address_forbidden"}};
    for (const auto& [scheme, code] : codes) {
        const auto url = scheme + sandbox().crm_url("demo").substr(4);
        const auto refused = module().command({"connect", "--crm", url, "--key-file", path});
        BOOST_TEST(refused.code == 1);
        BOOST_TEST(contains(refused.err, code), refused.err);
    }
    BOOST_TEST(sandbox().requests("demo").empty());
    check_nothing_stored(*this);
}

BOOST_FIXTURE_TEST_CASE(by_hand_on_the_command_line, Fixture) {
    const auto write_key = [&](const std::string& key) {
        const auto path = folder() + "/crm.key";
        std::ofstream(path) << key << '\n';
        return path;
    };
    const auto connect_by_hand = [&](const std::string& url, const std::string& key) {
        return module().command({"connect", "--crm", url, "--key-file", write_key(key)});
    };
    const auto made = connect_by_hand(sandbox().crm_url("demo"), sandbox().key("demo"));
    BOOST_TEST(made.code == 0, made.err);
    BOOST_TEST(made.out.rfind(module().url() + "/settings/", 0) == 0U, made.out);
    BOOST_TEST(made.out.back() == '\n');
    BOOST_TEST(sandbox().account("demo").at("modules").contains("tillbridge"));
    Settings(made.out.substr(0, made.out.size() - 1)).state();

    // The marketplace later finds the same connection.
    BOOST_TEST(id_in(connect()) == id_in(made.out.substr(0, made.out.size() - 1)));

    const auto wrong_key = connect_by_hand(sandbox().crm_url("demo"), "wrong");
    BOOST_TEST(wrong_key.code == 1);
    BOOST_TEST(wrong_key.out.empty());
    BOOST_TEST(contains(wrong_key.err, "crm.key_rejected"), wrong_key.err);
    BOOST_TEST(connect_by_hand("https://evil.example", "k").code == 1);
    BOOST_TEST(module()
                   .command({"connect", "--crm", sandbox().crm_url("demo"), "--key-file",
                             folder() + "/none"})
                   .code == 2);
}

BOOST_FIXTURE_TEST_CASE(by_hand_while_no_server_runs, Fixture) {
    module().stop();
    const auto path = folder() + "/crm.key";
    std::ofstream(path) << sandbox().key("demo");
    const auto made =
        module().command({"connect", "--crm", sandbox().crm_url("demo"), "--key-file", path});
    BOOST_TEST(made.code == 0, made.err);
    module().start();
    const auto url = made.out.substr(0, made.out.size() - 1);
    BOOST_TEST(Settings(url).state().at("connection").at("active") == true);
}

BOOST_FIXTURE_TEST_CASE(many_connects_at_once_make_one_connection, Fixture) {
    for (int i = 0; i < 5; ++i)
        sandbox().crm({{"account", "demo"}, {"action", "connect"}, {"async", true}});
    const auto last = connect();
    await("all connects are answered",
          [&] { return sandbox().calls("demo", "connect").size() == 6; });
    for (const auto& one : sandbox().calls("demo", "connect")) {
        BOOST_TEST(one.at("status") == 201, one.dump());
        BOOST_TEST(one.at("body").at("accountUrl") == last);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::install_test
