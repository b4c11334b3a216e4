#include "module/domain/money.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace tillbridge::domain {
namespace {

constexpr std::int64_t kLargest = 1'000'000'000'000'000;

// Active ISO 4217 codes whose exponent is not 2, then those whose exponent is 2.
constexpr std::string_view kZero =
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
constexpr std::string_view kThree = "BHD IQD JOD KWD LYD OMR TND";
constexpr std::string_view kFour = "CLF UYW";
constexpr std::string_view kTwo =
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD "
    "CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD "
    "GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD "
    "MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP "
    "PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS "
    "TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW ZWG";

bool listed(std::string_view list, std::string_view code) {
    for (std::size_t at = 0; at + 3 <= list.size(); at += 4)
        if (list.substr(at, 3) == code) return true;
    return false;
}

bool all_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Result<Currency> Currency::parse(std::string_view code) {
    Currency found;
    if (code.size() != 3) return fail("money.currency_unknown", std::string(code.substr(0, 16)));
    if (listed(kTwo, code)) {
        found.exponent_ = 2;
    } else if (listed(kZero, code)) {
        found.exponent_ = 0;
    } else if (listed(kThree, code)) {
        found.exponent_ = 3;
    } else if (listed(kFour, code)) {
        found.exponent_ = 4;
    } else {
        return fail("money.currency_unknown", std::string(code));
    }
    std::memcpy(found.code_, code.data(), 3);
    return found;
}

Result<Money> parse_money(std::string_view decimal, const Currency& currency) {
    const auto point = decimal.find('.');
    const auto whole = decimal.substr(0, point);
    auto places = point == std::string_view::npos ? std::string_view{} : decimal.substr(point + 1);
    const bool bare_point = point != std::string_view::npos && places.empty();
    if (whole.empty() || bare_point || !all_digits(whole) || !all_digits(places))
        return fail("money.malformed");
    while (!places.empty() && places.back() == '0') places.remove_suffix(1);
    const auto exponent = static_cast<std::size_t>(currency.exponent());
    if (places.size() > exponent) return fail("money.too_precise");

    std::int64_t minor = 0;
    const auto push = [&minor](char digit) {
        minor = minor * 10 + (digit - '0');
        return minor <= kLargest;
    };
    for (const char digit : whole)
        if (!push(digit)) return fail("money.too_large");
    for (std::size_t at = 0; at < exponent; ++at)
        if (!push(at < places.size() ? places[at] : '0')) return fail("money.too_large");
    return Money{minor, currency};
}

std::string to_decimal(const Money& money) {
    const bool negative = money.minor < 0;
    auto digits = std::to_string(negative ? -money.minor : money.minor);
    const auto exponent = static_cast<std::size_t>(money.currency.exponent());
    if (exponent > 0) {
        if (digits.size() <= exponent) digits.insert(0, exponent + 1 - digits.size(), '0');
        digits.insert(digits.size() - exponent, 1, '.');
    }
    return (negative ? "-" : "") + digits;
}

}  // namespace tillbridge::domain
