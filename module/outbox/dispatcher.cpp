#include "module/outbox/dispatcher.hpp"

#include <algorithm>
#include <exception>

#include "module/port/crash_point.hpp"

namespace tillbridge::outbox {

Dispatcher::Dispatcher(port::Store& store, port::Clock& clock, port::Random& random, port::Log& log,
                       port::Meter& meter, Options options, Handlers handlers)
    : store_(store),
      clock_(clock),
      random_(random),
      log_(log),
      meter_(meter),
      options_(std::move(options)),
      handlers_(std::move(handlers)),
      bell_(std::make_shared<Bell>()),
      schedule_(options_, random_) {}

Dispatcher::~Dispatcher() {
    stop(Span{0});
    join();
}

// --- the life of the threads ---

void Dispatcher::adopt() {
    store_.on_outbox([bell = bell_](const std::vector<std::string>& lanes) { bell->ring(lanes); });
    const auto now = clock_.now();
    const auto lanes = port::commit(store_, [&](port::Tx& tx) {
        tx.outbox().release_all(now);
        for (const auto& kind : options_.resumed_kinds) tx.outbox().hurry_kind(kind, now);
        return tx.outbox().lanes();
    });
    const std::lock_guard lock(mutex_);
    for (const auto& lane : lanes) schedule_.hurry(lane.name, now);
    resynced_ = now;
}

void Dispatcher::start() {
    adopt();
    workers_ = options_.workers + options_.slow_workers;
    threads_ = workers_ + 2;
    const auto launch = [this](void (Dispatcher::*loop)()) {
        pool_.emplace_back([this, loop] {
            (this->*loop)();
            thread_ended();
        });
    };
    launch(&Dispatcher::schedule_loop);
    launch(&Dispatcher::finish_loop);
    for (int i = 0; i < options_.workers + options_.slow_workers; ++i)
        launch(&Dispatcher::worker_loop);
}

void Dispatcher::thread_ended() {
    const std::lock_guard lock(mutex_);
    --threads_;
    ended_.notify_all();
}

bool Dispatcher::stop(Span deadline) {
    if (pool_.empty()) return true;
    std::vector<port::OutboxRow> unbegun;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        unbegun = schedule_.drain();
    }
    store_.on_outbox([](const std::vector<std::string>&) {});
    bell_->ring();
    work_.notify_all();
    finished_.notify_all();
    release(unbegun);
    {
        std::unique_lock lock(mutex_);
        if (!ended_.wait_for(lock, deadline, [this] { return threads_ == 0; })) return false;
    }
    join();
    return true;
}

void Dispatcher::join() {
    for (auto& thread : pool_) thread.join();
    pool_.clear();
}

void Dispatcher::wake(const std::vector<std::string>& lanes) {
    bell_->ring(lanes);
}

void Dispatcher::hurry(const std::string& lane) {
    {
        const std::lock_guard lock(mutex_);
        schedule_.hurry(lane, clock_.now());
    }
    bell_->ring();
}

void Dispatcher::peer_is_back(const std::string& lane) {
    {
        const std::lock_guard lock(mutex_);
        if (!schedule_.peer_is_back(lane, clock_.now())) return;
    }
    bell_->ring();
}

void Dispatcher::report() {
    const auto stats =
        port::look_up(store_, [](const port::Tx& tx) { return tx.outbox().stats(); });
    meter_.set("outbox_depth", static_cast<double>(stats.ready), {{"state", "ready"}});
    meter_.set("outbox_depth", static_cast<double>(stats.leased), {{"state", "leased"}});
    meter_.set("outbox_depth", static_cast<double>(stats.dead), {{"state", "dead"}});
    const auto age = stats.oldest ? clock_.now() - stats.oldest : Span{0};
    meter_.set("outbox_oldest_age_seconds",
               std::max(0.0, std::chrono::duration<double>(age).count()));
}

// --- the scheduler: claims ---

void Dispatcher::absorb_wakes() {
    const auto lanes = bell_->lanes();
    const auto now = clock_.now();
    const std::lock_guard lock(mutex_);
    for (const auto& lane : lanes) schedule_.expect(lane, now);
}

std::vector<Claim> Dispatcher::claims_now() {
    absorb_wakes();
    const std::lock_guard lock(mutex_);
    if (stopping_) return {};
    const auto now = clock_.now();
    if (schedule_.age(now)) work_.notify_one();
    return schedule_.claims(now);
}

void Dispatcher::schedule_loop() {
    while (true) {
        const auto claims = claims_now();
        if (!claims.empty()) {
            claim_round(claims);
            continue;
        }
        Span wait = kLongestWait;
        bool old = false;
        {
            const std::lock_guard lock(mutex_);
            if (stopping_) return;
            const auto now = clock_.now();
            old = now - resynced_ >= options_.resync;
            if (const auto at = schedule_.next()) wait = std::clamp(*at - now, Span{0}, wait);
        }
        if (old) {
            resync();
        } else {
            bell_->wait(wait);
        }
    }
}

// Rows of other processes and whatever else nobody told us of.
void Dispatcher::resync() {
    std::vector<port::Outbox::Lane> lanes;
    try {
        lanes = port::look_up(store_, [](const port::Tx& tx) { return tx.outbox().lanes(); });
    } catch (const std::exception& error) {
        log_.error("outbox: the store can't be read", {{"error", error.what()}});
    }
    const std::lock_guard lock(mutex_);
    resynced_ = clock_.now();
    for (const auto& lane : lanes) schedule_.expect(lane.name, lane.due);
}

void Dispatcher::claim_round(const std::vector<Claim>& claims) {
    struct Got {
        std::vector<port::OutboxRow> rows;
        std::optional<UtcTime> next;
    };
    std::vector<Got> got;
    const auto now = clock_.now();
    bool ok = true;
    try {
        store_.write([&](port::Tx& tx) {
            got.clear();
            auto& outbox = tx.outbox();
            for (const auto& claim : claims) {
                if (claim.hurry) outbox.hurry(claim.lane, now);
                Got one;
                one.rows = outbox.claim(claim.lane, claim.horizon, claim.limit);
                if (one.rows.empty() && claim.horizon < now)
                    one.rows = outbox.claim(claim.lane, now, claim.limit);
                one.next = outbox.next_due(claim.lane);
                got.push_back(std::move(one));
            }
        });
    } catch (const std::exception& error) {
        ok = false;
        log_.error("outbox: claiming failed", {{"error", error.what()}});
    }
    if (ok) port::crash_point("outbox.claimed");

    std::vector<port::OutboxRow> back;
    {
        const std::lock_guard lock(mutex_);
        for (std::size_t i = 0; i < claims.size(); ++i) {
            if (!ok) {
                schedule_.claim_failed(claims[i], now);
                continue;
            }
            for (auto& row : schedule_.claimed(claims[i], std::move(got[i].rows), got[i].next, now))
                back.push_back(std::move(row));
        }
        if (stopping_)
            for (auto& row : schedule_.drain()) back.push_back(std::move(row));
        if (idle_ > 0) work_.notify_one();
    }
    release(back);
}

void Dispatcher::release(const std::vector<port::OutboxRow>& rows) {
    if (rows.empty()) return;
    try {
        store_.write([&](port::Tx& tx) {
            for (const auto& row : rows) tx.outbox().release(row.id, row.due);
        });
    } catch (const std::exception& error) {
        // They stay leased until the next start.
        log_.error("outbox: giving back failed", {{"error", error.what()}});
    }
}

// --- simulated time ---

int Dispatcher::step() {
    int count = 0;
    while (true) {
        const auto claims = claims_now();
        if (!claims.empty()) claim_round(claims);
        std::optional<Job> job;
        {
            const std::lock_guard lock(mutex_);
            job = schedule_.take(clock_.now());
        }
        if (!job) {
            if (claims.empty()) return count;
            continue;
        }
        const auto finishing = run(std::move(*job));
        submit(finishing);
        settle(finishing);
        ++count;
    }
}

std::optional<UtcTime> Dispatcher::next() {
    absorb_wakes();
    const std::lock_guard lock(mutex_);
    return schedule_.next();
}

}  // namespace tillbridge::outbox
