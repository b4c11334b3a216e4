// Looks at every account's payment types again and again: what an admin changes in the CRM, where
// we are told of nothing, raises and clears its problems without anybody opening a page of ours.
#pragma once

#include "module/service/context.hpp"

namespace tillbridge::service {

class TypeWatch {
  public:
    static constexpr domain::Span kEvery = std::chrono::hours(1);
    static constexpr int kBatch = 200;  // accounts a round

    explicit TypeWatch(Context context) : context_(context) {}

    // One round, for the reconciler's thread: puts a look at the next accounts into the outbox,
    // each account once in `kEvery` (less often where there are more of them than the rounds have
    // room for). The first turn begins with the first round. Returns how many looks it asked for.
    int round();

  private:
    Context context_;
    domain::ConnectionId after_;  // where this turn has come to
    domain::UtcTime next_turn_;
};

}  // namespace tillbridge::service
