// Forms, percent decoding, UTF-8, routes, client addresses, the miss limiter.
#include <boost/test/unit_test.hpp>
#include <stdexcept>

#include "handlers/client_address.hpp"
#include "handlers/errors.hpp"
#include "handlers/form.hpp"
#include "handlers/miss_limiter.hpp"
#include "handlers/percent.hpp"
#include "handlers/public_path.hpp"
#include "handlers/router.hpp"
#include "tests/support/fake_ports.hpp"

namespace tillbridge::handlers::handlers_form_test {

BOOST_AUTO_TEST_SUITE(handlers_form)

BOOST_AUTO_TEST_CASE(reads_fields) {
    const auto form = parse_form("a=1&b=%7B%22x%22%3A+1%7D&&c&d=%D0%BF");
    BOOST_REQUIRE(form);
    BOOST_TEST(form->at("a") == "1");
    BOOST_TEST(form->at("b") == "{\"x\": 1}");
    BOOST_TEST(form->at("c") == "");
    BOOST_TEST(form->at("d") == "п");
    BOOST_TEST(parse_form("")->empty());
}

BOOST_AUTO_TEST_CASE(refuses_what_is_not_clean) {
    struct Case {
        std::string text, code, field;
    };
    const Case cases[] = {
        {"a=1&a=2", "request.field_invalid", "a"},
        {"a=%", "request.field_invalid", "a"},
        {"a=%4", "request.field_invalid", "a"},
        {"a=%gg", "request.field_invalid", "a"},
        {"a=%ff", "request.field_invalid", "a"},
        {"a=%00", "request.field_invalid", "a"},
        {"a=\xc0\xaf", "request.field_invalid", "a"},
        {"%ff=1", "request.malformed", ""},
        {"%=1", "request.malformed", ""},
        {"%00=1", "request.malformed", ""},
    };
    for (const Case& c : cases) {
        const auto form = parse_form(c.text);
        BOOST_REQUIRE_MESSAGE(!form, c.text);
        BOOST_TEST(form.error().code == c.code, c.text);
        BOOST_TEST(form.error().field == c.field, c.text);
    }
    std::string many;
    for (std::size_t i = 0; i <= kMaxFields; ++i) many += "f" + std::to_string(i) + "=&";
    BOOST_TEST(parse_form(many).error().code == "request.too_large");
}

BOOST_AUTO_TEST_CASE(takes_forms_only) {
    Request request;
    request.body = "a=1";
    BOOST_TEST(form_of(request).has_value());
    request.headers["content-type"] = "Application/X-WWW-form-urlencoded; charset=UTF-8";
    BOOST_TEST(form_of(request).has_value());
    for (const char* type : {"multipart/form-data; boundary=x", "application/json", "text/plain"}) {
        request.headers["content-type"] = type;
        BOOST_TEST(form_of(request).error().code == "request.malformed", type);
    }
}

BOOST_AUTO_TEST_CASE(tells_utf8_from_the_rest) {
    for (const char* good : {"", "a", "\xc2\x80", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xef\xbf\xbf",
                             "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "цена"})
        BOOST_TEST(is_clean_utf8(good), good);
    for (const char* bad : {"\x80", "\xc1\xbf", "\xc2", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xe2\x82",
                            "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "a\xff"})
        BOOST_TEST(!is_clean_utf8(bad));
    BOOST_TEST(!is_clean_utf8(std::string_view("a\0b", 3)));
    BOOST_TEST(utf8_length("цена") == 4U);
}

BOOST_AUTO_TEST_CASE(reads_cookies) {
    Request request;
    request.headers["cookie"] = "a=1; tillbridge_session=abc=; b=2";
    BOOST_TEST(request.cookie("tillbridge_session") == "abc=");
    BOOST_TEST(request.cookie("b") == "2");
    BOOST_TEST(request.cookie("session") == "");
}

BOOST_AUTO_TEST_CASE(finds_routes) {
    const auto nothing = [](Request&) { return Answer{}; };
    const Router router({{{"GET", "HEAD"}, "/pay/{slug}", nothing},
                         {{"GET"}, "/pay/{slug}/return", nothing},
                         {{"POST"}, "/pay/{slug}", nothing},
                         {{"GET"}, "/settings", nothing}});
    const auto match = router.match("GET", "/pay/a%2Fb");
    BOOST_REQUIRE(match.route != nullptr);
    BOOST_TEST(match.method_allowed);
    BOOST_TEST(match.params.at(0).first == "slug");
    BOOST_TEST(match.params.at(0).second == "a/b");
    BOOST_TEST(router.match("POST", "/pay/x").method_allowed);
    const auto refused = router.match("PUT", "/pay/x");
    BOOST_TEST(!refused.method_allowed);
    BOOST_TEST(refused.allow == "GET, HEAD, POST");
    for (const char* path : {"/", "/pay", "/pay/", "/pay//return", "/pay/x/return/", "/settings/",
                             "/Settings", "//settings"})
        BOOST_TEST((router.match("GET", path).route == nullptr), path);
}

BOOST_AUTO_TEST_CASE(believes_trusted_proxies_only) {
    const TrustedProxies proxies({"10.0.0.0/8", "192.168.1.5", "fd00::/8"});
    BOOST_TEST(proxies.client("203.0.113.9", "1.2.3.4") == "203.0.113.9");
    BOOST_TEST(proxies.client("10.1.2.3", "1.2.3.4") == "1.2.3.4");
    BOOST_TEST(proxies.client("10.1.2.3", "") == "10.1.2.3");
    BOOST_TEST(proxies.client("10.1.2.3", "9.9.9.9, 1.2.3.4") == "1.2.3.4");
    BOOST_TEST(proxies.client("10.1.2.3", "1.2.3.4, 192.168.1.5") == "1.2.3.4");
    BOOST_TEST(proxies.client("10.1.2.3", "1.2.3.4, junk") == "10.1.2.3");
    BOOST_TEST(proxies.client("::ffff:10.1.2.3", "1.2.3.4") == "1.2.3.4");
    BOOST_TEST(proxies.client("fd00::1", "2001:db8::1") == "2001:db8::1");
    BOOST_TEST(!proxies.trusts("192.168.1.6"));
    for (const char* wrong : {"10.0.0.0/33", "10.0.0.0/x", "host", ""})
        BOOST_CHECK_THROW(TrustedProxies({wrong}), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(slows_guessing_and_nobody_else) {
    test::ManualClock clock;
    MissLimiter limiter(clock, 2);
    for (int i = 0; i < 2; ++i) BOOST_TEST(!limiter.too_many("a"));
    BOOST_TEST(limiter.too_many("a"));
    BOOST_TEST(!limiter.too_many("b"));
    clock.advance(std::chrono::seconds(59));
    BOOST_TEST(limiter.too_many("a"));
    clock.advance(std::chrono::seconds(1));  // since the first, whatever came meanwhile
    BOOST_TEST(!limiter.too_many("a"));

    MissLimiter open(clock, 0);
    for (int i = 0; i < 100; ++i) BOOST_TEST(!open.too_many("a"));
}

BOOST_AUTO_TEST_CASE(peeks_into_broken_forms) {
    const auto peek = [](std::string_view text) {
        return peek_field(text, "clientId").value_or("none");
    };
    BOOST_TEST(peek("create=%FF&clientId=a%2Bb+c&clientId=d") == "a+b c");
    BOOST_TEST(peek("clientId=") == "");
    for (const std::string& text :
         {std::string(), std::string("clientId"), std::string("clientId=%FF"),
          std::string("clientId=%x"), std::string("xclientId=a"), std::string("{\"clientId\":1}"),
          "clientId=" + std::string(256, 'a')})
        BOOST_TEST(peek(text) == "none", text);
}

BOOST_AUTO_TEST_CASE(chooses_languages) {
    Request request;
    BOOST_TEST(preferred_language(request) == "ru");
    request.headers["accept-language"] = "de-DE, es-MX;q=0.9, en;q=0.8";
    BOOST_TEST(preferred_language(request) == "es");
    request.headers["accept-language"] = "fr";
    BOOST_TEST(preferred_language(request) == "ru");
    BOOST_TEST(language_of("uk_UA") == "uk");
    BOOST_TEST(language_of("ua") == "uk");
    BOOST_TEST(language_of("\"><script>") == "ru");
}

BOOST_AUTO_TEST_CASE(knows_the_public_path) {
    BOOST_TEST(public_path("https://pay.example.com") == "");
    BOOST_TEST(public_path("https://pay.example.com/") == "");
    BOOST_TEST(public_path("https://pay.example.com/bridge/") == "/bridge");
    BOOST_TEST(is_https("https://x"));
    BOOST_TEST(!is_https("http://x"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::handlers::handlers_form_test
