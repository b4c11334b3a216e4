// What the outbox may be told. Defaults are those of the documented configuration.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "module/domain/time.hpp"

namespace tillbridge::outbox {

using domain::Span;
using domain::UtcTime;

struct Options {
    int workers = 4;        // deliveries at a time while peers answer quickly
    int slow_workers = 32;  // threads beside them for lanes that fail and deliveries that take long
    // Waits after the first, second, … failure; the last one repeats. Not empty.
    std::vector<Span> schedule = {std::chrono::seconds(1),  std::chrono::seconds(5),
                                  std::chrono::seconds(30), std::chrono::minutes(2),
                                  std::chrono::minutes(5),  std::chrono::minutes(15)};
    Span give_up_after = std::chrono::hours(72);
    // Deliveries a second in each lane of a family (what stands before the colon); none or 0: no
    // limit.
    std::map<std::string, int> rates;
    // Kinds whose rows wait for something that a start makes pointless: due at once after it.
    std::vector<std::string> resumed_kinds;
    // Kinds whose subject is an invoice, for the log.
    std::vector<std::string> invoice_kinds;

    Span overload_wait = std::chrono::seconds(10);     // the least after 429, 503 and time-outs
    Span lend_after = std::chrono::milliseconds(100);  // a longer delivery counts as slow
    Span stall_after = std::chrono::seconds(2);        // nothing more of its lane begins meanwhile
    Span resync = std::chrono::seconds(60);            // looks for rows that nobody told us of
};

// `crm:17` → `crm`.
inline std::string family_of(std::string_view lane) {
    return std::string(lane.substr(0, lane.find(':')));
}

}  // namespace tillbridge::outbox
