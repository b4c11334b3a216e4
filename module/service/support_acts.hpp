// The safe acts of an operator. Each tells first what it would do (`dry_run`), changes nothing that
// decide() did not allow, may be repeated without harm, and leaves a line in the audit log.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "module/domain/result.hpp"
#include "module/service/context.hpp"
#include "module/service/inquiries.hpp"
#include "module/service/support_audit.hpp"

namespace tillbridge::service {

// The gateway knows it and can be asked.
bool may_ask(const domain::Invoice&, port::Gateways&);
bool may_push(const domain::Invoice&);  // the CRM has a status of it
// Nothing looks at it again, so that it would stay open for ever.
bool may_dismiss(const port::ProblemRow&, const port::Tx&, port::Gateways&);

class SupportActs {
  public:
    SupportActs(Context context, Inquiries& inquiries) : context_(context), inquiries_(inquiries) {}

    struct Mode {
        bool dry_run = true;
        std::string language = "en";
    };
    // Answers of all: {"dryRun","act","would":[sentence…]} and, once done, what became of it.
    // Errors: payment.unknown, support.nothing_to_ask, and those of Inquiries::ask.
    domain::Result<nlohmann::json> ask(const Actor&, const domain::Invoice&, const Mode&);
    // Puts the present status into the outbox again. Errors: support.nothing_to_push.
    domain::Result<nlohmann::json> push(const Actor&, const domain::Invoice&, const Mode&);
    // One parked effect. Errors: outbox.not_parked.
    domain::Result<nlohmann::json> replay(const Actor&, std::int64_t row, const Mode&);
    // All parked ones that fit, at most 1,000 in one go; `left` tells of more.
    nlohmann::json replay_all(const Actor&, port::OutboxFilter, const Mode&);

    struct Dismissal {
        domain::ConnectionId connection;
        std::string key;
        std::string subject;  // may be empty where only one problem has this key
        std::string last;     // when it was seen last, as a list shows it; empty: whenever
        std::string note;     // for the audit log
    };
    // A person has dealt with it: the problem is over. Errors: problem.unknown, problem.ambiguous,
    // problem.changed, problem.not_dismissible.
    domain::Result<nlohmann::json> dismiss(const Actor&, const Dismissal&, const Mode&);

  private:
    std::string text(const Mode&, const char* key, const port::TextParams& = {}) const;
    nlohmann::json told(const Mode&, const char* act, std::vector<std::string> would) const;

    Context context_;
    Inquiries& inquiries_;
};

}  // namespace tillbridge::service
