// The page's address in every form that people type, and which links a buyer may be sent to.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <stdexcept>
#include <string>

#include "api_client/prodamus/page.hpp"

namespace tillbridge::prodamus_page_test {

namespace {

using prodamus::BaseUrl;
using prodamus::page_host;

std::string host(const std::string& typed) {
    const auto found = page_host(typed);
    if (found) return *found;
    BOOST_TEST(found.error().field == "page");
    return found.error().code;
}

const std::string kRu = "demo.payform.ru";
const std::string kKz = "demo.payform.kz";

}  // namespace

BOOST_AUTO_TEST_SUITE(prodamus_page)

BOOST_AUTO_TEST_CASE(forms) {
    for (const auto* typed :
         {"demo", "demo.payform.ru", "https://demo.payform.ru/", "https://demo.payform.ru",
          "http://demo.payform.ru/", "Demo.PayForm.RU", "HTTPS://DEMO.PAYFORM.RU/", "demo/",
          "  demo.payform.ru \n", "\tDEMO ", "demo.payform.ru//", "https://demo"})
        BOOST_TEST(host(typed) == kRu, typed);
    for (const auto* typed : {"demo.payform.kz", "https://demo.payform.kz/", " Demo.payform.KZ"})
        BOOST_TEST(host(typed) == kKz, typed);
    BOOST_TEST(host("my-shop-2") == "my-shop-2.payform.ru");
    BOOST_TEST(host(std::string(63, 'a')) == std::string(63, 'a') + ".payform.ru");
}

BOOST_AUTO_TEST_CASE(missing) {
    for (const auto* typed : {"", "   ", "\t\n"}) BOOST_TEST(host(typed) == "credentials.missing");
}

BOOST_AUTO_TEST_CASE(refused) {
    for (const auto& typed : {std::string("payform.ru"),
                              std::string("payform.kz"),
                              std::string("https://payform.ru/"),
                              std::string("a.demo.payform.ru"),
                              std::string("demo.payform.com"),
                              std::string("demo.payform.ru.evil.example"),
                              std::string("demo.xpayform.ru"),
                              std::string("evil.example"),
                              std::string("https://"),
                              std::string("demo.payform.ru:8080"),
                              std::string("user@demo.payform.ru"),
                              std::string("demo.payform.ru/links"),
                              std::string("demo.payform.ru?x=1"),
                              std::string("demo.payform.ru#x"),
                              std::string("de mo"),
                              std::string("-demo"),
                              std::string("demo-"),
                              std::string("de_mo"),
                              std::string("xn--d1acpjx3f.payform.ru"),
                              std::string("демо"),
                              std::string("демо.payform.ru"),
                              std::string("demo.payform.ru."),
                              std::string("127.0.0.1"),
                              std::string("[::1]"),
                              std::string("ftp://demo.payform.ru"),
                              std::string(".payform.ru"),
                              std::string("demo\0.payform.ru", 16),
                              std::string("https://https://demo"),
                              std::string(64, 'a'),
                              std::string("de\nmo")})
        BOOST_TEST(host(typed) == "credentials.malformed", typed);
}

BOOST_AUTO_TEST_CASE(base_address) {
    BOOST_TEST(BaseUrl("https://{page}/").of(kRu) == "https://demo.payform.ru/");
    BOOST_TEST(BaseUrl("http://127.0.0.1:8090/prodamus/{page}/").of(kKz) ==
               "http://127.0.0.1:8090/prodamus/demo.payform.kz/");
    BOOST_CHECK_THROW(BaseUrl("https://payform.ru/"), std::invalid_argument);
    BOOST_CHECK_THROW(BaseUrl("{page}"), std::invalid_argument);
    BOOST_CHECK_THROW(BaseUrl(""), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(links) {
    const BaseUrl base("https://{page}/");
    for (const auto* link : {"https://payform.ru/u8zDE/", "https://payform.kz/7p3JR8/",
                             "https://demo.payform.ru/pay?x=1", "https://payform.ru/a/#top"})
        BOOST_TEST(base.takes_link(link, kRu), link);
    for (const auto* link :
         {"http://payform.ru/u8zDE/", "https://evil.example/u8zDE/", "https://payform.ru.evil.com/",
          "https://xpayform.ru/a/", "https://payform.ru:8443/a/", "https://a@payform.ru/",
          "https://payform.ru\\@evil.example/", "javascript:alert(1)", "https://", "",
          "https://payform.ru/<b>", "https://payform.ru/a b", "http://127.0.0.1:8090/a/"})
        BOOST_TEST(!base.takes_link(link, kRu), link);
    BOOST_TEST(!base.takes_link("https://payform.ru/" + std::string(3000, 'a'), kRu));

    const BaseUrl sandbox("http://127.0.0.1:8090/prodamus/{page}/");
    BOOST_TEST(sandbox.takes_link("http://127.0.0.1:8090/prodamus/l/u8zDE/", kRu));
    BOOST_TEST(!sandbox.takes_link("http://127.0.0.1:8091/prodamus/l/u8zDE/", kRu));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::prodamus_page_test
