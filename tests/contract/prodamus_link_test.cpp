// A link's request: what an order and a store's options become, to the letter.
#include <boost/test/unit_test.hpp>
#include <map>
#include <string>

#include "api_client/http/form.hpp"
#include "api_client/prodamus/body.hpp"
#include "tests/contract/prodamus_linking.hpp"

namespace tillbridge::prodamus_link_test {

using namespace prodamus_test;

BOOST_FIXTURE_TEST_SUITE(prodamus_link, Linking)

BOOST_AUTO_TEST_CASE(plain) {
    const std::map<std::string, std::string> wanted{
        {"do", "link"},
        {"sys", "tillbridge"},
        {"order_id", "pay-1"},
        {"currency", "rub"},
        {"customer_extra", "Заказ 1213C"},
        {"urlNotification", "https://pay.example.com/hooks/prodamus/token"},
        {"urlReturn", "https://pay.example.com/pay/slug/return"},
        {"urlSuccess", "https://pay.example.com/pay/slug/return"},
        {"payments_limit", "1"},
        {"products[0][name]", "Заказ 1213C"},
        {"products[0][price]", "1500.00"},
        {"products[0][quantity]", "1"}};
    BOOST_TEST((sent() == wanted));
    const auto request = make();
    BOOST_TEST(!request->payable.has_value());
    BOOST_TEST(request->expires_at.micros == 0);
}

BOOST_AUTO_TEST_CASE(currencies) {
    for (const auto* code : {"RUB", "USD", "EUR", "KZT"}) {
        order.amount = money(150000, code);
        std::string small(code);
        for (char& c : small) c = static_cast<char>(c - 'A' + 'a');
        BOOST_TEST(sent("currency") == small);
    }
    order.amount = money(150000, "UAH");
    BOOST_TEST(failure() == "currency.not_supported ");
    order.amount = money(-1);
    BOOST_TEST(failure() == "currency.not_supported ");
    order.amount = money(100);
    order.two_stage = true;
    BOOST_TEST(failure() == "currency.not_supported ");
}

// A product that is subscribed to has a price of its own; nothing else has.
BOOST_AUTO_TEST_CASE(only_a_subscription_goes_without_a_sum) {
    order.amount = money(0);
    BOOST_TEST(failure() == "link.parameter_invalid subscription");
    order.parameters["subscription"] = "624034";
    order.parameters["discount_value"] = "50.00";
    const auto request = make();
    BOOST_REQUIRE(request.has_value());
    BOOST_TEST(sent("subscription") == "624034");
    BOOST_TEST(sent("discount_value") == "50.00");
    BOOST_TEST(sent("products[0][price]") == "(none)");
    BOOST_TEST(!request->payable.has_value());
    order.parameters["discount_value"] = "-1";
    BOOST_TEST(failure() == "link.parameter_invalid discount_value");
}

BOOST_AUTO_TEST_CASE(end_of_the_link) {
    order.expires_at = at(kNoon + 30 * 60);
    BOOST_TEST(sent("link_expired") == "22.11.2026 12:30");
    order.expires_at = at(kNoon + 30 * 60 + 59);
    BOOST_TEST(sent("link_expired") == "22.11.2026 12:30");
    BOOST_TEST((make()->expires_at == at(kNoon + 30 * 60)));
    order.expires_at = at(kNoon + 12 * 3600);
    BOOST_TEST(sent("link_expired") == "23.11.2026 00:00");
    order.expires_at = at(1798750799);  // 2026-12-31 23:59:59 in Moscow
    BOOST_TEST(sent("link_expired") == "31.12.2026 23:59");
}

BOOST_AUTO_TEST_CASE(end_of_the_link_by_its_caller) {
    order.expires_at = at(kNoon);
    struct Case {
        const char* text;
        std::int64_t at;
    };
    for (const auto& [text, expected] :
         {Case{"25.01.2027", 1800824400}, Case{"25.01.2027 12:23", 1800868980},
          Case{"2027-01-25 12:23", 1800868980}, Case{"2027-01-25 12:23:30", 1800869010}}) {
        order.parameters["link_expired"] = text;
        BOOST_TEST(sent("link_expired") == text);
        BOOST_TEST((make()->expires_at == at(expected)), text);
    }
    for (const auto* text :
         {"tomorrow", "32.01.2027", "25.13.2027", "25.01.2027 24:00", "2027-01-25",
          "25.01.2027 12:23 ", "25.01.27", "29.02.2027", "25.01.2027T12:23"}) {
        order.parameters["link_expired"] = text;
        BOOST_TEST(failure() == "link.parameter_invalid link_expired", text);
    }
}

BOOST_AUTO_TEST_CASE(discount) {
    options.extra["discount"] = "100";
    BOOST_TEST(sent("discount_value") == "100");
    BOOST_TEST(sent("products[0][price]") == "1500.00");
    BOOST_TEST((make()->payable == money(140000)));
    options.extra["discount"] = "50.25";
    BOOST_TEST((make()->payable == money(144975)));
    order.parameters["discount_value"] = "0.01";
    BOOST_TEST((make()->payable == money(149999)));
    order.parameters["discount_value"] = "0";
    BOOST_TEST(!make()->payable.has_value());
    // An empty one takes the store's back.
    order.parameters["discount_value"] = "";
    BOOST_TEST(sent("discount_value") == "(none)");
    BOOST_TEST(!make()->payable.has_value());
    for (const auto* text : {"1500", "1500.00", "2000", "-1", "1,5", "0.001", "abc"}) {
        order.parameters["discount_value"] = text;
        BOOST_TEST(failure() == "link.parameter_invalid discount_value", text);
    }
}

BOOST_AUTO_TEST_CASE(phones) {
    struct Case {
        const char* typed;
        const char* sent;
    };
    for (const auto& [typed, expected] :
         {Case{"+79991234567", "+79991234567"}, Case{"79000000000", "79000000000"},
          Case{"+7 (999) 123-45-67", "+79991234567"}, Case{"8 999 123 45 67", "+79991234567"},
          Case{"", "(none)"}, Case{"123", "(none)"}, Case{"call me", "(none)"},
          Case{"9991234567", "9991234567"}, Case{"+7999123456712345", "(none)"}}) {
        order.customer_phone = typed;
        BOOST_TEST(sent("customer_phone") == expected, typed);
    }
    order.customer_email = " buyer@example.com\n";
    BOOST_TEST(sent("customer_email") == "buyer@example.com");
}

BOOST_AUTO_TEST_CASE(name_of_the_one_product) {
    order.description = "";
    BOOST_TEST(sent("products[0][name]") == "Оплата счёта pay-1");
    BOOST_TEST(sent("customer_extra") == "(none)");
    order.locale = "kk_KZ";
    BOOST_TEST(sent("products[0][name]") == "Шотты төлеу pay-1");
    options.extra["defaultName"] = "Доступ \"Клуб\" 1/2";
    BOOST_TEST(sent("products[0][name]") == "Доступ \"Клуб\" 1/2");
}

BOOST_AUTO_TEST_CASE(options_of_the_store) {
    options.extra = {{"paymentMethods", "AC|vsegdada_installment_0_0_4|SBP"},
                     {"installments", "false"},
                     {"paymentsLimit", "3"},
                     {"urlReturn", "https://shop.example/back?o=1"},
                     {"urlSuccess", "https://shop.example/ok"},
                     {"paidContent", "Спасибо!"},
                     {"customerExtra", "Полная оплата"},
                     {"taxType", "0"},
                     {"paymentMethodType", "1"},
                     {"paymentObject", "4"},
                     {"productType", "course"},
                     {"npdIncomeType", "FROM_LEGAL_ENTITY"},
                     {"npdIncomeInn", "7707083893"},
                     {"npdIncomeCompany", "ООО Ромашка"},
                     {"acquiring", "xpaykz"},
                     {"demo", "true"}};
    const auto fields = sent();
    BOOST_TEST(fields.at("available_payment_methods") == "AC|SBP");
    BOOST_TEST(fields.at("installments_disabled") == "1");
    BOOST_TEST(fields.at("payments_limit") == "3");
    BOOST_TEST(fields.at("urlReturn") == "https://shop.example/back?o=1");
    BOOST_TEST(fields.at("urlSuccess") == "https://shop.example/ok");
    BOOST_TEST(fields.at("paid_content") == "Спасибо!");
    BOOST_TEST(fields.at("customer_extra") == "Полная оплата");
    BOOST_TEST(fields.at("products[0][tax][tax_type]") == "0");
    BOOST_TEST(fields.at("products[0][paymentMethod]") == "1");
    BOOST_TEST(fields.at("products[0][paymentObject]") == "4");
    BOOST_TEST(fields.at("products[0][type]") == "course");
    BOOST_TEST(fields.at("npd_income_type") == "FROM_LEGAL_ENTITY");
    BOOST_TEST(fields.at("npd_income_inn") == "7707083893");
    BOOST_TEST(fields.at("npd_income_company") == "ООО Ромашка");
    BOOST_TEST(fields.at("acquiring") == "xpaykz");
    BOOST_TEST(fields.at("demo_mode") == "1");
    options.extra = {{"paymentMethods", "vsegdada_installment_0_0_4"}, {"installments", "true"}};
    BOOST_TEST(sent("available_payment_methods") == "(none)");
    BOOST_TEST(sent("installments_disabled") == "(none)");
    BOOST_TEST(sent("demo_mode") == "(none)");
}

BOOST_AUTO_TEST_CASE(parameters_of_the_caller) {
    options.extra["paymentsLimit"] = "3";
    order.parameters = {
        {"payments_limit", "2"}, {"payment_method", "SBP"},   {"_param_chat", "77 / a"},
        {"utm_source", "bot"},   {"tg_user_id", "42"},        {"ref", "r1"},
        {"demoFlow", "reject"},  {"products[0][sku]", "A-1"}, {"products[0][tax][tax_type]", "6"},
        {"currency", "RUB"}};
    const auto fields = sent();
    BOOST_TEST(fields.at("payments_limit") == "2");
    for (const auto* name : {"payment_method", "_param_chat", "utm_source", "tg_user_id", "ref",
                             "demoFlow", "products[0][sku]", "products[0][tax][tax_type]"})
        BOOST_TEST(fields.at(name) == order.parameters.at(name));
    BOOST_TEST(fields.at("currency") == "rub");
}

// §2.4: one code does not work in a filter, whoever names it.
BOOST_AUTO_TEST_CASE(methods_of_the_caller_are_filtered_as_the_stores) {
    options.extra["paymentMethods"] = "AC";
    auto& methods = order.parameters["available_payment_methods"];
    methods = "SBP|vsegdada_installment_0_0_4|tpay";
    BOOST_TEST(sent("available_payment_methods") == "SBP|tpay");
    methods = "vsegdada_installment_0_0_4";
    BOOST_TEST(sent("available_payment_methods") == "(none)");
}

BOOST_AUTO_TEST_CASE(what_no_caller_changes) {
    const auto before = sent();
    order.parameters = {{"signature", "x"},
                        {"do", "pay"},
                        {"order_id", "other"},
                        {"order_id[0]", "other"},
                        {"order.id", "other"},
                        {" order_id", "other"},
                        {"urlNotification", "https://evil.example/"},
                        {"sys", "x"},
                        {"type", "json"},
                        {"callbackType", "json"},
                        {"order_sum", "1"},
                        {"products[0][price]", "1"},
                        {"products[0][quantity]", "9"},
                        {"products[1][price]", "1"},
                        {"products", "x"},
                        {"", "x"}};
    BOOST_TEST((sent() == before));
    order.parameters = {{"currency", "usd"}};
    BOOST_TEST(failure() == "link.parameter_invalid currency");
    order.parameters = {{"a[b][c][d][e][f][g][h][i][j][k][l][m][n][o][p][q]", "x"}};
    BOOST_TEST(failure() != "ok");
    order.parameters = {{"discount_value[0]", "100"}};
    BOOST_TEST(failure() == "link.parameter_invalid discount_value");
}

BOOST_AUTO_TEST_CASE(subscription) {
    order.parameters = {{"subscription", "624034"},
                        {"subscription_date_start", "2027-01-25 12:23"},
                        {"subscription_demo_period", "7"},
                        {"subscription_limit_autopayments", "12"}};
    const auto fields = sent();
    BOOST_TEST(fields.at("subscription") == "624034");
    BOOST_TEST(fields.at("subscription_limit_autopayments") == "12");
    BOOST_TEST(fields.count("products[0][price]") == 0U);
}

// The page reads what we send exactly as we signed it, whatever the names and texts.
BOOST_AUTO_TEST_CASE(what_is_sent_is_what_is_signed) {
    order.parameters = {{"_param_a b.c", "x=1&y=2+3 %41"},
                        {"_param_[x", "1"},
                        {"_param_q[]", "1"},
                        {"_param_r[ k ]", "\xF0\x9F\x98\x8D\t\n"},
                        {"utm_s[a]b[c]", "2"}};
    order.description = "«Ёж» / \"1\" \\ 'x' + %2B";
    const auto request = make();
    const auto body = http::form_encode(prodamus::to_fields(request->parameters));
    BOOST_TEST((prodamus::parse_form(body).value() == request->parameters));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::prodamus_link_test
