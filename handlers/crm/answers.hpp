// What the CRM is answered. Amounts are JSON numbers with the decimals of their currency, written
// from minor units and never through a double.
#pragma once

#include <functional>
#include <string>

#include "handlers/http.hpp"
#include "module/domain/time.hpp"
#include "module/port/texts.hpp"
#include "module/service/payments.hpp"

namespace tillbridge::handlers::crm {

// A moment in an account's timezone, `Y-m-d H:i:s`.
using LocalTime = std::function<std::string(domain::UtcTime, const std::string& zone)>;
// Whether there is a timezone of this name.
using KnownZone = std::function<bool(const std::string& zone)>;

Answer success();
Answer created(const service::Payments::Link& link);
Answer refunded(const service::Payments::RefundAnswer& refund);
Answer status(const service::Payments::StatusAnswer& status, const domain::Connection& connection,
              const port::Texts& texts, const LocalTime& local_time);

}  // namespace tillbridge::handlers::crm
