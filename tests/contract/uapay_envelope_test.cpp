// What an answer is taken for, form by form (PROTOCOL.md §3.2, §9).
#include <boost/test/unit_test.hpp>

#include "api_client/uapay/envelope.hpp"
#include "api_client/uapay/jwt.hpp"
#include "api_client/uapay/texts.hpp"
#include "tests/contract/uapay_fake.hpp"

namespace tillbridge::uapay_envelope_test {

namespace {

using namespace uapay_test;
using uapay::Verdict;

uapay::Reply read(const std::string& body, int status = 200) {
    return uapay::read_reply(status, body, domain::Secret(kKey));
}
Verdict verdict(const std::string& body, int status = 200) {
    return read(body, status).verdict;
}
std::string good(const std::string& status = "1") {
    return R"({"status":)" + status + R"(,"data":{"token":")" + jwt(R"({"id":"x"})") + "\"}}";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(uapay_envelope)

BOOST_AUTO_TEST_CASE(signed_yes) {
    BOOST_TEST((verdict(good()) == Verdict::ok));
    BOOST_TEST((verdict(good("\"1\"")) == Verdict::ok));
    BOOST_TEST(read(good()).claims.at("id") == "x");
    BOOST_TEST((verdict(R"({"status":1,"error":null,"data":{"token":")" + jwt("{}") + "\"}}") ==
                Verdict::ok));
}

BOOST_AUTO_TEST_CASE(a_yes_counts_only_with_200_and_status_1) {
    for (const int status : {201, 202, 204, 302, 400, 404, 500, 503})
        BOOST_TEST((verdict(good(), status) == Verdict::unreadable), "HTTP " << status);
    for (const auto* status : {"2", "true", "null", "\"ok\"", "1.0", "1.5", "-1"})
        BOOST_TEST((verdict(good(status)) == Verdict::unreadable), status);
    BOOST_TEST((verdict(R"({"data":{"token":")" + jwt("{}") + "\"}}") == Verdict::unreadable));
    BOOST_TEST((verdict(good("0")) == Verdict::refused));
}

BOOST_AUTO_TEST_CASE(unsigned_yes_is_none) {
    BOOST_TEST((verdict(R"({"status":1,"data":{"id":"x"}})") == Verdict::not_signed));
    BOOST_TEST((verdict(R"({"status":"1","id":"x"})") == Verdict::not_signed));
    BOOST_TEST((verdict(R"({"status":1})") == Verdict::not_signed));
    BOOST_TEST((verdict(R"({"status":1,"data":[]})") == Verdict::not_signed));
}

BOOST_AUTO_TEST_CASE(badly_signed_yes_is_none) {
    const auto with = [](const std::string& text) { return verdict(token(text).body); };
    BOOST_TEST((with("") == Verdict::badly_signed));
    BOOST_TEST((with("a.b") == Verdict::badly_signed));
    BOOST_TEST((with(jwt("{}", "another key")) == Verdict::badly_signed));
    BOOST_TEST((with(jwt("{}", "")) == Verdict::badly_signed));
    BOOST_TEST((with(jwt("{}") + ".x") == Verdict::badly_signed));
    BOOST_TEST((with(jwt("{}") + "=") == Verdict::badly_signed));
    BOOST_TEST(
        (with(jwt("{}", kKey, R"({"alg":"HS512"})", EVP_sha512())) == Verdict::badly_signed));
    BOOST_TEST((with(jwt("{}", kKey, R"({"alg":"none"})")) == Verdict::badly_signed));
    BOOST_TEST((with(jwt("{}", kKey, R"({"alg":"hs256"})")) == Verdict::badly_signed));
    BOOST_TEST((with(jwt("{}", kKey, R"({"alg":"none","alg":"HS256"})")) == Verdict::badly_signed));
    BOOST_TEST((with(jwt("{}", kKey, R"({"typ":"JWT"})")) == Verdict::badly_signed));
    BOOST_TEST((with(jwt("{}", kKey, "[]")) == Verdict::badly_signed));
    BOOST_TEST(
        (with(jwt("{}", kKey, R"({"alg":"HS256","crit":["b64"]})")) == Verdict::badly_signed));
    BOOST_TEST((verdict(R"({"status":1,"data":{"token":5}})") == Verdict::badly_signed));
}

BOOST_AUTO_TEST_CASE(header_order_and_spelling_are_free) {
    BOOST_TEST(
        (verdict(token(jwt("{}", kKey, R"({"typ":"JWT","alg":"HS256"})")).body) == Verdict::ok));
    BOOST_TEST((verdict(token(jwt("{}", kKey, R"({ "alg" : "HS256" })")).body) == Verdict::ok));
}

BOOST_AUTO_TEST_CASE(every_changed_character_of_a_token_is_noticed) {
    const std::string whole = jwt(R"({"id":"x","amount":125050})");
    for (std::size_t i = 0; i < whole.size(); ++i) {
        std::string changed = whole;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        BOOST_TEST(!uapay::verify(changed, domain::Secret(kKey)).has_value(), "at " << i);
    }
}

BOOST_AUTO_TEST_CASE(an_empty_key_opens_nothing) {
    BOOST_TEST(!uapay::verify(jwt("{}", ""), domain::Secret()).has_value());
}

BOOST_AUTO_TEST_CASE(signed_nonsense_is_unreadable) {
    BOOST_TEST((verdict(token(jwt("[]")).body) == Verdict::unreadable));
    BOOST_TEST((verdict(token(jwt("not json")).body) == Verdict::unreadable));
    BOOST_TEST((verdict(token(jwt(R"({"id":"a","id":"b"})")).body) == Verdict::unreadable));
}

BOOST_AUTO_TEST_CASE(errors_in_all_their_forms) {
    BOOST_TEST((verdict(R"({"error":{"code":"TIMELIMIT_ERROR"}})") == Verdict::refused));
    BOOST_TEST(read(R"({"error":{"code":"TIMELIMIT_ERROR"}})").clock_refused());
    const auto full = read(
        R"({"status":0,"error":{"code":"FORMAT_ERROR","message":"Wrong format",
            "fields":{"params":{"sessionId":"REQUIRED"},"data":{"amount":"INVALID"}}}})");
    BOOST_TEST((full.verdict == Verdict::refused));
    BOOST_TEST(full.error_code == "FORMAT_ERROR");
    BOOST_TEST(full.reason ==
               "FORMAT_ERROR: Wrong format (data.amount: INVALID, params.sessionId: REQUIRED)");
    BOOST_TEST(full.blames("sessionId"));
    BOOST_TEST(!full.blames("clientId"));
    // Presence counts, before any status and even beside a good token (§3.2).
    const std::string beside = R"({"status":1,"error":{},"data":{"token":")" + jwt("{}") + "\"}}";
    BOOST_TEST((verdict(beside) == Verdict::refused));
    BOOST_TEST((verdict(R"({"error":"broken"})") == Verdict::refused));
    BOOST_TEST((verdict(R"({"error":true})") == Verdict::refused));
    BOOST_TEST(read(R"({"error":{"code":17}})").error_code == "17");
}

BOOST_AUTO_TEST_CASE(errors_under_any_http_status) {
    const std::string error = R"({"error":{"code":"WRONG_STATUS","message":"no"}})";
    for (const int status : {200, 400, 403, 404, 422})
        BOOST_TEST((verdict(error, status) == Verdict::refused), "HTTP " << status);
    // Who stands before UAPAY may say such a thing after UAPAY has done the work.
    for (const int status : {500, 502, 503, 504}) {
        BOOST_TEST((verdict(error, status) == Verdict::unreadable), "HTTP " << status);
        BOOST_TEST((verdict(R"({"error":"Bad Gateway"})", status) == Verdict::unreadable));
        BOOST_TEST(
            (verdict(R"({"error":{"code":"TIMELIMIT_ERROR"}})", status) == Verdict::refused));
    }
    BOOST_TEST((verdict(error, 429) == Verdict::overloaded));
    BOOST_TEST((verdict("slow down", 429) == Verdict::overloaded));
}

BOOST_AUTO_TEST_CASE(nonsense) {
    for (const auto* body : {"", "null", "[]", "1", "<html>", "{", R"({"status":1,"status":1})",
                             "{\"a\":\"\xff\"}", "\"error\""})
        BOOST_TEST((verdict(body) == Verdict::unreadable), body);
}

BOOST_AUTO_TEST_CASE(words_are_masked_and_cut) {
    const json error = {
        {"error", {{"code", "X"}, {"message", "card 4111111111111111 " + std::string(2000, 'x')}}}};
    const auto reply = read(error.dump());
    BOOST_TEST(reply.reason.find("4111111111111111") == std::string::npos);
    BOOST_TEST(reply.reason.size() <= 310U);
}

BOOST_AUTO_TEST_CASE(text_is_cut_between_characters) {
    std::string text;
    for (int i = 0; i < 300; ++i) text += "ї";
    BOOST_TEST(uapay::clean_text(text, 255).size() == 510U);
    BOOST_TEST(uapay::clean_text("  a\tb\n\xff\xc3 ", 255) == "a b");
    BOOST_TEST(uapay::clean_text("\xed\xa0\x80x", 255) == "x");
    BOOST_TEST(uapay::clean_text("", 255) == "");
    BOOST_TEST(uapay::clean_text("😀😀", 1) == "😀");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::uapay_envelope_test
