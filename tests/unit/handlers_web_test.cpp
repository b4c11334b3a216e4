// Handing out browser assets: packed or not, known or not, and the HTML around a page.
#include <boost/test/unit_test.hpp>

#include "handlers/web/serve.hpp"

namespace tillbridge::handlers::web::handlers_web_test {
namespace {

// gzip of "hello\n".
constexpr char kGzip[] =
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\x48\xcd\xc9\xc9\xe7\x02\x00\x20\x30\x3a\x36\x06"
    "\x00\x00\x00";
const Asset kAsset{"pages/a.js", "application/javascript", "abc", 6,
                   std::string_view(kGzip, sizeof kGzip - 1)};

Answer given(const std::string& encoding, const std::string& known = {}) {
    Request request;
    if (!encoding.empty()) request.headers["accept-encoding"] = encoding;
    if (!known.empty()) request.headers["if-none-match"] = known;
    return serve(kAsset, request, kForever);
}

std::string header(const Answer& answer, const std::string& name) {
    for (const auto& [each, value] : answer.headers)
        if (each == name) return value;
    return {};
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(handlers_web)

BOOST_AUTO_TEST_CASE(who_takes_gzip_gets_it_packed) {
    for (const char* takes : {"gzip", "br, gzip;q=0.8", "deflate,x-gzip", "gzip; q=1.0"}) {
        const auto answer = given(takes);
        BOOST_TEST(header(answer, "Content-Encoding") == "gzip", takes);
        BOOST_TEST(answer.body == kAsset.gzip, takes);
        BOOST_TEST(header(answer, "ETag") == "\"abc-gzip\"");
    }
    for (const char* takes : {"", "br", "gzip;q=0", "gzip; q=0.000", "gzipped"}) {
        const auto answer = given(takes);
        BOOST_TEST(header(answer, "Content-Encoding").empty(), takes);
        BOOST_TEST(answer.body == "hello\n", takes);
        BOOST_TEST(header(answer, "ETag") == "\"abc\"");
    }
    BOOST_TEST(header(given("gzip"), "Vary") == "Accept-Encoding");
    BOOST_TEST(header(given("gzip"), "Cache-Control") == kForever);
}

BOOST_AUTO_TEST_CASE(who_has_it_gets_no_body) {
    for (const char* known : {"\"abc-gzip\"", "\"x\", W/\"abc-gzip\"", "*"}) {
        const auto answer = given("gzip", known);
        BOOST_TEST(answer.status == 304, known);
        BOOST_TEST(answer.body.empty());
        BOOST_TEST(header(answer, "ETag") == "\"abc-gzip\"");
    }
    BOOST_TEST(given("gzip", "\"abc\"").status == 200);  // the unpacked one is another
    BOOST_TEST(given("", "\"abc\"").status == 304);
}

BOOST_AUTO_TEST_CASE(a_page_names_its_files_and_escapes_what_it_is_given) {
    const PageAssets page{"settings", "s.js", {"vue.js"}, {"s.css"}};
    Frame frame;
    frame.language = "uk";
    frame.title = "<b>\"";
    frame.prefix = "/bridge";
    frame.noscript_html = "<p>plain</p>";
    const auto answer = web::frame(page, frame);
    for (const char* part : {"<html lang=\"uk\">", "<title>&lt;b&gt;", "href=\"/bridge/web/s.css\"",
                             "<link rel=\"modulepreload\" href=\"/bridge/web/vue.js\">",
                             "<script type=\"module\" src=\"/bridge/web/s.js\"></script>",
                             "data-prefix=\"/bridge\"", "<noscript><p>plain</p></noscript>"})
        BOOST_TEST(contains(answer.body, part), part);
    BOOST_TEST(!contains(answer.body, "<b>"));
    const auto policy = header(answer, "Content-Security-Policy");
    BOOST_TEST(contains(policy, "default-src 'none'"));
    BOOST_TEST(!contains(policy, "unsafe"));
}

BOOST_AUTO_TEST_CASE(what_is_compiled_in_is_whole) {
    for (const auto& asset : assets()) {
        Request request;
        BOOST_TEST(serve(asset, request, kAskAgain).body.size() == asset.size, asset.path);
        BOOST_TEST(find_asset(asset.path) == &asset);
    }
    for (const auto& page : page_assets()) {
        BOOST_TEST(find_page(page.name) == &page);
        BOOST_TEST(find_asset("pages/" + std::string(page.script)) != nullptr);
        for (const auto& style : page.styles)
            BOOST_TEST(find_asset("pages/" + std::string(style)) != nullptr, style);
        for (const auto& script : page.preloads)
            BOOST_TEST(find_asset("pages/" + std::string(script)) != nullptr, script);
    }
    BOOST_TEST(assets().empty() == page_assets().empty());
    BOOST_TEST(find_asset("pages/nothing.js") == nullptr);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::handlers::web::handlers_web_test
