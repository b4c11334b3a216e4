// Where the program never calls, whatever it is told: hosts that are not on the list, addresses of
// the house, other schemes, and wherever a redirect points (G12). Rebinding names stand in the unit
// tests of the client.
#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <fstream>

#include "tests/e2e/probe.hpp"

namespace tillbridge::e2e::outbound_test {
namespace {

struct Guarded : Fixture {
    // Private networks are forbidden, as in earnest; every host name is allowed, so that the
    // addresses are what decides.
    Guarded() : Fixture(WorldOptions{{}, {}, {}, false}) {
        module().configure("security.allow_private_networks", "false");
        module().configure("server.public_url", "https://pay.till.example");
        module().configure("gateways.uapay.base_url", "https://api.uapay.ua/api/");
        module().configure("gateways.prodamus.base_url", "https://{page}/");
        module().configure("crm.allowed_hosts", "[\"127.0.0.1\", \"*.localhost\", localhost]");
        module().start();
    }
};

Answer connect_at(World& world, const std::string& system_url, const std::string& key) {
    Json asked{{"account", "demo"}, {"action", "connect"}, {"systemUrl", system_url}};
    if (!key.empty()) asked["apiKey"] = key;
    const auto made = world.sandbox().crm(asked);
    Answer answer;
    answer.status = made.at("status").get<int>();
    answer.body = made.at("body").dump();
    return answer;
}

// As the marketplace does it, token and all, but at the address where the program really listens.
Answer registered(World& world, const std::string& system_url, const std::string& key) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    const std::string secret = kMarketplaceSecret;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(key.data()), key.size(), digest, &size);
    std::string token;
    for (unsigned i = 0; i < size; ++i) token += fmt::format("{:02x}", digest[i]);
    const Json asked{{"token", token}, {"apiKey", key}, {"systemUrl", system_url}};
    return world.module().http().post_form("/marketplace/register", {{"register", asked.dump()}});
}

void check_refused_address(World& world, const std::string& url) {
    const Untouched before(world);
    const auto requests = world.sandbox().get("/requests").at("requests").size();
    const auto answer = connect_at(world, url, "");
    BOOST_TEST(answer.status == 400, url << ": " << answer.status << ' ' << answer.body);
    const auto message = answer.json().value("errorMsg", "");
    BOOST_TEST(!message.empty(), url);
    const auto difference = before.difference();
    BOOST_TEST(difference.empty(), url << " left something:\n" << difference);
    BOOST_TEST(world.sandbox().get("/requests").at("requests").size() == requests, url);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(outbound)

BOOST_FIXTURE_TEST_CASE(hosts_that_are_not_on_the_list, Fixture) {
    const auto port = sandbox().url().substr(sandbox().url().rfind(':'));
    for (const std::string& url : {std::string("https://evil.example"),
                                   std::string("https://127.0.0.1.evil.example"),
                                   std::string("https://localhost.evil.example"),
                                   std::string("https://evil.localhost.example"),
                                   std::string("https://evillocalhost"),

                                   std::string("http://127.0.0.2") + port + "/crm/demo",
                                   std::string("http://127.1") + port,
                                   std::string("http://2130706433") + port,
                                   std::string("http://0x7f000001") + port,
                                   std::string("http://0177.0.0.1") + port,
                                   std::string("http://[::1]") + port,
                                   std::string("http://[::ffff:127.0.0.1]") + port,
                                   std::string("http://0.0.0.0") + port,
                                   std::string("http://169.254.169.254/latest/meta-data"),
                                   std::string("http://demo.localhost@evil.example"),
                                   std::string("http://evil.example#.localhost"),
                                   std::string("http://evil.example?.localhost"),
                                   std::string("http://evil.example\\.localhost"),
                                   std::string("http://demo.localhost:0"),
                                   std::string("http://demo.localhost:99999"),
                                   std::string("http://user:pw@127.0.0.1") + port,
                                   std::string("ftp://127.0.0.1") + port,
                                   std::string("file:///etc/passwd"),
                                   std::string("gopher://127.0.0.1") + port,
                                   std::string("javascript:alert(1)"),

                                   std::string("//127.0.0.1") + port,
                                   std::string("http://"),
                                   std::string("http:///crm/demo"),
                                   sandbox().crm_url("demo") + "\r\nX: y",
                                   std::string("http://demo\xC2\xAD.localhost"),
                                   std::string("http://démo.localhost")})
        check_refused_address(*this, url);
}

BOOST_FIXTURE_TEST_CASE(addresses_of_the_house, Guarded) {
    const auto port = sandbox().url().substr(sandbox().url().rfind(':'));
    // http as well as https: neither the scheme nor the address will do.
    for (const std::string& url :
         {sandbox().crm_url("demo"), "https://127.0.0.1" + port, "https://demo.localhost" + port,
          "https://localhost" + port, "http://demo.localhost" + port}) {
        const auto before = rows_of_store(module().store_file());
        const auto answer = registered(*this, url, sandbox().key("demo"));
        BOOST_TEST(answer.status == 400, url << ": " << answer.status << ' ' << answer.body);
        BOOST_TEST(!answer.json().value("errorMsg", "").empty(), url);
        BOOST_TEST((rows_of_store(module().store_file()) == before), url);
        BOOST_TEST(sandbox().requests("demo").empty(), url);
    }
    // By hand it is the same, with the reason.
    const auto key_file = folder() + "/crm.key";
    std::ofstream(key_file) << sandbox().key("demo");
    const auto made =
        module().command({"connect", "--crm", sandbox().crm_url("demo"), "--key-file", key_file});
    BOOST_TEST(made.code == 1);
    BOOST_TEST(made.out.empty());
    BOOST_TEST(contains(made.err, "["), made.err);
    BOOST_TEST(!contains(made.err, sandbox().key("demo")), made.err);
    BOOST_TEST(sandbox().requests("demo").empty());
}

BOOST_FIXTURE_TEST_CASE(redirects_of_the_crm_are_not_followed, Fixture) {
    sandbox().put_account({{"name", "trap"}});
    const auto to_trap = [&](const std::string& path, const std::string& target) {
        sandbox().fault(
            {{"side", "crm"},
             {"scope", "demo"},
             {"path", path},
             {"count", 0},
             {"action",
              {{"status", 302}, {"headers", {{"Location", sandbox().crm_url("trap") + target}}}}}});
    };
    // What an account need not tell may be left out; all else is refused and stores nothing.
    for (const auto& [path, needed] :
         std::vector<std::pair<std::string, bool>>{{"/api/credentials", true},
                                                   {"integration-modules", true},
                                                   {"/api/system-info", false},
                                                   {"/settings", false}}) {
        to_trap(path, "/api/credentials");
        const auto answer = connect_at(*this, sandbox().crm_url("demo"), "");
        BOOST_TEST(sandbox().requests("trap").empty(), path);
        if (needed) {
            BOOST_TEST(answer.status == 400, path << ": " << answer.body);
            BOOST_TEST(sandbox().account("demo").at("modules").empty(), path);
        }
        sandbox().clear_faults();
    }
    // A push neither: what was not accepted is not done.
    const auto shop = connect_shop();
    const auto bill = create(shop);
    await_quiet();
    to_trap("update-invoice", "/api/v5/payment/update-invoice");
    sandbox().pay(bill.gateway_id);
    await("the push was tried", [&] {
        for (const auto& request : sandbox().requests("demo"))
            if (request.at("answerStatus") == 302) return true;
        return false;
    });
    BOOST_TEST(sandbox().requests("trap").empty());
    BOOST_TEST(crm_invoice(bill).at("status") == "pending");
}

BOOST_FIXTURE_TEST_CASE(redirects_of_the_gateway_are_not_followed, Fixture) {
    const auto shop = connect_shop();
    sandbox().put_account({{"name", "trap"}});
    sandbox().fault(
        {{"side", "uapay"},
         {"path", "invoices/create"},
         {"action",
          {{"status", 307}, {"headers", {{"Location", sandbox().crm_url("trap") + "/api/x"}}}}}});
    const auto made = sandbox().crm(
        {{"account", "demo"}, {"action", "create"}, {"shop", shop.code}, {"amount", 5}});
    BOOST_TEST(made.at("status") == 502, made.dump());  // the gateway has no such invoice
    BOOST_TEST(sandbox().requests("trap").empty());
    BOOST_TEST(sandbox().gateway_invoices().empty());
}

BOOST_FIXTURE_TEST_CASE(a_move_does_not_open_the_door, Fixture) {
    const auto shop = connect_shop();
    await_quiet();
    const auto calls = outbound_calls(*this);
    for (const char* url :
         {"http://169.254.169.254", "https://evil.example", "http://127.0.0.2:1"}) {
        const auto answer = module().http().post_form(
            "/crm/activity", {{"clientId", shop.client_id},
                              {"activity", R"({"active":true,"freeze":false})"},
                              {"systemUrl", url}});
        BOOST_TEST(answer.status == 400, answer.body);
    }
    BOOST_TEST(outbound_calls(*this) == calls);
    await_quiet();
    BOOST_TEST(settings(shop).state().at("connection").at("crmUrl") == sandbox().crm_url("demo"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::outbound_test
