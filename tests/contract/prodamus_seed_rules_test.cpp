// What platforms' documents ask of a link and of the calls about subscriptions, value by value. The
// ids are rows of prodamus-features.md.
#include <boost/test/unit_test.hpp>
#include <set>
#include <string>
#include <vector>

#include "api_client/prodamus/body.hpp"
#include "api_client/prodamus/methods.hpp"
#include "api_client/prodamus/options.hpp"
#include "api_client/prodamus/signature.hpp"
#include "api_client/prodamus/subscriptions.hpp"
#include "api_client/prodamus/times.hpp"
#include "tests/contract/prodamus_linking.hpp"

namespace tillbridge::prodamus_seed_rules_test {

using namespace prodamus_test;
using Kind = port::SubscriptionChange::Kind;

namespace {

std::vector<std::string> series(const std::string& head, const std::vector<int>& months) {
    std::vector<std::string> codes;
    for (const int n : months) codes.push_back(head + std::to_string(n));
    return codes;
}

struct Codes {
    const char* id;
    std::vector<std::string> codes;
};

std::vector<Codes> codes_of_the_documents() {
    return {{"P-54", {"AC", "ACUSDXP", "ACkz", "ACkztjp", "ACusd", "ACeur"}},
            {"P-55", {"SBP", "PC", "QW", "GP", "sbol", "invoice"}},
            {"P-56", series("installment_0_0_", {3, 4, 6, 10, 12, 24})},
            {"P-56", {"installment", "credit"}},
            {"P-57", series("vsegdada_installment_0_0_", {6, 10, 12})},
            {"P-172", {"AC", "ACkz", "ACf", "ACEURNMBX", "SBP", "QW", "PC", "GP"}},
            {"P-172", {"sbol", "invoice", "monetaworld", "sbrf_bnpl", "credit"}},
            {"P-173",
             {"installment", "installment_5_21", "installment_6_28", "installment_10_28",
              "installment_12_28"}},
            {"P-174", series("installment_0_0_", {3, 4, 6, 10, 12, 24, 36})},
            {"P-175", series("vsegdada_installment_0_0_", {6, 10, 12, 24, 36})},
            {"P-176", series("sbrf_installment_0_0_", {6, 10, 12, 24, 36})},
            {"P-177", series("otp_installment_0_0_", {6, 10, 12, 24, 36})},
            {"P-178", series("mts_installment_0_0_", {6, 10, 12, 24, 36})}};
}

// What goes out, by its flat name; a refused call as `code field`.
struct Rest {
    port::SubscriptionChange change;

    explicit Rest(Kind kind) {
        change.kind = kind;
        change.product = "624034";
        change.who.phone = "79000000000";
    }
    prodamus::Tree parameters() const {
        const auto call = prodamus::rest_call(change);
        BOOST_REQUIRE(call.has_value());
        return call->parameters;
    }
    std::string field(const char* name) const { return parameters().at(name); }
    std::string fault() const {
        const auto call = prodamus::rest_call(change);
        return call ? "ok" : call.error().code + " " + call.error().field;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(prodamus_seed_rules, Linking)

BOOST_AUTO_TEST_CASE(every_code_of_a_method_goes_out_as_it_is) {
    std::set<std::string> offered;
    for (const auto& choice : prodamus::payment_methods()) offered.insert(choice.value);
    for (const auto& row : codes_of_the_documents()) BOOST_TEST_CONTEXT(row.id) {
            for (const auto& code : row.codes) {
                order.parameters["available_payment_methods"] = code;
                BOOST_TEST(sent("available_payment_methods") == code);
                order.parameters.clear();
                options.extra["paymentMethods"] = "AC|" + code;
                BOOST_TEST(sent("available_payment_methods") == "AC|" + code);
                BOOST_TEST(prodamus::check_option_values(options.extra).has_value(), code);
                options.extra.clear();
                BOOST_TEST(offered.count(code) == 1U, code);
            }
        }
}

BOOST_AUTO_TEST_CASE(a_code_that_is_no_filter_is_left_out_of_a_stores_list) {  // P-175
    options.extra["paymentMethods"] = "vsegdada_installment_0_0_4|vsegdada_installment_0_0_6";
    BOOST_TEST(sent("available_payment_methods") == "vsegdada_installment_0_0_6");
    BOOST_TEST(prodamus::check_option_values(options.extra).has_value());
}

BOOST_AUTO_TEST_CASE(a_sum_is_the_price_of_one_piece) {
    struct Case {
        const char* id;
        std::int64_t minor;
        const char* price;
    };
    for (const auto& [id, minor, price] :
         {Case{"P-05", 150000, "1500.00"}, Case{"P-30", 99000, "990.00"},
          Case{"P-40", 10000, "100.00"}, Case{"P-150", 2500, "25.00"},
          Case{"P-150", 5250, "52.50"}}) {
        order.amount = money(minor);
        const auto fields = sent();
        BOOST_TEST(fields.at("products[0][price]") == price, id);
        BOOST_TEST(fields.at("products[0][quantity]") == "1", id);
        BOOST_TEST(fields.count("products[1][price]") == 0U, id);
    }
}

// P-12, P-42, P-124, P-151, P-161, P-163: what a caller calls it stands on the page and the
// receipt.
BOOST_AUTO_TEST_CASE(the_callers_name_of_a_product_goes_before_all_others) {
    options.extra["defaultName"] = "Наше";
    order.parameters["products[0][name]"] = "Шотты төлеу 12";
    BOOST_TEST(sent("products[0][name]") == "Шотты төлеу 12");
    order.items_json = R"([{"name":"Чай","price":1500,"quantity":1}])";
    BOOST_TEST(sent("products[0][name]") == "Шотты төлеу 12");
    BOOST_TEST(sent("products[0][price]") == "1500.00");
}

BOOST_AUTO_TEST_CASE(a_discount_goes_out_as_it_was_written) {
    struct Case {
        const char* id;
        const char* text;
        std::int64_t left;
    };
    for (const auto& [id, text, left] :
         {Case{"P-06", "100", 140000}, Case{"P-44", "25", 147500}, Case{"P-44", "50.25", 144975},
          Case{"P-128", "50.99", 144901}, Case{"P-154", "63.5", 143650},
          Case{"P-164", "50.25", 144975}}) {
        order.parameters["discount_value"] = text;
        BOOST_TEST(sent("discount_value") == text, id);
        BOOST_TEST((make()->payable == money(left)), id);
    }
    for (const char* text : {"50,25", "25,", ",5"}) {  // P-44
        order.parameters["discount_value"] = text;
        BOOST_TEST(failure() == "link.parameter_invalid discount_value", text);
    }
    order.parameters.clear();
    BOOST_TEST(sent("discount_value") == "(none)");  // P-154
}

BOOST_AUTO_TEST_CASE(a_lifetime_crosses_midnight_in_moscow) {
    constexpr std::int64_t kMinute = 60, kHour = 3600;
    order.expires_at = at(kNoon + 30 * kMinute);  // P-08, P-166
    BOOST_TEST(sent("link_expired") == "22.11.2026 12:30");
    order.expires_at = at(kNoon + 11 * kHour + 45 * kMinute + 30 * kMinute);  // P-50
    BOOST_TEST(sent("link_expired") == "23.11.2026 00:15");
    order.expires_at = *prodamus::parse_moscow("24.11.2026");  // P-48
    BOOST_TEST(sent("link_expired") == "24.11.2026 00:00");
    order.expires_at = {};
    BOOST_TEST(sent("link_expired") == "(none)");  // P-152
}

BOOST_AUTO_TEST_CASE(contacts_are_sent_where_they_are_given) {  // P-45, P-46, P-129, P-130, P-165
    BOOST_TEST(sent("customer_phone") == "(none)");
    BOOST_TEST(sent("customer_email") == "(none)");
    order.customer_phone = "79000000000";
    order.customer_email = "buyer@example.com";
    BOOST_TEST(sent("customer_phone") == "79000000000");
    BOOST_TEST(sent("customer_email") == "buyer@example.com");
}

// P-51, P-134, P-170: the terms of a link hold for a subscription too, but for its price.
BOOST_AUTO_TEST_CASE(a_subscription_has_the_other_fields_of_a_link) {
    order.customer_phone = "+79000000000";
    order.customer_email = "buyer@example.com";
    order.expires_at = at(kNoon + 1800);
    order.parameters = {{"subscription", "624034"},
                        {"discount_value", "50.25"},
                        {"installments_disabled", "1"},
                        {"subscription_date_start", "25.01.2027 12:23"}};
    const auto fields = sent();
    BOOST_TEST(fields.at("subscription") == "624034");
    BOOST_TEST(fields.at("discount_value") == "50.25");
    BOOST_TEST(fields.at("customer_phone") == "+79000000000");
    BOOST_TEST(fields.at("customer_email") == "buyer@example.com");
    BOOST_TEST(fields.at("link_expired") == "22.11.2026 12:30");
    BOOST_TEST(fields.at("installments_disabled") == "1");                   // P-109
    BOOST_TEST(fields.at("subscription_date_start") == "25.01.2027 12:23");  // P-109
    for (const auto& [name, value] : fields) {
        BOOST_TEST(name.find("products") == std::string::npos, name);
        BOOST_TEST(value.find("1500") == std::string::npos, name);
    }
}

BOOST_AUTO_TEST_CASE(what_a_receipt_needs_goes_with_the_request) {  // P-26, P-126, P-157
    order.parameters = {{"products[0][tax][tax_type]", "10"},
                        {"products[0][paymentMethod]", "4"},
                        {"products[0][paymentObject]", "1"},
                        {"paid_content", "Доступ открыт"}};
    const auto fields = sent();
    for (const auto& [name, value] : order.parameters) BOOST_TEST(fields.at(name) == value);
    BOOST_TEST(fields.at("products[0][price]") == "1500.00");
}

BOOST_AUTO_TEST_CASE(a_description_of_the_callers_own_goes_before_ours) {  // P-13, P-43, P-155
    order.parameters["customer_extra"] = "Доплата / \"курс\"";
    BOOST_TEST(sent("customer_extra") == "Доплата / \"курс\"");
}

BOOST_AUTO_TEST_CASE(discounts_of_a_subscription) {
    struct Case {
        const char* id;
        const char* discount;
        std::int64_t charges;
        const char* num;
    };
    for (const auto& [id, discount, charges, num] :
         {Case{"P-99, P-102", "1", 0, "0"}, Case{"P-103", "2", 3, "3"},
          Case{"P-104", "10.25", 3, "3"}}) {
        Rest rest(Kind::discount);
        rest.change.discount = discount;
        rest.change.charges = charges;
        BOOST_TEST_CONTEXT(id) {
            BOOST_TEST(rest.field("subscription") == "624034");
            BOOST_TEST(rest.field("discount_value") == discount);
            BOOST_TEST(rest.field("num") == num);
            BOOST_TEST(rest.field("customer_phone") == "+79000000000");  // P-98
        }
    }
    Rest rest(Kind::discount);
    for (const char* bad : {"0", "-1", "10.255", "10,25"}) {  // P-97, P-216
        rest.change.discount = bad;
        BOOST_TEST(rest.fault() == "subscription.request_invalid discount_value", bad);
    }
    rest.change.discount = "10.25";
    BOOST_TEST(rest.fault() == "ok");
}

BOOST_AUTO_TEST_CASE(numbers_are_signed_as_the_texts_that_they_are_sent_as) {  // P-104
    Rest rest(Kind::discount);
    rest.change.discount = "10.25";
    rest.change.charges = 3;
    const domain::Secret key("key-for-tests");
    const auto typed = prodamus::parse_json_tree(
        R"({"subscription":624034,"customer_phone":"+79000000000","discount_value":10.25,"num":3})");
    BOOST_TEST(prodamus::sign(*typed, key).value() ==
               prodamus::sign(rest.parameters(), key).value());
}

BOOST_AUTO_TEST_CASE(dates_of_a_subscription) {  // P-105, P-107, P-218
    Rest rest(Kind::next_payment);
    struct Case {
        const char* written;
        const char* sent;
    };
    for (const auto& [written, sent_as] :
         {Case{"01.02.2027", "2027-02-01 00:00"}, Case{"01.02.2027 09:05", "2027-02-01 09:05"}}) {
        rest.change.next_payment = *prodamus::parse_moscow(written);
        BOOST_TEST(rest.field("date") == sent_as);
        BOOST_TEST(rest.field("auth_type") == "customer_phone");
    }
    rest.change.who = {};
    rest.change.who.profile = "70001";
    BOOST_TEST(rest.field("auth_type") == "profile");
    BOOST_TEST(rest.field("profile") == "70001");
    BOOST_TEST(rest.field("customer_phone") == "");
}

BOOST_AUTO_TEST_CASE(whose_subscription_it_is) {  // P-92, P-210, P-212, P-214, P-215
    for (const auto kind : {Kind::activity, Kind::discount, Kind::next_payment}) {
        Rest rest(kind);
        rest.change.discount = "1";
        rest.change.next_payment = at(kNoon);
        BOOST_TEST(rest.field("customer_phone") == "+79000000000");
        rest.change.who.profile = "70001";  // a profile says it all
        BOOST_TEST(rest.field("profile") == "70001");
        BOOST_TEST(rest.field("customer_phone") == "");
        rest.change.who = {};
        rest.change.who.email = "buyer@example.com";
        BOOST_TEST(rest.field("customer_email") == "buyer@example.com");
        rest.change.who = {};
        BOOST_TEST(rest.fault() == "subscription.request_invalid profile");  // P-108, P-209
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::prodamus_seed_rules_test
