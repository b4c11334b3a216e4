// Queries and bodies of the diagnostics API, checked; a member that is not known is refused. Pure.
// Errors: request.malformed, request.content_type, request.field_missing, request.field_invalid,
// request.field_too_long, with the field.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "handlers/http.hpp"
#include "module/domain/result.hpp"
#include "module/domain/secret.hpp"
#include "module/port/support.hpp"
#include "module/service/subscription_desk.hpp"
#include "module/service/support_acts.hpp"

namespace tillbridge::handlers::support {

struct Query {
    std::string text;
    std::int64_t offset = 0;
    std::int64_t limit = 50;  // 1 to 200
    std::int64_t after = 0;   // the last number that is known
    std::int64_t before = 0;
    port::OutboxFilter filter;  // state, connection, kind, reason
};
domain::Result<Query> decode_query(const Request& request);
// The same of what is looked for, in a body: {"text","offset","limit"}. A buyer's e-mail belongs
// into no address, since proxies keep those in their logs.
domain::Result<Query> decode_find(const Request& request);

struct Login {
    std::string name;
    domain::Secret password;
    std::string code;
};
domain::Result<Login> decode_login(const Request& request);

domain::Result<bool> decode_dry_run(const Request& request);  // {"dryRun"}; true where it is absent

struct Replay {
    std::optional<std::int64_t> id;  // none: all that fit the filter
    port::OutboxFilter filter;
    bool dry_run = true;
};
domain::Result<Replay> decode_replay(const Request& request);

struct Dismissal {  // {"connection","key","subject","last","note","dryRun"}
    service::SupportActs::Dismissal wanted;
    bool dry_run = true;
};
domain::Result<Dismissal> decode_dismissal(const Request& request);

struct Bundle {  // one of them is not empty
    std::string invoice;
    std::string connection;
};
domain::Result<Bundle> decode_bundle(const Request& request);

struct Change {  // {"discount","charges","date","byBuyer","key","dryRun"}
    service::SubscriptionWish wish;
    bool dry_run = true;
};
domain::Result<Change> decode_change(const Request& request, const std::string& act);

}  // namespace tillbridge::handlers::support
