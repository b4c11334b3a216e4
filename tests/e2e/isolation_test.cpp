// Two accounts on one installation: what belongs to the other answers byte for byte as what does
// not exist, and nothing of it changes or is called.
#include "tests/e2e/probe.hpp"

namespace tillbridge::e2e::isolation_test {
namespace {

// The whole answer without the two things that differ between any two answers.
std::string plain(const Answer& answer) {
    std::string text = std::to_string(answer.status) + '\n';
    for (const auto& [name, value] : answer.headers)
        if (name != "x-request-id" && name != "date") text += name + ": " + value + '\n';
    return text + answer.body;
}

struct Two : Fixture {
    Two()
        : mine(connect_shop("demo", kTwoStage)),
          theirs(connect_shop("other", kTwoStage)),
          bill(paid(theirs, "100", "waitingForCapture")),
          held(create(theirs, "50")) {
        await_quiet();
    }
    Shop mine, theirs;
    Bill bill, held;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(isolation)

BOOST_FIXTURE_TEST_CASE(payments_of_another_account_do_not_exist, Two) {
    const Untouched before(*this);
    const auto ask = [&](const std::string& action, const Json& fields) {
        return plain(call(*this, "/payment/" + action, mine.client_id, action, fields));
    };
    const std::string nobody = bill.id.substr(0, bill.id.size() - 1) + "_";
    for (const std::string action : {"approve", "cancel", "refund", "status"})
        for (const auto& more : {Json::object(), Json{{"amount", 10}}, Json{{"amount", 1000000}}})
            for (const auto& theirs_id : {bill.id, bill.uuid, held.id, bill.gateway_id}) {
                auto foreign = more, unknown = more;
                foreign["paymentId"] = theirs_id;
                unknown["paymentId"] = nobody;
                const auto answer = ask(action, foreign);
                BOOST_TEST(answer == ask(action, unknown), action);
                BOOST_TEST(answer.rfind("404", 0) == 0U, answer);
            }
    const auto status = [&](const std::string& id) {
        return plain(
            module().http().get("/payment/status?clientId=" + mine.client_id + "&paymentId=" + id));
    };
    BOOST_TEST(status(bill.id) == status(nobody));
    BOOST_TEST(before.difference().empty(), before.difference());
}

BOOST_FIXTURE_TEST_CASE(stores_of_another_account_do_not_exist, Two) {
    const auto admin = settings(mine);
    const Untouched before(*this);
    const std::string nobody = theirs.code.substr(0, theirs.code.size() - 1) + "_";
    const auto both = [&](const std::string& what, const auto& ask) {
        const auto foreign = plain(ask(theirs.code));
        BOOST_TEST(foreign == plain(ask(nobody)), what);
        BOOST_TEST(foreign.rfind("404", 0) == 0U, what << ' ' << foreign);
    };
    for (const char* what : {"/activate", "/deactivate", "/check", "/test-link", "/payment-type"})
        both(what, [&](const std::string& id) { return admin.post("/merchants/" + id + what); });
    for (const auto& patch :
         {Json{{"name", "X"}}, Json::object(), Json{{"credentials", {{"secretKey", "k"}}}},
          Json{{"name", 5}}, Json{{"options", {{"twoStage", false}}}}})
        both("PATCH " + patch.dump(),
             [&](const std::string& id) { return admin.patch("/merchants/" + id, patch); });
    BOOST_TEST(before.difference().empty(), before.difference());

    // `create` for a store of theirs.
    const auto order = [&](const std::string& shop) {
        return call(*this, "/payment/create", mine.client_id, "create",
                    {{"invoiceUuid", "6a3e1f8e-0000-4000-8000-000000000002"},
                     {"shopId", shop},
                     {"amount", 10},
                     {"currency", "UAH"}});
    };
    both("create", order);
    BOOST_TEST(before.difference().empty(), before.difference());
}

BOOST_FIXTURE_TEST_CASE(sessions_show_their_own_account_only, Two) {
    const auto state = settings(mine).get().body;
    for (const auto& word : {theirs.code, theirs.client_id, sandbox().crm_url("other"), bill.id})
        BOOST_TEST(!contains(state, word), word);
    const auto a = settings(mine), b = settings(theirs);
    // A cookie with the other's CSRF token is no pair.
    const auto crossed = module().http().request(
        "POST", "/api/settings/merchants/" + mine.code + "/deactivate", "{}",
        {{"Cookie", a.cookie()}, {"X-CSRF-Token", b.csrf()}, {"Content-Type", "application/json"}});
    BOOST_TEST(crossed.status == 403);
    const auto page = module().http().get("/settings", {{"Cookie", a.cookie()}}).body;
    BOOST_TEST(!contains(page, "other"), page);
}

BOOST_FIXTURE_TEST_CASE(the_same_invoice_uuid_is_two_payments, Two) {
    const auto made = call(
        *this, "/payment/create", mine.client_id, "create",
        {{"invoiceUuid", bill.uuid}, {"shopId", mine.code}, {"amount", 7}, {"currency", "UAH"}});
    BOOST_TEST(made.status == 200, made.body);
    BOOST_TEST(made.json().at("result").at("paymentId") != bill.id);
    BOOST_TEST(crm_invoice(bill).at("status") == "waitingForCapture");
}

BOOST_FIXTURE_TEST_CASE(a_hook_of_one_store_does_not_reach_the_payments_of_another, Two) {
    expect_violations = true;
    // Signed by their store's key and sent to my address, then by mine about a payment of theirs.
    const auto url = settings(mine).merchant(mine.code).at("hookUrl").get<std::string>();
    const auto before = story(held.id).at("invoice");
    const auto sent = sandbox().send_hook({{"invoice", held.gateway_id}, {"url", url}});
    BOOST_TEST(sent.at("status") == 401, sent.dump());
    const auto own = create(mine);
    const auto claimed = sandbox().send_hook(
        {{"invoice", own.gateway_id},
         {"url", url},
         {"claims", {{"invoiceId", held.gateway_id}, {"externalId", held.id}}}});
    BOOST_TEST(claimed.at("status") == 200, claimed.dump());
    await_quiet();
    BOOST_TEST(story(held.id).at("invoice") == before);
    BOOST_TEST(crm_invoice(held).at("status") == "pending");
}

BOOST_FIXTURE_TEST_CASE(one_accounts_clients_are_told_apart_in_the_log_and_the_metrics, Two) {
    // No label of a metric names an account, a store or a payment.
    const auto metrics = module().ops().get("/metrics").body;
    for (const auto& word :
         {mine.code, theirs.code, mine.client_id, bill.id, bill.uuid, std::string("other")})
        BOOST_TEST(!contains(metrics, word), word);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::isolation_test
