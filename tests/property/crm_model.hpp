// The CRM of the model: it receives what the outbox sends, checks its order and keeps what it was
// told.
#pragma once

#include <map>
#include <optional>
#include <stdexcept>
#include <string>

#include "module/domain/effect.hpp"

namespace tillbridge::model {

// A promise was broken.
struct Violation : std::runtime_error {
    using std::runtime_error::runtime_error;
};

inline void require(bool holds, const char* what) {
    if (!holds) throw Violation(what);
}

struct CrmModel {
    struct Block {
        bool succeeded;
        std::int64_t amount;
        int rows;
    };

    std::optional<domain::CrmStatus> status;
    domain::effect::PushStatus last;
    std::int64_t newest = 0;  // number of the newest row that arrived
    std::map<domain::OperationId, Block> refunds;
    bool has_link = false;

    // A row may arrive again after a lost answer, never after a later one.
    void receive(std::int64_t row, const domain::effect::PushStatus& push) {
        require(row >= newest, "a status went out before an older one");
        if (row == newest) return;
        newest = row;
        require(!status || may_follow(*status, push.status), "a status went backwards");
        status = push.status;
        last = push;
        has_link = has_link || push.with_link;
        if (!push.refund) return;
        auto [at, fresh] = refunds.try_emplace(
            push.refund->id, Block{push.refund->succeeded, push.refund->amount, 0});
        require(++at->second.rows == 1 && fresh, "one refund was told twice");
    }

    static bool may_follow(domain::CrmStatus before, domain::CrmStatus after) {
        using S = domain::CrmStatus;
        switch (before) {
            case S::pending:
                return true;
            case S::waiting_for_capture:
                return after != S::pending;
            case S::succeeded:
                return after == S::succeeded || after == S::refund_succeeded;
            case S::refund_succeeded:
                return after == S::refund_succeeded;
            case S::canceled:
                return after == S::canceled;
        }
        return false;
    }
};

}  // namespace tillbridge::model
