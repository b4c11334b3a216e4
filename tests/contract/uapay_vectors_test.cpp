// The signed test data of the protocol sheet: what is to be accepted and what is not.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "api_client/uapay/envelope.hpp"
#include "api_client/uapay/hook.hpp"
#include "api_client/uapay/jwt.hpp"
#include "module/port/json.hpp"
#include "tests/contract/uapay_fake.hpp"

namespace tillbridge::uapay_vectors_test {

namespace {

using nlohmann::json;

struct Vector {
    std::string name;
    json data;
    std::string text(const char* key) const { return data.at(key).get<std::string>(); }
    domain::Secret key() const { return domain::Secret(text("key")); }
};

std::ostream& operator<<(std::ostream& out, const Vector& vector) {
    return out << vector.name;
}

std::vector<Vector> vectors() {
    std::ifstream file(TILLBRIDGE_SOURCE_DIR "/tests/contract/uapay-vectors.json");
    std::vector<Vector> found;
    for (auto& one : json::parse(file)) found.push_back({one.at("name").get<std::string>(), one});
    return found;
}

std::vector<Vector> of(const std::string& direction, const std::string& expect) {
    std::vector<Vector> found;
    for (auto& one : vectors())
        if (one.text("direction") == direction && one.text("expect") == expect)
            found.push_back(one);
    return found;
}

// The receiver of a request refuses one that is more than 20 s away from its clock; we are never
// that receiver, so the two vectors about it only say what UAPAY does.
bool about_the_clock(const Vector& vector) {
    return vector.data.at("reject_reason") == "TIMELIMIT_ERROR";
}

void expect_same_claims(const json& payload, const domain::Secret& key) {
    const json data = payload.contains("data") ? payload.at("data") : json();
    const auto body = json::parse(uapay::request_body(payload.at("params"), data,
                                                      payload.at("iat").get<std::int64_t>(), key));
    json outside = body;
    outside.erase("token");
    BOOST_TEST(outside == payload);
    const auto inside = uapay::verify(body.at("token").get<std::string>(), key);
    BOOST_REQUIRE(inside.has_value());
    BOOST_TEST(json::parse(*inside) == payload);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(uapay_vectors)

BOOST_AUTO_TEST_CASE(all_are_there) {
    BOOST_TEST(vectors().size() == 22U);
}

BOOST_DATA_TEST_CASE(verdict, vectors(), vector) {
    const auto text = uapay::verify(vector.text("token"), vector.key());
    const bool signed_well = vector.text("expect") == "accept" || about_the_clock(vector);
    BOOST_TEST(text.has_value() == signed_well);
    if (!text) {
        const std::string reason = vector.text("reject_reason");
        const std::string code = reason == "BAD_SIGNATURE"     ? "jwt.signature"
                                 : reason == "ALG_NOT_ALLOWED" ? "jwt.algorithm"
                                                               : "jwt.malformed";
        BOOST_TEST(text.error().code == code);
        return;
    }
    BOOST_TEST(*text == vector.text("payload_json"));
    BOOST_TEST(port::parse_json(*text).value() == vector.data.at("payload"));
}

BOOST_DATA_TEST_CASE(signing_the_same_bytes_gives_the_same_token, of("request", "accept"), vector) {
    BOOST_TEST(uapay::sign(vector.text("payload_json"), vector.key()) == vector.text("token"));
}

BOOST_DATA_TEST_CASE(our_request_carries_the_same_claims, of("request", "accept"), vector) {
    const Vector& sample = vector;
    expect_same_claims(sample.data.at("payload"), sample.key());
}

BOOST_DATA_TEST_CASE(replies, of("response", "accept"), vector) {
    const json body = {{"status", 1}, {"data", {{"token", vector.text("token")}}}};
    const auto reply = uapay::read_reply(200, body.dump(), vector.key());
    BOOST_TEST((reply.verdict == uapay::Verdict::ok));
    BOOST_TEST(reply.claims == vector.data.at("payload"));
    BOOST_TEST(reply.iat.value() == 1795338000);
}

BOOST_DATA_TEST_CASE(callbacks_accepted, of("callback", "accept"), vector) {
    const json body = {{"token", vector.text("token")}};
    const auto hook = uapay::read_hook(body.dump(), vector.key(), uapay_test::World::uah());
    BOOST_REQUIRE(hook.has_value());
    BOOST_TEST(hook->gateway_invoice.value == uapay_test::kInvoice);
    BOOST_TEST(hook->gateway_payment.value == uapay_test::kPayment);
    BOOST_TEST(hook->external_id == "CRM-100045");
    BOOST_TEST((hook->fact.status == domain::GatewayStatus::paid));
    BOOST_TEST(hook->fact.amount->minor == 125050);
    BOOST_TEST(hook->word == "FINISHED/FINISHED");
}

BOOST_DATA_TEST_CASE(callbacks_refused, of("callback", "reject"), vector) {
    const json body = {{"token", vector.text("token")}};
    const auto hook = uapay::read_hook(body.dump(), vector.key(), uapay_test::World::uah());
    BOOST_REQUIRE(!hook.has_value());
    BOOST_TEST(hook.error().code == "hook.signature_mismatch");
    // The same lies in a reply.
    const json reply = {{"status", 1}, {"data", {{"token", vector.text("token")}}}};
    BOOST_TEST((uapay::read_reply(200, reply.dump(), vector.key()).verdict ==
                uapay::Verdict::badly_signed));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::uapay_vectors_test
