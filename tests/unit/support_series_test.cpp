// Charts out of journals: which step a call counts in, failures, quantiles, the last ones.
#include "module/service/support_series.hpp"

#include <boost/test/unit_test.hpp>

namespace tillbridge::support_series_test {

using namespace std::chrono_literals;
using nlohmann::json;

namespace {

constexpr std::int64_t kHour = 3'600'000'000;

port::JournalLine line(std::int64_t id, std::int64_t at, const std::string& kind, int took_ms = 0,
                       const std::string& outcome = "ok") {
    port::JournalLine it;
    it.id = id;
    it.at = {at};
    it.kind = kind;
    it.invoice = domain::InvoiceId("i" + std::to_string(id));
    it.detail = json{{"took_us", took_ms * 1000}, {"outcome", outcome}}.dump();
    return it;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(support_series)

BOOST_AUTO_TEST_CASE(calls_are_counted_where_they_were_made) {
    service::Traffic traffic({10 * kHour + 5}, 1h, 3);
    traffic.add(line(1, 8 * kHour - 1, "gateway.call", 1));  // before the first step
    traffic.add(line(2, 8 * kHour, "gateway.call", 10));
    traffic.add(line(3, 9 * kHour - 1, "gateway.call", 30, "gateway.silent"));
    traffic.add(line(4, 10 * kHour + 4, "crm.push", 20));
    traffic.add(line(5, 10 * kHour + 4, "crm.check", 40));
    traffic.add(line(6, 10 * kHour, "gateway.hook"));
    traffic.add(line(7, 11 * kHour, "gateway.call", 1));  // a clock that went back
    traffic.add(line(8, 10 * kHour, "gateway.report"));
    auto broken = line(9, 10 * kHour, "crm.push");
    broken.detail = "{";
    traffic.add(broken);
    const auto shown = traffic.take();
    BOOST_TEST(shown.at("from") == 8 * 3600);
    BOOST_TEST(shown.at("stepSeconds") == 3600);
    BOOST_TEST(shown.at("gateway").at("calls") == json({2, 0, 0}));
    BOOST_TEST(shown.at("gateway").at("failed") == json({1, 0, 0}));
    BOOST_TEST(shown.at("gateway").at("p95Ms") == json({30.0, nullptr, nullptr}));
    BOOST_TEST(shown.at("crm").at("calls") == json({0, 0, 2}));
    BOOST_TEST(shown.at("hooks") == json({0, 0, 1}));
    BOOST_TEST(shown.at("calls") == 4);
    BOOST_TEST(shown.at("successRate").get<double>() == 0.75);
}

BOOST_AUTO_TEST_CASE(quantiles) {
    service::Traffic traffic({kHour}, 1h, 1);
    for (int i = 1; i <= 101; ++i) traffic.add(line(i, kHour, "gateway.call", (i * 37) % 101));
    const auto shown = traffic.take().at("gateway");
    BOOST_TEST(shown.at("p50Ms") == json({50.0}));
    BOOST_TEST(shown.at("p95Ms") == json({95.0}));
}

BOOST_AUTO_TEST_CASE(the_last_twenty_newest_first) {
    service::Traffic traffic({kHour}, 1h, 1);
    for (const int id : {7,  30, 2,  19, 25, 1,  3,  4,  5,  6,  8,  9,  10, 11, 12,
                         13, 14, 15, 16, 17, 18, 20, 21, 22, 23, 24, 26, 27, 28, 29})
        traffic.add(line(id, 5, "crm.push", 1));  // long ago: no step, but among the last
    const auto last = traffic.take().at("lastPushes");
    BOOST_TEST(last.size() == 20U);
    BOOST_TEST(last.front().at("id") == 30);
    BOOST_TEST(last.front().at("paymentId") == "i30");
    BOOST_TEST(last.back().at("id") == 11);
}

BOOST_AUTO_TEST_CASE(nothing_yet) {
    const auto shown = service::Traffic({kHour}, 1h, 2).take();
    BOOST_TEST(shown.at("successRate").is_null());
    BOOST_TEST(shown.at("hooks") == json({0, 0}));
    BOOST_TEST(shown.at("lastHooks").empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::support_series_test
