// Money: whole minor units and an ISO 4217 currency. No floating point anywhere: text in, text out.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "module/domain/result.hpp"

namespace tillbridge::domain {

// An ISO 4217 code that the table knows, with the number of its decimal places (0, 2, 3 or 4).
class Currency {
  public:
    Currency() = default;                                  // no currency: only as a placeholder
    static Result<Currency> parse(std::string_view code);  // money.currency_unknown

    std::string code() const { return std::string(code_, code_[0] == 0 ? 0 : 3); }
    int exponent() const { return exponent_; }
    auto operator<=>(const Currency&) const = default;

  private:
    char code_[4] = {0, 0, 0, 0};
    int exponent_ = 2;
};

struct Money {
    std::int64_t minor = 0;
    Currency currency;

    auto operator<=>(const Money&) const = default;
};

// `19.99` UAH → 1999; at most as many places as the currency has (further zeros are fine), no
// sign, no exponent form, at most 10^15 minor units. Errors: money.malformed, money.too_precise,
// money.too_large.
Result<Money> parse_money(std::string_view decimal, const Currency& currency);

// 1999 UAH → `19.99`; 500 JPY → `500`.
std::string to_decimal(const Money& money);

}  // namespace tillbridge::domain
