// The strict reader of outside JSON.
#include "module/port/json.hpp"

#include <boost/test/unit_test.hpp>

namespace tillbridge::json_test {

namespace {

std::string code(std::string_view text, port::JsonLimits limits = {}) {
    const auto value = port::parse_json(text, limits);
    return value ? "ok" : value.error().code;
}

std::string nested(std::size_t depth, char open = '[', char close = ']') {
    return std::string(depth, open) + std::string(depth, close);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(port_json)

BOOST_AUTO_TEST_CASE(numbers_keep_their_text) {
    const auto value = port::parse_json(
        R"({"a":159.90,"b":7,"c":-7,"d":9223372036854775807,"e":9223372036854775808,
            "f":123456789012345678901234567890,"g":1e3,"h":-0.10,"i":-9223372036854775808})");
    BOOST_REQUIRE(value.has_value());
    const auto text = [&](const char* key) { return port::decimal_text(value->at(key)).value(); };
    BOOST_TEST(text("a") == "159.90");
    BOOST_TEST(text("b") == "7");
    BOOST_TEST(text("c") == "-7");
    BOOST_TEST(text("d") == "9223372036854775807");
    BOOST_TEST(text("e") == "9223372036854775808");
    BOOST_TEST(text("f") == "123456789012345678901234567890");
    BOOST_TEST(text("g") == "1e3");
    BOOST_TEST(text("h") == "-0.10");
    BOOST_TEST(text("i") == "-9223372036854775808");
    BOOST_TEST(value->at("b").is_number_integer());
    BOOST_TEST(value->at("d").get<std::int64_t>() == INT64_MAX);
    BOOST_TEST(value->at("a").is_string());
}

BOOST_AUTO_TEST_CASE(decimal_text_of_other_things) {
    BOOST_TEST(port::decimal_text("12.50").value() == "12.50");
    BOOST_TEST(port::decimal_text("007").value() == "007");
    for (const auto* text : {"", "-", "1.", ".5", "1e", "+1", "1 ", " 1", "0x10", "1,5", "NaN"})
        BOOST_TEST(!port::decimal_text(text).has_value(), text);
    BOOST_TEST(!port::decimal_text(nullptr).has_value());
    BOOST_TEST(!port::decimal_text(true).has_value());
    BOOST_TEST(!port::decimal_text(nlohmann::json::array({1})).has_value());
}

BOOST_AUTO_TEST_CASE(structure_is_kept) {
    const auto value = port::parse_json(
        R"({"a":[1,{"b":[[],{}],"c":"x"},null,true,"ї\u0457"],"d":{"e":{"f":2}},"g":false})");
    BOOST_REQUIRE(value.has_value());
    BOOST_TEST(value->dump() ==
               R"({"a":[1,{"b":[[],{}],"c":"x"},null,true,"її"],"d":{"e":{"f":2}},"g":false})");
    BOOST_TEST(port::parse_json("5").value() == 5);
    BOOST_TEST(port::parse_json(" \"x\" ").value() == "x");
}

BOOST_AUTO_TEST_CASE(refused) {
    for (const auto* text : {"",
                             " ",
                             "{",
                             "}",
                             "[1,]",
                             "{\"a\":1,}",
                             "{a:1}",
                             "1 2",
                             "{} x",
                             "NaN",
                             "Infinity",
                             "1e999",
                             "01",
                             "'a'",
                             "\"\t\"",
                             "\"\\ud800\"",
                             "\"\xff\"",
                             "\"\xc0\xaf\"",
                             "\"a\\u0000b\"",
                             "{\"a\\u0000\":1}",
                             "// x\n1"})
        BOOST_TEST(code(text) == "json.malformed", text);
}

BOOST_AUTO_TEST_CASE(duplicate_keys) {
    BOOST_TEST(code(R"({"a":1,"a":1})") == "json.duplicate_key");
    BOOST_TEST(code(R"({"a":{"b":1,"c":2,"b":3}})") == "json.duplicate_key");
    BOOST_TEST(code(R"({"a":1,"\u0061":2})") == "json.duplicate_key");
    BOOST_TEST(code(R"([{"a":1},{"a":1}])") == "ok");
    BOOST_TEST(code(R"({"a":{"a":{"a":1}}})") == "ok");
}

BOOST_AUTO_TEST_CASE(limits) {
    BOOST_TEST(code(nested(32)) == "ok");
    BOOST_TEST(code(nested(33)) == "json.too_deep");
    BOOST_TEST(code(std::string(1'000'000, '[')) == "json.too_deep");
    BOOST_TEST(code(nested(3), {100, 2}) == "json.too_deep");
    BOOST_TEST(code("[1,2,3]", {7, 2}) == "ok");
    BOOST_TEST(code("[1,2,3]", {6, 2}) == "json.too_large");
}

BOOST_AUTO_TEST_CASE(the_message_quotes_nothing) {
    const auto value = port::parse_json(R"({"secret":"hunter2" x})");
    BOOST_REQUIRE(!value.has_value());
    BOOST_TEST(value.error().message.find("hunter2") == std::string::npos);
    BOOST_TEST(value.error().message.find("at byte") == 0U);
}

BOOST_AUTO_TEST_CASE(members) {
    const auto value = port::parse_json(R"({"a":"x","b":5,"c":"-7","d":null,"e":1.5})").value();
    BOOST_TEST(port::text_at(value, "a") == "x");
    BOOST_TEST(port::text_at(value, "b") == "");
    BOOST_TEST(port::text_at(value, "z") == "");
    BOOST_TEST(port::text_at("no object", "a") == "");
    BOOST_TEST(port::integer_at(value, "b").value() == 5);
    BOOST_TEST(port::integer_at(value, "c").value() == -7);
    BOOST_TEST(!port::integer_at(value, "a").has_value());
    BOOST_TEST(!port::integer_at(value, "e").has_value());
    BOOST_TEST(port::member(value, "d")->is_null());
    BOOST_TEST(port::member(value, "z") == nullptr);
    BOOST_TEST(port::to_text({{"a", "\xff"}}) == "{\"a\":\"\xef\xbf\xbd\"}");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::json_test
