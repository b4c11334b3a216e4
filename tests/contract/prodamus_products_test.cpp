// The basket of a link: the CRM's items where they make up the amount, and what becomes of others.
#include <boost/test/unit_test.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/contract/prodamus_linking.hpp"

namespace tillbridge::prodamus_products_test {

using namespace prodamus_test;
using nlohmann::json;

namespace {

json item(const char* name, const json& price, const json& quantity) {
    return {{"name", name}, {"price", price}, {"quantity", quantity}};
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(prodamus_products, Linking)

BOOST_AUTO_TEST_CASE(items_that_make_up_the_amount) {
    order.items_json = json({{{"name", "Курс «Основы»"},
                              {"price", 500},
                              {"quantity", 2},
                              {"vat", "vat20"},
                              {"paymentMethod", "full_payment"},
                              {"paymentObject", "service"}},
                             item("Кофе", "250.50", "1.000"),
                             item("Ткань", 166.33, 1.5),
                             item("Подарок", 0, 3)})
                           .dump();
    order.amount = money(100000 + 25050 + 24950);
    BOOST_TEST(sent("products[0][name]") == "Заказ 1213C");  // 166.33 × 1.5 is no whole kopeck
    order.items_json = json({{{"name", "Курс «Основы»"},
                              {"price", 500},
                              {"quantity", 2},
                              {"vat", "vat20"},
                              {"paymentMethod", "full_payment"},
                              {"paymentObject", "service"}},
                             item("Кофе", "250.50", "1.000"),
                             item("Ткань", 166.34, 1.5),
                             item("Подарок", 0, 3)})
                           .dump();
    order.amount = money(100000 + 25050 + 24951);
    const auto fields = sent();
    BOOST_TEST(fields.at("products[0][name]") == "Курс «Основы»");
    BOOST_TEST(fields.at("products[0][price]") == "500.00");
    BOOST_TEST(fields.at("products[0][quantity]") == "2");
    BOOST_TEST(fields.at("products[0][tax][tax_type]") == "6");
    BOOST_TEST(fields.at("products[0][paymentMethod]") == "4");
    BOOST_TEST(fields.at("products[0][paymentObject]") == "4");
    BOOST_TEST(fields.at("products[1][price]") == "250.50");
    BOOST_TEST(fields.at("products[1][quantity]") == "1");
    BOOST_TEST(fields.at("products[2][price]") == "249.51");
    BOOST_TEST(fields.at("products[2][quantity]") == "1");
    BOOST_TEST(fields.count("products[3][name]") == 0U);  // what costs nothing has no price
}

BOOST_AUTO_TEST_CASE(items_that_do_not) {
    const json fine = item("A", "1500", 1);
    for (const json& items :
         {json::array({item("A", "1499.99", 1)}), json::array({fine, item("B", 1, 1)}),
          json::array({item("", 1500, 1)}), json::array({item("A", "1500.001", 1)}),
          json::array({item("A", "x", 1)}), json::array({item("A", 1500, "x")}),
          json::array({item("A", 1500, "99999999999999999999")}),
          json::array({item("A", "9000000000000", "1000000"), item("B", 1, 1)}),
          json::array({{{"name", "A"}}}), json::array({"A"}), json::array(), json::object()}) {
        order.items_json = items.dump();
        const auto fields = sent();
        BOOST_TEST(fields.at("products[0][name]") == "Заказ 1213C", items.dump());
        BOOST_TEST(fields.at("products[0][price]") == "1500.00", items.dump());
        BOOST_TEST(fields.count("products[1][name]") == 0U, items.dump());
    }
    order.items_json = "not JSON";
    BOOST_TEST(sent("products[0][price]") == "1500.00");
    order.items_json = json::array({fine}).dump();
    BOOST_TEST(sent("products[0][name]") == "A");
}

BOOST_AUTO_TEST_CASE(every_tax_of_the_crm) {
    const std::map<std::string, std::string> codes{
        {"none", "0"},   {"vat0", "1"},   {"vat5", "10"},  {"vat7", "12"},   {"vat10", "2"},
        {"vat18", "3"},  {"vat20", "6"},  {"vat22", "14"}, {"vat105", "11"}, {"vat107", "13"},
        {"vat110", "4"}, {"vat118", "5"}, {"vat120", "7"}, {"vat122", "15"}, {"vat99", "(none)"}};
    for (const auto& [word, code] : codes) {
        json one = item("A", 1500, 1);
        one["vat"] = word;
        order.items_json = json::array({one}).dump();
        BOOST_TEST(sent("products[0][tax][tax_type]") == code, word);
    }
    options.extra["taxType"] = "10";
    json known = item("A", 1500, 1);
    known["vat"] = "vat122";
    order.items_json = json::array({known}).dump();
    BOOST_TEST(sent("products[0][tax][tax_type]") == "15");  // an item says more than the store
    json unknown = item("A", 1500, 1);
    unknown["vat"] = "vat99";
    order.items_json = json::array({unknown}).dump();
    BOOST_TEST(sent("products[0][tax][tax_type]") == "10");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::prodamus_products_test
