// Two stages (U-05 … U-08): hold, the CRM's consent, capture in full or in part, void, and what
// happens to a hold that nobody decides about.
#include "tests/e2e/fixture.hpp"
#include "tests/e2e/probe.hpp"

namespace tillbridge::e2e::hold_test {
namespace {

const Json kAutoCapture{{"twoStage", true}, {"autoCapture", true}};

Bill held(World& world, const Shop& shop, const std::string& amount = "100") {
    return world.paid(shop, amount, "waitingForCapture");
}

std::size_t asked_for_consent(World& world) {
    std::size_t count = 0;
    for (const auto& request : world.sandbox().requests("demo"))
        if (contains(request.at("path").get<std::string>(), "payment/check")) ++count;
    return count;
}

// A world where UAPAY's clock says that the buyer paid so long ago. A hold lives for a week.
struct OldHolds : Fixture {
    explicit OldHolds(int hours) : Fixture(Config{{"reconcile.interval", "50ms"}}) {
        sandbox().advance_clock(-3600.0 * hours);
    }
};
// Less than two hours are left: the last moment, in which the store's own rule decides.
struct EndingHolds : OldHolds {
    EndingHolds() : OldHolds(7 * 24 - 1) {}
};
// Less than a day is left, and more than two hours.
struct AgingHolds : OldHolds {
    AgingHolds() : OldHolds(7 * 24 - 12) {}
};
// Where the operator knows how long this gateway's holds live.
struct ShortHolds : Fixture {
    ShortHolds()
        : Fixture(Config{{"reconcile.interval", "50ms"}, {"payments.hold_ends_after", "90m"}}) {}
};

}  // namespace

BOOST_AUTO_TEST_SUITE(holding)

BOOST_FIXTURE_TEST_CASE(a_hold_waits_for_the_manager, Fixture) {
    const auto shop = connect_shop("demo", kTwoStage);
    const auto bill = held(*this, shop, "121.50");
    const auto update = sandbox().updates("demo", bill.uuid).back().at("body");
    BOOST_TEST(update.at("amount") == 121.5);
    BOOST_TEST(update.at("cancellable") == true);
    await("the CRM is asked", [&] { return asked_for_consent(*this) == 1; });
    await_quiet();
    BOOST_TEST(sandbox().operations(bill.gateway_id, "complete").empty());

    const auto status = act(bill, "status").at("body").at("result");
    BOOST_TEST(status.at("status") == "waitingForCapture");
    BOOST_TEST(status.at("cancellable") == true);

    BOOST_TEST(act(bill, "approve").at("status") == 200);
    const auto invoice = await_status(bill, "succeeded");
    BOOST_TEST(invoice.at("paidAmount") == 121.5);
    const auto operations = sandbox().operations(bill.gateway_id, "complete");
    BOOST_REQUIRE(operations.size() == 1U);
    BOOST_TEST(operations[0].at("amount") == 12150);
    // Again is a repeat, not a second capture.
    BOOST_TEST(act(bill, "approve").at("status") == 200);
    BOOST_TEST(sandbox().operations(bill.gateway_id, "complete").size() == 1U);
    BOOST_TEST((statuses(bill).back() == "succeeded"));
}

BOOST_FIXTURE_TEST_CASE(a_part_of_a_hold_is_captured, Fixture) {
    const auto shop = connect_shop("demo", kTwoStage);
    const auto bill = held(*this, shop, "100");
    const auto too_much = act(bill, "approve", {{"amount", 100.01}});
    BOOST_TEST(too_much.at("status") == 400);
    BOOST_TEST(contains(message_of(too_much), "100.00"), message_of(too_much));
    BOOST_TEST(act(bill, "approve", {{"amount", 0}}).at("status") == 400);

    BOOST_TEST(act(bill, "approve", {{"amount", 60.5}}).at("status") == 200);
    await_status(bill, "succeeded");
    const auto update = sandbox().updates("demo", bill.uuid).back().at("body");
    BOOST_TEST(update.at("amount") == 60.5);
    BOOST_TEST(sandbox().operations(bill.gateway_id, "complete").at(0).at("amount") == 6050);
    // What is left to refund is what was captured.
    BOOST_TEST(act(bill, "refund", {{"amount", 60.51}}).at("status") == 400);
    BOOST_TEST(act(bill, "refund").at("body").at("result").at("amount") == 60.5);
    await_status(bill, "refundSucceeded");
    BOOST_TEST(!has_problem("invoice.amount_mismatch"));
}

// U-07
BOOST_FIXTURE_TEST_CASE(a_refused_capture_shows_the_gateways_words_and_can_be_tried_again,
                        Fixture) {
    const auto shop = connect_shop("demo", kTwoStage);
    const auto bill = held(*this, shop);
    sandbox().merchant_switches(shop.merchant,
                                {{"refuse", "BANK_REFUSED"}, {"refuseMessage", "Банк відмовив"}});
    const auto refused = act(bill, "approve");
    BOOST_TEST(refused.at("status") == 502);
    BOOST_TEST(contains(message_of(refused), "Банк відмовив"), message_of(refused));
    BOOST_TEST(crm_invoice(bill).at("status") == "waitingForCapture");
    sandbox().merchant_switches(shop.merchant, {{"refuse", ""}});
    BOOST_TEST(act(bill, "approve").at("status") == 200);
    await_status(bill, "succeeded");
}

// U-08
BOOST_FIXTURE_TEST_CASE(cancel_gives_the_hold_back, Fixture) {
    const auto shop = connect_shop("demo", kTwoStage);
    const auto bill = held(*this, shop);
    await_quiet();  // the CRM has agreed: asked after the cancel, it would refuse
    BOOST_TEST(act(bill, "cancel").at("status") == 200);
    const auto invoice = await_status(bill, "canceled");
    BOOST_TEST(contains(invoice.at("cancellationDetails").get<std::string>(), "manager"),
               invoice.dump());
    BOOST_TEST(sandbox().operations(bill.gateway_id, "cancel").size() == 1U);
    BOOST_TEST(act(bill, "cancel").at("status") == 200);
    BOOST_TEST(act(bill, "approve").at("status") == 400);
    BOOST_TEST(sandbox().operations(bill.gateway_id, "cancel").size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(lost_answers_of_capture_and_void_are_settled_by_asking, Fixture) {
    const auto shop = connect_shop("demo", kTwoStage);
    const auto settle = [&](const char* action, const char* method, const char* word) {
        const auto bill = held(*this, shop);
        sandbox().fault({{"side", "uapay"},
                         {"path", std::string("payments/") + method},
                         {"action", {{"dropAfter", true}}}});
        const auto answer = act(bill, action);
        BOOST_TEST(answer.at("status") == 200, answer.dump());
        await_status(bill, word);
        BOOST_TEST(sandbox().operations(bill.gateway_id, method).size() == 1U, action);
    };
    settle("approve", "complete", "succeeded");
    settle("cancel", "cancel", "canceled");
}

BOOST_FIXTURE_TEST_CASE(a_capture_that_takes_its_time, Fixture) {
    const auto shop = connect_shop("demo", kTwoStage);
    const auto bill = held(*this, shop);
    sandbox().merchant_switches(shop.merchant, {{"delayResultMs", 60000}});
    const auto answer = act(bill, "approve");
    BOOST_TEST(answer.at("status") == 409, answer.dump());
    // Neither a second capture nor a void may begin meanwhile.
    BOOST_TEST(act(bill, "cancel").at("status") == 409);
    sandbox().advance_clock(61);
    await_status(bill, "succeeded");
    BOOST_TEST(sandbox().operations(bill.gateway_id, "complete").size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(where_the_crm_does_not_agree_the_hold_is_voided, Fixture) {
    const auto shop = connect_shop("demo", kAutoCapture);
    sandbox().account_switches("demo",
                               {{"check", "refuse"}, {"checkMessage", "Товара нет на складе"}});
    const auto bill = create(shop);
    sandbox().pay(bill.gateway_id);
    const auto invoice = await_status(bill, "canceled");
    BOOST_TEST(
        contains(invoice.at("cancellationDetails").get<std::string>(), "Товара нет на складе"),
        invoice.dump());
    BOOST_TEST(sandbox().operations(bill.gateway_id, "cancel").size() == 1U);
    BOOST_TEST(sandbox().operations(bill.gateway_id, "complete").empty());
}

BOOST_FIXTURE_TEST_CASE(a_refused_check_voids_without_auto_capture_too, Fixture) {
    const auto shop = connect_shop("demo", kTwoStage);
    sandbox().account_switches("demo", {{"check", "refuse"}});
    const auto bill = create(shop);
    sandbox().pay(bill.gateway_id);
    await_status(bill, "canceled");
    BOOST_TEST(sandbox().operations(bill.gateway_id, "cancel").size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(auto_capture_asks_and_takes_the_money, Fixture) {
    const auto shop = connect_shop("demo", kAutoCapture);
    const auto bill = paid(shop);
    BOOST_TEST(asked_for_consent(*this) == 1U);
    BOOST_TEST(sandbox().operations(bill.gateway_id, "complete").size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_hold_close_to_its_end_is_announced, AgingHolds) {
    const auto shop = connect_shop("demo", kTwoStage);
    const auto bill = held(*this, shop);
    await_problem("invoice.hold_ends_soon");
    const auto told = [&] { return notices_with(*this, "demo", "hold ends soon").size(); };
    await("the CRM shows a notice", [&] { return told() > 0; });
    BOOST_TEST(crm_invoice(bill).at("status") == "waitingForCapture");
    act(bill, "approve");
    await_status(bill, "succeeded");
    await_problem("invoice.hold_ends_soon", false);
    await_quiet();
    BOOST_TEST(told() == 1U);
}

BOOST_FIXTURE_TEST_CASE(at_its_end_a_hold_is_voided, EndingHolds) {
    const auto shop = connect_shop("demo", kTwoStage);
    const auto bill = create(shop);
    sandbox().pay(bill.gateway_id);
    const auto invoice = await_status(bill, "canceled");
    BOOST_TEST(!invoice.at("cancellationDetails").get<std::string>().empty());
    BOOST_TEST(sandbox().operations(bill.gateway_id, "cancel").size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(at_its_end_a_hold_is_captured_where_the_store_says_so, EndingHolds) {
    const auto shop = connect_shop("demo", {{"twoStage", true}, {"holdEnd", "capture"}});
    const auto bill = create(shop);
    sandbox().pay(bill.gateway_id);
    await_status(bill, "succeeded");
    BOOST_TEST(sandbox().operations(bill.gateway_id, "complete").size() == 1U);
    BOOST_TEST(sandbox().operations(bill.gateway_id, "cancel").empty());
}

// In the last quarter of a short hold the store's rule decides, and not before.
BOOST_FIXTURE_TEST_CASE(the_operator_says_how_long_holds_live, ShortHolds) {
    const auto shop = connect_shop("demo", kTwoStage);
    const auto bill = held(*this, shop);
    await_quiet();
    module().stop();
    BOOST_TEST(sandbox().operations(bill.gateway_id, "cancel").empty());
    change_store(*this, "UPDATE invoice SET hold_ends_at = hold_ends_at - 70 * 60000000");
    module().start();
    await_status(bill, "canceled");
    BOOST_TEST(sandbox().operations(bill.gateway_id, "cancel").size() == 1U);
}

// The module was down in its last hours, and the gateway holds on.
BOOST_FIXTURE_TEST_CASE(a_hold_past_its_end_is_still_decided_about, ShortHolds) {
    module().stop();
    module().configure("payments.hold_ends_after", "48h");
    module().start();
    const auto shop = connect_shop("demo", kTwoStage);
    const auto bill = held(*this, shop);
    await_quiet();
    module().stop();
    change_store(*this, "UPDATE invoice SET hold_ends_at = hold_ends_at - 50 * 3600000000");
    module().start();
    await_status(bill, "canceled");
    BOOST_TEST(sandbox().operations(bill.gateway_id, "cancel").size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_hold_that_the_gateway_ended_is_canceled, Fixture) {
    const auto shop = connect_shop("demo", kTwoStage);
    const auto bill = held(*this, shop);
    sandbox().advance_clock(8.0 * 24 * 3600);
    const auto invoice = await_status(bill, "canceled");
    BOOST_TEST(!invoice.at("cancellationDetails").get<std::string>().empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::hold_test
