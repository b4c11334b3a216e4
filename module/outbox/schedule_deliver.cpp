// Which claimed row is delivered next, and what follows from how it ended: done, again, parked, or
// the lane's back-off.
#include <algorithm>

#include "module/outbox/back_off.hpp"
#include "module/outbox/schedule.hpp"

namespace tillbridge::outbox {
namespace {

// `later` without a moment must not become a busy loop.
constexpr Span kLaterLeast = std::chrono::milliseconds(50);

}  // namespace

bool Schedule::runnable(const Lane& lane) const {
    return !lane.queue.empty() && !lane.failing && !lane.stalled && lane.running < options_.workers;
}

void Schedule::enqueue(Lane& lane) {
    if (lane.queued || !runnable(lane)) return;
    lane.queued = true;
    lane.family->light.push_back(&lane);
}

// No family gets all the slow threads.
int Schedule::heavy_share() const {
    return std::max(1, options_.slow_workers * 3 / 4);
}

// One worker stays free of a family whose slow deliveries have used up their share.
bool Schedule::light_room(const Family& family) const {
    if (light_running_ >= options_.workers) return false;
    const bool crowded = family.heavy_running >= heavy_share() && options_.workers > 1;
    return !crowded || family.light_running < options_.workers - 1;
}

Job Schedule::begin(Lane& lane, bool heavy, UtcTime now) {
    Job job{std::move(lane.queue.front()), ++tickets_};
    lane.queue.pop_front();
    ++lane.running;
    if (lane.family->rate > 0) lane.starts.push_back(now);
    ++(heavy ? heavy_running_ : light_running_);
    ++(heavy ? lane.family->heavy_running : lane.family->light_running);
    running_.emplace(job.ticket, Running{&lane, now, heavy, lane.round});
    enqueue(lane);
    place(lane);
    return job;
}

std::optional<Job> Schedule::take_from(Family& family, bool heavy, UtcTime now) {
    if (heavy) {
        if (heavy_running_ >= options_.slow_workers || family.heavy_running >= heavy_share())
            return std::nullopt;
        while (!family.heavy.empty()) {
            Lane& lane = *family.heavy.front();
            family.heavy.pop_front();
            if (!lane.queue.empty()) return begin(lane, true, now);
        }
        return std::nullopt;
    }
    if (!light_room(family)) return std::nullopt;
    while (!family.light.empty()) {
        Lane& lane = *family.light.front();
        family.light.pop_front();
        lane.queued = false;
        if (runnable(lane)) return begin(lane, false, now);
    }
    return std::nullopt;
}

std::optional<Job> Schedule::take(UtcTime now) {
    for (std::size_t i = 0; i < families_.size(); ++i) {
        auto& family = *families_[(turn_ + i) % families_.size()];
        auto job = take_from(family, false, now);
        if (!job) job = take_from(family, true, now);
        if (!job) continue;
        turn_ = (turn_ + i + 1) % families_.size();
        return job;
    }
    return std::nullopt;
}

bool Schedule::age(UtcTime now) {
    bool lent = false;
    for (auto& [ticket, it] : running_) {
        if (it.since + options_.lend_after > now) break;
        Lane& lane = *it.lane;
        if (it.since + options_.stall_after <= now && !lane.stalled) {
            lane.stalled = true;
            place(lane);
        }
        Family& family = *lane.family;
        if (it.heavy || heavy_running_ >= options_.slow_workers ||
            family.heavy_running >= heavy_share())
            continue;
        it.heavy = lent = true;
        --light_running_, --family.light_running;
        ++heavy_running_, ++family.heavy_running;
    }
    return lent;
}

// --- what follows ---

Verdict Schedule::judge(const Job& job, const port::Delivery& delivery, UtcTime now) {
    const auto running = running_.extract(job.ticket);
    if (!running) throw std::logic_error("outbox: a delivery that is not under way");
    const Running& was = running.mapped();
    Lane& it = *was.lane;
    --it.running;
    --(was.heavy ? heavy_running_ : light_running_);
    --(was.heavy ? it.family->heavy_running : it.family->light_running);
    it.stalled = false;  // age() looks at what else is under way

    Verdict verdict;
    switch (delivery.outcome) {
        case port::Outcome::done:
            recover(it, verdict);
            break;
        case port::Outcome::later:
            verdict.what = Verdict::What::release;
            verdict.due = std::max(delivery.not_before, now + kLaterLeast);
            break;
        case port::Outcome::parked:
            verdict.what = Verdict::What::park;
            verdict.error = delivery.code;
            if (delivery.http_status != 0) recover(it, verdict);  // it answered: it is there
            break;
        case port::Outcome::again:
            give_up_or_retry(it, job, was.round, delivery, now, verdict);
            break;
    }
    enqueue(it);
    place(it);
    return verdict;
}

void Schedule::give_up_or_retry(Lane& lane, const Job& job, std::uint64_t round,
                                const port::Delivery& delivery, UtcTime now, Verdict& verdict) {
    if (!delivery.own_fault) fail(lane, round, delivery, now, verdict);
    verdict.error = delivery.code;
    if (now - job.row.created >= options_.give_up_after) {
        verdict.what = Verdict::What::park;
        return;
    }
    verdict.what = Verdict::What::retry;
    verdict.due = now + back_off(options_, random_, job.row.tries, delivery);
    // Behind the lane's own moment: there, rows that have not failed go first.
    if (!delivery.own_fault) verdict.due = std::max(verdict.due, lane.not_before + Span{1});
}

void Schedule::fail(Lane& lane, std::uint64_t round, const port::Delivery& delivery, UtcTime now,
                    Verdict& verdict) {
    const bool counted = lane.failing && round != lane.round;  // began before the lane failed
    if (!counted) {
        ++lane.failures;
        ++lane.round;
    }
    const auto until = now + back_off(options_, random_, std::max(lane.failures - 1, 0), delivery);
    lane.not_before = std::max(lane.not_before, until);
    lane.failing = true;
    lane.asked_to_wait = delivery.overloaded || delivery.retry_after.has_value();
    for (auto& row : lane.queue) verdict.give_back.push_back(std::move(row));
    lane.queue.clear();
}

void Schedule::recover(Lane& lane, Verdict& verdict) {
    if (!lane.failing) return;
    // A single failure is soon over by itself; after an outage nobody waits for the schedule.
    verdict.hurry = lane.failures >= 2;
    lane.failing = false;
    lane.failures = 0;
    lane.not_before = UtcTime{};
}

void Schedule::settled(const std::string& name, const Verdict& verdict, std::optional<UtcTime> next,
                       UtcTime now) {
    Lane& it = lane(name);
    const auto count = 1 + static_cast<int>(verdict.give_back.size());
    it.held -= count;
    it.family->held -= count;
    it.blocked = false;
    if (it.probing && it.held == 0) {
        it.probing = false;
        --it.family->probes;
    }
    if (next && (!it.due || *next < *it.due)) it.due = *next;
    enqueue(it);
    place(it);
    rest(it, now);
}

}  // namespace tillbridge::outbox
