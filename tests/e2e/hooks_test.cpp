// UAPAY's hooks: believed where they are signed, counted once, followed by a question to the
// gateway; and what happens without them.
#include "tests/e2e/fixture.hpp"

namespace tillbridge::e2e::hooks_test {
namespace {

// Waits for no hook: the reconciler asks.
struct Reconciling : Fixture {
    Reconciling()
        : Fixture(Config{{"reconcile.interval", "50ms"}, {"reconcile.pending_after", "100ms"}}) {}
};

double metric(World& world, const std::string& part) {
    double sum = 0;
    for (const auto& [name, value] : world.module().metrics())
        if (contains(name, part)) sum += value;
    return sum;
}

std::size_t shows(World& world, const Bill& bill) {
    std::size_t count = 0;
    const auto story = world.story(bill.id);
    for (const auto& line : story.at("journal"))
        if (contains(line.dump(), "invoices/show")) ++count;
    return count;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hooks)

BOOST_FIXTURE_TEST_CASE(repeats_count_once, Fixture) {
    const auto shop = connect_shop();
    sandbox().merchant_switches(shop.merchant, {{"hookDuplicate", 10}});
    const auto bill = paid(shop);
    sandbox().wait("hooks", {{"clientId", shop.merchant}});
    for (const auto& hook : sandbox().hooks()) {
        for (const auto& attempt : hook.at("attempts"))
            BOOST_TEST(attempt.at("status") == 200, hook.dump());
        const auto again = sandbox().post("/hooks/resend", {{"id", hook.at("id")}});
        BOOST_TEST(again.at("status") == 200);
    }
    await_quiet();
    std::size_t succeeded = 0;
    for (const auto& update : sandbox().updates("demo", bill.uuid))
        if (update.at("status") == "succeeded") ++succeeded;
    BOOST_TEST(succeeded == 1U);
    BOOST_TEST(crm_invoice(bill).at("status") == "succeeded");
}

BOOST_FIXTURE_TEST_CASE(the_wrong_order_changes_nothing, Fixture) {
    const auto shop = connect_shop("demo", kTwoStage);
    sandbox().merchant_switches(shop.merchant, {{"hooks", "hold"}});
    const auto bill = create(shop);
    sandbox().pay(bill.gateway_id);
    sandbox().cabinet(shop.merchant,
                      sandbox().payments(bill.gateway_id).back().at("paymentId").get<std::string>(),
                      "complete");
    sandbox().post("/hooks/release");  // newest first: FINISHED, then HOLDED
    await_status(bill, "succeeded");
    sandbox().wait("hooks", {{"clientId", shop.merchant}});
    await_quiet();
    BOOST_TEST(crm_invoice(bill).at("status") == "succeeded");
    for (const auto& hook : sandbox().hooks()) BOOST_TEST(hook.at("state") == "delivered");
}

BOOST_FIXTURE_TEST_CASE(bad_signatures_are_401_and_store_nothing, Fixture) {
    const auto shop = connect_shop();
    const auto bill = create(shop);
    // What it says would be right: the buyer has paid.
    sandbox().merchant_switches(shop.merchant, {{"hooks", "off"}});
    sandbox().pay(bill.gateway_id);
    const auto before = story(bill.id).at("journal").size();
    for (const char* form : {"wrongKey", "decodedKey", "algNone", "hs512", "unsigned", "tampered",
                             "tamperedSignature", "twoParts"}) {
        const auto answer = sandbox().send_hook({{"invoice", bill.gateway_id}, {"form", form}});
        BOOST_TEST(answer.at("status") == 401, form << ' ' << answer.dump());
    }
    BOOST_TEST(story(bill.id).at("journal").size() == before);
    BOOST_TEST(crm_invoice(bill).at("status") == "pending");
    await_problem("hook.signature_mismatch");
    BOOST_TEST(metric(*this, "hook") > 0);
    const auto good = sandbox().send_hook({{"invoice", bill.gateway_id}});
    BOOST_TEST(good.at("status") == 200);
    await_status(bill, "succeeded");
}

BOOST_FIXTURE_TEST_CASE(tokens_and_bodies, Fixture) {
    const auto shop = connect_shop();
    const auto bill = create(shop);
    const auto url = settings(shop).merchant(shop.code).at("hookUrl").get<std::string>();
    const auto path = url.substr(module().url().size());
    const auto http = module().http();
    BOOST_TEST(
        http.post_json("/hooks/uapay/" + std::string(43, 'x'), {{"token", "a.b.c"}}).status == 404);
    BOOST_TEST(
        http.post_json("/hooks/other/" + path.substr(path.rfind('/') + 1), {{"token", "a.b.c"}})
            .status == 404);
    BOOST_TEST(http.request("POST", path, "no json").status == 400);
    BOOST_TEST(http.request("POST", path, "").status == 400);
    BOOST_TEST(http.request("POST", path, "[]").status == 400);
    BOOST_TEST(http.request("POST", path, std::string((1U << 20U) + 1, ' ')).status == 413);
    BOOST_TEST(http.get(path).status == 405);
    const auto late = sandbox().send_hook(
        {{"invoice", bill.gateway_id}, {"claims", {{"iat", 1000}}}});  // no 20 s rule for hooks
    BOOST_TEST(late.at("status") == 200);
}

BOOST_FIXTURE_TEST_CASE(another_amount_is_quarantined, Fixture) {
    const auto shop = connect_shop();
    const auto bill = create(shop, "100");
    sandbox().merchant_switches(shop.merchant, {{"hookAmountDelta", 1}});
    sandbox().pay(bill.gateway_id);
    sandbox().wait("hook", {{"clientId", shop.merchant}, {"count", "1"}});
    await_problem("invoice.amount_mismatch");
    BOOST_TEST(sandbox().hooks().back().at("attempts")[0].at("status") == 200);
    BOOST_TEST(crm_invoice(bill).at("status") == "pending");
    // Once the gateway itself says the right amount, the payment goes on.
    module().command({"reconcile", "--invoice", bill.id});
    await_status(bill, "succeeded");
    await_problem("invoice.amount_mismatch", false);
}

BOOST_FIXTURE_TEST_CASE(a_hook_about_another_order_is_quarantined, Fixture) {
    const auto shop = connect_shop();
    const auto bill = create(shop);
    const auto other = create(shop);
    const auto answer =
        sandbox().send_hook({{"invoice", bill.gateway_id}, {"claims", {{"externalId", other.id}}}});
    BOOST_TEST(answer.at("status") == 200);
    await_problem("invoice.amount_mismatch");
    BOOST_TEST(crm_invoice(bill).at("status") == "pending");
    BOOST_TEST(crm_invoice(other).at("status") == "pending");
}

BOOST_FIXTURE_TEST_CASE(a_hook_alone_moves_no_money, Fixture) {
    const auto shop = connect_shop();
    const auto bill = create(shop);
    const auto lie =
        sandbox().send_hook({{"invoice", bill.gateway_id},
                             {"claims", {{"status", "FINISHED"}, {"paymentStatus", "FINISHED"}}}});
    BOOST_TEST(lie.at("status") == 200);
    await("the gateway was asked", [&] { return shows(*this, bill) > 0; });
    await_quiet();
    BOOST_TEST(crm_invoice(bill).at("status") == "pending");
}

BOOST_FIXTURE_TEST_CASE(words_that_nobody_knows_mean_pending, Fixture) {
    const auto shop = connect_shop();
    const auto bill = create(shop);
    for (const char* word : {"OPEN", "PAYED", "RETURNED", "CLOSED", "SOMETHING_NEW", ""}) {
        const auto answer =
            sandbox().send_hook({{"invoice", bill.gateway_id},
                                 {"claims", {{"status", word}, {"paymentStatus", word}}}});
        BOOST_TEST(answer.at("status") == 200, word);
    }
    await_quiet();
    BOOST_TEST(crm_invoice(bill).at("status") == "pending");
    sandbox().pay(bill.gateway_id);
    await_status(bill, "succeeded");
}

BOOST_FIXTURE_TEST_CASE(hooks_of_nobodys_invoice_are_answered, Fixture) {
    const auto shop = connect_shop();
    const auto bill = create(shop);
    const auto answer = sandbox().send_hook(
        {{"invoice", bill.gateway_id},
         {"claims",
          {{"invoiceId", "11111111-0000-4000-8000-000000000000"}, {"externalId", "nobody"}}}});
    BOOST_TEST(answer.at("status") == 200);
}

BOOST_FIXTURE_TEST_CASE(a_lost_hook_costs_a_moment_not_money, Reconciling) {
    const auto shop = connect_shop("demo", kTwoStage);
    sandbox().merchant_switches(shop.merchant, {{"hooks", "off"}});
    const auto bill = create(shop);
    sandbox().pay(bill.gateway_id);
    await_status(bill, "waitingForCapture");
    BOOST_TEST(act(bill, "approve").at("status") == 200);
    await_status(bill, "succeeded");
    BOOST_TEST(sandbox().hooks().empty());
}

BOOST_FIXTURE_TEST_CASE(a_hook_is_tried_again_until_we_are_back, Fixture) {
    const auto shop = connect_shop();
    const auto bill = create(shop);
    module().kill();
    sandbox().post("/clock", {{"factor", 50}});  // the pause of 5 s is 100 ms
    sandbox().pay(bill.gateway_id);
    sandbox().wait("hook", {{"clientId", shop.merchant}, {"count", "1"}});
    module().start();
    sandbox().post("/clock", {{"advanceSeconds", 400}});
    await_status(bill, "succeeded");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::hooks_test
