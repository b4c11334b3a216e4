// An operation is one attempt to change something at a gateway. Its intent is committed before the
// call and its result after it; a final result never changes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "module/domain/ids.hpp"
#include "module/domain/time.hpp"

namespace tillbridge::domain {

enum class OperationKind { create, capture, void_hold, refund };

enum class OperationState {
    planned,    // intent committed, the call has not begun
    started,    // intent committed, the call is under way (or its process died)
    succeeded,  // final
    pending,    // the gateway works on it: ask again
    refused,    // final: the gateway said no
    not_done,   // final for a manager's attempt: nothing happened; automatic ones try again
    unknown,    // something may have happened: ask the gateway, never repeat
};

enum class Origin {
    manager,       // a button in the CRM
    automatic,     // the store's own rule: capture at once, the end of a hold
    compensation,  // money that came after a cancel goes back
    gateway,       // somebody did it in the gateway's cabinet
};

struct Operation {
    OperationId id;  // also the CRM's refund id
    OperationKind kind = OperationKind::create;
    Origin origin = Origin::manager;
    OperationState state = OperationState::planned;
    std::int64_t amount = 0;                // minor units of the invoice's currency
    std::optional<std::int64_t> requested;  // as the caller said it; none: "everything"
    std::string external_id;                // create: the name this attempt has at the gateway
    std::string baseline;                   // the gateway's mark before the call (refund time…)
    std::string reason;                     // the gateway's own words
    bool told_unknown = false;              // its caller was answered "not known yet"
    int tries = 0;
    UtcTime created_at;
    UtcTime started_at;
    UtcTime ended_at;

    bool operator==(const Operation&) const = default;
};

inline bool in_flight(const Operation& op) {
    return op.state == OperationState::planned || op.state == OperationState::started ||
           op.state == OperationState::pending || op.state == OperationState::unknown;
}

// Waits for the outbox to call: not begun yet, or an own one that did not come about.
inline bool ready_to_call(const Operation& op) {
    return op.state == OperationState::planned ||
           (op.state == OperationState::not_done && op.origin != Origin::manager);
}

inline bool is_final(const Operation& op) {
    return !in_flight(op) && !ready_to_call(op);
}

// The words in which the store, the journal and the metrics keep them.
std::string_view to_word(OperationKind kind);
std::string_view to_word(OperationState state);
std::string_view to_word(Origin origin);
std::optional<OperationKind> operation_kind(std::string_view word);
std::optional<OperationState> operation_state(std::string_view word);
std::optional<Origin> origin(std::string_view word);

}  // namespace tillbridge::domain
