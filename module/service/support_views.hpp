// What diagnostics shows, as JSON: one form for the page, the command line and the bundle. No
// secret is in it; journal details were masked when they were written.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "module/port/store.hpp"
#include "module/service/problems.hpp"

namespace tillbridge::service::view {

std::string iso_time(domain::UtcTime at);  // `2026-11-22T08:43:00.123456Z`
nlohmann::json when(domain::UtcTime at);   // null for never

nlohmann::json account(const port::AccountLine&);
nlohmann::json account(const domain::Connection&);
nlohmann::json merchant(const domain::Merchant&);  // no credentials, no hook address
nlohmann::json found(const domain::Invoice&);      // a line of a list
nlohmann::json invoice(const domain::Invoice&);    // with its operations
nlohmann::json line(const port::JournalLine&);
nlohmann::json effect(const port::OutboxRow&);
nlohmann::json attempt(const port::OutboxTry&);
nlohmann::json problem(const ProblemView&);
nlohmann::json audit(const port::AuditRow&);
nlohmann::json user(const port::SupportUser&);
nlohmann::json stats(const port::OutboxStats&);

}  // namespace tillbridge::service::view
