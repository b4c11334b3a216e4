// The button "generate link" (U-13): one payment whatever is repeated, raced or lost.
#include "tests/e2e/fixture.hpp"

namespace tillbridge::e2e::create_test {
namespace {

Json press_create(World& world, const Shop& shop, Json fields = Json::object()) {
    fields["account"] = shop.account;
    fields["action"] = "create";
    fields["shop"] = shop.code;
    return world.sandbox().crm(fields);
}

// The CRM's JSON of a create, as it last sent it.
Json last_create(World& world, const Shop& shop) {
    const auto last = world.sandbox().calls(shop.account, "create").back();
    const auto& asked = last.at("fields").at("create");
    return asked.is_string() ? Json::parse(asked.get<std::string>()) : asked;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(creating)

BOOST_FIXTURE_TEST_CASE(a_link_of_ours_that_leads_to_the_gateway, Fixture) {
    const auto shop = connect_shop();
    const auto answer = press_create(*this, shop, {{"amount", 121.5}, {"number", "1213C"}});
    BOOST_TEST(answer.at("status") == 200);
    const auto& result = answer.at("body").at("result");
    const auto link = result.at("invoiceUrl").get<std::string>();
    BOOST_TEST(link.rfind(module().url() + "/pay/", 0) == 0U);
    // At least 59 bits of slug (base 62: 10 characters), short enough for an SMS.
    const auto slug = link.substr(link.rfind('/') + 1);
    BOOST_TEST(slug.size() >= 10U);
    BOOST_TEST(slug.size() <= 16U);
    BOOST_TEST(result.at("cancellable") == true);

    const auto invoices = sandbox().gateway_invoices(result.at("paymentId").get<std::string>());
    BOOST_REQUIRE(invoices.size() == 1U);
    BOOST_TEST(invoices[0].at("amount") == 12150);
    BOOST_TEST(invoices[0].at("type") == "PAY");
    BOOST_TEST(contains(invoices[0].at("description").get<std::string>(), "1213C"));
    const auto opened = module().http().get("/pay/" + slug);
    BOOST_TEST(opened.status == 303);
    BOOST_TEST(contains(opened.header("location"), invoices[0].at("id").get<std::string>()));
}

BOOST_FIXTURE_TEST_CASE(amounts_keep_every_kopiyka, Fixture) {
    const auto shop = connect_shop();
    const std::map<std::string, int> amounts{
        {"0.29", 29},   {"19.99", 1999},  {"1.15", 115},          {"0.01", 1},
        {"100", 10000}, {"100.5", 10050}, {"999999.99", 99999999}};
    for (const auto& [text, kopiykas] : amounts) {
        const auto bill = create(shop, text);
        BOOST_TEST(sandbox().gateway_invoices(bill.id).at(0).at("amount") == kopiykas, text);
    }
}

BOOST_FIXTURE_TEST_CASE(a_repeat_gets_the_same_link, Fixture) {
    const auto shop = connect_shop();
    const auto sequential = press_create(*this, shop, {{"amount", 10}, {"repeat", "sequential"}});
    BOOST_TEST(sequential.at("repeats")[0].at("status") == 200);
    BOOST_TEST(sequential.at("repeats")[0].at("body") == sequential.at("body"));
    const auto concurrent = press_create(*this, shop, {{"amount", 20}, {"repeat", "concurrent"}});
    BOOST_TEST(concurrent.at("repeats")[0].at("status") == 200);
    BOOST_TEST(concurrent.at("repeats")[0].at("body") == concurrent.at("body"));
    BOOST_TEST(sandbox().gateway_invoices().size() == 2U);
}

BOOST_FIXTURE_TEST_CASE(a_known_invoice_with_other_terms_is_a_conflict, Fixture) {
    const auto shop = connect_shop();
    const auto second = add_store(shop, "Second");
    create(shop, "100");
    const auto asked = last_create(*this, shop);
    const auto again = [&](const char* field, const Json& value) {
        auto changed = asked;
        changed[field] = value;
        return call(*this, "/payment/create", shop.client_id, "create", changed);
    };
    BOOST_TEST(again("orderNumber", "another").status == 200);
    BOOST_TEST(again("amount", 100.00).status == 200);
    for (const auto& answer :
         {again("amount", 100.01), again("shopId", second.code), again("shopId", "nobodys")}) {
        BOOST_TEST(answer.status == 409);
        BOOST_TEST(answer.json().at("success") == false);
        BOOST_TEST(!answer.json().at("errorMsg").get<std::string>().empty());
    }
    BOOST_TEST(sandbox().gateway_invoices().size() == 1U);
}

// U-02
BOOST_FIXTURE_TEST_CASE(a_currency_that_the_gateway_lacks_is_named, Fixture) {
    const auto shop = connect_shop();
    const auto answer = press_create(*this, shop, {{"amount", 10}, {"currency", "KZT"}});
    BOOST_TEST(answer.at("status") == 400);
    BOOST_TEST(contains(message_of(answer), "KZT"), message_of(answer));
    BOOST_TEST(sandbox().gateway_invoices().empty());
    create(shop);
    auto known = last_create(*this, shop);
    known["currency"] = "USD";
    const auto other = call(*this, "/payment/create", shop.client_id, "create", known);
    BOOST_TEST(other.status == 409, other.body);
}

BOOST_FIXTURE_TEST_CASE(foreign_payments_answer_as_unknown_ones, Fixture) {
    const auto mine = connect_shop();
    const auto theirs = connect_shop("other");
    const auto bill = paid(theirs);
    const std::string nobody = "i-nobody-0123456789";
    const auto ask = [&](const std::string& action, const std::string& id) {
        return call(*this, "/payment/" + action, mine.client_id, action, {{"paymentId", id}});
    };
    for (const std::string action : {"approve", "cancel", "refund"}) {
        BOOST_TEST(ask(action, bill.id).status == 404, action);
        BOOST_TEST(ask(action, bill.id).body == ask(action, nobody).body, action);
    }
    const auto status = [&](const std::string& id) {
        return module().http().get("/payment/status?clientId=" + mine.client_id +
                                   "&paymentId=" + id);
    };
    BOOST_TEST(status(bill.id).status == 404);
    BOOST_TEST(status(bill.id).body == status(nobody).body);
    // Their shop is no shop of ours either.
    create(mine);
    auto asked = last_create(*this, mine);
    asked["invoiceUuid"] = "6a3e1f8e-0000-4000-8000-000000000000";
    asked["shopId"] = theirs.code;
    const auto foreign = call(*this, "/payment/create", mine.client_id, "create", asked);
    asked["shopId"] = "m-nobody";
    const auto unknown = call(*this, "/payment/create", mine.client_id, "create", asked);
    BOOST_TEST(foreign.status == 404);
    BOOST_TEST(foreign.body == unknown.body);
    BOOST_TEST(crm_invoice(bill).at("status") == "succeeded");
    // An unknown client is 404 too.
    BOOST_TEST(
        call(*this, "/payment/cancel", "nobody", "cancel", {{"paymentId", bill.id}}).status == 404);
}

BOOST_FIXTURE_TEST_CASE(a_lost_answer_is_found_again_by_its_external_id, Fixture) {
    const auto shop = connect_shop();
    for (const char* fault : {"dropAfter", "malformed"}) {
        sandbox().fault(
            {{"side", "uapay"}, {"path", "invoices/create"}, {"action", {{fault, true}}}});
        auto answer = press_create(*this, shop, {{"amount", 42}});
        // Healed within the call, or by the CRM's next try.
        if (answer.at("status") != 200) {
            BOOST_TEST(answer.at("status") == 504, answer.dump());
            answer = press_create(*this, shop,
                                  {{"invoiceUuid", answer.at("invoice").at("invoiceUuid")}});
        }
        BOOST_TEST(answer.at("status") == 200, answer.dump());
        const auto id = answer.at("body").at("result").at("paymentId").get<std::string>();
        BOOST_TEST(sandbox().gateway_invoices(id).size() == 1U, fault);
    }
    BOOST_TEST(sandbox().gateway_invoices().size() == 2U);
}

BOOST_FIXTURE_TEST_CASE(an_invoice_found_without_its_link_is_abandoned, Fixture) {
    const auto shop = connect_shop();
    sandbox().merchant_switches(shop.merchant, {{"pageLinks", false}});
    sandbox().fault(
        {{"side", "uapay"}, {"path", "invoices/create"}, {"action", {{"dropAfter", true}}}});
    const auto lost = press_create(*this, shop, {{"amount", 42}});
    BOOST_TEST(lost.at("status") == 502, lost.dump());  // nothing came of it: to be pressed again
    const auto again =
        press_create(*this, shop, {{"invoiceUuid", lost.at("invoice").at("invoiceUuid")}});
    BOOST_TEST(again.at("status") == 200, again.dump());
    const auto invoices = sandbox().gateway_invoices();
    BOOST_REQUIRE(invoices.size() == 2U);
    BOOST_TEST(invoices[0].at("externalId") != invoices[1].at("externalId"));
    // The buyer can only get to the second one.
    const auto link = again.at("body").at("result").at("invoiceUrl").get<std::string>();
    const auto opened = module().http().get(link.substr(module().url().size()));
    BOOST_TEST(contains(opened.header("location"), invoices[1].at("id").get<std::string>()));
}

BOOST_FIXTURE_TEST_CASE(a_request_that_never_arrived_can_be_tried_again, Fixture) {
    const auto shop = connect_shop();
    sandbox().fault({{"side", "uapay"},
                     {"path", "invoices/create"},
                     {"count", 2},
                     {"action", {{"dropBefore", true}}}});
    const auto lost = press_create(*this, shop, {{"amount", 42}});
    BOOST_TEST(lost.at("status") == 502, lost.dump());  // nothing came of it: to be pressed again
    sandbox().clear_faults();
    const auto again =
        press_create(*this, shop, {{"invoiceUuid", lost.at("invoice").at("invoiceUuid")}});
    BOOST_TEST(again.at("status") == 200, again.dump());
    BOOST_TEST(sandbox().gateway_invoices().size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(the_gateways_refusal_is_shown_and_can_be_tried_again, Fixture) {
    const auto shop = connect_shop();
    sandbox().fault(
        {{"side", "uapay"},
         {"path", "invoices/create"},
         {"action", {{"error", {{"code", "SHOP_BLOCKED"}, {"message", "Магазин заблоковано"}}}}}});
    const auto refused = press_create(*this, shop, {{"amount", 42}});
    BOOST_TEST(refused.at("status") == 502);
    BOOST_TEST(contains(message_of(refused), "Магазин заблоковано"), message_of(refused));
    const auto again =
        press_create(*this, shop, {{"invoiceUuid", refused.at("invoice").at("invoiceUuid")}});
    BOOST_TEST(again.at("status") == 200, again.dump());
    BOOST_TEST(sandbox().gateway_invoices().size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(an_unsigned_or_missigned_answer_is_not_believed, Fixture) {
    const auto shop = connect_shop();
    for (const char* form :
         {"wrongKey", "algNone", "tampered", "hs512", "decodedKey", "twoParts"}) {
        sandbox().merchant_switches(shop.merchant, {{"replyForm", form}});
        const auto answer = press_create(*this, shop, {{"amount", 42}});
        BOOST_TEST(answer.at("status") == 504, form << ' ' << answer.dump());
    }
    sandbox().merchant_switches(shop.merchant, {{"replyForm", "good"}, {"unsignedReplies", true}});
    BOOST_TEST(press_create(*this, shop, {{"amount", 42}}).at("status") == 504);
    sandbox().merchant_switches(shop.merchant, {{"unsignedReplies", false}});
    create(shop);
}

BOOST_FIXTURE_TEST_CASE(what_the_gateway_may_do_differently_is_fine, Fixture) {
    const auto shop = connect_shop("demo", kTwoStage);
    sandbox().merchant_switches(shop.merchant, {{"statusText", true},
                                                {"replyIat", false},
                                                {"listId", "Id"},
                                                {"hookIat", false},
                                                {"hookOldFields", true},
                                                {"errors400", true}});
    const auto bill = paid(shop, "100", "waitingForCapture");
    sandbox().advance_clock(1000);  // a session lives 15 minutes
    BOOST_TEST(act(bill, "approve").at("status") == 200);
    await_status(bill, "succeeded");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::create_test
