// Calls to a bot: signed as Standard Webhooks says (vectors made with openssl), sent once, and what
// each answer means.
#include <boost/test/unit_test.hpp>

#include "api_client/bot/host.hpp"
#include "api_client/bot/signature.hpp"
#include "tests/support/fake_ports.hpp"

namespace tillbridge::bot_host_test {

using domain::Secret;
using port::HostResult;

namespace {

const std::string kBody = R"({"type":"payment.success","message":"ovg58keefc_success 44"})";
const auto kAt = domain::UtcTime::from_seconds(1800867600);
const Secret kFirst("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
const Secret kSecond("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD");
const std::string kByFirst = "v1,kK75SaUsZNwqwnIzRgIEpLDnMlIzum2NqP26hgUYkJs=";
const std::string kBySecond = "v1,/Y1k8elYWT5tRYeng7Ur2ZFUzZJ8QK2GP0T6JdlOokg=";

struct FakeSender : http::Sender {
    http::Outcome outcome;
    std::vector<http::Request> sent;
    http::Outcome send(const http::Request& request, const http::AddressGuard&) override {
        sent.push_back(request);
        return outcome;
    }
};

struct World {
    FakeSender sender;
    test::ManualClock clock{1800867600};
    bot::Host host{sender, clock, {}};
    domain::Connection connection;

    World() {
        connection.bot.emplace().signing_secrets = {kFirst};
        sender.outcome.delivery = http::Delivery::answered;
        sender.outcome.status = 200;
    }
    port::HostAnswer call() {
        return host.call(connection, {"msg_1", "https://bot.example/hear?x=1", kBody});
    }
    port::HostAnswer answered(int status) {
        sender.outcome.status = status;
        return call();
    }
    std::string header(const std::string& name) const {
        for (const auto& [known, value] : sender.sent.back().headers)
            if (known == name) return value;
        return {};
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(bot_host)

BOOST_AUTO_TEST_CASE(a_signature_is_the_one_of_the_specification) {
    BOOST_TEST(bot::signature_of({kFirst}, "msg_1", kAt, kBody) == kByFirst);
    BOOST_TEST(bot::signature_of({kSecond, kFirst}, "msg_1", kAt, kBody) ==
               kBySecond + " " + kByFirst);
    BOOST_TEST(bot::signature_of({kFirst}, "msg_2", kAt, kBody) != kByFirst);
    BOOST_TEST(bot::signature_of({}, "msg_1", kAt, kBody).empty());
}

BOOST_AUTO_TEST_CASE(a_call_carries_the_three_headers) {
    World w;
    BOOST_TEST((w.call().result == HostResult::ok));
    BOOST_TEST(w.header("webhook-id") == "msg_1");
    BOOST_TEST(w.header("webhook-timestamp") == "1800867600");
    BOOST_TEST(w.header("webhook-signature") == kByFirst);
    BOOST_TEST(w.header("Content-Type") == "application/json");
    BOOST_TEST(w.sender.sent.back().url == "https://bot.example/hear?x=1");
    BOOST_TEST(w.sender.sent.back().body == kBody);
    // Two live secrets after a renewal.
    w.connection.bot->signing_secrets = {kSecond, kFirst};
    w.call();
    BOOST_TEST(w.header("webhook-signature") == kBySecond + " " + kByFirst);
}

BOOST_AUTO_TEST_CASE(what_its_answers_mean) {
    World w;
    for (const int ok : {200, 201, 204}) BOOST_TEST((w.answered(ok).result == HostResult::ok));
    for (const int busy : {429, 503})
        BOOST_TEST((w.answered(busy).result == HostResult::overloaded));
    for (const int key : {401, 403})
        BOOST_TEST((w.answered(key).result == HostResult::key_rejected));
    for (const int never : {400, 405, 410, 413, 415, 422})
        BOOST_TEST((w.answered(never).result == HostResult::refused));
    for (const int later : {301, 404, 408, 500, 502, 504})
        BOOST_TEST((w.answered(later).result == HostResult::silent));
    w.sender.outcome.headers = {{"Retry-After", "7"}};
    BOOST_TEST((w.answered(429).retry_after == domain::Span(std::chrono::seconds(7))));
    w.sender.outcome = {};
    w.sender.outcome.delivery = http::Delivery::refused;
    BOOST_TEST((w.call().result == HostResult::forbidden));
    w.sender.outcome.delivery = http::Delivery::unknown;
    w.sender.outcome.error = "http.timeout";
    BOOST_TEST((w.call().result == HostResult::silent));
    BOOST_TEST(w.call().timed_out);
}

BOOST_AUTO_TEST_CASE(an_address_is_https_and_public) {
    World w;
    BOOST_TEST(w.host.normalize_callback("bot.example/hear").value() == "https://bot.example/hear");
    for (const char* bad :
         {"http://bot.example/", "https://127.0.0.1/", "https://10.0.0.1/x", "https://[::1]/",
          "ftp://bot.example/", "https://user:pw@bot.example/", "nonsense address", "https://"})
        BOOST_TEST(!w.host.normalize_callback(bad).has_value(), bad);
    bot::Host sandbox(w.sender, w.clock, {true, std::chrono::seconds(1)});
    BOOST_TEST(sandbox.normalize_callback("http://127.0.0.1:8090/bots/x").value() ==
               "http://127.0.0.1:8090/bots/x");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::bot_host_test
