// Which lane may claim rows now, which claimed row is delivered next, and what follows from how it
// ended. Pure of threads, I/O and clocks, so that simulated days can test it; not thread-safe.
// The cost of each call depends on the lanes that are ready, not on how many there are.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "module/outbox/lane.hpp"
#include "module/outbox/options.hpp"
#include "module/port/clock.hpp"
#include "module/port/effects.hpp"

namespace tillbridge::outbox {

// A lane whose rows are to be claimed.
struct Claim {
    std::string lane;
    int limit = 1;
    // Rows due by then come first: in a failing lane those that have not failed yet.
    UtcTime horizon;
    bool hurry = false;
    bool probe = false;  // of a failing lane
};

struct Job {
    port::OutboxRow row;
    std::uint64_t ticket = 0;
};

// What is to be committed for a delivery that ended.
struct Verdict {
    enum class What { finish, retry, release, park };
    What what = What::finish;
    UtcTime due;                             // retry and release
    std::string error;                       // retry and park: the code
    bool hurry = false;                      // the peer is back: what waits in the lane is due now
    std::vector<port::OutboxRow> give_back;  // claimed ahead, to be released untried
};

class Schedule {
  public:
    Schedule(Options options, port::Random& random);

    // Something waits in a lane, due then at the earliest.
    void expect(const std::string& lane, UtcTime due);
    // The lane's back-off ends now.
    void hurry(const std::string& lane, UtcTime now);
    // The peer has answered somebody else. Ends the back-off of a lane that fails, unless the peer
    // asked it to wait or that was tried within a minute: what works for one call may go on
    // failing for another. Returns whether it did.
    bool peer_is_back(const std::string& lane, UtcTime now);

    // Lanes to claim for, the one that waits longest first. Each must be answered by claimed().
    std::vector<Claim> claims(UtcTime now);
    // `next`: when the earliest row that is left is due. Returns what must be released at once,
    // since the lane has failed meanwhile.
    std::vector<port::OutboxRow> claimed(const Claim& claim, std::vector<port::OutboxRow> rows,
                                         std::optional<UtcTime> next, UtcTime now);
    // The store could not be written.
    void claim_failed(const Claim& claim, UtcTime now);

    // The next row to deliver, if a thread may begin one now. Must be answered by judge().
    std::optional<Job> take(UtcTime now);
    // Slow deliveries lend their place. True: take() may have more.
    bool age(UtcTime now);
    Verdict judge(const Job& job, const port::Delivery& delivery, UtcTime now);
    // The verdict is committed. `next` as in claimed().
    void settled(const std::string& lane, const Verdict& verdict, std::optional<UtcTime> next,
                 UtcTime now);

    // When claims() or age() should be called again.
    std::optional<UtcTime> next() const;
    // Claimed and not begun, for the end: they are given back.
    std::vector<port::OutboxRow> drain();

    std::size_t lanes() const { return lanes_.size(); }
    bool failing(const std::string& lane) const;

  private:
    struct Running {
        Lane* lane = nullptr;
        UtcTime since;
        bool heavy = false;
        std::uint64_t round = 0;
    };

    Lane& lane(const std::string& name);
    Family& family(const std::string& name);
    void place(Lane& lane);
    void displace(Lane& lane);
    std::optional<UtcTime> ready_at(const Lane& lane) const;
    std::optional<UtcTime> token_at(const Lane& lane) const;
    int tokens(Lane& lane, UtcTime now) const;
    bool room(const Family& family, bool failing) const;
    bool pick(Family& family, bool failing, UtcTime now, std::vector<Claim>& out);
    void enqueue(Lane& lane);
    bool runnable(const Lane& lane) const;
    int heavy_share() const;
    bool light_room(const Family& family) const;
    std::optional<Job> take_from(Family& family, bool heavy, UtcTime now);
    Job begin(Lane& lane, bool heavy, UtcTime now);
    void give_up_or_retry(Lane& lane, const Job& job, std::uint64_t round,
                          const port::Delivery& delivery, UtcTime now, Verdict& verdict);
    void fail(Lane& lane, std::uint64_t round, const port::Delivery& delivery, UtcTime now,
              Verdict& verdict);
    void recover(Lane& lane, Verdict& verdict);
    void rest(Lane& lane, UtcTime now);
    void sweep(UtcTime now);

    Options options_;
    port::Random& random_;
    std::unordered_map<std::string, std::unique_ptr<Lane>> lanes_;
    std::vector<std::unique_ptr<Family>> families_;
    std::map<std::uint64_t, Running> running_;             // by ticket: oldest first
    std::deque<std::pair<UtcTime, std::string>> resting_;  // lanes to forget, by time
    std::uint64_t tickets_ = 0;
    std::uint64_t orders_ = 0;
    std::size_t turn_ = 0;
    int light_running_ = 0;
    int heavy_running_ = 0;
};

}  // namespace tillbridge::outbox
