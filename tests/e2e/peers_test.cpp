// Peers at their worst: a CRM that hangs up on us, a gateway that limits, stalls or answers late,
// hooks that come twice, in the wrong order or too soon again.
#include "tests/e2e/fixture.hpp"

namespace tillbridge::e2e::peers_test {
namespace {

std::string id_of(const Json& answer) {
    return answer.at("body").at("result").at("id").get<std::string>();
}

Json press(const Shop& shop, const Json& more = Json::object()) {
    Json action{{"account", shop.account}, {"action", "create"}, {"shop", shop.code}};
    action.update(more);
    return action;
}

// The statuses with which the module answered this merchant's hooks.
std::vector<int> hook_answers(World& world) {
    std::vector<int> all;
    for (const auto& hook : world.sandbox().hooks())
        for (const auto& attempt : hook.at("attempts"))
            all.push_back(attempt.at("status").get<int>());
    return all;
}

// One failure, and a lane waits longer than any test.
struct LongWaits : Fixture {
    LongWaits() : Fixture(Config{{"outbox.schedule", "[10m]"}}) {}
};

}  // namespace

BOOST_AUTO_TEST_SUITE(peers)

// After an outage nobody waits for the back-off: any good answer says that the gateway is back.
BOOST_FIXTURE_TEST_CASE(a_gateway_that_is_back_is_asked_at_once, LongWaits) {
    const auto shop = connect_shop();
    const auto bill = create(shop);
    sandbox().fault(
        {{"side", "uapay"}, {"path", "invoices/show"}, {"action", {{"dropBefore", true}}}});
    sandbox().pay(bill.gateway_id);
    await("a question failed", [&] {
        return story(bill.id).at("waiting").dump().find("gateway.silent") != std::string::npos;
    });
    BOOST_TEST(crm_invoice(bill).at("status") == "pending");
    create(shop);
    await_status(bill, "succeeded");
}

// --- the CRM ---

BOOST_FIXTURE_TEST_CASE(the_crm_hangs_up_on_a_create, Fixture) {
    const auto shop = connect_shop();
    sandbox().fault(
        {{"side", "crmCall"}, {"path", "payment/create"}, {"action", {{"dropAfter", true}}}});
    const auto lost = sandbox().crm(press(shop, {{"amount", 42}}));
    BOOST_TEST(lost.at("status") == 0);
    await("the gateway has it", [&] { return sandbox().gateway_invoices().size() == 1U; });
    const auto again = sandbox().crm(
        press(shop, {{"invoiceUuid", lost.at("invoice").at("invoiceUuid")}, {"amount", 42}}));
    BOOST_TEST(again.at("status") == 200, again.dump());
    BOOST_TEST(sandbox().gateway_invoices().size() == 1U);
    const auto id = again.at("body").at("result").at("paymentId").get<std::string>();
    BOOST_TEST(sandbox().gateway_invoices(id).size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(the_crm_hangs_up_on_a_refund, Fixture) {
    const auto shop = connect_shop();
    const auto bill = paid(shop, "100");
    sandbox().fault(
        {{"side", "crmCall"}, {"path", "payment/refund"}, {"action", {{"dropAfter", true}}}});
    BOOST_TEST(act(bill, "refund", {{"amount", 30}}).at("status") == 0);
    const auto again = act(bill, "refund", {{"amount", 30}});
    BOOST_TEST(again.at("status") == 200, again.dump());
    BOOST_TEST(sandbox().operations(bill.gateway_id, "reverse").size() == 1U);
    // What the lost answer would have said came by itself, under the same id.
    const auto invoice = await_refunded(bill, "30");
    BOOST_TEST(invoice.at("refunds").size() == 1U);
    BOOST_TEST(invoice.at("refunds")[0].at("id") == id_of(again));
}

BOOST_FIXTURE_TEST_CASE(a_crm_that_takes_a_status_and_says_500_is_told_again, Fixture) {
    const auto shop = connect_shop();
    const auto bill = create(shop);
    await_quiet();
    const auto fault = sandbox().fault({{"side", "crm"},
                                        {"path", "payment/update-invoice"},
                                        {"count", 2},
                                        {"action", {{"statusAfter", 500}}}});
    sandbox().pay(bill.gateway_id);
    await("both are hit", [&] { return sandbox().fault_hits(fault) == 2; });
    await_quiet();
    BOOST_TEST((statuses(bill) == std::vector<std::string>{"pending", "succeeded"}));
    BOOST_TEST(sandbox().updates("demo", bill.uuid).back().at("answerStatus") == 200);
}

BOOST_FIXTURE_TEST_CASE(a_limit_that_says_429_is_respected, Fixture) {
    const auto shop = connect_shop();
    const auto bill = create(shop);
    await_quiet();
    sandbox().account_switches("demo", {{"rateLimit", 1}, {"rateLimitStatus", 429}});
    sandbox().pay(bill.gateway_id);
    await_status(bill, "succeeded");
    BOOST_TEST(crm_invoice(bill).at("paidAmount") == 100);
}

BOOST_FIXTURE_TEST_CASE(answers_that_trickle_in_are_read_to_the_end, Fixture) {
    const auto shop = connect_shop();
    for (const char* side : {"uapay", "crm"})
        sandbox().fault(
            {{"side", side}, {"count", 6}, {"action", {{"slowBytes", 40}, {"slowPauseMs", 10}}}});
    paid(shop);
}

// --- the gateway ---

BOOST_FIXTURE_TEST_CASE(a_gateway_that_is_overloaded_did_nothing, Fixture) {
    const auto shop = connect_shop("demo", kTwoStage);
    const auto bill = paid(shop, "100", "waitingForCapture");
    sandbox().merchant_switches(shop.merchant, {{"http429", -1}});
    const auto refused = sandbox().crm(press(shop, {{"amount", 42}}));
    BOOST_TEST(refused.at("status") == 502, refused.dump());
    for (const char* action : {"approve", "cancel"}) {
        const auto answer = act(bill, action);
        BOOST_TEST(answer.at("status") == 502, action << ' ' << answer.dump());
    }
    BOOST_TEST(crm_invoice(bill).at("status") == "waitingForCapture");
    sandbox().merchant_switches(shop.merchant, {{"http429", 0}});
    const auto uuid = refused.at("invoice").at("invoiceUuid");
    BOOST_TEST(sandbox().crm(press(shop, {{"invoiceUuid", uuid}})).at("status") == 200);
    BOOST_TEST(sandbox().gateway_invoices().size() == 2U);
    BOOST_TEST(act(bill, "approve").at("status") == 200);
    await_status(bill, "succeeded");
    BOOST_TEST(sandbox().operations(bill.gateway_id, "complete").size() == 1U);
}

// The hook is recorded whether the gateway can be asked or not; the question is repeated.
BOOST_FIXTURE_TEST_CASE(a_hook_while_the_gateway_is_overloaded, Fixture) {
    const auto shop = connect_shop();
    const auto bill = create(shop);
    sandbox().merchant_switches(shop.merchant, {{"http429", -1}, {"retryAfter", 1}});
    sandbox().pay(bill.gateway_id);
    sandbox().wait("hooks", {{"clientId", shop.merchant}});
    BOOST_TEST((hook_answers(*this) == std::vector<int>{200}));
    sandbox().merchant_switches(shop.merchant, {{"http429", 0}});
    await_status(bill, "succeeded");
}

BOOST_FIXTURE_TEST_CASE(a_gateway_that_acts_and_says_500_is_asked, Fixture) {
    const auto shop = connect_shop();
    sandbox().fault(
        {{"side", "uapay"}, {"path", "invoices/create"}, {"action", {{"statusAfter", 500}}}});
    const auto bill = create(shop, "100");
    BOOST_TEST(sandbox().gateway_invoices().size() == 1U);
    sandbox().pay(bill.gateway_id);
    await_status(bill, "succeeded");
    sandbox().fault(
        {{"side", "uapay"}, {"path", "payments/reverse"}, {"action", {{"statusAfter", 500}}}});
    BOOST_TEST(act(bill, "refund", {{"amount", 30}}).at("status") == 200);
    await_refunded(bill, "30");
    BOOST_TEST(sandbox().operations(bill.gateway_id, "reverse").size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_gateway_that_does_not_compare_the_envelope_with_its_token, Fixture) {
    const auto shop = connect_shop("demo", kTwoStage);
    sandbox().merchant_switches(shop.merchant, {{"strict", false}});
    const auto bill = paid(shop, "100", "waitingForCapture");
    BOOST_TEST(act(bill, "approve", {{"amount", 60}}).at("status") == 200);
    BOOST_TEST(sandbox().operations(bill.gateway_id, "complete")[0].at("amount") == 6000);
}

BOOST_FIXTURE_TEST_CASE(a_gateway_whose_holds_are_short, Fixture) {
    const auto shop = connect_shop("demo", kTwoStage);
    sandbox().merchant_switches(shop.merchant, {{"holdDays", 1}});
    const auto bill = paid(shop, "100", "waitingForCapture");
    sandbox().advance_clock(25.0 * 3600);
    const auto invoice = await_status(bill, "canceled");
    BOOST_TEST(!invoice.at("cancellationDetails").get<std::string>().empty());
    BOOST_TEST(sandbox().operations(bill.gateway_id, "expire").size() == 1U);
    BOOST_TEST(sandbox().operations(bill.gateway_id, "cancel").empty());
}

// --- hooks ---

BOOST_FIXTURE_TEST_CASE(hooks_twice_and_out_of_order, Fixture) {
    const auto shop = connect_shop("demo", kTwoStage);
    sandbox().merchant_switches(shop.merchant, {{"hookOutOfOrder", true}, {"hookDuplicate", 3}});
    const auto bill = create(shop);
    sandbox().pay(bill.gateway_id);
    sandbox().cabinet(shop.merchant,
                      sandbox().payments(bill.gateway_id).back().at("paymentId").get<std::string>(),
                      "complete");
    await_status(bill, "succeeded");
    sandbox().wait("hooks", {{"clientId", shop.merchant}});
    await_quiet();
    const auto known = crm_invoice(bill);
    BOOST_TEST(known.at("status") == "succeeded");
    BOOST_TEST(known.at("paidAmount") == 100);
    for (const int status : hook_answers(*this)) BOOST_TEST(status == 200);
}

BOOST_FIXTURE_TEST_CASE(a_hook_that_is_doubled_on_its_way, Fixture) {
    const auto shop = connect_shop();
    sandbox().fault({{"side", "hook"}, {"count", 0}, {"action", {{"duplicate", "concurrent"}}}});
    const auto bill = create(shop);
    await_quiet();
    sandbox().pay(bill.gateway_id);
    await_status(bill, "succeeded");
    await_quiet();
    BOOST_TEST((statuses(bill) == std::vector<std::string>{"pending", "succeeded"}));
    BOOST_TEST(story(bill.id).at("invoice").at("captured") == "100.00");
}

// It hears no answer in time and sends again, though the first one was recorded.
BOOST_FIXTURE_TEST_CASE(a_gateway_that_does_not_wait_for_our_answer, Fixture) {
    const auto shop = connect_shop();
    sandbox().fault({{"side", "hook"}, {"count", 2}, {"action", {{"dropAfter", true}}}});
    sandbox().post("/clock", {{"factor", 500}});
    const auto bill = paid(shop);
    sandbox().wait("hook", {{"clientId", shop.merchant}, {"count", "3"}});
    await_quiet();
    std::size_t told = 0;
    for (const auto& update : sandbox().updates("demo", bill.uuid))
        if (update.at("status") == "succeeded") ++told;
    BOOST_TEST(told == 1U);
}

// --- the merchant, by hand ---

BOOST_FIXTURE_TEST_CASE(the_cabinets_page_confirms_refunds_and_cancels, Fixture) {
    const auto shop = connect_shop("demo", kTwoStage);
    const auto page = "/uapay/merchants/" + shop.merchant;
    const auto click = [&](const Bill& bill, const char* action, const char* amount) {
        const auto payment = sandbox().payments(bill.gateway_id).back().at("paymentId");
        const auto shown = sandbox().http().get(page);
        BOOST_TEST(contains(shown.body, "act-" + payment.get<std::string>()));
        BOOST_TEST(contains(shown.body, "value=\"" + std::string(action) + "\""));
        const auto done = sandbox().http().post_form(
            page,
            {{"payment", payment.get<std::string>()}, {"action", action}, {"amount", amount}});
        BOOST_TEST(done.status == 303);
        return done.header("location");
    };
    const auto bill = paid(shop, "100", "waitingForCapture");
    BOOST_TEST(contains(click(bill, "complete", "100.01"), "WRONG_AMOUNT"));
    BOOST_TEST(click(bill, "complete", "") == page);
    await_status(bill, "succeeded");
    BOOST_TEST(click(bill, "reverse", "") == page);
    await_status(bill, "refundSucceeded");
    const auto parts = paid(shop, "100", "waitingForCapture");
    BOOST_TEST(click(parts, "complete", "") == page);
    BOOST_TEST(click(parts, "reverse", "30.50") == page);
    BOOST_TEST(sandbox().operations(parts.gateway_id, "reverse")[0].at("amount") == 3050);
    const auto other = paid(shop, "20", "waitingForCapture");
    BOOST_TEST(click(other, "cancel", "") == page);
    await_status(other, "canceled");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::peers_test
