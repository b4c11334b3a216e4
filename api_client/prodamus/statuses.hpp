// What the words of `payment_status` mean for money (PROTOCOL.md §4.4, §4.5), all in one place. Any
// other word means: wait, and show it to a person.
#pragma once

#include <string>
#include <string_view>

#include "module/domain/fact.hpp"

namespace tillbridge::prodamus {

struct Meaning {
    domain::GatewayStatus status = domain::GatewayStatus::processing;
    bool in_progress = false;  // a bank is at it
    bool understood = false;
};

Meaning meaning_of(std::string_view payment_status);

}  // namespace tillbridge::prodamus
