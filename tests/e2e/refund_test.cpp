// Refunds (U-18): full, partial, several; repeated, raced, lost; and those made past us.
#include "tests/e2e/probe.hpp"

namespace tillbridge::e2e::refund_test {
namespace {

Json refund(World& world, const Bill& bill, const Json& more = Json::object()) {
    return world.act(bill, "refund", more);
}

std::string id_of(const Json& answer) {
    return answer.at("body").at("result").at("id").get<std::string>();
}

std::vector<int> given_back(World& world, const Bill& bill) {
    std::vector<int> amounts;
    for (const auto& operation : world.sandbox().operations(bill.gateway_id, "reverse"))
        amounts.push_back(operation.at("amount").get<int>());
    return amounts;
}

std::string payment_of(World& world, const Bill& bill) {
    return world.sandbox().payments(bill.gateway_id).back().at("paymentId").get<std::string>();
}

// What a process was at when it died is looked into at the next start, not 90 seconds later.
void start_anew(World& world) {
    world.module().kill();
    world.module().start();
}

// An operation counts as over, where the gateway shows nothing of it, after `settle_after`.
struct SoonSettled : Fixture {
    SoonSettled() : Fixture(Config{{"reconcile.settle_after", "300ms"}}) {}
};

void drop_answer(World& world, const char* path, int count = 1) {
    world.sandbox().fault(
        {{"side", "uapay"}, {"path", path}, {"count", count}, {"action", {{"dropAfter", true}}}});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(refunding)

BOOST_FIXTURE_TEST_CASE(in_full, Fixture) {
    const auto shop = connect_shop();
    const auto bill = paid(shop, "121.50");
    const auto answer = refund(*this, bill);
    BOOST_TEST(answer.at("status") == 200, answer.dump());
    const auto& result = answer.at("body").at("result");
    BOOST_TEST(result.at("status") == "succeeded");
    BOOST_TEST(result.at("amount") == 121.5);
    const auto invoice = await_status(bill, "refundSucceeded");
    BOOST_TEST(invoice.at("refunds").size() == 1U);
    BOOST_TEST(invoice.at("refunds")[0].at("id") == id_of(answer));
    const auto block = sandbox().updates("demo", bill.uuid).back().at("body").at("refund");
    BOOST_TEST(block.at("id") == id_of(answer));
    BOOST_TEST(block.at("amount") == 121.5);
    BOOST_TEST(block.at("status") == "succeeded");
    BOOST_TEST((given_back(*this, bill) == std::vector<int>{12150}));
    // Another one has nothing left to give.
    const auto more = refund(*this, bill, {{"amount", 1}});
    BOOST_TEST(more.at("status") == 400);
}

BOOST_FIXTURE_TEST_CASE(in_parts_until_nothing_is_left, Fixture) {
    const auto shop = connect_shop();
    const auto bill = paid(shop, "100");
    const auto first = refund(*this, bill, {{"amount", 30}});
    BOOST_TEST(first.at("body").at("result").at("amount") == 30);
    await_refunded(bill, "30");
    BOOST_TEST(crm_invoice(bill).at("status") == "succeeded");

    const auto too_much = refund(*this, bill, {{"amount", 70.01}});
    BOOST_TEST(too_much.at("status") == 400);
    BOOST_TEST(contains(message_of(too_much), "70.00"), message_of(too_much));

    const auto second = refund(*this, bill, {{"amount", 25.5}});
    BOOST_TEST(id_of(second) != id_of(first));
    await_refunded(bill, "55.5");
    const auto rest = refund(*this, bill);
    BOOST_TEST(rest.at("body").at("result").at("amount") == 44.5);
    await_status(bill, "refundSucceeded");
    BOOST_TEST((given_back(*this, bill) == std::vector<int>{3000, 2550, 4450}));
    BOOST_TEST(crm_invoice(bill).at("refunds").size() == 3U);
}

BOOST_FIXTURE_TEST_CASE(a_repeat_within_a_minute_is_the_same_refund, Fixture) {
    const auto shop = connect_shop();
    const auto bill = paid(shop, "100");
    const auto first = refund(*this, bill, {{"amount", 30}, {"repeat", "concurrent"}});
    BOOST_TEST(first.at("status") == 200);
    BOOST_TEST(first.at("repeats")[0].at("status") == 200);
    BOOST_TEST(first.at("repeats")[0].at("body") == first.at("body"));
    BOOST_TEST(id_of(refund(*this, bill, {{"amount", 30}})) == id_of(first));
    BOOST_TEST((given_back(*this, bill) == std::vector<int>{3000}));

    const auto rest = refund(*this, bill, {{"repeat", "sequential"}});
    BOOST_TEST(rest.at("repeats")[0].at("body") == rest.at("body"));
    BOOST_TEST((given_back(*this, bill) == std::vector<int>{3000, 7000}));
    await_status(bill, "refundSucceeded");
    await_quiet();
    BOOST_TEST(crm_invoice(bill).at("refunds").size() == 2U);
}

BOOST_FIXTURE_TEST_CASE(a_refused_refund_shows_the_gateways_words, Fixture) {
    const auto shop = connect_shop();
    const auto bill = paid(shop);
    sandbox().merchant_switches(shop.merchant,
                                {{"refuse", "NO_MONEY"}, {"refuseMessage", "Недостатньо коштів"}});
    const auto refused = refund(*this, bill);
    BOOST_TEST(refused.at("status") == 502);
    BOOST_TEST(contains(message_of(refused), "Недостатньо коштів"), message_of(refused));
    BOOST_TEST(crm_invoice(bill).at("status") == "succeeded");
    sandbox().merchant_switches(shop.merchant, {{"refuse", ""}});
    BOOST_TEST(refund(*this, bill).at("status") == 200);
    await_status(bill, "refundSucceeded");
}

BOOST_FIXTURE_TEST_CASE(a_lost_answer_is_told_by_the_time_of_the_last_refund, Fixture) {
    const auto shop = connect_shop();
    for (const char* amount : {"40", "100"}) {
        const auto bill = paid(shop, "100");
        drop_answer(*this, "payments/reverse");
        const auto answer = refund(*this, bill, {{"amount", Json::parse(amount)}});
        BOOST_TEST(answer.at("status") == 200, answer.dump());
        const auto invoice = await_refunded(bill, amount);
        BOOST_TEST(invoice.at("refunds").size() == 1U);
        // A repeat is that refund.
        const auto again = refund(*this, bill, {{"amount", Json::parse(amount)}});
        BOOST_TEST(again.at("status") == 200, again.dump());
        BOOST_TEST(id_of(again) == invoice.at("refunds")[0].at("id"));
        BOOST_TEST(given_back(*this, bill).size() == 1U, amount);
    }
}

BOOST_FIXTURE_TEST_CASE(a_refund_whose_outcome_can_not_be_told_is_never_sent_again, Fixture) {
    const auto shop = connect_shop();
    const auto bill = paid(shop, "100");
    sandbox().merchant_switches(shop.merchant, {{"reversedAt", false}});
    drop_answer(*this, "payments/reverse");
    const auto answer = refund(*this, bill, {{"amount", 40}});
    BOOST_TEST(answer.at("status") == 504, answer.dump());
    // The id that the CRM may match later stands in the answer.
    const auto again = refund(*this, bill, {{"amount", 40}});
    BOOST_TEST(again.at("status") == 504, again.dump());
    // Another amount has to wait until this one is known.
    BOOST_TEST(refund(*this, bill, {{"amount", 10}}).at("status") == 409);
    BOOST_TEST((given_back(*this, bill) == std::vector<int>{4000}));
    // Nor does a question to the gateway make a second one of it.
    module().command({"reconcile", "--invoice", bill.id});
    await_quiet();
    BOOST_TEST((given_back(*this, bill) == std::vector<int>{4000}));
    // After ten minutes a person is told, until the gateway shows what became of it.
    module().stop();
    change_store(*this, "UPDATE operation SET created_at = created_at - 11 * 60000000");
    module().start();
    await_problem("operation.unknown");
    BOOST_TEST(crm_invoice(bill).at("refunds").empty());
    sandbox().merchant_switches(shop.merchant, {{"reversedAt", true}});
    start_anew(*this);
    await_refunded(bill, "40");
    await_problem("operation.unknown", false);
    BOOST_TEST((given_back(*this, bill) == std::vector<int>{4000}));
}

// Nobody waits for a gateway that will never tell: somebody looks into its cabinet.
BOOST_FIXTURE_TEST_CASE(a_refund_that_can_not_be_told_is_settled_by_hand, Fixture) {
    const auto shop = connect_shop();
    const auto bill = paid(shop, "100");
    sandbox().merchant_switches(shop.merchant, {{"reversedAt", false}});
    drop_answer(*this, "payments/reverse");
    const auto op = id_of(refund(*this, bill, {{"amount", 40}}));
    const auto settled = module().command({"invoice", "settle", bill.id, op, "done", "--json"});
    BOOST_TEST(settled.code == 0, settled.err);
    BOOST_TEST(settled.json().at("result") == "succeeded");
    await_refunded(bill, "40");
    BOOST_TEST(contains(story(bill.id).at("journal").dump(), "settled by "));
    BOOST_TEST(module().command({"invoice", "settle", bill.id, op, "done"}).code == 1);
    BOOST_TEST(refund(*this, bill, {{"amount", 10}}).at("status") != 409);
}

BOOST_FIXTURE_TEST_CASE(a_request_that_never_arrived_is_no_refund, SoonSettled) {
    const auto shop = connect_shop();
    const auto bill = paid(shop);
    sandbox().fault(
        {{"side", "uapay"}, {"path", "payments/reverse"}, {"action", {{"dropBefore", true}}}});
    const auto lost = refund(*this, bill);
    BOOST_TEST(lost.at("status") == 504, lost.dump());
    BOOST_TEST(given_back(*this, bill).empty());
    BOOST_TEST(crm_invoice(bill).at("status") == "succeeded");
    // Nothing came of it: the CRM hears so, and the button works again at once.
    start_anew(*this);
    await("the CRM knows that nothing was given back", [&] {
        const auto refunds = crm_invoice(bill).at("refunds");
        return refunds.size() == 1U && refunds[0].at("status") == "canceled";
    });
    BOOST_TEST(story(bill.id).at("invoice").at("operations").back().at("state") == "not_done");
    const auto again = refund(*this, bill);
    BOOST_TEST(again.at("status") == 200, again.dump());
    await_status(bill, "refundSucceeded");
    BOOST_TEST((given_back(*this, bill) == std::vector<int>{10000}));
}

BOOST_FIXTURE_TEST_CASE(a_gateway_that_gives_back_once_only, Fixture) {
    const auto shop = connect_shop();
    const auto bill = paid(shop, "100");
    sandbox().merchant_switches(shop.merchant, {{"oneRefundOnly", true}});
    BOOST_TEST(refund(*this, bill, {{"amount", 30}}).at("status") == 200);
    await_refunded(bill, "30");
    const auto second = refund(*this, bill, {{"amount", 20}});
    BOOST_TEST(second.at("status") == 502);
    BOOST_TEST(!message_of(second).empty());
    await_quiet();
    BOOST_TEST(crm_invoice(bill).at("refunded") == 30);
    BOOST_TEST(crm_invoice(bill).at("status") == "succeeded");
}

BOOST_FIXTURE_TEST_CASE(a_partial_refund_that_the_gateway_calls_reversed, Fixture) {
    const auto shop = connect_shop();
    const auto bill = paid(shop, "100");
    sandbox().merchant_switches(shop.merchant, {{"refundsExact", false}});
    BOOST_TEST(refund(*this, bill, {{"amount", 30}}).at("status") == 200);
    await_refunded(bill, "30");
    sandbox().wait("hooks", {{"clientId", shop.merchant}});
    module().command({"reconcile", "--invoice", bill.id});
    await_quiet();
    BOOST_TEST(crm_invoice(bill).at("refunded") == 30);
    BOOST_TEST(crm_invoice(bill).at("status") == "succeeded");
}

BOOST_FIXTURE_TEST_CASE(a_refund_that_takes_its_time, Fixture) {
    const auto shop = connect_shop();
    const auto bill = paid(shop, "100");
    sandbox().merchant_switches(shop.merchant, {{"delayResultMs", 60000}});
    const auto answer = refund(*this, bill);
    BOOST_TEST(answer.at("status") == 409, answer.dump());
    sandbox().advance_clock(61);
    await_status(bill, "refundSucceeded");
    BOOST_TEST((given_back(*this, bill) == std::vector<int>{10000}));
    BOOST_TEST(crm_invoice(bill).at("refunds").size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(an_unpaid_payment_has_nothing_to_refund, Fixture) {
    const auto shop = connect_shop();
    const auto bill = create(shop);
    BOOST_TEST(refund(*this, bill).at("status") == 400);
    BOOST_TEST(refund(*this, paid(shop), {{"amount", 0}}).at("status") == 400);
}

// --- made in the gateway's cabinet ---

BOOST_FIXTURE_TEST_CASE(refunds_of_the_cabinet_reach_the_crm, Fixture) {
    const auto shop = connect_shop();
    const auto bill = paid(shop, "100");
    sandbox().cabinet(shop.merchant, payment_of(*this, bill), "reverse");
    const auto invoice = await_status(bill, "refundSucceeded");
    BOOST_TEST(invoice.at("refunded") == 100);
    BOOST_TEST(!invoice.at("refunds")[0].at("comment").get<std::string>().empty());
    await_quiet();
    BOOST_TEST((given_back(*this, bill) == std::vector<int>{10000}));
}

BOOST_FIXTURE_TEST_CASE(a_void_of_the_cabinet_reaches_the_crm, Fixture) {
    const auto shop = connect_shop("demo", kTwoStage);
    const auto bill = paid(shop, "100", "waitingForCapture");
    sandbox().cabinet(shop.merchant, payment_of(*this, bill), "cancel");
    const auto invoice = await_status(bill, "canceled");
    BOOST_TEST(!invoice.at("cancellationDetails").get<std::string>().empty());
}

BOOST_FIXTURE_TEST_CASE(a_capture_of_the_cabinet_reaches_the_crm, Fixture) {
    const auto shop = connect_shop("demo", kTwoStage);
    const auto bill = paid(shop, "100", "waitingForCapture");
    sandbox().cabinet(shop.merchant, payment_of(*this, bill), "complete");
    const auto invoice = await_status(bill, "succeeded");
    BOOST_TEST(invoice.at("paidAmount") == 100);
}

// Nobody asked for this sum: a person must look before it counts.
BOOST_FIXTURE_TEST_CASE(a_partial_capture_of_the_cabinet_is_quarantined, Fixture) {
    const auto shop = connect_shop("demo", kTwoStage);
    const auto bill = paid(shop, "100", "waitingForCapture");
    sandbox().cabinet(shop.merchant, payment_of(*this, bill), "complete", 6000);
    await_problem("invoice.amount_mismatch");
    BOOST_TEST(crm_invoice(bill).at("status") == "waitingForCapture");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::refund_test
