// Callbacks: present and older spellings, what makes two of them one event, and every bad body.
#include <boost/test/unit_test.hpp>

#include "api_client/uapay/hook.hpp"
#include "tests/contract/uapay_fake.hpp"

namespace tillbridge::uapay_hook_test {

namespace {

using namespace uapay_test;

json present() {
    return {{"paymentId", kPayment},
            {"invoiceId", kInvoice},
            {"externalId", "CRM-100045"},
            {"paymentNumber", 249777},
            {"cardFromMasked", "4111111111"},
            {"cardToMasked", nullptr},
            {"amount", 125050},
            {"status", "FINISHED"},
            {"type", "PAY"},
            {"systemType", "ECOM"},
            {"paymentStatus", "FINISHED"},
            {"extraInfo", "{\"note\":\"ТЕСТ\"}"},
            {"createDate", "2026-11-22T08:58:10.000Z"},
            {"payDate", "2026-11-22T08:59:41.000Z"},
            {"iat", 1795338000}};
}

std::string body(const json& claims, const std::string& key = kKey) {
    return json({{"token", jwt(claims.dump(), key)}}).dump();
}

domain::Result<port::HookFact> read(const std::string& text) {
    return uapay::read_hook(text, domain::Secret(kKey), World::uah());
}
port::HookFact hook(const json& claims) {
    return read(body(claims)).value();
}
std::string error(const std::string& text) {
    const auto result = read(text);
    return result ? "ok" : result.error().code;
}
json with(const char* member, const json& value) {
    json claims = present();
    claims[member] = value;
    return claims;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(uapay_hook)

BOOST_AUTO_TEST_CASE(present_spelling) {
    const auto fact = hook(present());
    BOOST_TEST(fact.gateway_invoice.value == kInvoice);
    BOOST_TEST(fact.gateway_payment.value == kPayment);
    BOOST_TEST(fact.external_id == "CRM-100045");
    BOOST_TEST(to_word(fact.fact.status) == "paid");
    BOOST_TEST((*fact.fact.amount == domain::Money{125050, World::uah()}));
    BOOST_TEST(fact.word == "FINISHED/FINISHED");
    BOOST_TEST(fact.event_key.size() == 64U);
    BOOST_TEST(fact.summary.find("1250.50 UAH") != std::string::npos);
    BOOST_TEST(fact.summary.find("4111") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(older_spelling) {
    const json older = {{"id", kPayment},
                        {"orderId", kInvoice},
                        {"number", 249777},
                        {"extarnalId", "CRM-100045"},
                        {"cardPanMasked", "4111111111"},
                        {"amount", 125050},
                        {"status", "PAID"},
                        {"paymentStatus", "HOLDED"},
                        {"receiptPath", "/receipts/1.pdf"},
                        {"createDate", "2026-11-22 08:58:10.000"}};
    const auto fact = hook(older);
    BOOST_TEST(fact.gateway_invoice.value == kInvoice);
    BOOST_TEST(fact.gateway_payment.value == kPayment);
    BOOST_TEST(fact.external_id == "CRM-100045");
    BOOST_TEST(to_word(fact.fact.status) == "held");
    // Where both are there, the present one counts.
    json both = older;
    both["paymentId"] = "p2";
    both["invoiceId"] = "i2";
    both["externalId"] = "e2";
    BOOST_TEST(hook(both).gateway_payment.value == "p2");
    BOOST_TEST(hook(both).gateway_invoice.value == "i2");
    BOOST_TEST(hook(both).external_id == "e2");
}

BOOST_AUTO_TEST_CASE(through_the_gateway) {
    World world;
    port::RawHook raw;
    raw.body = body(present());
    BOOST_TEST(world.gateway.read_hook(world.merchant, raw).has_value());
    world.merchant.credentials["secretKey"] = domain::Secret("another");
    BOOST_TEST(world.gateway.read_hook(world.merchant, raw).error().code ==
               "hook.signature_mismatch");
    world.merchant.credentials.clear();
    BOOST_TEST(world.gateway.read_hook(world.merchant, raw).error().code ==
               "hook.signature_mismatch");
}

BOOST_AUTO_TEST_CASE(its_age_does_not_matter) {
    BOOST_TEST(error(body(with("iat", 1))) == "ok");
    json without = present();
    without.erase("iat");
    BOOST_TEST(error(body(without)) == "ok");
}

BOOST_AUTO_TEST_CASE(every_status) {
    const auto word = [](const char* first, const char* second) {
        json claims = with("status", first);
        claims["paymentStatus"] = second;
        return std::string(to_word(hook(claims).fact.status));
    };
    BOOST_TEST(word("PAID", "HOLDED") == "held");
    BOOST_TEST(word("REVERSED", "REVERSED") == "refunded");
    BOOST_TEST(word("CANCELED", "CANCELED") == "declined");
    BOOST_TEST(word("CANCELED", "REJECTED") == "declined");
    BOOST_TEST(word("NEW", "PENDING") == "processing");
    BOOST_TEST(word("X", "Y") == "processing");
}

BOOST_AUTO_TEST_CASE(words_that_nobody_knows_are_told_apart) {
    const auto understood = [](const char* first, const char* second) {
        json claims = with("status", first);
        claims["paymentStatus"] = second;
        return hook(claims).understood;
    };
    for (const auto& [first, second] : {std::pair{"PAID", "HOLDED"},
                                        {"CANCELED", "REJECTED"},
                                        {"NEW", "PENDING"},
                                        {"NEW", "OPEN"},
                                        {"PAID", "FINISHED"}})  // the first word is behind
        BOOST_TEST(understood(first, second), first << '/' << second);
    for (const auto& [first, second] :
         {std::pair{"X", "Y"}, {"NEW", "RETURNED"}, {"REVERSED", "HOLDED"}})
        BOOST_TEST(!understood(first, second), first << '/' << second);
}

BOOST_AUTO_TEST_CASE(one_event) {
    const auto key = hook(present()).event_key;
    BOOST_TEST(hook(present()).event_key == key);
    BOOST_TEST(hook(with("iat", 1795339999)).event_key == key);  // signed anew
    BOOST_TEST(read("{ \"token\" : \"" + jwt(present().dump()) + "\" }")->event_key == key);
    BOOST_TEST(read(json({{"token", jwt(present().dump(2))}}).dump())->event_key == key);
    for (const auto* member : {"paymentId", "invoiceId", "externalId", "status", "paymentStatus",
                               "payDate", "receiptPath"})
        BOOST_TEST(hook(with(member, "other")).event_key != key, member);
    BOOST_TEST(hook(with("amount", 125051)).event_key != key);
}

BOOST_AUTO_TEST_CASE(amounts) {
    const auto amount = [](const json& value) { return hook(with("amount", value)).fact.amount; };
    BOOST_TEST(!amount(nullptr).has_value());
    BOOST_TEST(amount("125050")->minor == 125050);
    for (const auto& odd : {json(1250.5), json("1250.50"), json("x"), json(true), json::object()})
        BOOST_TEST(amount(odd)->minor == -1, odd.dump());  // fits no invoice
    json without = present();
    without.erase("amount");
    BOOST_TEST(!hook(without).fact.amount.has_value());
    BOOST_TEST(hook(with("currency", 840)).fact.amount->currency.code() == "USD");
}

BOOST_AUTO_TEST_CASE(not_signed_by_our_key) {
    BOOST_TEST(error(body(present(), "another")) == "hook.signature_mismatch");
    BOOST_TEST(error(present().dump()) == "hook.signature_mismatch");  // the bare claims
    BOOST_TEST(error("{}") == "hook.signature_mismatch");
    for (const auto& token :
         {json(""), json(5), json(nullptr), json("a"), json("a.b"), json("a.b.c"), json("..."),
          json(jwt(present().dump(), kKey, R"({"alg":"none"})")),
          json(jwt(present().dump(), kKey, R"({"alg":"HS512"})", EVP_sha512())),
          json(jwt(present().dump(), kKey, R"({"alg":"RS512"})"))})
        BOOST_TEST(error(json({{"token", token}}).dump()) == "hook.signature_mismatch",
                   token.dump());
    const std::string whole = jwt(present().dump());
    BOOST_TEST(error("{\"token\":\"" + whole.substr(0, whole.rfind('.')) + "\"}") ==
               "hook.signature_mismatch");
    BOOST_TEST(error("{\"token\":\"" + whole + "\\n\"}") == "hook.signature_mismatch");
}

BOOST_AUTO_TEST_CASE(unreadable) {
    const std::string whole = "{\"token\":\"" + jwt(present().dump()) + "\"}";
    for (const auto& text :
         {std::string(), std::string("null"), std::string("[]"), std::string("token=x"),
          whole.substr(0, whole.size() - 1), whole + "x", std::string("{\"token\":\"\xff\"}"),
          "{\"token\":\"a\",\"token\":\"" + jwt(present().dump()) + "\"}",
          std::string(100'000, '['), std::string("{\"a\":") + std::string(40, '[')})
        BOOST_TEST(error(text) == "hook.unreadable", text.substr(0, 40));
    for (const auto* claims : {"[]", "1", "x", "{\"invoiceId\":\"a\",\"invoiceId\":\"b\"}", "{}"})
        BOOST_TEST(error("{\"token\":\"" + jwt(claims) + "\"}") == "hook.unreadable", claims);
    for (const auto& id : {json(""), json(5), json(nullptr), json("a b"),
                           json(std::string(65, 'a')), json("../x"), json("і")})
        BOOST_TEST(error(body(with("invoiceId", id))) == "hook.unreadable", id.dump());
    BOOST_TEST(error(body(with("externalId", std::string(129, 'a')))) == "hook.unreadable");
    BOOST_TEST(error(body(with("paymentId", "a/b"))) == "hook.unreadable");
}

BOOST_AUTO_TEST_CASE(further_members_are_allowed) {
    json envelope = json::parse(body(present()));
    envelope["more"] = 1;
    BOOST_TEST(error(envelope.dump()) == "ok");
    BOOST_TEST(error(body(with("more", {{"a", json::array({1, 2.5})}}))) == "ok");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::uapay_hook_test
