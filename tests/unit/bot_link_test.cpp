// What bots may ask for, by the rules of their platforms: the ids are rows of the platforms'
// documents.
#include "module/service/bot_link.hpp"

#include <boost/test/unit_test.hpp>

namespace tillbridge::bot_link_test {

using domain::BotStyle;
using service::BotVariables;

namespace {

// 2027-01-25 09:00:00 UTC, noon in Moscow.
const auto kNow = domain::UtcTime::from_seconds(1800867600);

domain::Result<service::BotLink> read(const BotVariables& given,
                                      BotStyle style = BotStyle::salebot) {
    return service::read_bot_link(given, style, "order7", kNow);
}

service::BotLink link(const BotVariables& given, BotStyle style = BotStyle::salebot) {
    const auto made = read(given, style);
    BOOST_TEST_REQUIRE(made.has_value(), (made ? std::string() : made.error().code));
    return *made;
}

std::string refusal(const BotVariables& given, BotStyle style = BotStyle::salebot) {
    const auto made = read(given, style);
    return made ? "taken" : made.error().code + " " + made.error().field;
}

BotVariables with(const char* name, const std::string& value) {
    return {{"payment_sum", "100"}, {name, value}};
}

std::string repeated(std::size_t count, const char* character) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += character;
    return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bot_link)

BOOST_AUTO_TEST_CASE(a_sum_alone_is_enough_and_the_rest_has_defaults) {  // P-40, P-42, P-43
    const auto made = link({{"payment_sum", "100"}});
    BOOST_TEST(made.whole_key);
    BOOST_TEST(made.sum == "100");
    BOOST_TEST(made.order_id == "order7");
    BOOST_TEST(made.product_name == "Оплата счета order7");
    BOOST_TEST(made.description == "Оплата счета order7");
    BOOST_TEST(made.parameters.at("products[0][name]") == made.product_name);
    BOOST_TEST(made.parameters.at("customer_extra") == made.description);
    BOOST_TEST(!made.expires_at);
    BOOST_TEST(made.currency.empty());
}

BOOST_AUTO_TEST_CASE(mavibot_has_its_own_name_of_a_product) {  // P-161, P-155, P-163
    const auto made = link({{"payment_sum", "100"}, {"order_id", "12"}}, BotStyle::mavibot);
    BOOST_TEST(made.product_name == "Шотты төлеу 12");
    BOOST_TEST(made.description == "Оплата счета 12");
    BOOST_TEST(link(with("payment_title", "Title"), BotStyle::mavibot).product_name == "Title");
    BOOST_TEST(link({{"payment_sum", "1"}, {"payment_title", "T"}, {"product_name", "P"}},
                    BotStyle::mavibot)
                   .product_name == "P");
}

BOOST_AUTO_TEST_CASE(savvi_needs_a_description_and_names_the_product_by_it) {  // P-12, P-33
    BOOST_TEST(refusal({{"payment_sum", "1"}}, BotStyle::savvi) ==
               "request.field_missing payment_description");
    BOOST_TEST(link(with("payment_description", "Course"), BotStyle::savvi).product_name ==
               "Course");
}

BOOST_AUTO_TEST_CASE(sums_and_discounts_are_digits_with_a_dot) {  // P-32, P-44, P-125, P-150, P-154
    for (const char* good : {"25", "50.25", "0.5", "63.5"}) {
        BOOST_TEST(link({{"payment_sum", good}}).sum == good);
        BOOST_TEST(link(with("discount_value", good)).discount == good);
    }
    for (const char* bad : {"25,5", "-1", "1e3", "text", "1.", ".5", "1 000", "1.00000", "∞"}) {
        BOOST_TEST(refusal({{"payment_sum", bad}}) == "request.field_invalid payment_sum", bad);
        BOOST_TEST(refusal(with("discount_value", bad)) == "request.field_invalid discount_value",
                   bad);
    }
    for (const char* none : {"", "0", "0.00", "None", "''", "\"\""})
        BOOST_TEST(refusal({{"payment_sum", none}}) == "request.field_missing payment_sum", none);
    BOOST_TEST(link(with("discount_value", "0")).discount.empty());
    BOOST_TEST(link(with("discount_value", "25")).parameters.at("discount_value") == "25");
    BOOST_TEST(link(with("discount_value", "''")).parameters.count("discount_value") == 0U);
}

BOOST_AUTO_TEST_CASE(a_link_of_a_button_needs_a_name_and_a_contact) {  // P-124, P-131, P-151, P-153
    const BotVariables whole{
        {"amount", "44"}, {"product_name", "Tea"}, {"customer_phone", "79000000000"}};
    const auto made = link(whole, BotStyle::mavibot);
    BOOST_TEST(!made.whole_key);
    BOOST_TEST(made.sum_field == "amount");
    auto without = [&](const char* name) {
        auto given = whole;
        given.erase(name);
        return refusal(given, BotStyle::mavibot);
    };
    BOOST_TEST(without("amount") == "request.field_missing payment_sum");
    BOOST_TEST(without("product_name") == "request.field_missing product_name");
    BOOST_TEST(without("customer_phone") == "bot.contact_missing customer_phone");
    // Variables leave the contact to the page.
    BOOST_TEST(refusal({{"payment_sum", "44"}}, BotStyle::mavibot) == "taken");  // P-132
}

BOOST_AUTO_TEST_CASE(double_quotes_in_a_name_are_each_platforms_own_matter) {  // P-124
    const std::string quoted = "Курс \"Чай\"";
    BOOST_TEST(refusal(with("product_name", quoted), BotStyle::mavibot) ==
               "bot.product_name_quotes product_name");
    BOOST_TEST(link(with("product_name", quoted)).product_name == quoted);
}

BOOST_AUTO_TEST_CASE(lifetimes_are_moscows) {  // P-08, P-47, P-48, P-49, P-50, P-133, P-152, P-166
    const auto seconds = [](const char* text) {
        return link(with("link_expired", text)).expires_at.seconds() - kNow.seconds();
    };
    BOOST_TEST(seconds("25.01.2027 12:23") == 23 * 60);
    BOOST_TEST(seconds("26.01.2027") == 12 * 3600);
    BOOST_TEST(seconds("27.1.2027 00:00") == 36 * 3600);
    BOOST_TEST(seconds("2027-01-25 12:23") == 23 * 60);  // as Prodamus has it
    BOOST_TEST(seconds("2027-01-25 12:23:30") == 23 * 60);
    BOOST_TEST(seconds("30") == 30 * 60);
    BOOST_TEST(!link(with("link_expired", "None")).expires_at);
    BOOST_TEST(link({{"payment_sum", "1"}, {"expired", "30"}}).expires_at.seconds() ==
               kNow.seconds() + 1800);
    for (const char* past :
         {"25.01.2027", "25.01.2027 12:00", "24.01.2027 23:59", "2027-01-25 12:00", "0"})  // P-139
        BOOST_TEST(refusal(with("link_expired", past)) == "bot.link_expired link_expired", past);
    for (const char* bad : {"31.02.2027", "2027-01-26", "26.01.27", "26.01.2027 24:00",
                            "26.01.2027 12:60", "26.01.2027 12:23:00", "2027-13-01 12:00",
                            "2027-01-26 24:00", "2027-01-26T12:00", "2027-01-26 12:00:60",
                            "2027-1-26 12:00", "tomorrow", "-5", "01.01.2999", "26.01.2027T12:00"})
        BOOST_TEST(refusal(with("link_expired", bad)) == "request.field_invalid link_expired", bad);
}

BOOST_AUTO_TEST_CASE(a_moment_is_written_as_it_is_read) {  // P-107, P-200, P-218
    BOOST_TEST(service::moscow_text(*service::read_moscow("22.12.2026 12:30")) ==
               "22.12.2026 12:30");
    BOOST_TEST(service::moscow_text(*service::read_moscow("01.02.2027")) == "01.02.2027 00:00");
}

BOOST_AUTO_TEST_CASE(lengths_are_characters_not_bytes) {  // P-157, P-162, P-163, P-169
    const auto description = [&](std::size_t count) {
        return refusal(with("payment_description", repeated(count, "ж")), BotStyle::mavibot);
    };
    BOOST_TEST(description(127) == "taken");
    BOOST_TEST(description(128) == "request.field_too_long payment_description");
    BOOST_TEST(refusal(with("payment_title", repeated(128, "ж")), BotStyle::mavibot) ==
               "request.field_too_long payment_title");
    const auto receipt = [&](std::size_t count) {
        return refusal(with("products_for_receipt", repeated(count, "ж")));
    };
    BOOST_TEST(receipt(49) == "request.field_invalid products_for_receipt");
    BOOST_TEST(receipt(50) == "taken");
    BOOST_TEST(receipt(4000) == "taken");
    BOOST_TEST(receipt(4001) == "request.field_too_long products_for_receipt");
    BOOST_TEST(
        link(with("products_for_receipt", repeated(50, "ж"))).parameters.at("paid_content") ==
        repeated(50, "ж"));  // P-126
}

BOOST_AUTO_TEST_CASE(a_currency_may_be_written_in_any_case) {  // P-04, P-167, P-179
    BOOST_TEST(link(with("currency", "KZT")).currency == "KZT");
    BOOST_TEST(link(with("currency", "kzt")).currency == "KZT");
    BOOST_TEST(link(with("prodamus_currency", "eur")).currency == "EUR");
    BOOST_TEST(link(with("prodamus_currency", "eur")).parameters.count("currency") == 0U);
}

BOOST_AUTO_TEST_CASE(any_parameter_goes_through_but_what_is_ours) {  // P-53, P-109, P-156, P-219
    const auto made = link({{"payment_sum", "1"},
                            {"prodamus_available_payment_methods", "ACkz|ACf|SBP"},
                            {"prodamus_installments_disabled", "1"},
                            {"prodamus_subscription_date_start", "2027-02-01 00:00"},
                            {"payments_limit", "3"},
                            {"locale", "fr-XC"},
                            {"prodamus_pay_url", "https://old"},
                            {"prodamus_payment_completed", "True"}});
    BOOST_TEST(made.parameters.at("available_payment_methods") == "ACkz|ACf|SBP");  // P-171
    BOOST_TEST(made.parameters.at("installments_disabled") == "1");
    BOOST_TEST(made.parameters.at("subscription_date_start") == "2027-02-01 00:00");
    BOOST_TEST(made.parameters.at("payments_limit") == "3");               // P-07
    for (const char* unsent : {"locale", "pay_url", "payment_completed"})  // P-168
        BOOST_TEST(made.parameters.count(unsent) == 0U, unsent);
    for (const char* ours :
         {"do", "sys", "order_id", "order_sum", "urlNotification", "signature", "type",
          "callbackType", "products", "demo_mode", "products[0][price]", "", "a b"})
        BOOST_TEST(refusal(with((std::string("prodamus_") + ours).c_str(), "1")) ==
                       std::string("bot.parameter_forbidden prodamus_") + ours,
                   ours);
    for (const char* bad : {"0", "-1", "x", "1.5"})
        BOOST_TEST(refusal(with("payments_limit", bad)) == "request.field_invalid payments_limit");
}

BOOST_AUTO_TEST_CASE(a_subscription_is_named_by_its_product) {  // P-51, P-88, P-134, P-170, P-206
    const auto made = link({{"payment_sum", "990"},
                            {"prodamus_subscription", "624034"},
                            {"discount_value", "10"},
                            {"customer_phone", "+79000000000"},
                            {"customer_email", "a@b.c"},
                            {"link_expired", "30"}});
    BOOST_TEST(made.subscription == "624034");
    BOOST_TEST(made.parameters.at("subscription") == "624034");
    BOOST_TEST(made.parameters.count("products[0][name]") == 0U);
    BOOST_TEST(made.discount == "10");
    BOOST_TEST(made.phone == "+79000000000");
    BOOST_TEST(made.email == "a@b.c");
    BOOST_TEST(made.expires_at.seconds() == kNow.seconds() + 1800);
    BOOST_TEST(
        link({{"amount", "1"}, {"product_name", "x"}, {"subscription_id", "7"}}).subscription ==
        "7");  // P-208
    BOOST_TEST(refusal(with("prodamus_subscription", "62a")) ==
               "request.field_invalid prodamus_subscription");
}

BOOST_AUTO_TEST_CASE(a_subscription_needs_no_sum_its_product_has_a_price) {  // P-88, P-206, P-208
    const auto made = link({{"prodamus_subscription", "624034"}});
    BOOST_TEST(made.sum == "");
    BOOST_TEST(made.whole_key);
    BOOST_TEST(made.subscription == "624034");
    BOOST_TEST(link({{"prodamus_subscription", "624034"}, {"payment_sum", "0"}}).sum == "");
    const auto function = link({{"subscription_id", "624034"}, {"product_name", "Club"}});
    BOOST_TEST(!function.whole_key);
    BOOST_TEST(refusal({{"subscription_id", "624034"}}) == "request.field_missing product_name");
    BOOST_TEST(refusal({{"payment_sum", "0"}}) == "request.field_missing payment_sum");
    BOOST_TEST(refusal({{"prodamus_subscription", "62"}, {"payment_sum", "x"}}) ==
               "request.field_invalid payment_sum");
}

BOOST_AUTO_TEST_CASE(what_a_receipt_says_of_the_product_goes_to_the_product) {  // P-183
    auto given = with("prodamus_paymentMethod", "1");
    given["prodamus_paymentObject"] = "4";
    given["prodamus_tax_type"] = "6";
    given["prodamus_tax_sum"] = "10.50";
    const auto made = link(given);
    BOOST_TEST(made.parameters.at("products[0][paymentMethod]") == "1");
    BOOST_TEST(made.parameters.at("products[0][paymentObject]") == "4");
    BOOST_TEST(made.parameters.at("products[0][tax][tax_type]") == "6");
    BOOST_TEST(made.parameters.at("products[0][tax][tax_sum]") == "10.50");
    BOOST_TEST(refusal(with("prodamus_tax_type", "vat20")) ==
               "request.field_invalid prodamus_tax_type");
}

BOOST_AUTO_TEST_CASE(codes_of_a_receipt_are_short_whole_numbers) {
    for (const char* name : {"paymentMethod", "paymentObject", "tax_type"}) {
        const auto variable = std::string("prodamus_") + name;
        for (const char* good : {"0", "7", "14"})
            BOOST_TEST(refusal(with(variable.c_str(), good)) == "taken", name << " " << good);
        for (const char* bad : {"1.5", "100", "-1", "x", "1 "})
            BOOST_TEST(refusal(with(variable.c_str(), bad)) == "request.field_invalid " + variable,
                       name << " " << bad);
    }
}

BOOST_AUTO_TEST_CASE(where_a_buyer_is_sent_is_an_address) {
    for (const char* name : {"prodamus_urlReturn", "prodamus_urlSuccess", "prodamus_urlOther"}) {
        for (const char* good : {"https://shop.example", "http://shop.example:8080/a?b=c#d"})
            BOOST_TEST(refusal(with(name, good)) == "taken", good);
        for (const char* bad :
             {"javascript:alert(1)", "shop.example", "//shop.example", "https://", "https:///a",
              "https://a b/", "https://me@shop.example/", "tg://resolve", "data:text/html,x"})
            BOOST_TEST(refusal(with(name, bad)) == std::string("request.field_invalid ") + name,
                       bad);
    }
}

BOOST_AUTO_TEST_CASE(a_forbidden_name_is_not_told_at_any_length) {
    const auto field = [](const std::string& name) {
        return read(with(name.c_str(), "1")).error().field;
    };
    BOOST_TEST(field("prodamus_" + repeated(5000, "x")) == "prodamus_" + repeated(91, "x"));
    BOOST_TEST(field("prodamus_" + repeated(5000, "ж")) == "prodamus_" + repeated(91, "ж"));
    BOOST_TEST(field("prodamus_" + repeated(91, "ж")) == "prodamus_" + repeated(91, "ж"));
}

BOOST_AUTO_TEST_CASE(a_hold_is_captured_whole_or_by_a_decimal) {
    const auto amount = [](const char* text) { return service::asked_amount({{"amount", text}}); };
    BOOST_TEST((service::asked_amount({{"payment_sum", "5"}}).value() == std::nullopt));
    for (const char* none : {"", "None", "''"}) BOOST_TEST((amount(none).value() == std::nullopt));
    BOOST_TEST(amount("60.50").value().value() == "60.50");
    for (const char* bad : {"-1", "1,5", "1e3", "x", " 1", "1.00000", "9999999999999999"})
        BOOST_TEST(amount(bad).error().field == "amount", bad);
}

BOOST_AUTO_TEST_CASE(contacts_have_a_form) {  // P-45, P-46, P-130, P-165
    for (const char* good : {"79000000000", "+79000000000", "+7 (900) 000-00-00"})
        BOOST_TEST(link(with("customer_phone", good)).phone == good);
    for (const char* bad : {"123", "79000000000x", "1234567890123456"})
        BOOST_TEST(refusal(with("customer_phone", bad)) == "request.field_invalid customer_phone");
    for (const char* bad : {"a", "@b", "a@", "a@b@c", "a b@c"})
        BOOST_TEST(refusal(with("customer_email", bad)) == "request.field_invalid customer_email");
    BOOST_TEST(refusal(with("product_name", "a\nb")) == "request.field_invalid product_name");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::bot_link_test
