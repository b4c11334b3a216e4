#include <boost/test/unit_test.hpp>
#include <random>

#include "module/security/redact.hpp"

namespace tillbridge::security_redact_test {

using tillbridge::security::redact;

namespace {

struct Row {
    const char* text;
    const char* masked;
};

const Row kTable[] = {
    // card numbers: Luhn decides, in groups too; first six and last four stay
    {"4111111111111111", "411111******1111"},
    {"card 4111 1111 1111 1111 12/27", "card 4111 11** **** 1111 12/27"},
    {"4111-1111-1111-1111.", "4111-11**-****-1111."},
    {"pan=4111+1111+1111+1111&x=1", "pan=4111+11**+****+1111&x=1"},
    {R"({"pan":"5500005555555559"})", R"({"pan":"550000******5559"})"},
    {"378282246310005", "378282*****0005"},
    {"6304000000000000001", "6304000000000000001"},  // Luhn does not hold
    {"4111111111111112", "4111111111111112"},
    {"12 4111111111111111", "12 411111******1111"},  // what stands before it does not hide it
    {"4111111111111111 12", "411111******1111 12"},
    {"411111111111", "411111111111"},                            // 12 digits
    {"00000000000000", "00000000000000"},                        // a filler, no card
    {"0104607112345671215abcdef", "0104607112345671215abcdef"},  // a marking code
    // e-mail addresses
    {"ivan@example.com", "i***@e***.com"},
    {"to: Ivan.Petrov+shop@mail.example.co.uk, then", "to: I***@m***.uk, then"},
    {"email=ivan%40example.com&x=1", "email=i***%40e***.com&x=1"},
    {"<a@b.co>", "<a***@b***.co>"},
    {"почта иван@пример.рф.", "почта и***@п***.рф."},
    {"a @ b", "a @ b"},
    {"@name", "@name"},
    {"user@localhost", "user@localhost"},
    {"a@b.co,c@d.org", "a***@b***.co,c***@d***.org"},
    // phone numbers
    {"+380501234567", "+38********67"},
    {"+38 (050) 123-45-67", "+38********67"},
    {"tel:+7 916 123 45 67!", "tel:+79*******67!"},
    {"phone=%2B380501234567", "phone=%2B38********67"},
    {"8 (916) 123-45-67", "89*******67"},
    {R"({"phone":"79161234567"})", R"({"phone":"79*******67"})"},
    {"380501234567", "38********67"},
    {"0501234567", "05******67"},
    {"+12", "+12"},
    {"1234567890", "1234567890"},  // an id like any other
    {"2026-11-22T08:57:32Z", "2026-11-22T08:57:32Z"},
    {"1999.00 UAH", "1999.00 UAH"},
    // secrets by the names of their keys
    {"apiKey=abcdef", "apiKey=***"},
    {"a=1&apiKey=abcdef&b=2", "a=1&apiKey=***&b=2"},
    {"X-Api-Key: abcdef", "X-Api-Key: ***"},
    {R"({"apiKey":"abc\"def","n":1})", R"({"apiKey":"***","n":1})"},
    {R"({"api_key" : 12345})", R"({"api_key" : ***})"},
    {R"({"access_token":"abc","token_type":"bearer"})",
     R"({"access_token":"***","token_type":"bearer"})"},
    {R"("{\"token\":\"abc\",\"n\":\"x\"}")", R"("{\"token\":\"***\",\"n\":\"x\"}")"},
    {"Authorization: Bearer abc.def", "Authorization: Bearer ***"},
    {"Authorization: Basic dTpw", "Authorization: Basic ***"},
    {"clientId=abc", "clientId=***"},
    {"client_secret: 'a b c'", "client_secret: '***'"},
    {"form[token]=abc&x", "form[token]=***&x"},
    {"password=", "password="},
    {R"({"token":null,"secret":true})", R"({"token":null,"secret":true})"},
    {R"({"secret":{"deep":"x"}})", R"({"secret":{"deep":"x"}})"},
    {"the token is expired", "the token is expired"},
    {"tokens=3", "tokens=3"},
    {"jwt eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.c2ln end", "jwt eyJ*** end"},
    {"", ""},
    {"a line\nwith \xd1\x8f and \xff bytes", "a line\nwith \xd1\x8f and \xff bytes"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(security_redact)

BOOST_AUTO_TEST_CASE(the_table_holds) {
    for (const auto& row : kTable) BOOST_TEST(redact(row.text) == row.masked);
}

BOOST_AUTO_TEST_CASE(what_is_masked_stays_masked) {
    for (const auto& row : kTable) BOOST_TEST(redact(redact(row.text)) == redact(row.text));
}

BOOST_AUTO_TEST_CASE(any_bytes_are_taken) {
    std::mt19937 dice(7);
    const std::string alphabet = "0123456789 -+@.%\"\\:={}'apikeytoken&\xd1\x8f()eyJ";
    for (int round = 0; round < 5000; ++round) {
        std::string text;
        const auto size = dice() % 60;
        for (std::size_t i = 0; i < size; ++i) text += alphabet[dice() % alphabet.size()];
        redact(text);
        for (std::size_t limit = 0; limit < 8; ++limit) {
            BOOST_REQUIRE(redact(text, limit).size() <= limit);
        }
    }
}

BOOST_AUTO_TEST_CASE(long_texts_do_not_take_long) {
    // Quadratic work on these would run for minutes.
    for (const std::string part :
         {"1", "1 ", "a@", "token=", "\\", "\"", "+", "%40", "(", "token\":\""}) {
        std::string text;
        while (text.size() < 400'000) text += part;
        redact(text);
    }
}

BOOST_AUTO_TEST_CASE(a_cut_never_shows_what_the_whole_hides) {
    BOOST_TEST(redact("order 4111111111111111", 18) == "order 411111***\u2026");
    BOOST_TEST(redact("short", 5) == "short");
    BOOST_TEST(redact("longer", 5) == "lo\u2026");
    BOOST_TEST(redact("\u044f\u044f\u044f", 5) == "\u044f\u2026");
    BOOST_TEST(redact("longer", 2) == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::security_redact_test
