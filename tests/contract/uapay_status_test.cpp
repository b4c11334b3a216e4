// Every documented pair of status words, and many that are not (PROTOCOL.md §7).
#include <boost/test/unit_test.hpp>
#include <random>
#include <set>
#include <string>

#include "api_client/uapay/statuses.hpp"

namespace tillbridge::uapay_status_test {

namespace {

using uapay::Around;
using uapay::Words;

const std::string kFirst[] = {"NEW", "PAID", "FINISHED", "REVERSED", "CANCELED"};
const std::string kSecond[] = {"OPEN",     "PAYED",    "FINISHED",          "REVERSED",
                               "RETURNED", "CLOSED",   "PENDING",           "REJECTED",
                               "HOLDED",   "CANCELED", "NEEDS_CONFIRMATION"};

std::string meaning(const std::string& first, const std::string& second, Around around = {}) {
    const auto found = uapay::meaning_of({first, second}, around);
    return std::string(to_word(found.status)) + (found.in_progress ? "+" : "");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(uapay_status)

BOOST_AUTO_TEST_CASE(documented_pairs) {
    BOOST_TEST(meaning("NEW", "PENDING") == "processing+");
    BOOST_TEST(meaning("NEW", "NEEDS_CONFIRMATION") == "processing+");
    BOOST_TEST(meaning("PAID", "PENDING") == "processing+");
    BOOST_TEST(meaning("PAID", "HOLDED") == "held");
    BOOST_TEST(meaning("FINISHED", "FINISHED") == "paid");
    BOOST_TEST(meaning("REVERSED", "REVERSED") == "refunded");
    BOOST_TEST(meaning("CANCELED", "REJECTED") == "declined");
    BOOST_TEST(meaning("CANCELED", "CANCELED") == "declined");
    BOOST_TEST(meaning("NEW", "REJECTED") == "declined");
}

BOOST_AUTO_TEST_CASE(what_the_words_leave_open) {
    for (const auto* word : {"CANCELED", "REJECTED"}) {
        BOOST_TEST(meaning("CANCELED", word, {true, false}) == "declined_final");
        BOOST_TEST(meaning("CANCELED", word, {true, true}) == "voided");
        BOOST_TEST(meaning("CANCELED", word, {false, true}) == "voided");
    }
    BOOST_TEST(meaning("PAID", "HOLDED", {true, true}) == "held");
    BOOST_TEST(meaning("FINISHED", "FINISHED", {true, true}) == "paid");
}

BOOST_AUTO_TEST_CASE(all_pairs) {
    const std::set<std::string> money = {"PAID/HOLDED", "FINISHED/FINISHED"};
    for (const auto& first : kFirst)
        for (const auto& second : kSecond) {
            const std::string pair = Words{first, second}.text();
            const std::string is = meaning(first, second);
            if (money.contains(pair)) continue;
            if (second == "REVERSED") {
                BOOST_TEST(is == "refunded", pair);
            } else if ((second == "CANCELED" || second == "REJECTED") && first != "FINISHED") {
                BOOST_TEST(is == "declined", pair);
            } else {
                BOOST_TEST((is == "processing" || is == "processing+"), pair);
            }
        }
}

BOOST_AUTO_TEST_CASE(contradictions_and_open_ends_are_shown_to_people) {
    for (const auto* second : {"RETURNED", "CLOSED", "SOMETHING", "CANCELED"})
        BOOST_TEST(uapay::meaning_of({"FINISHED", second}, {}).reason ==
                   std::string("FINISHED/") + second);
    BOOST_TEST(uapay::meaning_of({"NEW", "HOLDED"}, {}).reason == "NEW/HOLDED");
    BOOST_TEST(meaning("NEW", "HOLDED") == "processing+");
    BOOST_TEST(meaning("PAID", "FINISHED") == "processing+");
    BOOST_TEST(meaning("REVERSED", "FINISHED") == "processing");
    BOOST_TEST(uapay::meaning_of({"NEW", "PENDING"}, {}).reason == "");
    BOOST_TEST(uapay::meaning_of({"PAID", "HOLDED"}, {}).reason == "");
    BOOST_TEST(uapay::meaning_of({"CANCELED", "REJECTED"}, {}).reason == "CANCELED/REJECTED");
}

BOOST_AUTO_TEST_CASE(unknown_words_mean_wait) {
    std::mt19937 random(20261122);
    std::uniform_int_distribution<int> length(0, 12);
    std::uniform_int_distribution<int> letter(0, 51);
    const auto word = [&] {
        std::string text;
        for (int i = length(random); i > 0; --i) {
            const int at = letter(random);
            text += static_cast<char>(at < 26 ? 'A' + at : 'a' + at - 26);
        }
        return text;
    };
    const std::set<std::string> known(std::begin(kSecond), std::end(kSecond));
    for (int i = 0; i < 20'000; ++i) {
        const std::string unknown = word();
        if (known.contains(unknown)) continue;
        for (const auto& first : kFirst)
            BOOST_REQUIRE(meaning(first, unknown, {i % 2 == 0, i % 3 == 0}) == "processing");
        if (unknown.empty() || unknown == "NEW" || unknown == "PAID") continue;
        for (const auto& second : kSecond) {
            const auto is = meaning(unknown, second);
            BOOST_REQUIRE(is == "processing" || unknown == "FINISHED" || unknown == "REVERSED" ||
                          unknown == "CANCELED");
        }
    }
    for (const auto* close : {"Finished", "finished", "FINISHED ", "HOLD", "HELD", "REFUNDED",
                              "PARTIAL_REVERSED", "SUCCESS", "CANCELLED"})
        BOOST_TEST(meaning("PAID", close) == "processing", close);
}

BOOST_AUTO_TEST_CASE(words_of_other_types) {
    BOOST_TEST(uapay::words_of({{"status", 1}, {"paymentStatus", nullptr}}).text() == "");
    BOOST_TEST(uapay::words_of(nullptr).text() == "");
    BOOST_TEST(uapay::words_of({{"status", "A\nB"}, {"paymentStatus", std::string(99, 'x')}})
                   .text()
                   .size() == 44U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::uapay_status_test
