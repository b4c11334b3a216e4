// Amounts for tests of Prodamus.
#pragma once

#include <cstdint>

#include "module/domain/money.hpp"

namespace prodamus_test {

inline tillbridge::domain::Money money(std::int64_t minor, const char* currency = "RUB") {
    return {minor, tillbridge::domain::Currency::parse(currency).value()};
}

}  // namespace prodamus_test
