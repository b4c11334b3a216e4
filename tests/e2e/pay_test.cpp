// One stage: the buyer pays, the CRM is told (U-09, U-12, U-17, U-19); the status route.
#include <chrono>
#include <ctime>

#include "tests/e2e/fixture.hpp"

namespace tillbridge::e2e::pay_test {
namespace {

// Local time of a zone without a summer time: UTC plus some hours, now.
std::string local_now(int hours) {
    const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now() +
                                                          std::chrono::hours(hours));
    std::tm parts{};
    gmtime_r(&now, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &parts);
    return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(paying)

BOOST_FIXTURE_TEST_CASE(paid_with_amount_and_date_in_the_accounts_timezone, Fixture) {
    // Kazakhstan has one time all year: UTC+5.
    const auto shop = connect_shop("demo", Json::object(), {{"timezone", "Asia/Almaty"}});
    const auto bill = create(shop, "121.50");
    const auto before = local_now(5);
    sandbox().pay(bill.gateway_id);
    const auto invoice = await_status(bill, "succeeded");
    const auto after = local_now(5);
    const auto update = sandbox().updates("demo", bill.uuid).back().at("body");
    BOOST_TEST(update.at("amount") == 121.5);
    BOOST_TEST(update.at("paymentId") == bill.id);
    BOOST_TEST(update.at("refundable") == true);
    BOOST_TEST(update.at("cancellable") == false);
    const auto paid_at = update.at("paidAt").get<std::string>();
    BOOST_TEST(paid_at.size() == 19U, paid_at);
    BOOST_TEST(paid_at.substr(0, 16) >= before);
    BOOST_TEST(paid_at.substr(0, 16) <= after);
    BOOST_TEST(invoice.at("paidAmount") == 121.5);
    const auto order = sandbox().wait(
        "payment",
        {{"account", "demo"},
         {"orderId", sandbox().get("/orders?account=demo").at("orders").back().at("id").dump()},
         {"status", "paid"}});
    BOOST_TEST(order.at("ok") == true);
    await_quiet();
    const auto words = statuses(bill);
    BOOST_TEST(words.back() == "succeeded");
    BOOST_TEST(std::count(words.begin(), words.end(), "succeeded") == 1);
    BOOST_TEST(sandbox().operations(bill.gateway_id, "pay").size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_pending_push_carries_the_links_end, Fixture) {
    const auto shop = connect_shop();
    const auto bill = create(shop);
    sandbox().wait("updates", {{"account", "demo"}, {"uuid", bill.uuid}, {"count", "1"}});
    const auto update = sandbox().updates("demo", bill.uuid).front().at("body");
    BOOST_TEST(update.at("status") == "pending");
    BOOST_TEST(update.at("cancellable") == true);
    BOOST_TEST(update.at("expiredAt").get<std::string>().size() == 19U);
}

BOOST_FIXTURE_TEST_CASE(three_d_secure_and_a_slow_bank, Fixture) {
    const auto shop = connect_shop();
    const auto bill = create(shop);
    sandbox().pay(bill.gateway_id, "pay", {{"card", "4000000000003220"}});
    BOOST_TEST(act(bill, "status").at("body").at("result").at("status") == "pending");
    sandbox().merchant_switches(shop.merchant, {{"delayPayMs", 60000}});
    sandbox().pay(bill.gateway_id, "3ds");
    sandbox().wait("gateway", {{"invoice", bill.gateway_id}, {"paymentStatus", "PENDING"}});
    BOOST_TEST(act(bill, "status").at("body").at("result").at("status") == "pending");
    sandbox().advance_clock(61);
    await_status(bill, "succeeded");
}

BOOST_FIXTURE_TEST_CASE(a_final_decline_is_canceled_with_its_reason, Fixture) {
    const auto shop = connect_shop();
    const auto bill = create(shop);
    sandbox().pay(bill.gateway_id, "decline");
    const auto invoice = await_status(bill, "canceled");
    BOOST_TEST(!invoice.at("cancellationDetails").get<std::string>().empty());
    BOOST_TEST(module().http().get(bill.link.substr(module().url().size())).status == 410);
    // A new link is another invoice of the CRM.
    paid(shop);
}

BOOST_FIXTURE_TEST_CASE(a_decline_that_the_link_survives_stays_pending, Fixture) {
    const auto shop = connect_shop();
    sandbox().merchant_switches(shop.merchant, {{"secondTry", true}});
    const auto bill = create(shop);
    sandbox().pay(bill.gateway_id, "decline");
    await("the CRM hears why", [&] {
        const auto details = crm_invoice(bill).at("cancellationDetails");
        return details.is_string() && !details.get<std::string>().empty();
    });
    BOOST_TEST(crm_invoice(bill).at("status") == "pending");
    BOOST_TEST(module().http().get(bill.link.substr(module().url().size())).status == 303);
    sandbox().pay(bill.gateway_id);
    await_status(bill, "succeeded");
}

BOOST_FIXTURE_TEST_CASE(status_by_get_and_post, Fixture) {
    const auto shop = connect_shop();
    const auto bill = create(shop, "75.25");
    const auto pending = act(bill, "status").at("body").at("result");
    BOOST_TEST(pending.at("status") == "pending");
    BOOST_TEST(pending.at("amount") == 75.25);
    BOOST_TEST(pending.at("paymentId") == bill.id);
    BOOST_TEST(pending.at("invoiceUrl") == bill.link);
    BOOST_TEST(pending.at("cancellable") == true);

    sandbox().pay(bill.gateway_id);
    await_status(bill, "succeeded");
    const auto by_get = act(bill, "status");
    const auto by_post = act(bill, "status", {{"method", "POST"}});
    const auto nested =
        call(*this, "/payment/status", shop.client_id, "status", {{"paymentId", bill.id}});
    BOOST_TEST(by_get.at("body") == by_post.at("body"));
    BOOST_TEST(by_get.at("body") == nested.json());
    const auto result = by_get.at("body").at("result");
    BOOST_TEST(result.at("status") == "succeeded");
    BOOST_TEST(result.at("refundable") == true);
    BOOST_TEST(result.at("paidAt").get<std::string>().size() == 19U);
}

BOOST_FIXTURE_TEST_CASE(every_answer_carries_its_request_id, Fixture) {
    const auto shop = connect_shop();
    const auto bill = paid(shop);
    for (const auto& path :
         {std::string("/nothing"), std::string("/marketplace/config"),
          bill.link.substr(module().url().size()), std::string("/hooks/uapay/x")})
        BOOST_TEST(!module().http().get(path).header("x-request-id").empty(), path);
    const auto answer =
        call(*this, "/payment/cancel", shop.client_id, "cancel", {{"paymentId", bill.id}});
    const auto id = answer.header("x-request-id");
    BOOST_TEST(answer.status == 400);
    BOOST_TEST(contains(story(bill.id).dump(), id));
    await("the log carries it", [&] { return contains(module().log(), id); });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::pay_test
