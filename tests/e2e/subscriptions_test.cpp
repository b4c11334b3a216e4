// Subscriptions from the link to the order: first payment, renewals that the CRM learns of, failed
// charges, ends, and what an operator changes, against the emulated club and its clock.
#include "tests/e2e/fixture.hpp"
#include "tests/support/harness/desk.hpp"

namespace tillbridge::e2e::subscriptions_test {
namespace {

const std::string kPage = "demo.payform.ru";
constexpr double kDay = 86'400;
constexpr double kMonth = 31 * kDay;

struct Club : Fixture {
    Shop shop;
    Bill bill;
    Json order;  // as the CRM had it when the subscription began
    std::string profile;

    // A store whose links sell the product, and a buyer who has paid for the first month.
    void begin() {
        shop = add_prodamus_store(connect_account("demo", {{"currency", "RUB"}}), "Club",
                                  {{"subscription", "593600"}});
        page({{"subscriptionUrls", settings(shop).merchant(shop.code).at("hookUrl")}});
        bill = create(shop, "100");
        sandbox().post("/prodamus/payer", {{"link", bill.gateway_id}, {"phone", "+79990000001"}});
        await_status(bill, "succeeded");
        profile = std::to_string(member().at("profile").get<int>());
        const auto id = crm_invoice(bill).at("orderId");
        order = sandbox().order("demo", id);
    }
    void page(const Json& set) { sandbox().post("/switches", {{"prodamus", kPage}, {"set", set}}); }
    Json member() { return sandbox().get("/prodamus/subscriptions").at("subscriptions").back(); }
    void act(Json what) {
        what["profile"] = member().at("profile");
        const auto answer = sandbox().post("/prodamus/subscriptions", what);
        BOOST_TEST(answer.at("ok").get<bool>(), answer.dump());
    }
    Json shown() {
        const auto result = module().command({"subscription", "show", profile, "--json"});
        BOOST_REQUIRE_MESSAGE(result.code == 0, result.out << result.err);
        return result.json();
    }
    Json state() { return shown().at("subscription"); }
    void await_state(const std::string& word) {
        await("the subscription is " + word, [&] { return state().at("state") == word; });
    }
    int lines(const std::string& kind) {
        int count = 0;
        const auto story = shown();
        for (const auto& line : story.at("journal")) count += line.at("kind") == kind ? 1 : 0;
        return count;
    }
    void await_line(const std::string& kind, int count = 1) {
        await("its story tells " + kind, [&] { return lines(kind) >= count; });
    }
    std::vector<Json> payments() {
        const auto now = sandbox().order("demo", order.at("id"));
        return now.at("payments").get<std::vector<Json>>();
    }
    void await_payments(std::size_t count) {
        await("the order shows them", [&] {
            const auto all = payments();
            return all.size() >= count && all.back().at("invoice").is_object() &&
                   all.back().at("invoice").at("status") == "succeeded";
        });
        sandbox().wait("prodamusDeliveries", {});
        await_quiet();
        BOOST_TEST(payments().size() == count);
    }
    CommandResult run(std::vector<std::string> words) {
        words.insert(words.begin(), "subscription");
        words.emplace_back("--json");
        return module().command(words);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(subscriptions, Club)

BOOST_AUTO_TEST_CASE(from_the_first_payment_to_the_last_charge) {
    begin();
    auto it = state();
    BOOST_TEST(it.at("state") == "active");
    BOOST_TEST(it.at("product") == "593600");
    BOOST_TEST(it.at("invoice") == bill.id);
    BOOST_TEST(it.at("cost") == "100.00");
    BOOST_TEST(it.at("paymentsMade") == 1);
    BOOST_TEST(payments().size() == 1U);

    sandbox().advance_clock(kMonth);
    await_payments(2);
    const auto renewal = payments().back();
    BOOST_TEST(renewal.at("invoice").at("amount") == 100);
    BOOST_TEST(renewal.at("type") == payments().front().at("type"));
    await_line("crm.import");
    // Ours too is an invoice of its own, and the first one is as it was.
    const auto id = renewal.at("invoice").at("externalId").get<std::string>();
    const auto told = story(id);
    BOOST_TEST(told.at("invoice").at("state") == "paid");
    BOOST_TEST(id != bill.id);
    BOOST_TEST(crm_invoice(bill).at("status") == "succeeded");

    sandbox().advance_clock(kDay);
    act({{"action", "fail"}, {"errorCode", "insufficient_funds"}});
    await_line("subscription.charge_failed");
    BOOST_TEST(state().at("state") == "active");
    BOOST_TEST(state().at("errorCode") == "insufficient_funds");
    BOOST_TEST(!has_problem("subscription.charge_failed"));

    sandbox().advance_clock(3600);  // before the club tries again by itself
    act({{"action", "fail"}, {"errorCode", "card_lost"}, {"last", true}});
    await_state("failed");
    await_problem("subscription.charge_failed");
    BOOST_TEST(payments().size() == 2U);
    // The profile is known by the phone as well, though nothing here keeps it.
    BOOST_TEST(module().command({"subscription", "show", "+7 999 000-00-01", "--json"}).code == 0);
    BOOST_TEST(!contains(module().log(), "9990000001"));
}

// A page takes links that nobody signed: whoever knows the number of a payment can pay something
// else under it, even at the same price.
BOOST_AUTO_TEST_CASE(money_for_something_else_under_the_same_number_is_set_aside) {
    shop = add_prodamus_store(connect_account("demo", {{"currency", "RUB"}}), "Club",
                              {{"subscription", "593600"}});
    page({{"urls", settings(shop).merchant(shop.code).at("hookUrl")}});
    bill = create(shop, "100");
    const auto forged =
        sandbox().http().post_form("/prodamus/" + kPage + "/", {{"do", "link"},
                                                                {"order_id", bill.id},
                                                                {"customer_phone", "+79990000001"},
                                                                {"products[0][name]", "Sticker"},
                                                                {"products[0][price]", "100"},
                                                                {"products[0][quantity]", "1"}});
    BOOST_REQUIRE_MESSAGE(forged.status == 200, forged.body);
    sandbox().post("/prodamus/payer", {{"link", forged.body}});
    await_problem("invoice.amount_mismatch");
    sandbox().wait("prodamusDeliveries", {});
    BOOST_TEST(story(bill.id).at("invoice").at("state") == "pending");
    BOOST_TEST(crm_invoice(bill).at("status") == "pending");
    // The right one is taken all the same, and the other's money is not forgotten.
    sandbox().post("/prodamus/payer", {{"link", bill.gateway_id}, {"phone", "+79990000001"}});
    await_status(bill, "succeeded");
    BOOST_TEST(has_problem("invoice.amount_mismatch"));
}

BOOST_AUTO_TEST_CASE(repeats_reorder_and_a_crash_double_nothing) {
    begin();
    page({{"hookDuplicate", 2}, {"hookOutOfOrder", true}});
    for (int month = 0; month < 3; ++month) {
        sandbox().advance_clock(kDay);
        act({{"action", "charge"}});
    }
    sandbox().post("/prodamus/deliveries/release", {{"host", kPage}});
    await_payments(4);
    module().kill();
    module().start();
    sandbox().wait("prodamusDeliveries", {});
    await_quiet();
    BOOST_TEST(payments().size() == 4U);
    BOOST_TEST(state().at("paymentsMade") == 4);
    BOOST_TEST(state().at("state") == "active");
}

BOOST_AUTO_TEST_CASE(it_ends_with_its_last_charge_or_what_was_paid_for) {
    sandbox().post("/prodamus/products", {{"id", 593600},
                                          {"host", kPage},
                                          {"name", "Club"},
                                          {"price", 10000},
                                          {"period", "month"},
                                          {"limit", 1}});
    begin();
    sandbox().advance_clock(kMonth);
    await_payments(2);
    sandbox().advance_clock(kMonth);
    await_state("finished");
    await_line("subscription.completed");
    const auto refused = run({"stop", profile});
    BOOST_TEST(refused.code == 1);
    BOOST_TEST(contains(refused.out + refused.err, "subscription.finished"));
}

BOOST_AUTO_TEST_CASE(what_an_operator_changes) {
    begin();
    const auto dry = run({"stop", profile, "--dry-run"});
    BOOST_TEST(dry.code == 0, dry.out << dry.err);
    BOOST_TEST(member().at("activeManager") == true);

    auto done = run({"stop", profile});
    BOOST_REQUIRE_MESSAGE(done.code == 0, done.out << done.err);
    BOOST_TEST(done.json().at("after") == "stopped");
    BOOST_TEST(member().at("activeManager") == false);
    await_line("subscription.deactivated");
    BOOST_TEST(state().at("state") == "stopped");
    BOOST_TEST(run({"resume", profile}).code == 0);
    BOOST_TEST(member().at("activeManager") == true);
    await_line("subscription.reactivated");
    BOOST_TEST(state().at("state") == "active");

    done = run({"discount", profile, "25.50", "--charges", "2"});
    BOOST_REQUIRE_MESSAGE(done.code == 0, done.out << done.err);
    BOOST_TEST(member().at("nextDiscount") == 2550);
    BOOST_TEST(member().at("nextDiscountNum") == 2);
    BOOST_TEST(run({"discount", profile, "100.01"}).code == 1);  // more than it costs

    BOOST_TEST(run({"next-date", profile, "2001-01-01 10:00"}).code == 1);
    done = run({"next-date", profile, "2099-12-31 09:00"});
    BOOST_REQUIRE_MESSAGE(done.code == 0, done.out << done.err);
    BOOST_TEST(member().at("next") == "2099-12-31 12:00:00");

    act({{"action", "charge"}});
    await_payments(2);
    BOOST_TEST(payments().back().at("invoice").at("amount") == 74.5);
    BOOST_TEST(!has_problem("subscription.amount_differs"));
    const auto list =
        run({"list", "--connection", sandbox().crm_url("demo"), "--state", "active"}).json();
    BOOST_TEST(list.at("subscriptions").size() == 1U);
    BOOST_TEST(
        contains(module().command({"support", "audit", "--json"}).out, "subscription.discount"));
}

BOOST_AUTO_TEST_CASE(diagnostics_find_it_and_the_order_card_acts_on_it) {
    begin();
    add_desk_user(module(), "vera", "viewer");
    add_desk_user(module(), "olga", "operator");
    const Desk viewer(module().http(), "vera"), desk(module().http(), "olga");
    for (const auto& name : {profile, std::string("593600"), std::string("+79990000001")}) {
        const auto found = desk.post("/find", {{"text", name}}).json();
        BOOST_TEST(found.at("subscriptions").size() == 1U, name);
    }
    const auto id = state().at("id").get<std::string>();
    const auto path = "/subscriptions/" + id;
    const auto page = desk.read(path);
    BOOST_TEST(page.at("acts").at("stop") == true);
    BOOST_TEST(page.at("acts").at("resume") == false);
    BOOST_TEST(desk.read("/invoices/" + bill.id).at("invoice").at("subscription") == id);
    BOOST_TEST(viewer.post(path + "/stop", {{"dryRun", false}}).status == 403);
    BOOST_TEST(desk.post(path + "/explode").status == 400);
    BOOST_TEST(desk.post("/subscriptions/none/stop").status == 404);
    BOOST_TEST(desk.post(path + "/stop").json().at("dryRun") == true);
    BOOST_TEST(member().at("activeManager") == true);
    const auto done = desk.post(path + "/stop", {{"dryRun", false}, {"key", "k1"}});
    BOOST_TEST(done.status == 200, done.body);
    BOOST_TEST(member().at("activeManager") == false);
    const auto stopped = desk.read(path).at("acts");
    for (const char* act : {"stop", "discount", "next-date"})
        BOOST_TEST(stopped.at(act) == false, act);
    BOOST_TEST(stopped.at("resume") == true);

    const auto call = [&](const std::string& action, Json payload) {
        payload["orderId"] = order.at("id");
        payload["paymentId"] = bill.id;
        return module().http().post_form("/extension/api/" + action, {{"clientId", shop.client_id},
                                                                      {"payload", payload.dump()}});
    };
    const auto card = call("state", Json::object()).json().at("state");
    BOOST_TEST(card.at("subscription").at("state") == "stopped");
    Json resume;
    for (const auto& each : card.at("actions"))
        if (each.at("action") == "resume")
            resume = {{"key", each.at("key")}, {"token", each.at("token")}};
    BOOST_REQUIRE(resume.is_object());
    const auto resumed = call("resume", resume);
    BOOST_TEST(resumed.status == 200, resumed.body);
    BOOST_TEST(member().at("activeManager") == true);
    BOOST_TEST(call("resume", resume).status == 200);  // the second click
    BOOST_TEST(call("stop", resume).status == 409);    // a token of another act
    BOOST_TEST(member().at("activeManager") == true);
}

BOOST_AUTO_TEST_CASE(another_sum_than_agreed_is_booked_and_shown) {
    begin();
    sandbox().post(
        "/prodamus/products",
        {{"id", 593600}, {"host", kPage}, {"name", "Club"}, {"price", 7700}, {"period", "month"}});
    sandbox().advance_clock(kDay);
    act({{"action", "charge"}});
    await_payments(2);
    BOOST_TEST(payments().back().at("invoice").at("amount") == 77);
    await_problem("subscription.amount_differs");
    // The new price is known by now.
    sandbox().advance_clock(kDay);
    act({{"action", "charge"}});
    await_payments(3);
    await_problem("subscription.amount_differs", false);
}

BOOST_AUTO_TEST_CASE(an_account_that_lets_us_add_no_payment_hears_of_it_later) {
    begin();
    expect_violations = true;
    const Json all = {"integration_read", "integration_write", "payments_read", "payments_write",
                      "reference_read",   "store_read",        "order_read"};
    const auto grant = [&](const Json& scopes) {
        sandbox().post("/accounts/demo/keys",
                       {{"apiKey", sandbox().key("demo")}, {"scopes", scopes}});
    };
    grant(all);
    sandbox().advance_clock(kDay);
    act({{"action", "charge"}});
    await_problem("subscription.not_in_crm");
    BOOST_TEST(payments().size() == 1U);
    auto more = all;
    more.push_back("order_write");
    grant(more);
    BOOST_TEST(module().command({"outbox", "replay", "--all"}).code == 0);
    await_payments(2);
    await_problem("subscription.not_in_crm", false);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::subscriptions_test
