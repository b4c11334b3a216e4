// URLs, forms and excerpts: text in, text out.
#include <boost/test/unit_test.hpp>

#include "api_client/http/form.hpp"
#include "api_client/http/url.hpp"

namespace tillbridge::http_url_test {

using namespace tillbridge::http;

BOOST_AUTO_TEST_SUITE(http_url)

BOOST_AUTO_TEST_CASE(parts) {
    const auto url = parse_url("HTTPS://Shop.RetailCRM.ru:8443/api/v5/orders?site=a%20b&x=/?");
    BOOST_REQUIRE(url);
    BOOST_TEST(url->scheme == "https");
    BOOST_TEST(url->host == "shop.retailcrm.ru");
    BOOST_TEST(url->port == 8443);
    BOOST_TEST(url->path == "/api/v5/orders");
    BOOST_TEST(url->query == "site=a%20b&x=/?");
    BOOST_TEST(url->authority() == "shop.retailcrm.ru:8443");
    BOOST_TEST(url->target() == "/api/v5/orders?site=a%20b&x=/?");
    BOOST_TEST(url->text() == "https://shop.retailcrm.ru:8443/api/v5/orders?site=a%20b&x=/?");
}

BOOST_AUTO_TEST_CASE(defaults) {
    BOOST_TEST(parse_url("https://a.example")->port == 443);
    BOOST_TEST(parse_url("http://a.example")->port == 80);
    BOOST_TEST(parse_url("https://a.example")->path == "/");
    BOOST_TEST(parse_url("https://a.example?q=1")->target() == "/?q=1");
    BOOST_TEST(parse_url("https://a.example:443/")->authority() == "a.example");
    BOOST_TEST(parse_url("http://a.example:443/")->authority() == "a.example:443");
    BOOST_TEST(parse_url("https://[::1]:8443/")->authority() == "[::1]:8443");
    BOOST_TEST(parse_url("https://[::1]/")->host == "::1");
    BOOST_TEST(parse_url("https://[::1]/")->literal());
    BOOST_TEST(!parse_url("https://a.example/")->literal());
}

BOOST_AUTO_TEST_CASE(limits) {
    const std::string label(63, 'a');
    BOOST_TEST(parse_url("https://" + label + ".example").has_value());
    BOOST_TEST(!parse_url("https://" + label + "a.example").has_value());
    BOOST_TEST(
        !parse_url("https://" + label + "." + label + "." + label + "." + label).has_value());
    BOOST_TEST(parse_url("https://a.example/" + std::string(8000, 'x')).has_value());
    BOOST_TEST(!parse_url("https://a.example/" + std::string(8192, 'x')).has_value());
    BOOST_TEST(!parse_url("https://-a.example/").has_value());
    BOOST_TEST(!parse_url("https://a-.example/").has_value());
    BOOST_TEST(!parse_url("https://a.example/a b").has_value());
}

BOOST_AUTO_TEST_CASE(typed_base_addresses) {
    const auto base = [](std::string_view typed) {
        const auto url = normalize_base_url(typed);
        return url ? *url : url.error().code;
    };
    BOOST_TEST(base("shop.retailcrm.ru") == "https://shop.retailcrm.ru");
    BOOST_TEST(base("  https://Shop.RetailCRM.ru/ \r\n") == "https://shop.retailcrm.ru");
    BOOST_TEST(base("shop.retailcrm.ru:443/") == "https://shop.retailcrm.ru");
    BOOST_TEST(base("shop.retailcrm.ru:8443///") == "https://shop.retailcrm.ru:8443");
    BOOST_TEST(base("https://crm.example.org/Boxed/crm/") == "https://crm.example.org/Boxed/crm");
    BOOST_TEST(base("http://127.0.0.1:8090/crm") == "http://127.0.0.1:8090/crm");
    BOOST_TEST(base("localhost:8090/crm") == "https://localhost:8090/crm");
    BOOST_TEST(base("shop.retailcrm.ru.") == "https://shop.retailcrm.ru");
    for (const char* bad : {"", "   ", "https://", "ftp://shop.retailcrm.ru", "shop retailcrm.ru",
                            "https://shop.retailcrm.ru/?a=1", "https://shop.retailcrm.ru#x",
                            "https:/shop.retailcrm.ru", "a@shop.retailcrm.ru", "/crm"}) {
        BOOST_TEST(base(bad) == "http.url_invalid", bad);
    }
}

BOOST_AUTO_TEST_CASE(joining) {
    BOOST_TEST(join_url("https://a.example/api/", "/x") == "https://a.example/api/x");
    BOOST_TEST(join_url("https://a.example/api", "x") == "https://a.example/api/x");
    BOOST_TEST(join_url("https://a.example", "") == "https://a.example");
    BOOST_TEST(host_of("https://A.example:1/x") == "a.example");
    BOOST_TEST(host_of("nonsense") == "");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(http_form)

BOOST_AUTO_TEST_CASE(encoding) {
    BOOST_TEST(percent_encode("aZ09-._~") == "aZ09-._~");
    BOOST_TEST(percent_encode("a b+c/\xd0\xb6&=%") == "a%20b%2Bc%2F%D0%B6%26%3D%25");
    BOOST_TEST(form_encode({{"a b", "1+1"}, {"j", "{\"x\":[]}"}}) ==
               "a+b=1%2B1&j=%7B%22x%22%3A%5B%5D%7D");
    BOOST_TEST(form_encode({}) == "");
    BOOST_TEST(query_encode({{"a b", "1 2"}, {"c", ""}}) == "a%20b=1%202&c=");
    BOOST_TEST(percent_encode(std::string("\0\xff", 2)) == "%00%FF");
}

BOOST_AUTO_TEST_CASE(queries_are_appended) {
    BOOST_TEST(with_query("https://a/x", {{"b", "1"}}) == "https://a/x?b=1");
    BOOST_TEST(with_query("https://a/x?a=0", {{"b", "1"}}) == "https://a/x?a=0&b=1");
    BOOST_TEST(with_query("https://a/x?", {{"b", "1"}}) == "https://a/x?b=1");
    BOOST_TEST(with_query("https://a/x", {}) == "https://a/x");
}

BOOST_AUTO_TEST_CASE(excerpts_are_bounded_and_whole_characters) {
    BOOST_TEST(excerpt("short") == "short");
    BOOST_TEST(excerpt(std::string_view("a\0b\x1b[c\x7f\n", 8)) == "a b [c \n");
    BOOST_TEST(excerpt("abcdef", 4) == "abcd\u2026 (+2 bytes)");
    BOOST_TEST(excerpt("ab\u0436\u0436", 3) == "ab\u2026 (+4 bytes)");
    BOOST_TEST(excerpt("ab\u0436\u0436", 4) == "ab\u0436\u2026 (+2 bytes)");
    BOOST_TEST(excerpt(std::string(100'000, 'x')).size() < 2100);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::http_url_test
