// The log as readers of it rely on it: which lines there are, and what a line of a request says.
#include <algorithm>

#include "tests/e2e/fixture.hpp"

namespace tillbridge::e2e::log_test {
namespace {

struct Logged : Fixture {
    Logged() : Fixture() {}

    Json line_of(const std::string& request) {
        Json found;
        await("the log has the request " + request, [&] {
            for (const auto& line : module().log_lines())
                if (line.value("requestId", "") == request && line.value("msg", "") == "request")
                    found = line;
            return !found.is_null();
        });
        return found;
    }
};

struct Quiet : Fixture {
    Quiet() : Fixture(Config{{"log.level", "error"}}) {}
};

}  // namespace

BOOST_AUTO_TEST_SUITE(log)

BOOST_FIXTURE_TEST_CASE(a_request_is_named_by_what_it_was_about, Logged) {
    const auto shop = connect_shop();
    const auto bill = create(shop);
    const auto asked =
        call(*this, "/payment/status", shop.client_id, "status", {{"paymentId", bill.id}});
    BOOST_TEST(asked.status == 200);
    const auto line = line_of(asked.header("x-request-id"));
    BOOST_TEST(line.at("invoiceId") == bill.id);
    BOOST_TEST(!line.at("connectionId").get<std::string>().empty());
    BOOST_TEST(line.at("route") == "/payment/status");
    BOOST_TEST(line.at("status") == 200);  // a number
    BOOST_TEST(line.at("ms").is_number());
    const auto lines = module().log_lines();
    BOOST_TEST(std::any_of(lines.begin(), lines.end(), [&](const Json& each) {
        return each.value("route", "") == "/payment/create" &&
               each.value("invoiceId", "") == bill.id &&
               each.at("connectionId") == line.at("connectionId");
    }));
}

BOOST_FIXTURE_TEST_CASE(whatever_was_refused_is_found_by_its_id, Logged) {
    const auto shop = connect_shop();
    const auto hook = settings(shop).merchant(shop.code).at("hookUrl").get<std::string>().substr(
        module().url().size());
    const auto http = module().http();
    const auto stands = [&](const Answer& answer, int status) {
        BOOST_TEST(answer.status == status);
        const auto line = line_of(answer.header("x-request-id"));
        BOOST_TEST(line.at("status") == status);
        return line;
    };
    BOOST_TEST(stands(http.request("POST", hook, "nonsense"), 400).contains("connectionId"));
    stands(http.request("POST", "/hooks/uapay/" + std::string(43, 'g'), "{}"), 404);
    stands(http.get("/pay/nothing1234"), 404);
    stands(http.get("/nowhere"), 404);
    stands(http.request("BREW", "/pay/nothing1234"), 405);
}

BOOST_FIXTURE_TEST_CASE(it_says_that_it_listens_at_any_level, Quiet) {
    const auto lines = module().log_lines();  // the start waited for the line
    BOOST_REQUIRE(lines.size() == 1U);
    BOOST_TEST(lines[0].at("msg") == "listening");
    BOOST_TEST(lines[0].at("level") == "info");
    BOOST_TEST("http://" + lines[0].at("address").get<std::string>() == module().url());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::log_test
