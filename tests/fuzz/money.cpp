// libFuzzer: amounts. What is taken is written and read again without loss, in every currency.
#include "module/domain/money.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace tillbridge;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    domain::Currency::parse(text);
    for (const char* code : {"UAH", "JPY", "KWD"}) {
        const auto currency = domain::Currency::parse(code).value();
        const auto money = domain::parse_money(text, currency);
        if (!money) continue;
        if (money->minor < 0) std::abort();
        const auto again = domain::parse_money(domain::to_decimal(*money), currency);
        if (!again || *again != *money) std::abort();
    }
    return 0;
}
