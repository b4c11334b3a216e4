// What platforms' documents show of the payment page and the cabinet, on the emulated Prodamus:
// test cards, demo mode, saved settings, products, reasons. The ids are rows of
// tests/contract/prodamus-features.md.
#include <map>
#include <set>

#include "tests/e2e/prodamus_sandbox.hpp"

namespace tillbridge::harness::prodamus_sandbox_seed_test {
namespace {

struct Cabinet : ProdamusPage {
    // The whole form, as a browser sends it; a box that is not ticked is not in it.
    void save(Fields fields, const std::string& of = "demo.payform.ru") const {
        std::set<std::string> given;
        for (const auto& [name, value] : fields) given.insert(name);
        for (const auto& [name, value] : Fields{{"action", "save"},
                                                {"urls", receiver},
                                                {"subscriptionUrls", receiver},
                                                {"currency", "rub"},
                                                {"methods", "AC|SBP|invoice"},
                                                {"encoding", "urlencoded"},
                                                {"minSum", "0"}})
            if (given.count(name) == 0) fields.emplace_back(name, value);
        BOOST_TEST(sandbox.http().post_form("/prodamus/" + of + "/cabinet", fields).status == 303);
    }
    Json switches() const {
        return sandbox.get("/prodamus/pages/" + host).at("page").at("switches");
    }
    Json last_link() const { return sandbox.get("/prodamus/links").at("links").back(); }
    bool pays(const std::string& url, const Json& more = Json::object()) const {
        return payer(url, more).at("ok").get<bool>();
    }
    // What comes of a card, step by step: the order's state.
    std::string by_card(const Json& card, const std::string& password) const {
        const auto url = link({{"demo_mode", "1"}});
        BOOST_TEST(pays(url, {{"action", "choose"}, {"method", "AC"}}));
        Json step = card;
        step["action"] = "card";
        auto state = payer(url, step).at("order").at("state").get<std::string>();
        if (state != "3ds") return state;
        return payer(url, {{"action", "3ds"}, {"password", password}})
            .at("order")
            .at("state")
            .get<std::string>();
    }
    std::string renew(const Json& terms) const {
        Json data = terms;
        data["subscription"] = "593600";
        data["customer_phone"] = "+79990000001";
        return ask(data, key, "rest/setSubscriptionDiscount/").body;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(prodamus_sandbox_seed, Cabinet)

BOOST_AUTO_TEST_CASE(every_test_card_pays_as_it_is_listed) {
    struct Case {
        const char* id;
        const char* number;
        const char* expiry;
        const char* code;
        const char* password;  // empty: none is asked for
    };
    for (const auto& one : {Case{"P-111", "4111 1111 1111 1111", "12/2024", "123", "12345678"},
                            Case{"P-112", "5555 5555 5555 5599", "12/2024", "123", ""},
                            Case{"P-113", "2200 0000 0000 0053", "12/2024", "123", "12345678"},
                            Case{"P-221", "2202 2050 0001 2424", "05/35", "669", ""},
                            Case{"P-222", "5469 9801 0004 8525", "05/26", "041", "111111"},
                            Case{"P-223", "4006 8009 0096 2514", "05/26", "941", "111111"}})
        BOOST_TEST_CONTEXT(one.id) {
            const Json card{{"card", one.number}, {"expiry", one.expiry}, {"code", one.code}};
            BOOST_TEST(by_card(card, one.password) == "success");
            if (*one.password != '\0') BOOST_TEST(by_card(card, "000000") == "refused");
            Json other = card;
            other["code"] = "000";
            BOOST_TEST(by_card(other, one.password) == "new");
        }
}

BOOST_AUTO_TEST_CASE(settings_count_once_they_are_saved) {  // P-39, P-120
    set({{"urls", ""}, {"subscriptionUrls", ""}});
    BOOST_TEST(pays(link({{"order_id", "before"}})));
    const auto cabinet = sandbox.http().get("/prodamus/" + host + "/cabinet");
    BOOST_TEST(holds(cabinet, "Addresses for payments"));
    save({});
    BOOST_TEST(pays(link({{"order_id", "after"}})));
    delivered(1, {{"orderNum", "after"}});
    BOOST_TEST(sandbox.get("/prodamus/deliveries?orderNum=before").at("deliveries").empty());
}

BOOST_AUTO_TEST_CASE(the_pages_demo_mode_is_switched_and_read) {  // P-110, P-118, P-220
    const Json ordinary{{"method", "AC"}, {"card", "4242424242424242"}};
    BOOST_TEST(!switches().at("demo").get<bool>());
    BOOST_TEST(pays(link(), ordinary));
    save({{"demo", "on"}});
    BOOST_TEST(switches().at("demo").get<bool>());
    const auto demo = link();
    BOOST_TEST(!pays(demo, ordinary));
    BOOST_TEST(pays(demo, {{"method", "AC"}, {"card", "5555555555555599"}}));
    save({});
    BOOST_TEST(!switches().at("demo").get<bool>());
    BOOST_TEST(pays(link(), ordinary));
}

BOOST_AUTO_TEST_CASE(back_in_live_mode_a_page_may_refuse_test_cards) {  // P-115
    const Json listed{{"method", "AC"}, {"card", "5555555555555599"}};
    sandbox.post("/switches", {{"prodamus", host}, {"set", {{"realCards", true}}}});
    save({{"demo", "on"}});
    BOOST_TEST(pays(link(), listed));
    save({});
    BOOST_TEST(!pays(link(), listed));
    BOOST_TEST(pays(link(), {{"method", "AC"}, {"card", "4242424242424242"}}));
}

// P-13, P-45, P-88, P-126, P-132
BOOST_AUTO_TEST_CASE(a_page_shows_what_is_bought_and_a_text_after_payment) {
    const auto url = link({{"paid_content", "Доступ: <клуб>"}});
    auto page = sandbox.http().get(path_of(url));
    BOOST_TEST(holds(page, "Книга 1/2"));
    BOOST_TEST(holds(page, "100.50 rub"));
    BOOST_TEST(holds(page, "<strong id=\"amount\">201.00 rub</strong>"));
    BOOST_TEST(!holds(page, "id=\"phone\""));  // it is known
    BOOST_TEST(holds(page, "id=\"methods\""));
    BOOST_TEST(!holds(page, "paid-content"));
    const auto order = payer(url).at("order").at("orderId").get<int>();
    page = sandbox.http().get(path_of(url) + "?order=" + std::to_string(order));
    BOOST_TEST(holds(page, "<span id=\"paid-content\">Доступ: &lt;клуб&gt;</span>"));

    sandbox.post("/prodamus/products",
                 {{"id", 624034}, {"host", host}, {"name", "Чайный клуб"}, {"price", 99000}});
    const auto club = ask({{"do", "link"}, {"subscription", "624034"}, {"order_sum", "1"}}, key);
    page = sandbox.http().get(path_of(club.body));
    BOOST_TEST(holds(page, "Чайный клуб"));
    BOOST_TEST(holds(page, "<strong id=\"amount\">990.00 rub</strong>"));
    BOOST_TEST(holds(page, "id=\"phone\""));
}

BOOST_AUTO_TEST_CASE(an_invoice_a_card_and_a_subscription_are_paid) {  // P-27
    for (const char* method : {"invoice", "AC", "SBP"})
        BOOST_TEST(payer(link(), {{"method", method}}).at("order").at("state") == "success",
                   method);
    subscribe();
    BOOST_TEST(act({{"action", "charge"}}).at("payments") == 2);
}

BOOST_AUTO_TEST_CASE(what_a_receipt_needs_is_kept_with_the_order) {  // P-26
    const Json product{{"name", "Книга"},      {"price", "10"},
                       {"quantity", "1"},      {"tax", {{"tax_type", "10"}}},
                       {"paymentMethod", "4"}, {"paymentObject", "1"}};
    payer(link({{"products", {product}}, {"paid_content", "Доступ"}}));
    const auto request = last_link().at("request");
    const auto& kept = request.at("products").is_array() ? request.at("products").at(0)
                                                         : request.at("products").at("0");
    BOOST_TEST((kept == product), request.dump());
    BOOST_TEST(request.at("paid_content") == "Доступ");
}

BOOST_AUTO_TEST_CASE(a_product_made_in_the_cabinet_is_sold_by_its_id) {  // P-87
    const auto cabinet = "/prodamus/" + host + "/cabinet";
    sandbox.http().post_form(
        cabinet,
        {{"action", "product"}, {"name", "Чайный клуб"}, {"price", "990"}, {"period", "month"}});
    const auto made = sandbox.get("/prodamus/products").at("products").back();
    const auto id = std::to_string(made.at("id").get<int>());
    const auto page = sandbox.http().get(cabinet);
    BOOST_TEST(holds(page, "Чайный клуб"));
    BOOST_TEST(holds(page, ">" + id + "<"));
    subscribe({{"subscription", id}});
    BOOST_TEST(profile().at("subscription") == made.at("id"));
    BOOST_TEST(delivered(1).at(0).at("data").at("sum") == "990.00");
}

BOOST_AUTO_TEST_CASE(a_notice_has_every_name_of_the_sample) {  // P-66
    payer(link({{"discount_value", "10.5"}, {"customer_extra", "Доплата"}}));
    const Json data = delivered(1).at(0).at("data");
    for (const char* name :
         {"date", "order_id", "order_num", "domain", "sum", "customer_phone", "customer_extra",
          "payment_type", "commission", "commission_sum", "attempt", "discount_value",
          "payment_status", "payment_status_description", "payment_init"})
        BOOST_TEST(data.contains(name), name);
    const auto& products = data.at("products");
    const auto& product = products.is_array() ? products.at(0) : products.at("0");
    for (const char* name : {"name", "price", "quantity", "sum"})
        BOOST_TEST(product.contains(name), name);
}

BOOST_AUTO_TEST_CASE(a_second_discount_takes_the_place_of_the_first) {  // P-99, P-101, P-217
    subscribe();
    BOOST_TEST(renew({{"discount_value", "10"}, {"num", "3"}}) == "success");
    BOOST_TEST(act({{"action", "charge"}}).at("nextDiscountNum") == 2);
    BOOST_TEST(renew({{"discount_value", "25.50"}}) == "success");  // for good
    BOOST_TEST(profile().at("nextDiscount") == 2550);
    BOOST_TEST(profile().at("nextDiscountNum") == 0);
    for (int charge = 0; charge < 4; ++charge) act({{"action", "charge"}});
    BOOST_TEST(profile().at("nextDiscount") == 2550);
    std::vector<std::string> sums;
    for (const auto& one : delivered(5, {{"event", "auto_payment"}}))
        sums.push_back(one.at("data").at("sum").get<std::string>());
    BOOST_TEST((sums == std::vector<std::string>{"90.00", "74.50", "74.50", "74.50", "74.50"}));
}

BOOST_AUTO_TEST_CASE(a_page_without_methods_takes_no_payment) {  // P-181, P-182
    set({{"methods", "AC|SBP"}});
    const auto roubles = link();
    BOOST_TEST(last_link().at("methods") == Json({"AC", "SBP"}));
    const auto dollars = link({{"currency", "usd"}});
    const auto page = sandbox.http().get(path_of(dollars));
    BOOST_TEST(holds(page, "Нет доступных способов оплаты"));
    BOOST_TEST(!holds(page, "value=\"choose\""));
    BOOST_TEST(!pays(dollars));
    BOOST_TEST(!pays(dollars, {{"action", "choose"}, {"method", "AC"}}));
    BOOST_TEST(pays(roubles));
}

BOOST_AUTO_TEST_CASE(every_reason_is_sent_with_its_text) {  // P-192 to P-199
    const std::map<std::string, std::string> reasons{
        {"insufficient_funds", "Недостаточно средств."},
        {"card_expired", "Срок действия карты истёк."},
        {"card_limit", "Превышен лимит по карте."},
        {"card_lost", "Карта утеряна"},
        {"system_error", "Системная ошибка"},
        {"operation_rejected", "Операция отклонена. Обратитесь в банк, выпустивший карту."},
        {"operation_denied", "Отказ в проведении операции банком эмитентом."},
        {"3ds_error", "Отказ в проведении операции банком."}};
    set({{"maxAttempts", 100}});
    subscribe();
    for (const auto& [code, text] : reasons) act({{"action", "fail"}, {"errorCode", code}});
    std::map<std::string, std::string> sent;
    for (const auto& one : delivered(reasons.size(), {{"event", "charge_failed"}})) {
        const auto& block = one.at("data").at("subscription");
        sent[block.at("error_code").get<std::string>()] = block.at("error").get<std::string>();
    }
    BOOST_TEST((sent == reasons));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::harness::prodamus_sandbox_seed_test
