// A cancel before the payment: the link dies at once, and money that comes all the same goes back.
#include "tests/e2e/fixture.hpp"

namespace tillbridge::e2e::cancel_test {
namespace {

std::string path_of(World& world, const Bill& bill) {
    return bill.link.substr(world.module().url().size());
}

std::vector<std::string> kinds(const Json& story) {
    std::vector<std::string> all;
    for (const auto& line : story.at("journal")) all.push_back(line.at("kind").get<std::string>());
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(canceling)

BOOST_FIXTURE_TEST_CASE(the_link_dies_at_once, Fixture) {
    const auto shop = connect_shop();
    const auto bill = create(shop);
    BOOST_TEST(module().http().get(path_of(*this, bill)).status == 303);
    BOOST_TEST(act(bill, "cancel").at("status") == 200);
    BOOST_TEST(module().http().get(path_of(*this, bill)).status == 410);
    const auto invoice = await_status(bill, "canceled");
    BOOST_TEST(!invoice.at("cancellationDetails").get<std::string>().empty());
    BOOST_TEST(act(bill, "cancel").at("status") == 200);
    // A repeat of its create is answered, not made anew.
    const auto again =
        sandbox().crm({{"account", "demo"}, {"action", "create"}, {"invoiceUuid", bill.uuid}});
    BOOST_TEST(again.at("status") == 200);
    BOOST_TEST(again.at("body").at("result").at("cancellable") == false);
    BOOST_TEST(sandbox().gateway_invoices().size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(money_that_is_paid_late_is_refunded_by_itself, Fixture) {
    const auto shop = connect_shop();
    const auto bill = create(shop, "88.80");
    act(bill, "cancel");
    await_status(bill, "canceled");
    sandbox().pay(bill.gateway_id);
    const auto back = sandbox().wait(
        "operations", {{"invoice", bill.gateway_id}, {"kind", "reverse"}, {"count", "1"}});
    BOOST_TEST(back.at("operations")[0].at("amount") == 8880);
    await_quiet();
    BOOST_TEST(crm_invoice(bill).at("status") == "canceled");
    BOOST_TEST(sandbox().operations(bill.gateway_id, "reverse").size() == 1U);

    const auto told = story(bill.id);
    BOOST_TEST(told.at("invoice").at("state") == "canceled");
    bool compensated = false;
    for (const auto& operation : told.at("invoice").at("operations"))
        compensated = compensated || (operation.at("kind") == "refund" &&
                                      operation.at("origin") == "compensation" &&
                                      operation.at("state") == "succeeded");
    BOOST_TEST(compensated, told.at("invoice").dump());
    BOOST_TEST(kinds(told).size() >= 4U);
}

BOOST_FIXTURE_TEST_CASE(money_that_is_held_late_is_voided_by_itself, Fixture) {
    const auto shop = connect_shop("demo", kTwoStage);
    const auto bill = create(shop);
    act(bill, "cancel");
    sandbox().pay(bill.gateway_id);
    sandbox().wait("operations",
                   {{"invoice", bill.gateway_id}, {"kind", "cancel"}, {"count", "1"}});
    await_quiet();
    BOOST_TEST(crm_invoice(bill).at("status") == "canceled");
    BOOST_TEST(sandbox().operations(bill.gateway_id, "cancel").size() == 1U);
    BOOST_TEST(sandbox().operations(bill.gateway_id, "complete").empty());
}

BOOST_FIXTURE_TEST_CASE(late_money_goes_back_once_even_when_the_answer_is_lost, Fixture) {
    const auto shop = connect_shop();
    const auto bill = create(shop);
    act(bill, "cancel");
    sandbox().merchant_switches(shop.merchant, {{"hookDuplicate", 3}});
    sandbox().fault(
        {{"side", "uapay"}, {"path", "payments/reverse"}, {"action", {{"dropAfter", true}}}});
    sandbox().pay(bill.gateway_id);
    await("the refund is known to have succeeded", [&] {
        const auto told = story(bill.id);
        for (const auto& operation : told.at("invoice").at("operations"))
            if (operation.at("kind") == "refund") return operation.at("state") == "succeeded";
        return false;
    });
    await_quiet();
    BOOST_TEST(sandbox().operations(bill.gateway_id, "reverse").size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_compensation_that_is_refused_becomes_a_problem, Fixture) {
    const auto shop = connect_shop();
    const auto bill = create(shop);
    act(bill, "cancel");
    sandbox().merchant_switches(shop.merchant, {{"refuse", "WRONG_STATUS"}});
    sandbox().pay(bill.gateway_id);
    await("a person is asked", [&] {
        // Each refusal is followed by a question to the gateway, a minute later by itself.
        module().command({"reconcile", "--invoice", bill.id});
        return has_problem("invoice.money_stuck");
    });
    sandbox().merchant_switches(shop.merchant, {{"refuse", ""}});
    BOOST_TEST(crm_invoice(bill).at("status") == "canceled");
}

BOOST_FIXTURE_TEST_CASE(a_paid_payment_is_not_canceled, Fixture) {
    const auto shop = connect_shop();
    const auto bill = paid(shop);
    const auto answer = act(bill, "cancel");
    BOOST_TEST(answer.at("status") == 400);
    BOOST_TEST(!message_of(answer).empty());
    BOOST_TEST(crm_invoice(bill).at("status") == "succeeded");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::cancel_test
