// Problems: what needs a person. Raised and cleared by the same check, announced once in the CRM.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "module/domain/ids.hpp"
#include "module/port/records.hpp"
#include "module/port/store.hpp"
#include "module/port/texts.hpp"
#include "module/service/context.hpp"

namespace tillbridge::service {

// Within a unit of work: raises it and, where it is new, puts its announcement into the outbox
// (kind crm.notice, lane crm:<connection>; payload {"key","subject","detail"}).
// crm.* problems are not announced there: the CRM can't be reached.
void raise_problem(port::Tx& tx, domain::UtcTime now, const domain::ConnectionId& connection,
                   std::string_view key, std::string_view subject, std::string_view detail);
void clear_problem(port::Tx& tx, const domain::ConnectionId& connection, std::string_view key,
                   std::string_view subject);

// For people: texts `problem.<key>.what` (what will break) and `problem.<key>.todo`.
struct ProblemView {
    port::ProblemRow row;
    std::string what;
    std::string todo;
};
std::vector<ProblemView> describe(const port::Texts& texts, std::string_view language,
                                  const std::vector<port::ProblemRow>& rows);

}  // namespace tillbridge::service
