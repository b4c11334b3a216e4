// The buyer's link and the way back (U-14, U-15, U-16, U-20): pages of ours, in the buyer's
// language, without a script and without saying more than they must.
#include "tests/e2e/fixture.hpp"
#include "tests/e2e/probe.hpp"

namespace tillbridge::e2e::buyer_test {
namespace {

std::string path_of(World& world, const Bill& bill) {
    return bill.link.substr(world.module().url().size());
}

void check_page(const Answer& page, int status, const std::string& words) {
    BOOST_TEST(page.status == status, page.body);
    BOOST_TEST(contains(page.header("content-type"), "text/html"));
    BOOST_TEST(contains(page.body, words), page.body);
    BOOST_TEST(!contains(page.body, "<script"));
    const auto policy = page.header("content-security-policy");
    BOOST_TEST(contains(policy, "default-src 'none'"), policy);
    BOOST_TEST(contains(page.header("cache-control"), "no-store"));
}

struct Contacts : Fixture {
    Contacts()
        : Fixture(Config{{"operator.name", "\"Till & Co\""},
                         {"operator.email", "help@till.example"},
                         {"operator.telegram", "\"@till_help\""},
                         {"operator.phone", "\"+380 44 000 00 00\""}}) {}
};

struct FewMisses : Fixture {
    FewMisses() : Fixture(Config{{"pay.misses_per_minute", "3"}}) {}
};

struct FastRounds : Fixture {
    FastRounds() : Fixture(Config{{"reconcile.interval", "50ms"}}) {}
};

}  // namespace

BOOST_AUTO_TEST_SUITE(buyer)

BOOST_FIXTURE_TEST_CASE(each_state_has_its_page, Fixture) {
    const auto shop = connect_shop("demo", Json::object(), {{"language", "en"}});
    const auto bill = create(shop);
    const auto http = module().http();
    BOOST_TEST(http.get(path_of(*this, bill)).status == 303);
    BOOST_TEST(http.request("HEAD", path_of(*this, bill)).status == 303);
    sandbox().pay(bill.gateway_id);
    await_status(bill, "succeeded");
    const auto page = http.get(path_of(*this, bill));
    check_page(page, 200, "Payment received");
    // Nothing about the order, the sum or the gateway.
    for (const auto& secret : {bill.id, bill.uuid, bill.gateway_id, std::string("100.00")})
        BOOST_TEST(!contains(page.body, secret), secret);

    const auto canceled = create(shop);
    act(canceled, "cancel");
    check_page(http.get(path_of(*this, canceled)), 410, "Payment cancelled");
    check_page(http.get("/pay/abcdefghijklm", {{"Accept-Language", "en"}}), 404, "Link not found");
}

BOOST_FIXTURE_TEST_CASE(a_link_that_nobody_paid_ends, FastRounds) {
    const auto shop = connect_shop("demo", Json::object(), {{"language", "en"}});
    const auto bill = create(shop);
    await_status(bill, "pending");
    await_quiet();
    module().stop();
    change_store(*this, "UPDATE invoice SET link_expires_at = link_expires_at - 73 * 3600000000");
    module().start();
    check_page(module().http().get(path_of(*this, bill)), 410, "expired");
    const auto invoice = await_status(bill, "canceled");
    BOOST_TEST(!invoice.at("cancellationDetails").get<std::string>().empty());
    check_page(module().http().get(path_of(*this, bill)), 410, "expired");
}

BOOST_FIXTURE_TEST_CASE(in_the_buyers_language, Fixture) {
    const std::map<std::string, std::string> words{{"ru", "Оплата прошла"},
                                                   {"uk", "Оплату отримано"},
                                                   {"kk", "Төлем өтті"},
                                                   {"en", "Payment received"},
                                                   {"es", "Pago recibido"}};
    for (const auto& [language, title] : words) {
        const auto shop =
            connect_shop("shop-" + language, Json::object(), {{"language", language}});
        const auto bill = paid(shop);
        const auto page = module().http().get(path_of(*this, bill));
        BOOST_TEST(page.status == 200);
        BOOST_TEST(contains(page.body, "lang=\"" + language + '"'), page.body);
        BOOST_TEST(contains(page.body, title), page.body);
    }
    // Where the link says nothing, the browser does; else Russian.
    const auto unknown = [&](const std::string& accepted) {
        return module().http().get("/pay/abcdefghijklm", {{"Accept-Language", accepted}}).body;
    };
    BOOST_TEST(contains(unknown("uk-UA,uk;q=0.9"), "lang=\"uk\""));
    BOOST_TEST(contains(unknown("fr"), "lang=\"ru\""));
}

// U-16
BOOST_FIXTURE_TEST_CASE(back_to_the_shop_or_to_our_page, Fixture) {
    const auto shop = connect_shop();
    const auto to_shop = create(shop, "10", {{"returnUrl", "https://shop.example/thanks?o=1"}});
    sandbox().pay(to_shop.gateway_id);
    const auto back = module().http().get(path_of(*this, to_shop) + "/return");
    BOOST_TEST(back.status == 303);
    BOOST_TEST(back.header("location") == "https://shop.example/thanks?o=1");

    // UAPAY's button leads to our return page.
    const auto bill = create(shop);
    BOOST_TEST(sandbox().gateway_invoices(bill.id).at(0).at("redirectUrl") ==
               bill.link + "/return");
    const auto waiting = module().http().get(path_of(*this, bill) + "/return");
    BOOST_TEST(waiting.status == 200);
    BOOST_TEST(!contains(waiting.body, "<script"));
    sandbox().pay(bill.gateway_id);
    await_status(bill, "succeeded");
    check_page(module().http().get(path_of(*this, bill) + "/return"), 200, "Payment received");
    BOOST_TEST(module().http().get("/pay/abcdefghijklm/return").status == 404);
}

BOOST_FIXTURE_TEST_CASE(the_return_page_asks_where_the_hook_has_not_come_yet, Fixture) {
    const auto shop = connect_shop();
    sandbox().merchant_switches(shop.merchant, {{"hooks", "off"}});
    const auto bill = create(shop);
    sandbox().pay(bill.gateway_id);
    check_page(module().http().get(path_of(*this, bill) + "/return"), 200, "Payment received");
    await_status(bill, "succeeded");
}

// U-15: what mail clients do to links.
BOOST_FIXTURE_TEST_CASE(a_rewritten_link_still_works, Fixture) {
    const auto shop = connect_shop();
    const auto bill = create(shop);
    const auto http = module().http();
    for (const char* tail : {"?utm_source=crm&utm_medium=email", "?fbclid=1"})
        BOOST_TEST(http.get(path_of(*this, bill) + tail).status == 303, tail);
}

BOOST_FIXTURE_TEST_CASE(contacts_of_the_operator, Contacts) {
    const auto shop = connect_shop();
    const auto page = module().http().get("/pay/abcdefghijklm");
    for (const char* contact : {"Till &amp; Co", "help@till.example", "till_help"})
        BOOST_TEST(contains(page.body, contact), page.body);
    const auto admin = settings(shop);
    const auto told = admin.http().get("/api/settings/overview", {{"Cookie", admin.cookie()}});
    BOOST_TEST(contains(told.body, "help@till.example"), told.body);
}

BOOST_FIXTURE_TEST_CASE(guessing_is_limited, FewMisses) {
    const auto shop = connect_shop();
    const auto bill = create(shop);
    const auto http = module().http();
    int limited = 0;
    for (int i = 0; i < 8; ++i) {
        const auto answer = http.get("/pay/guess" + std::to_string(10000000 + i));
        BOOST_TEST(answer.status == (i < 3 ? 404 : 429));
        if (answer.status == 429) {
            ++limited;
            BOOST_TEST(!answer.header("retry-after").empty());
        }
    }
    BOOST_TEST(limited >= 4);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::buyer_test
