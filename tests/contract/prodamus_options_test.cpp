// A store's options: their form, their words, the methods on offer.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <map>
#include <string>

#include "api_client/prodamus/options.hpp"

namespace tillbridge::prodamus_options_test {

namespace {

std::string option_fault(const std::string& code, const std::string& value) {
    const auto fine = prodamus::check_option_values({{code, value}});
    return fine ? "ok" : fine.error().code + " " + fine.error().field;
}

const port::Field& field(const std::vector<port::Field>& all, const std::string& code) {
    const auto at = std::find_if(all.begin(), all.end(),
                                 [&](const port::Field& each) { return each.code == code; });
    BOOST_TEST_REQUIRE((at != all.end()), code);
    return *at;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(prodamus_options)

BOOST_AUTO_TEST_CASE(fine) {
    struct Case {
        const char* code;
        std::string value;
    };
    for (const auto& [code, value] :
         {Case{"paymentMethods", "AC|SBP|installment_5_21:v3.0"}, Case{"paymentMethods", "NEW_ONE"},
          Case{"paymentsLimit", "1"}, Case{"discount", "25"}, Case{"discount", "50.25"},
          Case{"urlReturn", "https://shop.example/a#b"}, Case{"npdIncomeInn", "7707083893"},
          Case{"paidContent", std::string(4000, 'x')}, Case{"defaultName", ""}})
        BOOST_TEST(option_fault(code, value) == "ok", code << "=" << value);
}

BOOST_AUTO_TEST_CASE(refused) {
    struct Case {
        const char* code;
        std::string value;
    };
    for (const auto& [code, value] : {Case{"paymentMethods", "AC|"},
                                      Case{"paymentMethods", "|AC"},
                                      Case{"paymentMethods", "AC||SBP"},
                                      Case{"paymentMethods", "A C"},
                                      Case{"paymentMethods", "AC,SBP"},
                                      Case{"paymentsLimit", "0"},
                                      Case{"paymentsLimit", "1.5"},
                                      Case{"paymentsLimit", "99999999999"},
                                      Case{"discount", "50,25"},
                                      Case{"discount", "1.234"},
                                      Case{"discount", "-1"},
                                      Case{"discount", "."},
                                      Case{"urlReturn", "shop.example"},
                                      Case{"urlSuccess", "javascript:alert(1)"},
                                      Case{"urlSuccess", "https://a b/"},
                                      Case{"npdIncomeInn", "123"},
                                      Case{"npdIncomeInn", "77070838931"},
                                      Case{"paidContent", std::string(4001, 'x')},
                                      Case{"defaultName", std::string(129, 'x')},
                                      Case{"defaultName", "\xFF"}})
        BOOST_TEST(option_fault(code, value) == std::string("options.invalid ") + code,
                   code << "=" << value);
    BOOST_TEST(option_fault("npdIncomeType", "FROM_LEGAL_ENTITY") ==
               "options.invalid npdIncomeInn");
    BOOST_TEST(option_fault("npdIncomeType", "FROM_FOREIGN_AGENCY") ==
               "options.invalid npdIncomeCompany");
    const auto fault = prodamus::check_option_values({{"discount", "x"}});
    BOOST_TEST(fault.error().params.at("reason") == "two_decimals");
}

BOOST_AUTO_TEST_CASE(fields_have_words_in_all_languages) {
    const auto complete = [](const std::map<std::string, std::string>& words) {
        for (const auto* language : {"ru", "uk", "kk", "en", "es"})
            if (words.find(language) == words.end() || words.at(language).empty()) return false;
        return words.size() == 5U;
    };
    for (const auto& field : prodamus::option_fields()) {
        BOOST_TEST(complete(field.label), field.code);
        BOOST_TEST((field.help.empty() || complete(field.help)), field.code);
        BOOST_TEST(!field.required, field.code);
        for (const auto& choice : field.choices)
            BOOST_TEST(complete(choice.label), field.code << "=" << choice.value);
    }
}

BOOST_AUTO_TEST_CASE(a_store_names_the_currency_of_a_bots_links) {
    const auto all = prodamus::option_fields();
    const auto& currency = field(all, "currency");
    BOOST_TEST(currency.type == "select");
    BOOST_TEST(currency.fallback.empty());
    std::string codes;
    for (const auto& choice : currency.choices) codes += choice.value + " ";
    BOOST_TEST(codes == "rub usd eur kzt ");
}

BOOST_AUTO_TEST_CASE(the_demo_option_names_all_test_cards) {  // §5
    const auto all = prodamus::option_fields();
    for (const auto& [language, help] : field(all, "demo").help)
        for (const char* card :
             {"4111 1111 1111 1111, 12/2024, 123", "4006 8009 0096 2514, 05/26, 941",
              "5555 5555 5555 5599, 12/2024, 123", "5469 9801 0004 8525, 05/26, 041",
              "2200 0000 0000 0053, 12/2024, 123", "2202 2050 0001 2424, 05/35, 669"})
            BOOST_TEST((help.find(card) != std::string::npos), language << ": " << card);
}

BOOST_AUTO_TEST_CASE(methods_are_all_on_offer) {
    std::map<std::string, int> offered;
    for (const auto& field : prodamus::option_fields())
        if (field.code == "paymentMethods")
            for (const auto& choice : field.choices) ++offered[choice.value];
    for (const auto& [code, times] : offered) {
        BOOST_TEST(times == 1, code);
        BOOST_TEST(option_fault("paymentMethods", code) == "ok", code);
    }
    for (const auto* code : {"AC",
                             "ACkz",
                             "ACf",
                             "ACUSDGTL",
                             "ACEURGTL",
                             "ACBYNGTL",
                             "ACUSDKB",
                             "ACEURKB",
                             "monetaworld",
                             "SBP",
                             "sbol",
                             "tpay",
                             "yandexpay",
                             "wbpay",
                             "invoice",
                             "credit",
                             "installment_4_14:v3.0",
                             "installment_12_28:v3.0",
                             "TINKOFF_API_SUBSIDIZED_HIGH_INSTALLMENT_0_0_36",
                             "dolyame:installment",
                             "vsegdada_installment_0_0_6",
                             "sbrf_installment_0_0_18",
                             "sbrf_bnpl",
                             "otp_installment_0_0_3",
                             "fresh_installment_0_0_36",
                             "proonline_installment_kz_0_0_24",
                             "yandex_installment_0_0_2",
                             "mts_installment_0_0_36",
                             "ACUSDXP",
                             "ACkztjp",
                             "ACusd",
                             "ACeur",
                             "ACEURNMBX",
                             "PC",
                             "QW",
                             "GP",
                             "installment",
                             "installment_5_21",
                             "installment_0_0_36"})
        BOOST_TEST(offered.count(code) == 1U, code);
    // It does not work in a filter.
    BOOST_TEST(offered.count("vsegdada_installment_0_0_4") == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::prodamus_options_test
