// What our calls to a gateway leave behind: journal lines, and the problem of a clock that is off.
// Private to module/service.
#pragma once

#include "module/domain/merchant.hpp"
#include "module/port/gateway.hpp"
#include "module/service/context.hpp"

namespace tillbridge::service {

void write_calls(port::Tx&, domain::UtcTime at, const domain::Invoice&, const port::CallLog&,
                 const domain::RequestId&, std::int64_t cause = 0);

// Raises gateway.clock_skew with the measured offset, or clears it after a good answer.
void judge_clock(port::Tx&, domain::UtcTime at, const domain::Merchant&, const port::CallLog&,
                 bool refused_for_it);

}  // namespace tillbridge::service
