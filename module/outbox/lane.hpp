// What the outbox remembers of one lane (one account of one peer) while it has something to do. In
// memory only: after a restart every lane begins healthy. Guarded by the Schedule that owns it.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>

#include "module/outbox/options.hpp"
#include "module/port/records.hpp"

namespace tillbridge::outbox {

struct Family;

struct Lane {
    std::string name;
    Family* family = nullptr;

    std::optional<UtcTime> due;  // the earliest row that is not claimed, as far as is known
    UtcTime served;              // last claim: a lane just served goes behind those that wait
    bool claiming = false;       // a claim is under way
    bool blocked = false;        // what is due waits for a row that is held
    bool hurry = false;          // the next claim ends the back-off of the lane's rows

    bool failing = false;  // since a failure, until a success: one row at a time
    int failures = 0;      // rounds, not rows: parallel deliveries fail together
    std::uint64_t round = 0;
    UtcTime not_before;          // back-off
    bool asked_to_wait = false;  // by the peer, when it failed last
    UtcTime called_back;         // when an answer beside the outbox ended the back-off last
    bool probing = false;

    int held = 0;     // rows claimed and not settled
    int running = 0;  // of them, under way
    bool stalled = false;
    bool queued = false;                // stands in its family's `light`
    std::deque<port::OutboxRow> queue;  // claimed, not begun
    std::deque<UtcTime> starts;         // of the last second, where a rate limit holds

    struct Place {  // in its family's `healthy` or `failing`
        bool failing = false;
        UtcTime ready;
        std::uint64_t order = 0;
    };
    std::optional<Place> place;
};

// Lanes of one kind of peer (`crm`, `gw`). Each family has a share of the threads of its own, so
// that silent CRMs never hold up a void or a refund at a gateway.
struct Family {
    struct Ready {
        UtcTime at;
        std::uint64_t order = 0;
        Lane* lane = nullptr;
        bool operator<(const Ready& other) const {
            return at != other.at ? at < other.at : order < other.order;
        }
    };

    std::string name;
    int rate = 0;  // deliveries a second and lane; 0: no limit
    std::set<Ready> healthy;
    std::set<Ready> failing;
    std::deque<Lane*> light;  // lanes with claimed rows, round robin
    std::deque<Lane*> heavy;  // failing lanes with their one claimed row
    int held = 0;
    int probes = 0;
    int light_running = 0;
    int heavy_running = 0;
};

}  // namespace tillbridge::outbox
