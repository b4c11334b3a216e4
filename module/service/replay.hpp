// Carries a parked effect out after all. A status goes out as the payment is now, not as it was
// when its row was parked: meanwhile a newer one may have been delivered.
#pragma once

#include "module/domain/time.hpp"
#include "module/port/store.hpp"

namespace tillbridge::service {

// `row` is parked. Part of a unit of work.
void replay_row(port::Tx& tx, const port::OutboxRow& row, domain::UtcTime now);

}  // namespace tillbridge::service
