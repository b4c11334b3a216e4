#include "module/outbox/schedule.hpp"

#include <algorithm>
#include <stdexcept>

namespace tillbridge::outbox {
namespace {

constexpr int kAhead = 16;          // rows claimed at once for a healthy lane
constexpr int kHeldMost = 512;      // rows claimed and not settled, for each family
constexpr std::size_t kRound = 64;  // lanes in one claiming unit of work
// A row that is due and can't be claimed though we hold nothing: another process has its turn.
constexpr Span kElsewhere = std::chrono::seconds(1);
// So often may an answer beside the outbox end the back-off of a lane that goes on failing.
constexpr Span kComeback = std::chrono::minutes(1);
// A rate holds within this span: a little over a second, for the road to the peer is no metronome.
constexpr Span kRateSpan = std::chrono::milliseconds(1050);

}  // namespace

Schedule::Schedule(Options options, port::Random& random)
    : options_(std::move(options)), random_(random) {
    if (options_.schedule.empty() || options_.workers < 1 || options_.slow_workers < 1)
        throw std::invalid_argument("outbox: no schedule or no workers");
}

Family& Schedule::family(const std::string& name) {
    for (const auto& known : families_)
        if (known->name == name) return *known;
    auto made = std::make_unique<Family>();
    made->name = name;
    if (const auto rate = options_.rates.find(name); rate != options_.rates.end())
        made->rate = rate->second;
    return *families_.emplace_back(std::move(made));
}

Lane& Schedule::lane(const std::string& name) {
    auto& slot = lanes_[name];
    if (!slot) {
        slot = std::make_unique<Lane>();
        slot->name = name;
        slot->family = &family(family_of(name));
    }
    return *slot;
}

bool Schedule::failing(const std::string& name) const {
    const auto found = lanes_.find(name);
    return found != lanes_.end() && found->second->failing;
}

void Schedule::expect(const std::string& name, UtcTime due) {
    auto& it = lane(name);
    it.blocked = false;  // it may be of an order key that nothing holds up
    if (!it.due || due < *it.due) it.due = due;
    place(it);
}

void Schedule::hurry(const std::string& name, UtcTime now) {
    auto& it = lane(name);
    it.hurry = true;
    it.not_before = UtcTime{};
    it.failures = 0;
    if (!it.due || *it.due > now) it.due = now;
    place(it);
}

bool Schedule::peer_is_back(const std::string& name, UtcTime now) {
    const auto found = lanes_.find(name);
    if (found == lanes_.end()) return false;
    Lane& it = *found->second;
    if (!it.failing || it.asked_to_wait) return false;
    if (it.called_back && now < it.called_back + kComeback) return false;
    it.called_back = now;
    hurry(name, now);
    return true;
}

// --- when a lane is ready ---

// When the lane's rate lets one more row be claimed; none: after one of the claimed has begun.
std::optional<UtcTime> Schedule::token_at(const Lane& lane) const {
    const auto rate = static_cast<std::size_t>(lane.family->rate);
    if (rate == 0 || lane.starts.size() + lane.queue.size() < rate) return UtcTime{};
    if (lane.queue.size() >= rate) return std::nullopt;
    return lane.starts[lane.starts.size() + lane.queue.size() - rate] + kRateSpan;
}

int Schedule::tokens(Lane& lane, UtcTime now) const {
    if (lane.family->rate == 0) return kAhead;
    while (!lane.starts.empty() && lane.starts.front() + kRateSpan <= now) lane.starts.pop_front();
    const auto used = static_cast<int>(lane.starts.size() + lane.queue.size());
    return std::clamp(lane.family->rate - used, 1, kAhead);
}

std::optional<UtcTime> Schedule::ready_at(const Lane& lane) const {
    if (lane.claiming || !lane.due) return std::nullopt;
    if (lane.held > 0 && (lane.failing || lane.blocked)) return std::nullopt;
    if (lane.queue.size() > kAhead / 2 || lane.stalled) return std::nullopt;
    const auto token = token_at(lane);
    if (!token) return std::nullopt;
    return std::max({*lane.due, lane.not_before, *token, lane.served});
}

void Schedule::displace(Lane& lane) {
    if (!lane.place) return;
    auto& set = lane.place->failing ? lane.family->failing : lane.family->healthy;
    set.erase({lane.place->ready, lane.place->order, &lane});
    lane.place.reset();
}

void Schedule::place(Lane& lane) {
    const auto ready = ready_at(lane);
    if (lane.place && ready && lane.place->ready == *ready && lane.place->failing == lane.failing)
        return;
    displace(lane);
    if (!ready) return;
    lane.place = Lane::Place{lane.failing, *ready, ++orders_};
    auto& set = lane.failing ? lane.family->failing : lane.family->healthy;
    set.insert({*ready, lane.place->order, &lane});
}

bool Schedule::room(const Family& family, bool failing) const {
    return failing ? family.probes < 2 * options_.slow_workers : family.held < kHeldMost;
}

// --- claiming ---

bool Schedule::pick(Family& family, bool failing, UtcTime now, std::vector<Claim>& out) {
    auto& set = failing ? family.failing : family.healthy;
    if (set.empty() || set.begin()->at > now || !room(family, failing)) return false;
    Lane& lane = *set.begin()->lane;
    displace(lane);
    Claim claim;
    claim.lane = lane.name;
    claim.limit = failing ? 1 : std::min(tokens(lane, now), kHeldMost - family.held);
    // While the lane backed off, rows that failed were put off to after `not_before`: what has not
    // failed yet goes first, so that one row that the peer can't digest does not stop the others.
    claim.horizon = failing && lane.not_before ? std::min(lane.not_before, now) : now;
    claim.hurry = lane.hurry;
    claim.probe = failing;
    lane.claiming = true;
    lane.hurry = false;
    lane.due.reset();
    lane.served = now;
    if (failing) {
        lane.probing = true;
        ++family.probes;
    }
    out.push_back(std::move(claim));
    return true;
}

std::vector<Claim> Schedule::claims(UtcTime now) {
    sweep(now);
    std::vector<Claim> out;
    bool more = true;
    while (more && out.size() < kRound) {
        more = false;
        for (const auto& family : families_) {
            more = pick(*family, false, now, out) || more;
            more = pick(*family, true, now, out) || more;
        }
    }
    return out;
}

std::vector<port::OutboxRow> Schedule::claimed(const Claim& claim,
                                               std::vector<port::OutboxRow> rows,
                                               std::optional<UtcTime> next, UtcTime now) {
    Lane& it = lane(claim.lane);
    Family& family = *it.family;
    std::vector<port::OutboxRow> back;
    if (it.failing && !claim.probe && !rows.empty()) {
        back.swap(rows);
        next = now;
    }
    const auto count = static_cast<int>(rows.size());
    it.claiming = false;
    it.held += count;
    family.held += count;
    for (auto& row : rows) it.queue.push_back(std::move(row));
    if (it.probing && it.held == 0) {
        it.probing = false;
        --family.probes;
    }
    if (next) {
        it.blocked = back.empty() && count < claim.limit && *next <= now;
        const auto due = it.blocked && it.held == 0 ? now + kElsewhere : *next;
        if (!it.due || due < *it.due) it.due = due;
    }
    if (count > 0 && it.failing) family.heavy.push_back(&it);
    enqueue(it);
    place(it);
    rest(it, now);
    return back;
}

void Schedule::claim_failed(const Claim& claim, UtcTime now) {
    claimed(claim, {}, now + kElsewhere, now);
    if (claim.hurry) lane(claim.lane).hurry = true;
}

// --- bounds ---

// A lane without anything to do is forgotten, once its rate limit forgets it too.
void Schedule::rest(Lane& lane, UtcTime now) {
    if (lane.due || lane.held > 0 || lane.claiming || lane.failing) return;
    resting_.emplace_back(now + kRateSpan, lane.name);
}

void Schedule::sweep(UtcTime now) {
    while (!resting_.empty() && resting_.front().first <= now) {
        const auto found = lanes_.find(resting_.front().second);
        resting_.pop_front();
        if (found == lanes_.end()) continue;
        Lane& lane = *found->second;
        const bool rated = !lane.starts.empty() && lane.starts.back() + kRateSpan > now;
        if (lane.due || lane.held > 0 || lane.claiming || lane.failing || rated) continue;
        if (lane.queued) std::erase(lane.family->light, &lane);
        lanes_.erase(found);
    }
}

std::vector<port::OutboxRow> Schedule::drain() {
    std::vector<port::OutboxRow> rows;
    for (auto& [name, lane] : lanes_) {
        for (auto& row : lane->queue) rows.push_back(std::move(row));
        lane->queue.clear();
    }
    return rows;
}

std::optional<UtcTime> Schedule::next() const {
    std::optional<UtcTime> soonest;
    const auto at = [&soonest](UtcTime when) {
        if (!soonest || when < *soonest) soonest = when;
    };
    bool waiting = false;
    for (const auto& family : families_) {
        if (!family->healthy.empty() && room(*family, false)) at(family->healthy.begin()->at);
        if (!family->failing.empty() && room(*family, true)) at(family->failing.begin()->at);
        waiting = waiting || !family->light.empty();
    }
    if (!waiting) return soonest;
    for (const auto& [ticket, it] : running_) {
        if (it.heavy) continue;
        at(it.since + options_.lend_after);
        break;
    }
    return soonest;
}

}  // namespace tillbridge::outbox
