// Secrets that exist once in the world are planted in every place that takes one; after a whole
// story with its errors none of them stands in the store, the log, the metrics, an answer, a page
// or a message to the CRM.
#include <Poco/Base64Encoder.h>
#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "tests/e2e/probe.hpp"

namespace tillbridge::e2e::canary_test {
namespace {

std::string in_hex(const std::string& text) {
    std::string hex;
    for (const char byte : text) hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    return hex;
}

// The part of the Base64 text that is the same wherever the bytes begin, for each of the three
// ways in which they can fall.
std::vector<std::string> in_base64(const std::string& text) {
    std::vector<std::string> forms;
    for (std::size_t shift = 0; shift < 3; ++shift) {
        std::ostringstream out;
        Poco::Base64Encoder encoder(out);
        encoder.rdbuf()->setLineLength(0);
        encoder << std::string(shift, 'x') + text;
        encoder.close();
        const auto all = out.str();
        forms.push_back(all.substr(4, all.size() - 8));
    }
    return forms;
}

// Nothing to find in an empty haystack: who looks there looks at the wrong place.
void check_absent(const std::string& place, const std::string& hay,
                  const std::map<std::string, std::string>& secrets) {
    BOOST_TEST(!hay.empty(), place);
    for (const auto& [what, secret] : secrets) {
        BOOST_TEST(secret.size() >= 8U, what);
        BOOST_TEST(!contains(hay, secret), what << " stands in " << place);
        BOOST_TEST(!contains(hay, in_hex(secret)), what << " stands in " << place << " in hex");
        for (const auto& form : in_base64(secret))
            BOOST_TEST(!contains(hay, form), what << " stands in " << place << " in Base64");
    }
}

std::string last_part(const std::string& url) {
    return url.substr(url.rfind('/') + 1);
}

constexpr const char* kSecret = "canary-gateway-secret-7f3a91";
constexpr const char* kOtherSecret = "canary-second-secret-1c88e0";
constexpr const char* kWrongSecret = "canary-wrong-secret-55aa01";
constexpr const char* kApiKey = "canary-crm-key-0123456789abcdef0";
constexpr const char* kNewApiKey = "canary-crm-key-fedcba98765432100";
constexpr const char* kWrongApiKey = "canary-wrong-key-000000000000000";
// The three schemes' test numbers; the Luhn sum is right.
constexpr const char* kCards[] = {"4242424242424242", "5555555555554444", "378282246310005"};

}  // namespace

BOOST_AUTO_TEST_SUITE(canary)

BOOST_FIXTURE_TEST_CASE(no_secret_leaves_its_place, Fixture) {
    expect_violations = true;
    std::vector<std::string> answers;
    const auto keep = [&](const Answer& answer) {
        answers.push_back(answer.body);
        for (const auto& [name, value] : answer.headers)
            if (name != "set-cookie") answers.push_back(name + ": " + value);
        return answer;
    };
    // A story with everything in it: two keys, two stores, each button, each error.
    sandbox().put_account({{"name", "demo"}, {"apiKey", kApiKey}, {"language", "en"}});
    const auto merchant = sandbox().merchant({{"clientId", "31001"}, {"secret", kSecret}});
    const auto second = sandbox().merchant({{"clientId", "31002"}, {"secret", kOtherSecret}});
    const auto connected =
        sandbox().crm({{"account", "demo"}, {"action", "connect"}, {"apiKey", kApiKey}});
    const auto account_url = connected.at("accountUrl").get<std::string>();
    sandbox().crm({{"account", "demo"}, {"action", "connect"}, {"apiKey", kWrongApiKey}});
    sandbox().crm({{"account", "demo"}, {"action", "connect"}, {"token", std::string(64, '1')}});

    const Settings admin(account_url);
    const auto draft = [&](const char* id, const char* key) {
        return Json{{"gateway", "uapay"},
                    {"name", "Store"},
                    {"credentials", {{"shopId", id}, {"secretKey", key}}}};
    };
    const auto first = keep(admin.post("/merchants", draft("31001", kSecret)));
    BOOST_REQUIRE(first.status == 201);
    keep(admin.post("/merchants", draft("31002", kOtherSecret)));
    keep(admin.post("/merchants", draft("31001", kWrongSecret)));
    const auto store = first.json().at("merchant");
    const auto id = store.at("id").get<std::string>();
    keep(admin.patch("/merchants/" + id, {{"credentials", {{"secretKey", kWrongSecret}}}}));
    keep(admin.patch("/merchants/" + id, {{"name", "Renamed"}, {"options", kTwoStage}}));
    for (const char* what : {"/check", "/test-link", "/deactivate", "/activate", "/payment-type"})
        keep(admin.post("/merchants/" + id + what));
    sandbox().post("/accounts/demo/keys", {{"apiKey", kNewApiKey}});
    keep(admin.post("/connection", {{"apiKey", kWrongApiKey}}));
    BOOST_TEST(keep(admin.post("/connection", {{"apiKey", kNewApiKey}})).status == 200);
    await("the CRM knows the store",
          [&] { return contains(sandbox().account("demo").at("modules").dump(), id); });

    Shop shop;
    shop.account = "demo";
    shop.account_url = account_url;
    shop.client_id =
        sandbox().account("demo").at("modules").at("tillbridge").at("clientId").get<std::string>();
    shop.code = id;
    shop.merchant = "31001";
    shop.secret = kSecret;
    const Json order{{"number", "1213C"},
                     {"customer",
                      {{"email", "canary.buyer@mail.example"},
                       {"phone", "+380671234599"},
                       {"firstName", "Canaryna"},
                       {"lastName", kCards[2]}}},
                     {"items", {{{"name", std::string("Tea ") + kCards[1]}, {"price", 100}}}}};
    const auto bill = create(shop, "100", order);
    sandbox().pay(bill.gateway_id);
    await_status(bill, "waitingForCapture");
    sandbox().merchant_switches("31001", {{"refuse", "WRONG_STATUS"},
                                          {"refuseMessage", std::string("card ") + kCards[0] +
                                                                " of canary.buyer@mail.example"}});
    act(bill, "approve");
    sandbox().merchant_switches("31001", {{"refuse", ""}});
    act(bill, "approve");
    await_status(bill, "succeeded");
    act(bill, "refund", {{"amount", 10}});
    await_refunded(bill, "10");
    const auto lost = create(shop, "30", order);
    act(lost, "cancel");
    const auto declined = create(shop, "40", order);
    sandbox().pay(declined.gateway_id, "decline");
    await_status(declined, "canceled");
    // The gateway and the CRM quote what they got.
    sandbox().merchant_switches("31001", {{"hookForm", "wrongKey"}});
    sandbox().send_hook({{"invoice", declined.gateway_id}, {"form", "wrongKey"}});
    sandbox().merchant_switches("31001", {{"hookForm", "good"}});
    const auto fault = sandbox().fault(
        {{"side", "uapay"},
         {"path", "invoices/create"},
         {"action",
          {{"error",
            {{"code", "INVALID_DATA"},
             {"message", fmt::format("card {} mail canary.buyer@mail.example", kCards[1])}}}}}});
    const auto refused =
        sandbox().crm({{"account", "demo"}, {"action", "create"}, {"shop", id}, {"amount", 3}});
    BOOST_TEST(refused.at("status") == 502, refused.dump());
    BOOST_TEST(sandbox().fault_hits(fault) == 1);
    sandbox().fault({{"side", "crm"},
                     {"path", "payment/update-invoice"},
                     {"action",
                      {{"status", 400},
                       {"body", fmt::format(R"({{"success":false,"errorMsg":"key {} card {}"}})",
                                            kNewApiKey, kCards[0])}}}});
    const auto parked = create(shop, "9", order);
    sandbox().pay(parked.gateway_id);
    const auto url = store.at("hookUrl").get<std::string>().substr(module().url().size());
    keep(module().http().post_json(url, {{"token", std::string("a.b.") + kSecret}}));
    keep(module().http().request("POST", url, std::string("card=") + kCards[0]));
    await_quiet();
    for (const auto& name : {bill, lost, declined}) {
        answers.push_back(story(name.id).dump());
        keep(module().http().get(name.link.substr(module().url().size())));
        keep(module().http().get(name.link.substr(module().url().size()) + "/return"));
        answers.push_back(act(name, "status").at("body").dump());
    }
    // Where the gateway's own words are shown, they are shown without what must not be.
    for (const auto& one : sandbox().calls("demo"))
        if (one.at("action") != "connect") answers.push_back(one.at("body").dump());
    for (const std::vector<std::string>& line : {std::vector<std::string>{"doctor"},
                                                 {"doctor", "--json"},
                                                 {"outbox", "list", "--json"},
                                                 {"support", "find", bill.uuid, "--json"},
                                                 {"check-config"},
                                                 {"invoice", "show", bill.id}}) {
        const auto result = module().command(line);
        answers.push_back(result.out + result.err);
    }
    keep(admin.get());
    keep(module().http().get("/settings", {{"Cookie", admin.cookie()}}));
    std::string told;
    for (const auto& update : sandbox().updates("demo")) told += update.at("body").dump() + '\n';
    for (const auto& notice : sandbox().notices("demo")) told += notice.dump() + '\n';

    const auto hook_token = last_part(store.at("hookUrl").get<std::string>());
    const auto second_hooks = admin.state().at("merchants");
    const std::map<std::string, std::string> secrets{
        {"the gateway's secret", kSecret},
        {"the second gateway's secret", kOtherSecret},
        {"a wrong gateway secret", kWrongSecret},
        {"the CRM's key", kApiKey},
        {"the CRM's new key", kNewApiKey},
        {"a wrong CRM key", kWrongApiKey},
        {"the marketplace's secret", kMarketplaceSecret},
        {"the cookie", admin.cookie().substr(admin.cookie().find('=') + 1)},
        {"the master key", bytes_of_file(folder() + "/master.key").substr(0, 40)},
    };
    std::map<std::string, std::string> tokens{
        {"the settings token", last_part(account_url)},
        {"the client id", shop.client_id},
    };
    for (const auto& each : second_hooks)
        tokens.emplace("the hook token of " + each.at("id").get<std::string>(),
                       last_part(each.at("hookUrl").get<std::string>()));
    BOOST_TEST(hook_token.size() == 43U);  // 256 bits
    std::map<std::string, std::string> personal{{"the e-mail", "canary.buyer@mail"},
                                                {"the phone", "380671234599"},
                                                {"the first name", "Canaryna"}};
    for (const char* card : kCards) personal.emplace(std::string("card ") + card, card);

    std::string all_answers;
    for (const auto& each : answers) all_answers += each + '\n';
    const std::map<std::string, std::string> places{
        {"the log", module().log()},
        {"the metrics", module().ops().get("/metrics").body},
        {"the updates and notices", told},
    };
    for (const auto& [place, text] : places) {
        check_absent(place, text, secrets);
        check_absent(place, text, tokens);
        check_absent(place, text, personal);
    }
    check_absent("the answers", all_answers, secrets);
    check_absent("the answers", all_answers, personal);
    const auto stored = bytes_of_store(*this);
    check_absent("the store", stored, secrets);
    check_absent("the store", stored, tokens);
    check_absent("the store", stored, personal);
    // After a stop everything stands in the file itself.
    module().stop();
    check_absent("the closed store", bytes_of_store(*this), secrets);
    check_absent("the closed store", bytes_of_store(*this), tokens);
    check_absent("the closed store", bytes_of_store(*this), personal);
}

// An order number may look like a card: it is not refused, and it is not kept or told as it is.
BOOST_FIXTURE_TEST_CASE(an_order_number_like_a_card_is_masked, Fixture) {
    const auto shop = connect_shop();
    const auto numbered = create(shop, "10", {{"number", kCards[0]}});
    sandbox().pay(numbered.gateway_id);
    await_status(numbered, "succeeded");
    await_quiet();
    const std::map<std::string, std::string> card{{"the card", kCards[0]}};
    check_absent("the store", bytes_of_store(*this), card);
    check_absent("the log", module().log(), card);
    check_absent("the story", story(numbered.id).dump(), card);
}

// A gateway that quotes the key back does not make us keep it.
BOOST_FIXTURE_TEST_CASE(a_key_that_the_gateway_quotes_is_masked, Fixture) {
    const auto shop = connect_shop();
    sandbox().fault(
        {{"side", "uapay"},
         {"path", "invoices/create"},
         {"action",
          {{"error", {{"code", "INVALID_DATA"}, {"message", "no such key: " + shop.secret}}}}}});
    const auto refused = sandbox().crm(
        {{"account", "demo"}, {"action", "create"}, {"shop", shop.code}, {"amount", 3}});
    BOOST_TEST(refused.at("status") == 502);
    const std::map<std::string, std::string> key{{"the key", shop.secret}};
    check_absent("the store", bytes_of_store(*this), key);
    check_absent("the log", module().log(), key);
    check_absent("the answer", refused.at("body").dump(), key);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::canary_test
