// Between the outbox, which knows when, and the services, which know what: one handler a kind.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "module/port/records.hpp"
#include "module/port/store.hpp"

namespace tillbridge::port {

enum class Outcome {
    done,    // carried out; the row goes
    again,   // not yet: back off by the schedule
    later,   // nothing wrong: come back at `not_before` (a payment that is still being worked on)
    parked,  // can never succeed: dead at once
};

struct Delivery {
    Outcome outcome = Outcome::done;
    std::string code;    // stable; empty where done
    std::string detail;  // masked
    int http_status = 0;
    bool overloaded = false;  // 429, 503 or a time-out: wait at least 10 s
    // Outcome::again: the row's own trouble, not its peer's: the rest of the lane goes on.
    bool own_fault = false;
    std::optional<domain::Span> retry_after;
    UtcTime not_before;  // Outcome::later
    // Committed together with the row's own change, so that a crash can't part them.
    std::function<void(Tx&)> record;
};

class EffectHandler {
  public:
    virtual ~EffectHandler() = default;
    virtual Delivery deliver(const OutboxRow& row) = 0;
    // Called where a row is about to be parked because its time ran out or it can never succeed;
    // runs inside the parking unit of work (raise a problem, tell the CRM).
    virtual void parked(Tx& tx, const OutboxRow& row, const std::string& code) = 0;
};

}  // namespace tillbridge::port
