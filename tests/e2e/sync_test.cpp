// Statuses on their way to the CRM: its outages, its limits, its refusals, and one account's
// trouble staying its own.
#include "tests/e2e/fixture.hpp"
#include "tests/e2e/probe.hpp"

namespace tillbridge::e2e::sync_test {
namespace {

Json down(World& world, const std::string& account = "demo") {
    return world.sandbox().fault({{"side", "crm"},
                                  {"scope", account},
                                  {"path", "/api/v5/payment"},
                                  {"count", 0},
                                  {"action", {{"dropBefore", true}}}});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sync)

BOOST_FIXTURE_TEST_CASE(an_outage_is_drained_in_order, Fixture) {
    const auto shop = connect_shop("demo", kTwoStage);
    const auto fault = down(*this);
    std::vector<Bill> bills;
    for (int i = 0; i < 5; ++i) bills.push_back(create(shop));
    for (const auto& bill : bills) {
        sandbox().pay(bill.gateway_id);
        sandbox().wait("gateway", {{"invoice", bill.gateway_id}, {"paymentStatus", "HOLDED"}});
        await("the hold is known here", [&] {
            return act(bill, "status").at("body").at("result").at("status") == "waitingForCapture";
        });
        // A silent CRM never holds up the gateway.
        BOOST_TEST(act(bill, "approve").at("status") == 200);
        BOOST_TEST(act(bill, "refund", {{"amount", 10}}).at("status") == 200);
    }
    await_problem("crm.unreachable");
    BOOST_TEST(sandbox().fault_hits(fault) > 0);
    BOOST_TEST(sandbox().updates("demo").empty());
    sandbox().clear_faults();
    for (const auto& bill : bills) {
        await_status(bill, "succeeded");
        await("the refund is told", [&] {
            return contains(Json(sandbox().updates("demo", bill.uuid)).dump(), "\"refund\":{");
        });
        BOOST_TEST(crm_invoice(bill).at("refunded") == 10);
        BOOST_TEST(crm_invoice(bill).at("refunds").size() == 1U);
    }
    await_problem("crm.unreachable", false);
}

BOOST_FIXTURE_TEST_CASE(one_dead_account_delays_only_itself, Fixture) {
    const auto dead = connect_shop("dead");
    const auto alive = connect_shop("alive");
    sandbox().fault(
        {{"side", "crm"}, {"scope", "dead"}, {"count", 0}, {"action", {{"delayMs", 20000}}}});
    for (int i = 0; i < 8; ++i) sandbox().pay(create(dead).gateway_id);
    for (int i = 0; i < 3; ++i) {
        const auto bill = create(alive);
        sandbox().pay(bill.gateway_id);
        await_status(bill, "succeeded", std::chrono::seconds(8));
    }
}

BOOST_FIXTURE_TEST_CASE(a_lost_answer_is_told_again_without_effect, Fixture) {
    const auto shop = connect_shop();
    const auto bill = create(shop);
    sandbox().fault({{"side", "crm"},
                     {"path", "payment/update-invoice"},
                     {"count", 2},
                     {"action", {{"dropAfter", true}}}});
    sandbox().pay(bill.gateway_id);
    await_status(bill, "succeeded");
    await_quiet();
    const auto refunded = act(bill, "refund", {{"amount", 30}});
    sandbox().fault(
        {{"side", "crm"}, {"path", "payment/update-invoice"}, {"action", {{"dropAfter", true}}}});
    await_refunded(bill, "30");
    await_quiet();
    BOOST_TEST(crm_invoice(bill).at("refunded") == 30);
    BOOST_TEST(crm_invoice(bill).at("refunds").size() == 1U);
    BOOST_TEST(crm_invoice(bill).at("refunds")[0].at("id") ==
               refunded.at("body").at("result").at("id"));
}

// The CRM's rate limit counts every request of a key: none must be refused for it.
BOOST_FIXTURE_TEST_CASE(ten_requests_a_second_at_most, Fixture) {
    const auto shop = connect_shop();
    for (int i = 0; i < 25; ++i) {
        const auto bill = create(shop);
        sandbox().pay(bill.gateway_id);
    }
    sandbox().wait("updates", {{"account", "demo"}, {"count", "25"}});
    await_quiet();
    BOOST_TEST(sandbox().account("demo").at("rateLimited") == 0);
    // And none is faster than that: in any second at most ten were sent.
    std::vector<std::int64_t> times;
    for (const auto& update : sandbox().updates("demo"))
        times.push_back(update.at("wallMs").get<std::int64_t>());
    for (std::size_t i = 10; i < times.size(); ++i)
        BOOST_TEST(times[i] - times[i - 10] >= 950, times[i] - times[i - 10]);
}

// An overloaded CRM is given at least ten seconds, or what it asks for.
BOOST_FIXTURE_TEST_CASE(an_overloaded_crm_is_given_its_time, Fixture) {
    const auto busy = connect_shop("busy");
    const auto limited = connect_shop("limited");
    const auto answer = [&](const char* account, int status, const Json& headers) {
        return sandbox().fault({{"side", "crm"},
                                {"scope", account},
                                {"path", "payment/update-invoice"},
                                {"action",
                                 {{"status", status},
                                  {"body", R"({"success":false,"errorMsg":"busy"})"},
                                  {"headers", headers}}}});
    };
    const auto first = create(busy);
    const auto second = create(limited);
    const auto unavailable = answer("busy", 503, {{"Retry-After", "12"}});
    const auto too_many = answer("limited", 429, Json::object());
    sandbox().pay(first.gateway_id);
    sandbox().pay(second.gateway_id);
    const auto refused_at = [&](const Json& fault) {
        await("the CRM refused once", [&] { return sandbox().fault_hits(fault) == 1; });
        return std::chrono::steady_clock::now();
    };
    const auto begin = refused_at(unavailable);
    refused_at(too_many);
    const auto waited = [&] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    };
    await_status(second, "succeeded");
    BOOST_TEST(waited() >= 9.0);
    await_status(first, "succeeded");
    BOOST_TEST(waited() >= 11.5);
}

BOOST_FIXTURE_TEST_CASE(what_can_never_succeed_is_parked_and_can_be_replayed, Fixture) {
    const auto shop = connect_shop();
    const auto bill = create(shop);
    sandbox().fault(
        {{"side", "crm"},
         {"path", "payment/update-invoice"},
         {"action",
          {{"status", 400},
           {"body", R"({"success":false,"errorMsg":"Errors in the entity format"})"}}}});
    sandbox().pay(bill.gateway_id);
    await_problem("outbox.dead");
    const auto parked = module().command({"outbox", "list", "--state", "dead", "--json"}).json();
    BOOST_REQUIRE(parked.at("rows").size() == 1U);
    BOOST_TEST(parked.at("rows")[0].at("subject") == bill.id);
    await("the CRM shows a notice",
          [&] { return !notices_with(*this, "demo", "could not be delivered").empty(); });
    const auto replayed = module().command({"outbox", "replay", "--all"});
    BOOST_TEST(replayed.code == 0, replayed.err);
    await_status(bill, "succeeded");
    await_problem("outbox.dead", false);
}

BOOST_FIXTURE_TEST_CASE(html_instead_of_json_is_no_success, Fixture) {
    const auto shop = connect_shop();
    const auto bill = create(shop);
    sandbox().fault({{"side", "crm"},
                     {"path", "payment/update-invoice"},
                     {"count", 2},
                     {"action", {{"html", true}}}});
    sandbox().pay(bill.gateway_id);
    await_status(bill, "succeeded");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::sync_test
