// Kyiv's local time out, ISO times in.
#include <boost/test/unit_test.hpp>
#include <string>

#include "api_client/uapay/times.hpp"

namespace tillbridge::uapay_times_test {

namespace {

struct Row {
    const char* utc;
    const char* kyiv;
};

// Checked against the tz database (Europe/Kyiv).
constexpr Row kRows[] = {
    {"2026-11-22T08:58:10.999Z", "2026-11-22 10:58:10"},
    {"2026-07-01T00:00:00Z", "2026-07-01 03:00:00"},
    {"2026-03-29T00:59:59Z", "2026-03-29 02:59:59"},
    {"2026-03-29T01:00:00Z", "2026-03-29 04:00:00"},
    {"2026-10-25T00:59:59Z", "2026-10-25 03:59:59"},
    {"2026-10-25T01:00:00Z", "2026-10-25 03:00:00"},
    {"2027-03-28T00:59:59Z", "2027-03-28 02:59:59"},
    {"2027-03-28T01:00:00Z", "2027-03-28 04:00:00"},
    {"2027-10-31T00:59:59Z", "2027-10-31 03:59:59"},
    {"2027-10-31T01:00:00Z", "2027-10-31 03:00:00"},
    {"2028-03-26T01:00:00Z", "2028-03-26 04:00:00"},
    {"2028-02-29T22:30:00Z", "2028-03-01 00:30:00"},
    {"2026-12-31T22:00:00Z", "2027-01-01 00:00:00"},
    {"2026-12-31T21:59:59Z", "2026-12-31 23:59:59"},
};

std::int64_t iso(const char* text) {
    return uapay::parse_iso(text).micros;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(uapay_times)

BOOST_AUTO_TEST_CASE(kyiv) {
    for (const auto& row : kRows)
        BOOST_TEST(uapay::kyiv_text(uapay::parse_iso(row.utc)) == row.kyiv, row.utc);
}

BOOST_AUTO_TEST_CASE(iso_forms) {
    BOOST_TEST(iso("1971-01-01T00:00:00Z") == 31'536'000'000'000);
    BOOST_TEST(iso("2026-11-22T08:59:41.000Z") == 1'795'337'981'000'000);
    BOOST_TEST(iso("2026-11-22T08:59:41.25Z") == 1'795'337'981'250'000);
    BOOST_TEST(iso("2026-11-22T10:59:41+02:00") == 1'795'337'981'000'000);
    BOOST_TEST(iso("2026-11-22T03:29:41-0530") == 1'795'337'981'000'000);
    BOOST_TEST(iso("2026-11-22 08:59:41Z") == 1'795'337'981'000'000);
}

BOOST_AUTO_TEST_CASE(not_a_time) {
    for (const auto* text :
         {"", "2026", "2026-11-22", "2026-11-22T08:59:41", "2026-11-22 08:59:41.000",
          "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-11-22T24:00:00Z",
          "2026-11-22T08:60:00Z", "2026-11-22T08:59:41.Z", "2026-11-22T08:59:41Zx",
          "2026-11-22T08:59:41+", "2026-11-22T08:59:41+99:00", "x026-11-22T08:59:41Z"})
        BOOST_TEST(iso(text) == 0, text);
}

BOOST_AUTO_TEST_CASE(counts) {
    const nlohmann::json seconds = 1795337981;
    const nlohmann::json milliseconds = 1795337981250;
    const nlohmann::json nothing;
    const nlohmann::json negative = -5;
    BOOST_TEST(uapay::read_time(&seconds).micros == 1'795'337'981'000'000);
    BOOST_TEST(uapay::read_time(&milliseconds).micros == 1'795'337'981'250'000);
    BOOST_TEST(uapay::read_time(&nothing).micros == 0);
    BOOST_TEST(uapay::read_time(&negative).micros == 0);
    BOOST_TEST(uapay::read_time(nullptr).micros == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::uapay_times_test
