// What is told about typed-in credentials, and about the clock.
#include <boost/test/unit_test.hpp>

#include "tests/contract/uapay_fake.hpp"

namespace tillbridge::uapay_credentials_test {

namespace {

using namespace uapay_test;

domain::Credentials typed(const std::string& shop, const std::string& key) {
    return {{"shopId", domain::Secret(shop)}, {"secretKey", domain::Secret(key)}};
}

struct Typed : World {
    // `code field`
    std::string verdict(const domain::Credentials& credentials) {
        log = {};
        const auto result = gateway.try_credentials(credentials, log);
        return result ? "ok" : result.error().code + " " + result.error().field;
    }
    std::string verdict_of(const Reply& reply) {
        fake.on("sessions/create", reply);
        return verdict(typed("1001", kKey));
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(uapay_credentials, Typed)

BOOST_AUTO_TEST_CASE(form) {
    BOOST_TEST(verdict({}) == "credentials.missing shopId");
    BOOST_TEST(verdict(typed("", kKey)) == "credentials.missing shopId");
    BOOST_TEST(verdict(typed("1001", "")) == "credentials.missing secretKey");
    for (const auto& shop : {std::string("10a1"), std::string(" 1001"), std::string("-1"),
                             std::string("１"), std::string(21, '1')})
        BOOST_TEST(verdict(typed(shop, kKey)) == "credentials.malformed shopId", shop);
    for (const auto& key : {std::string(513, 'k'), std::string("a\nb"), std::string("ключ"),
                            std::string("key "), std::string(" key"), std::string("a\0b", 3)})
        BOOST_TEST(verdict(typed("1001", key)) == "credentials.malformed secretKey", key);
    BOOST_TEST(fake.seen().empty());
}

BOOST_AUTO_TEST_CASE(right) {
    BOOST_TEST(verdict(typed("1001", kKey)) == "ok");
    const auto seen = fake.seen();
    BOOST_REQUIRE(seen.size() == 1U);
    BOOST_TEST(seen[0].claims == json({{"params", {{"clientId", "1001"}}}, {"iat", 1795338000}}));
    BOOST_TEST(seen[0].body.at("token") == seen[0].signature_of);
    BOOST_REQUIRE(log.exchanges.size() == 1U);
    BOOST_TEST(log.exchanges[0].what == "sessions/create");
    BOOST_TEST(log.exchanges[0].outcome == "ok");
    BOOST_TEST(log.exchanges[0].http_status == 200);
    BOOST_TEST(log.exchanges[0].detail == "");  // a session's id is not for records
    BOOST_TEST(!log.clock_offset.has_value());
}

BOOST_AUTO_TEST_CASE(refused_by_field) {
    BOOST_TEST(verdict_of(no("CLIENT_NOT_FOUND")) == "credentials.refused secretKey");
    BOOST_TEST(verdict_of(no("TOKEN_ERROR", "", 400)) == "credentials.refused secretKey");
    BOOST_TEST(verdict_of(raw(R"({"status":0,"error":{"code":"FORMAT_ERROR","message":"x",
        "fields":{"params":{"clientId":"INVALID"}}}})")) == "credentials.refused shopId");
    BOOST_TEST(verdict_of(raw(R"({"status":0})")) == "credentials.refused secretKey");
}

BOOST_AUTO_TEST_CASE(signature_of_the_answer) {
    const json session = {{"id", "0000-1"}};
    BOOST_TEST(verdict_of(yes(session, "another key")) == "credentials.refused secretKey");
    BOOST_TEST(verdict_of(raw(R"({"status":1,"data":{"id":"0000-1"}})")) ==
               "gateway.unsigned secretKey");
    BOOST_TEST(verdict_of(raw(R"({"status":"1","id":"0000-1"})")) == "gateway.unsigned secretKey");
    BOOST_TEST(verdict_of(yes(json::object())) == "gateway.silent ");
    BOOST_TEST(verdict_of(yes({{"id", "a b"}})) == "gateway.silent ");
}

BOOST_AUTO_TEST_CASE(silent) {
    BOOST_TEST(verdict_of(lost()) == "gateway.silent ");
    BOOST_TEST(verdict_of(raw("<html>", 502)) == "gateway.silent ");
    BOOST_TEST(verdict_of(raw("", 200)) == "gateway.silent ");
    BOOST_TEST(verdict_of(raw("", 429)) == "gateway.silent ");
}

BOOST_AUTO_TEST_CASE(nobody_listens) {
    auto closed = options();
    closed.base_url = "http://127.0.0.1:1/api/";
    uapay::Gateway nowhere(http, clock, closed);
    const auto result = nowhere.try_credentials(typed("1001", kKey), log);
    BOOST_TEST(result.error().code == "gateway.silent");
    BOOST_TEST(log.exchanges.at(0).http_status == 0);
    BOOST_TEST(log.exchanges.at(0).outcome == "http.connect_failed");
}

BOOST_AUTO_TEST_CASE(clock_is_off) {
    fake.set_date_offset(-90);
    fake.on("sessions/create", raw(R"({"error":{"code":"TIMELIMIT_ERROR"}})"));
    const auto result = gateway.try_credentials(typed("1001", kKey), log);
    BOOST_REQUIRE(!result.has_value());
    BOOST_TEST(result.error().code == "gateway.clock_skew");
    BOOST_TEST(result.error().params.at("offset") == "-90");
    BOOST_TEST(log.clock_offset->count() == -89'500'000);
    BOOST_TEST(log.exchanges.at(0).outcome == "gateway.clock_skew");
}

BOOST_AUTO_TEST_CASE(clock_is_a_little_off) {
    // Told before it is refused; a signed answer's own iat is believed rather than the header.
    fake.on("sessions/create", yes({{"id", "0000-1"}, {"iat", 1795338000 + 15}}));
    BOOST_TEST(verdict(typed("1001", kKey)) == "ok");
    BOOST_TEST(log.clock_offset.has_value());
    BOOST_TEST(log.clock_offset->count() == 15'500'000);

    fake.set_date_offset(60);
    fake.on("sessions/create", yes({{"id", "0000-1"}, {"iat", 1795338000 + 3}}));
    BOOST_TEST(verdict(typed("1001", kKey)) == "ok");
    BOOST_TEST(!log.clock_offset.has_value());
}

BOOST_AUTO_TEST_CASE(no_secret_in_a_record) {
    for (const auto& reply : {no("X", "key " + kKey), yes({{"id", kKey}}), raw(kKey, 500)}) {
        verdict_of(reply);
        for (const auto& exchange : log.exchanges)
            BOOST_TEST(exchange.detail.find("1001") == std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(described) {
    const auto& told = gateway.description();
    BOOST_TEST(told.code.value == "uapay");
    BOOST_TEST(told.name == "UAPAY");
    BOOST_REQUIRE(told.fields.size() == 2U);
    BOOST_TEST(told.fields[0].code == "shopId");
    BOOST_TEST(told.fields[1].code == "secretKey");
    BOOST_TEST(told.fields[1].type == "secret");
    for (const auto& field : told.fields)
        for (const auto* language : {"ru", "uk", "kk", "en", "es"}) {
            BOOST_TEST(!field.label.at(language).empty());
            BOOST_TEST(!field.help.at(language).empty());
        }
    BOOST_TEST((told.hold_lasts == std::chrono::hours(7 * 24)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::uapay_credentials_test
