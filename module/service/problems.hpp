// Problems: what needs a person. Raised and cleared by the same check, announced once in the CRM.
#pragma once

#include <optional>
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

// What a check found of one problem, before anything of it is written.
struct Finding {
    std::string key;
    std::string subject;
    std::optional<std::string> detail;  // none: it is not there
};
// Those of them that say something else than the rows of their connection.
std::vector<Finding> differing(const std::vector<Finding>&,
                               const std::vector<port::ProblemRow>& open);
// Within a unit of work: raises and clears.
void note(port::Tx& tx, domain::UtcTime now, const domain::ConnectionId& connection,
          const std::vector<Finding>& findings);

// For people: texts `problem.<key>.what` (what will break) and `problem.<key>.todo`.
struct ProblemView {
    port::ProblemRow row;
    std::string what;
    std::string todo;
};
std::vector<ProblemView> describe(const port::Texts& texts, std::string_view language,
                                  const std::vector<port::ProblemRow>& rows);

}  // namespace tillbridge::service
