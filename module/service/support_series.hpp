// What went over a connection's wires lately, out of its journals: counts, failures and times in
// equal steps, for small charts, and the last hooks and pushes. Pure.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

#include "module/port/records.hpp"

namespace tillbridge::service {

class Traffic {
  public:
    // The last `steps` steps of `step` before `now`.
    Traffic(domain::UtcTime now, domain::Span step, std::size_t steps);

    void add(const port::JournalLine&);
    // {"from","stepSeconds","gateway":{"calls":[…],"failed":[…],"p50Ms":[…],"p95Ms":[…]},
    //  "crm":{…},"hooks":[…],"lastHooks":[…],"lastPushes":[…],"successRate"}; a time is null where
    // there was no call.
    nlohmann::json take();

  private:
    struct Step {
        std::int64_t failed = 0;
        std::vector<std::int64_t> took;  // µs, one a call
    };
    using Wire = std::vector<Step>;
    static nlohmann::json series_of(Wire&);
    void count(Wire&, const nlohmann::json& detail, std::size_t at);

    domain::UtcTime from_;
    domain::Span step_;
    Wire gateway_, crm_;
    std::vector<std::int64_t> hooks_;
    std::int64_t calls_ = 0, failed_ = 0;
    std::vector<port::JournalLine> last_hooks_, last_pushes_;
};

}  // namespace tillbridge::service
