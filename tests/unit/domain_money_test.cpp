// Money as text and as minor units; ids that cannot be mixed up; secrets that cannot be shown.
#include <boost/test/unit_test.hpp>
#include <concepts>
#include <new>
#include <ostream>
#include <random>
#include <type_traits>

#include "module/domain/ids.hpp"
#include "module/domain/money.hpp"
#include "module/domain/secret.hpp"

namespace tillbridge::domain::domain_money_test {
namespace {

constexpr std::string_view kAll =
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP "
    "BYN BZD CAD CDF CHF CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP "
    "GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS "
    "KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR "
    "MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF "
    "SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD "
    "TZS UAH UGX USD UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG";

Result<Money> parse(std::string_view text, std::string_view code) {
    return parse_money(text, Currency::parse(code).value());
}

template <class T>
concept Streams = requires(std::ostream& out, const T& value) {
    out << value;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(domain_money)

BOOST_AUTO_TEST_CASE(text_becomes_minor_units_exactly) {
    const struct {
        std::string_view text, code;
        std::int64_t minor;
    } kTable[] = {
        {"19.99", "UAH", 1999},
        {"0.29", "UAH", 29},  // 28 where a float is cut
        {"1.15", "UAH", 115},
        {"0.07", "USD", 7},
        {"1.1", "USD", 110},
        {"1", "EUR", 100},
        {"0", "EUR", 0},
        {"007", "EUR", 700},
        {"1250.5000", "RUB", 125050},  // further zeros are fine
        {"500", "JPY", 500},
        {"500.00", "JPY", 500},
        {"1.234", "KWD", 1234},
        {"0.001", "KWD", 1},
        {"12.3456", "CLF", 123456},
        {"4503599627370.49", "USD", 450359962737049},
        {"10000000000000", "USD", 1'000'000'000'000'000},
        {"1000000000000000", "JPY", 1'000'000'000'000'000},
    };
    for (const auto& row : kTable) {
        const auto money = parse(row.text, row.code);
        BOOST_TEST_CONTEXT(row.text << ' ' << row.code) {
            BOOST_REQUIRE(money.has_value());
            BOOST_TEST(money->minor == row.minor);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_sum_is_refused_with_a_code) {
    const struct {
        std::string_view text, code, error;
    } kTable[] = {
        {"19.999", "UAH", "money.too_precise"},
        {"0.5", "JPY", "money.too_precise"},
        {"1.2345", "KWD", "money.too_precise"},
        {"1.23456", "CLF", "money.too_precise"},
        {"10000000000000.01", "USD", "money.too_large"},
        {"1000000000000001", "JPY", "money.too_large"},
        {"99999999999999999999999999999999", "USD", "money.too_large"},
        {"9223372036854775808", "JPY", "money.too_large"},
        {"", "UAH", "money.malformed"},
        {".", "UAH", "money.malformed"},
        {".5", "UAH", "money.malformed"},
        {"5.", "UAH", "money.malformed"},
        {"-1", "UAH", "money.malformed"},
        {"+1", "UAH", "money.malformed"},
        {"1e3", "UAH", "money.malformed"},
        {"1,50", "UAH", "money.malformed"},
        {"1 000", "UAH", "money.malformed"},
        {" 1", "UAH", "money.malformed"},
        {"1\n", "UAH", "money.malformed"},
        {"1.2.3", "UAH", "money.malformed"},
        {"0x10", "UAH", "money.malformed"},
        {"NaN", "UAH", "money.malformed"},
        {"١", "UAH", "money.malformed"},
    };
    for (const auto& row : kTable) {
        const auto money = parse(row.text, row.code);
        BOOST_TEST_CONTEXT('"' << row.text << "\" " << row.code) {
            BOOST_REQUIRE(!money.has_value());
            BOOST_TEST(money.error().code == row.error);
        }
    }
    BOOST_TEST(parse(std::string_view("1\0", 2), "UAH").error().code == "money.malformed");
}

BOOST_AUTO_TEST_CASE(there_and_back_again_in_every_currency) {
    std::mt19937_64 random(7);
    int currencies = 0;
    for (std::size_t at = 0; at < kAll.size(); at += 4, ++currencies) {
        const auto currency = Currency::parse(kAll.substr(at, 3));
        BOOST_REQUIRE_MESSAGE(currency.has_value(), kAll.substr(at, 3));
        BOOST_TEST(currency->code() == kAll.substr(at, 3));
        for (int round = 0; round < 200; ++round) {
            // Small and large sums alike.
            const auto minor = static_cast<std::int64_t>(random() % (1ULL << (round % 50)));
            const Money money{minor, *currency};
            const auto text = to_decimal(money);
            const auto again = parse_money(text, *currency);
            BOOST_REQUIRE_MESSAGE(again.has_value() && *again == money, text);
            const auto point = text.find('.');
            const auto places = point == std::string::npos ? 0 : text.size() - point - 1;
            BOOST_REQUIRE(places == static_cast<std::size_t>(currency->exponent()));
        }
    }
    BOOST_TEST(currencies == 159);
}

BOOST_AUTO_TEST_CASE(sums_are_written_as_people_know_them) {
    const auto text = [](std::int64_t minor, std::string_view code) {
        return to_decimal({minor, Currency::parse(code).value()});
    };
    BOOST_TEST(text(1999, "UAH") == "19.99");
    BOOST_TEST(text(5, "UAH") == "0.05");
    BOOST_TEST(text(0, "UAH") == "0.00");
    BOOST_TEST(text(-5, "UAH") == "-0.05");
    BOOST_TEST(text(500, "JPY") == "500");
    BOOST_TEST(text(1, "KWD") == "0.001");
    BOOST_TEST(text(123456, "CLF") == "12.3456");
}

BOOST_AUTO_TEST_CASE(a_currency_is_one_that_the_standard_knows) {
    for (const std::string_view code :
         {"", "U", "UA", "uah", "UAHH", "XXX", "ABC", "U H", "D A", "D A AFN", "AE ", " AE", "BTC"})
        BOOST_TEST(!Currency::parse(code).has_value(), code);
    BOOST_TEST(Currency::parse("JPY")->exponent() == 0);
    BOOST_TEST(Currency::parse("UAH")->exponent() == 2);
    BOOST_TEST(Currency::parse("TND")->exponent() == 3);
    BOOST_TEST(Currency::parse("UYW")->exponent() == 4);
    BOOST_TEST(Currency::parse("nonsense").error().code == "money.currency_unknown");
}

BOOST_AUTO_TEST_CASE(ids_of_different_things_cannot_be_mixed_up) {
    static_assert(!std::is_convertible_v<InvoiceId, InvoiceUuid>);
    static_assert(!std::is_convertible_v<std::string, InvoiceId>);
    static_assert(!std::equality_comparable_with<InvoiceId, MerchantId>);
    BOOST_TEST(InvoiceId{}.empty());
    BOOST_CHECK(InvoiceId{"a"} < InvoiceId{"b"});
    BOOST_TEST(std::hash<InvoiceId>{}(InvoiceId{"a"}) == std::hash<std::string>{}("a"));
}

BOOST_AUTO_TEST_CASE(a_secret_can_only_be_revealed_on_purpose) {
    static_assert(!Streams<Secret>);
    static_assert(Streams<std::string>);
    static_assert(!std::is_convertible_v<Secret, std::string>);
    static_assert(!std::is_convertible_v<Secret, std::string_view>);
    static_assert(!std::is_convertible_v<std::string, Secret>);
    static_assert(!std::equality_comparable<Secret>);  // comparing is for constant time
    BOOST_TEST(Secret("abc").reveal() == "abc");
    BOOST_TEST(Secret().empty());
}

BOOST_AUTO_TEST_CASE(a_hint_tells_secrets_apart_and_gives_short_ones_away_never) {
    BOOST_TEST(Secret("0123456789a1b2").hint() == "••••a1b2");
    BOOST_TEST(Secret("01234567890").hint() == "••••");
    BOOST_TEST(Secret("").hint() == "••••");
}

BOOST_AUTO_TEST_CASE(a_secret_is_wiped_when_it_goes) {
    // Short text lives inside the object, whose storage this test keeps.
    alignas(Secret) unsigned char storage[sizeof(Secret)];
    auto* secret = new (storage) Secret("s3cr3t-text");
    const auto& bytes = reinterpret_cast<const char(&)[sizeof(Secret)]>(storage);
    const auto seen = [&bytes] {
        return std::string_view(bytes, sizeof(bytes)).find("s3cr3t") != std::string_view::npos;
    };
    BOOST_TEST(seen());
    std::destroy_at(secret);
    BOOST_TEST(!seen());
}

BOOST_AUTO_TEST_CASE(a_secret_leaves_nothing_behind_where_it_moved_from) {
    alignas(Secret) unsigned char storage[sizeof(Secret)];
    auto* secret = new (storage) Secret("s3cr3t-text");
    const std::string_view bytes(reinterpret_cast<const char*>(storage), sizeof(storage));
    const Secret taken(std::move(*secret));
    BOOST_TEST(taken.reveal() == "s3cr3t-text");
    BOOST_TEST((bytes.find("cr3t") == std::string_view::npos));
    *secret = Secret("s3cr3t-text");
    *secret = Secret("x");
    BOOST_TEST(secret->reveal() == "x");
    BOOST_TEST((bytes.find("cr3t") == std::string_view::npos));
    auto& same = *secret;
    *secret = same;
    *secret = std::move(same);
    BOOST_TEST(secret->reveal() == "x");
    std::destroy_at(secret);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::domain::domain_money_test
