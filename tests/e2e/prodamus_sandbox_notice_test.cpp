// Notifications of the emulated Prodamus: contents, encodings, wrong forms, retries, and what goes
// wrong on the way.
#include "tests/e2e/prodamus_sandbox.hpp"

namespace tillbridge::harness::prodamus_sandbox_notice_test {

BOOST_FIXTURE_TEST_SUITE(prodamus_sandbox_notices, ProdamusPage)

BOOST_AUTO_TEST_CASE(an_instalment_and_its_notifications) {
    const auto buy = [&](const Json& more) {
        const auto url = link(more);
        const Json chosen = payer(url, {{"action", "choose"}, {"method", "installment_5_21:v3.0"}});
        BOOST_TEST(chosen.at("order").at("state") == "application");
        return url;
    };
    const auto statuses = [&](std::size_t count, const std::string& number) {
        std::vector<std::string> found;
        for (const auto& one : delivered(count, {{"orderNum", number}}))
            found.push_back(one.at("data").at("payment_status").get<std::string>());
        return found;
    };
    auto url = buy({{"order_id", "I-1"}});
    BOOST_TEST(!payer(url, {{"action", "sign"}}).at("ok").get<bool>());
    payer(url, {{"action", "approve"}});
    payer(url, {{"action", "sign"}});
    BOOST_TEST((statuses(2, "I-1") == std::vector<std::string>{"order_approved", "success"}));
    url = buy({{"order_id", "I-2"}});
    payer(url, {{"action", "cancel"}});
    BOOST_TEST((statuses(1, "I-2") == std::vector<std::string>{"order_canceled"}));
    url = buy({{"order_id", "I-3"}, {"demo_mode", "1"}, {"demoFlow", "reject"}});
    payer(url, {{"action", "approve"}});
    BOOST_TEST((statuses(1, "I-3") == std::vector<std::string>{"order_denied"}));
}

BOOST_AUTO_TEST_CASE(notifications_verify_in_every_encoding_and_fail_in_wrong_forms) {
    for (const char* encoding : {"urlencoded", "multipart", "json"}) {
        set({{"encoding", encoding}, {"repeatSign", std::string(encoding) == "json"}});
        payer(link({{"order_id", encoding}}));
        const Json made = delivered(1, {{"orderNum", encoding}}).at(0);
        BOOST_TEST(made.at("state") == "delivered", made.dump());
    }
    set({{"encoding", "urlencoded"}});
    for (const char* form : {"wrongKey", "unsigned", "tampered", "badSignature", "demoKey"}) {
        set({{"hookForm", form}});
        payer(link({{"order_id", form}}));
        const Json made = delivered(1, {{"orderNum", form}}).at(0);
        BOOST_TEST(made.at("attempts").at(0).at("status") == 400, made.dump());
    }
    // A page whose live mode the vendor switched off signs demo payments with another key.
    set({{"hookForm", "good"}, {"liveOff", true}});
    payer(link({{"order_id", "off"}, {"demo_mode", "1"}}));
    const Json off = delivered(1, {{"orderNum", "off"}}).at(0);
    BOOST_TEST(off.at("attempts").at(0).at("status") == 400);
    BOOST_TEST(off.at("data").at("commission") == "100");
}

BOOST_AUTO_TEST_CASE(an_address_of_the_order_adds_to_the_pages) {
    payer(link({{"urlNotification", receiver + "?one"}}));
    BOOST_TEST(delivered(2).size() == 2U);
    payer(link({{"order_id", "same"}, {"urlNotification", receiver}}));
    delivered(3);
    BOOST_TEST(delivered(1, {{"orderNum", "same"}}).size() == 1U);
}

BOOST_AUTO_TEST_CASE(twenty_three_retries_with_growing_numbers) {
    sandbox.post("/clock", {{"factor", 1e7}});
    set({{"urls", receiver + "?status=500"}});
    payer(link());
    const Json made = delivered(24).at(0);
    sandbox.wait("prodamusDeliveries", {});
    const Json attempts = made.at("attempts");
    BOOST_TEST(attempts.size() == 24U);
    BOOST_TEST(attempts.back().at("attempt") == 24);
    BOOST_TEST(attempts.back().at("sent").get<std::string>().find("&attempt=24&") !=
               std::string::npos);
    BOOST_TEST(attempts[0].at("signature") != attempts[1].at("signature"));
    BOOST_TEST(sandbox.get("/prodamus/deliveries").at("deliveries").at(0).at("state") == "failed");
}

BOOST_AUTO_TEST_CASE(foreign_money_in_roubles_beside_its_own) {
    set({{"methods", "ACEURKB"}});
    payer(link({{"currency", "eur"},
                {"products", {{{"name", "x"}, {"price", "65"}, {"quantity", "1"}}}}}));
    const Json data = delivered(1).at(0).at("data");
    BOOST_TEST(data.at("currency") == "eur");
    BOOST_TEST(data.at("currency_sum") == "65.00");
    BOOST_TEST(data.at("sum") == "5989.75");
    BOOST_TEST(data.at("payment_type") == "Visa/Mastercard, EUR");
}

BOOST_AUTO_TEST_CASE(the_cabinet_saves_settings_and_resends) {
    const auto cabinet = "/prodamus/" + host + "/cabinet";
    const auto saved = sandbox.http().post_form(cabinet, {{"action", "save"},
                                                          {"urls", receiver},
                                                          {"currency", "rub"},
                                                          {"methods", "SBP"},
                                                          {"encoding", "json"},
                                                          {"minSum", "0"}});
    BOOST_TEST(saved.status == 303);
    payer(link());
    const Json made = delivered(1).at(0);
    BOOST_TEST(made.at("attempts").at(0).at("contentType") == "application/json");
    sandbox.http().post_form(cabinet,
                             {{"action", "resend"}, {"notice", made.at("id").get<std::string>()}});
    BOOST_TEST(delivered(2).at(0).at("attempts").at(1).at("attempt") == 2);
    const auto page = sandbox.http().get(cabinet);
    BOOST_TEST(holds(page, key));
    BOOST_TEST(holds(page, "Resend notification"));
}

BOOST_AUTO_TEST_CASE(an_address_of_the_order_needs_sys) {
    Json data = {{"do", "link"}, {"order_sum", "5"}, {"urlNotification", receiver + "?one"}};
    BOOST_TEST(payer(ask(data).body).at("ok").get<bool>());
    data["sys"] = "";
    BOOST_TEST(payer(ask(data).body).at("ok").get<bool>());
    const Json made = delivered(3);
    BOOST_TEST(made.size() == 3U);
    BOOST_TEST(made.at(0).at("url") == receiver);
}

BOOST_AUTO_TEST_CASE(kept_back_turned_round_and_doubled) {
    const auto pay = [&](const char* number) { payer(link({{"order_id", number}})); };
    set({{"hooks", "hold"}});
    pay("held");
    BOOST_TEST(sandbox.get("/prodamus/deliveries").at("deliveries").at(0).at("state") == "held");
    BOOST_TEST(sandbox.post("/prodamus/deliveries/release").at("released") == 1);
    delivered(1, {{"orderNum", "held"}});
    set({{"hooks", "on"}, {"hookOutOfOrder", true}});
    pay("first");
    pay("second");
    const auto at = [&](const char* number) {
        return delivered(1, {{"orderNum", number}}).at(0).at("attempts").at(0).at("at");
    };
    BOOST_TEST(at("second").get<std::string>() < at("first").get<std::string>());
    set({{"hookOutOfOrder", false}, {"hookDuplicate", 2}});
    pay("twice");
    BOOST_TEST(delivered(2, {{"orderNum", "twice"}}).size() == 2U);
}

BOOST_AUTO_TEST_CASE(lost_ones_are_tried_again) {
    sandbox.post("/clock", {{"factor", 1e5}});
    const auto fault =
        sandbox.fault({{"side", "hook"}, {"scope", host}, {"action", {{"dropBefore", true}}}});
    payer(link());
    const Json made = delivered(2).at(0);
    BOOST_TEST(sandbox.fault_hits(fault) == 1);
    BOOST_TEST(made.at("state") == "delivered");
    BOOST_TEST(made.at("attempts").at(0).at("status") == 0);
    BOOST_TEST(made.at("attempts").at(1).at("attempt") == 2);
}

BOOST_AUTO_TEST_CASE(one_made_to_order) {
    const Json paid = payer(link()).at("order");
    const auto send = [&](Json more) {
        more["orderId"] = paid.at("orderId");
        return sandbox.post("/prodamus/deliveries/send", more).at("status");
    };
    BOOST_TEST(send({{"fields", {{"sum", "1.00"}}}, {"omit", {"sys"}}}) == 200);
    BOOST_TEST(send({{"encoding", "json"}}) == 200);
    BOOST_TEST(send({{"form", "wrongKey"}}) == 400);
    BOOST_TEST(send({{"body", "sum=1"}}) == 400);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::harness::prodamus_sandbox_notice_test
