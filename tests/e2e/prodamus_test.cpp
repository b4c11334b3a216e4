// A store at Prodamus from the settings page to the CRM: links, notices, and what its API lacks.
#include "tests/e2e/fixture.hpp"

namespace tillbridge::e2e::prodamus_test {
namespace {

struct Rubles : Fixture {
    using Fixture::Fixture;

    Shop shop(const Json& options = Json::object(), const std::string& page = "demo.payform.ru",
              const std::string& currency = "RUB") {
        return add_prodamus_store(connect_account("demo", {{"currency", currency}}), "Prodamus",
                                  options, page);
    }
    Json payer(const Bill& bill, Json step = Json::object()) {
        step["link"] = bill.gateway_id;
        if (!step.contains("phone")) step["phone"] = "+79990000000";
        const auto done = sandbox().post("/prodamus/payer", step);
        BOOST_TEST(done.at("ok") == true, done.dump());
        return done;
    }
    Json link(const Bill& bill) {
        return sandbox().get("/prodamus/links?code=" + bill.gateway_id).at("links").at(0);
    }
    void page(const Json& set, const std::string& host = "demo.payform.ru") {
        sandbox().post("/switches", {{"prodamus", host}, {"set", set}});
    }
    // Sent once more, made to order; → the module's status.
    int notice(const Bill& bill, Json how) {
        const auto orders = sandbox().get("/prodamus/orders?link=" + bill.gateway_id).at("orders");
        how["orderId"] = orders.back().at("orderId");
        return sandbox().post("/prodamus/deliveries/send", how).at("status").get<int>();
    }
    void await_delivered() { sandbox().wait("prodamusDeliveries", {}); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(prodamus)

BOOST_FIXTURE_TEST_CASE(a_link_is_paid_and_the_crm_hears_of_it, Rubles) {
    const auto bill = create(shop(), "121.50");
    const auto made = link(bill);
    BOOST_TEST(made.at("full") == 12150);
    BOOST_TEST(made.at("currency") == "rub");
    BOOST_TEST(made.at("limit") == 1);
    BOOST_TEST(made.at("orderNum") == bill.id);
    payer(bill);
    await_status(bill, "succeeded");
    await_delivered();
    await_quiet();
    const auto words = statuses(bill);
    BOOST_TEST(std::count(words.begin(), words.end(), "succeeded") == 1);
    BOOST_TEST(sandbox().updates("demo", bill.uuid).back().at("body").at("amount") == 121.5);
    const auto told = story(bill.id);
    BOOST_TEST(told.at("invoice").at("state") == "paid");
    BOOST_TEST(contains(told.dump(), "gateway.report"));
    BOOST_TEST(!contains(told.dump(), bill.shop.secret));
}

BOOST_FIXTURE_TEST_CASE(credentials_are_tried_with_a_signed_link, Rubles) {
    expect_violations = true;  // a wrong key
    const auto account = connect_account("demo", {{"currency", "RUB"}});
    const auto settings = this->settings(account);
    const auto add = [&](const std::string& page, const std::string& key) {
        return settings.post("/merchants", {{"gateway", "prodamus"},
                                            {"name", "P"},
                                            {"credentials", {{"page", page}, {"secretKey", key}}}});
    };
    const auto wrong = add("demo.payform.ru", "no-such-key");
    BOOST_TEST(wrong.status == 422);
    BOOST_TEST(wrong.json().at("error").at("field") == "secretKey");
    const auto foreign = add("https://evil.example/", "key");
    BOOST_TEST(foreign.status == 422);
    BOOST_TEST(foreign.json().at("error").at("field") == "page");
    BOOST_TEST(settings.state().at("merchants").empty());
    // However its address is typed, it is the same page.
    const auto key =
        sandbox().get("/prodamus/pages/demo.payform.ru").at("page").at("key").get<std::string>();
    const auto good = add(" HTTPS://Demo.payform.ru/ ", key);
    BOOST_TEST(good.status == 201, good.body);
    BOOST_TEST(!contains(good.body, key));
}

BOOST_FIXTURE_TEST_CASE(notices_that_nobody_signed_change_nothing, Rubles) {
    const auto bill = create(shop());
    page({{"hooks", "off"}});
    payer(bill);
    for (const char* form : {"wrongKey", "unsigned", "tampered", "badSignature", "demoKey"})
        BOOST_TEST(notice(bill, {{"form", form}}) == 401, form);
    BOOST_TEST(act(bill, "status").at("body").at("result").at("status") == "pending");
    await_problem("hook.signature_mismatch");
    for (const char* encoding : {"urlencoded", "multipart", "json"})
        BOOST_TEST(notice(bill, {{"encoding", encoding}}) == 200, encoding);
    await_status(bill, "succeeded");
    await_problem("hook.signature_mismatch", false);
    await_quiet();
    const auto words = statuses(bill);
    BOOST_TEST(std::count(words.begin(), words.end(), "succeeded") == 1);
}

BOOST_FIXTURE_TEST_CASE(another_sum_is_kept_for_a_person, Rubles) {
    const auto bill = create(shop());
    page({{"hooks", "off"}});
    payer(bill);
    BOOST_TEST(notice(bill, {{"fields", {{"sum", "1.00"}}}}) == 200);
    BOOST_TEST(notice(bill, {{"fields", {{"currency", "usd"}, {"currency_sum", "100.00"}}}}) ==
               200);
    await_problem("invoice.amount_mismatch");
    BOOST_TEST(act(bill, "status").at("body").at("result").at("status") == "pending");
    BOOST_TEST(notice(bill, Json::object()) == 200);
    await_status(bill, "succeeded");
    await_problem("invoice.amount_mismatch", false);
}

BOOST_FIXTURE_TEST_CASE(notices_that_repeat_and_come_while_the_module_is_down, Rubles) {
    const auto bill = create(shop());
    page({{"hookDuplicate", 3}});
    module().kill();
    payer(bill);
    sandbox().wait("prodamusDelivery", {{"orderNum", bill.id}, {"count", "1"}});
    module().start();
    sandbox().advance_clock(3600);  // the retries of an hour
    await_status(bill, "succeeded");
    await_delivered();
    await_quiet();
    const auto words = statuses(bill);
    BOOST_TEST(std::count(words.begin(), words.end(), "succeeded") == 1);
    BOOST_TEST(!has_problem("invoice.paid_twice"));
}

BOOST_FIXTURE_TEST_CASE(a_refund_is_told_to_be_made_in_the_cabinet, Rubles) {
    const auto bill = create(shop());
    payer(bill);
    await_status(bill, "succeeded");
    for (const char* action : {"refund", "approve", "cancel"}) {
        const auto answer = act(bill, action);
        BOOST_TEST(answer.at("status") == (action == std::string("approve") ? 200 : 400), action);
    }
    const auto refused = act(bill, "refund");
    BOOST_TEST(contains(message_of(refused), "Prodamus"), message_of(refused));
    BOOST_TEST(contains(story(bill.id).dump(), "payment.refund_not_supported"));
    await_quiet();
    BOOST_TEST(statuses(bill).back() == "succeeded");
}

BOOST_FIXTURE_TEST_CASE(money_that_comes_after_a_cancel_is_a_persons_business, Rubles) {
    const auto bill = create(shop());
    BOOST_TEST(act(bill, "cancel").at("status") == 200);
    const auto closed = module().http().get(bill.link.substr(module().url().size()));
    BOOST_TEST(closed.status == 410);
    await_status(bill, "canceled");
    // The gateway's own page is still open in the buyer's browser.
    payer(bill);
    await_problem("invoice.money_stuck");
    BOOST_TEST(statuses(bill).back() == "canceled");
    BOOST_TEST(story(bill.id).at("invoice").at("captured") == "100.00");
}

BOOST_FIXTURE_TEST_CASE(a_link_that_is_paid_twice_is_shown, Rubles) {
    const auto bill = create(shop({{"paymentsLimit", "2"}}));
    payer(bill);
    await_status(bill, "succeeded");
    payer(bill);
    await_problem("invoice.paid_twice");
    await_quiet();
    const auto words = statuses(bill);
    BOOST_TEST(std::count(words.begin(), words.end(), "succeeded") == 1);
}

BOOST_FIXTURE_TEST_CASE(a_discount_is_what_the_buyer_saves, Rubles) {
    const auto bill = create(shop({{"discount", "100"}}), "1500");
    const auto made = link(bill);
    BOOST_TEST(made.at("full") == 150000);
    BOOST_TEST(made.at("amount") == 140000);
    payer(bill);
    await_status(bill, "succeeded");
    BOOST_TEST(sandbox().updates("demo", bill.uuid).back().at("body").at("amount") == 1400.0);
    BOOST_TEST(!has_problem("invoice.amount_mismatch"));
}

BOOST_FIXTURE_TEST_CASE(an_application_for_an_instalment_is_no_payment, Rubles) {
    const auto store = shop();
    const auto apply = [&](const Bill& bill, const char* decision) {
        payer(bill, {{"action", "phone"}});
        payer(bill, {{"action", "choose"}, {"method", "installment_6_28:v3.0"}});
        payer(bill, {{"action", decision}});
        await_delivered();
    };
    const auto approved = create(store);
    apply(approved, "approve");
    BOOST_TEST(act(approved, "status").at("body").at("result").at("status") == "pending");
    payer(approved, {{"action", "sign"}});
    await_status(approved, "succeeded");

    const auto rejected = create(store);
    apply(rejected, "reject");
    await("the CRM hears of the refusal", [&] {
        const auto updates = sandbox().updates("demo", rejected.uuid);
        return !updates.empty() && updates.back().at("body").contains("cancellationDetails") &&
               updates.back().at("body").at("status") == "pending";
    });
    // The link can still be paid.
    payer(rejected);
    await_status(rejected, "succeeded");
}

BOOST_FIXTURE_TEST_CASE(a_link_ends_by_itself_though_nobody_can_be_asked, Rubles) {
    const auto bill = create(shop({{"linkLifetimeMinutes", 1}}));
    BOOST_TEST(!link(bill).at("expiresAt").is_null());
    const auto due = story(bill.id).at("invoice").at("linkExpires").get<std::string>();
    BOOST_TEST(!due.empty());
}

BOOST_FIXTURE_TEST_CASE(in_kazakhstan_tenge_are_paid, Rubles) {
    const auto bill = create(shop(Json::object(), "demo.payform.kz", "KZT"), "5000");
    BOOST_TEST(link(bill).at("currency") == "kzt");
    payer(bill);
    await_status(bill, "succeeded");
    BOOST_TEST(sandbox().updates("demo", bill.uuid).back().at("body").at("amount") == 5000.0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::prodamus_test
