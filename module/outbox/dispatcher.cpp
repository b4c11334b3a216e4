#include "module/outbox/dispatcher.hpp"

#include <algorithm>
#include <exception>

#include "module/outbox/back_off.hpp"
#include "module/port/crash_point.hpp"

namespace tillbridge::outbox {
namespace {

// The injected clock and the waits, which are real, may drift apart: look again by then.
constexpr Span kLongestWait = std::chrono::seconds(1);
constexpr int kRescues = 2;

}  // namespace

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

// --- the workers: deliveries ---

void Dispatcher::worker_loop() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        auto job = schedule_.take(clock_.now());
        if (!job) {
            ++idle_;
            work_.wait(lock);
            --idle_;
            continue;
        }
        if (idle_ > 0) work_.notify_one();  // there may be more to take
        lock.unlock();
        poke_if_due();
        auto finishing = run(std::move(*job));
        submit(finishing);
        lock.lock();
        finishing_.push_back(std::move(finishing));
        finished_.notify_one();
    }
    --workers_;
    finished_.notify_all();
}

// Taking and settling may make a lane ready to claim for.
void Dispatcher::poke_if_due() {
    bool due = false;
    {
        const std::lock_guard lock(mutex_);
        const auto at = schedule_.next();
        due = at && *at <= clock_.now();
    }
    if (due) bell_->ring();
}

port::Delivery Dispatcher::deliver(const port::OutboxRow& row) {
    port::Delivery broken;
    broken.outcome = port::Outcome::again;
    broken.own_fault = true;
    broken.code = "internal";
    const auto handler = handlers_.find(row.kind);
    if (handler == handlers_.end()) {
        broken.code = "outbox.kind_unknown";
        return broken;
    }
    try {
        return handler->second->deliver(row);
    } catch (const std::exception& error) {
        log_.error(
            "outbox: a handler failed",
            {{"connectionId", row.connection.value}, {"kind", row.kind}, {"error", error.what()}});
    } catch (...) {
        log_.error("outbox: a handler failed", {{"kind", row.kind}});
    }
    return broken;
}

Dispatcher::FinishingPtr Dispatcher::run(Job job) {
    auto it = std::make_shared<Finishing>();
    it->job = std::move(job);
    const auto& row = it->job.row;
    port::crash_point("outbox.before_deliver");
    const auto began = std::chrono::steady_clock::now();
    it->attempt.at = clock_.now();
    it->delivery = deliver(row);
    const auto took = std::chrono::duration_cast<Span>(std::chrono::steady_clock::now() - began);
    port::crash_point("outbox.after_deliver");
    it->now = clock_.now();
    {
        const std::lock_guard lock(mutex_);
        it->verdict = schedule_.judge(it->job, it->delivery, it->now);
    }
    it->attempt.row = row.id;
    it->attempt.connection = row.connection;
    it->attempt.number = row.tries + 1;
    it->attempt.took = took;
    it->attempt.http_status = it->delivery.http_status;
    it->attempt.detail = it->delivery.detail;
    tell(row, it->delivery, it->verdict, took);
    return it;
}

void Dispatcher::tell(const port::OutboxRow& row, const port::Delivery& delivery,
                      const Verdict& verdict, Span took) {
    const char* outcome = "done";
    if (verdict.what == Verdict::What::retry) outcome = "again";
    if (verdict.what == Verdict::What::release) outcome = "later";
    if (verdict.what == Verdict::What::park) outcome = "parked";
    meter_.count("outbox_tries_total", {{"kind", row.kind}, {"outcome", outcome}});
    meter_.observe("outbox_delivery_seconds", std::chrono::duration<double>(took).count(),
                   {{"kind", row.kind}});
    if (verdict.what == Verdict::What::finish || verdict.what == Verdict::What::release) return;
    port::LogFields fields = {{"requestId", row.request.value},
                              {"connectionId", row.connection.value},
                              {"lane", row.lane},
                              {"kind", row.kind},
                              {"subject", row.subject},
                              {"code", delivery.code},
                              {"status", std::to_string(delivery.http_status)},
                              {"tries", std::to_string(row.tries + 1)}};
    const auto& about_invoices = options_.invoice_kinds;
    if (std::find(about_invoices.begin(), about_invoices.end(), row.kind) != about_invoices.end())
        fields.emplace_back("invoiceId", row.subject);
    if (verdict.what == Verdict::What::park) {
        log_.error("outbox: parked", fields);
    } else {
        log_.warn("outbox: to be tried again", fields);
    }
}

// --- committing ---

void Dispatcher::commit(port::Tx& tx, Finishing& it) {
    const auto& row = it.job.row;
    const auto& verdict = it.verdict;
    auto& outbox = tx.outbox();
    auto attempt = it.attempt;
    if (it.delivery.record) it.delivery.record(tx);
    switch (verdict.what) {
        case Verdict::What::finish:
            attempt.outcome = "done";
            outbox.add_try(attempt);
            outbox.finish(row.id);
            break;
        case Verdict::What::retry:
            attempt.outcome = "retry " + verdict.error;
            outbox.add_try(attempt);
            outbox.retry(row.id, verdict.due, verdict.error);
            break;
        case Verdict::What::release:
            outbox.postpone(row.id, verdict.due, it.now);
            break;
        case Verdict::What::park:
            attempt.outcome = "parked " + verdict.error;
            outbox.add_try(attempt);
            outbox.park(row.id, verdict.error);
            if (const auto handler = handlers_.find(row.kind); handler != handlers_.end())
                handler->second->parked(tx, row, verdict.error);
            break;
    }
    for (const auto& back : verdict.give_back) outbox.release(back.id, back.due);
    if (verdict.hurry) outbox.hurry(row.lane, it.now);
    it.next = outbox.next_due(row.lane);
}

// What the handler wanted recorded can't be: the row waits and is delivered again.
void Dispatcher::commit_without_record(port::Tx& tx, Finishing& it) {
    const auto& row = it.job.row;
    auto& outbox = tx.outbox();
    auto attempt = it.attempt;
    attempt.outcome = "retry internal";
    outbox.add_try(attempt);
    outbox.retry(row.id, it.now + back_off(options_, random_, row.tries, {}), "internal");
    for (const auto& back : it.verdict.give_back) outbox.release(back.id, back.due);
    it.next = outbox.next_due(row.lane);
}

// Does not wait: the writer merges many of these into one commit, and the worker goes on.
void Dispatcher::submit(const FinishingPtr& it) {
    port::crash_point("outbox.before_done");
    try {
        it->committed = store_.write_later([this, it](port::Tx& tx) { commit(tx, *it); });
    } catch (...) {
        std::promise<void> failed;
        failed.set_exception(std::current_exception());
        it->committed = failed.get_future();
    }
}

// False: not even that the delivery failed can be written now.
bool Dispatcher::rescue(Finishing& it, const std::string& why) {
    log_.error(
        "outbox: an outcome could not be committed",
        {{"connectionId", it.job.row.connection.value}, {"kind", it.job.row.kind}, {"error", why}});
    for (int i = 0; i < kRescues; ++i) {
        try {
            store_.write(
                [&](port::Tx& tx) { i == 0 ? commit(tx, it) : commit_without_record(tx, it); });
            return true;
        } catch (const std::exception& error) {
            log_.error("outbox: an outcome could not be committed", {{"error", error.what()}});
        } catch (...) {
            log_.error("outbox: an outcome could not be committed");
        }
    }
    return false;
}

bool Dispatcher::settle(const FinishingPtr& it) {
    bool committed = true;
    if (it->committed.valid()) {
        try {
            it->committed.get();
        } catch (const std::exception& error) {
            committed = rescue(*it, error.what());
        } catch (...) {
            committed = rescue(*it, "unknown");
        }
    } else {
        committed = rescue(*it, "again");
    }
    if (!committed) return false;
    port::crash_point("outbox.done");
    {
        const std::lock_guard lock(mutex_);
        schedule_.settled(it->job.row.lane, it->verdict, it->next, clock_.now());
        if (idle_ > 0) work_.notify_one();
    }
    poke_if_due();
    return true;
}

void Dispatcher::finish_loop() {
    std::unique_lock lock(mutex_);
    while (true) {
        finished_.wait(lock, [this] { return !finishing_.empty() || workers_ == 0; });
        if (finishing_.empty()) return;
        auto it = std::move(finishing_.front());
        finishing_.pop_front();
        lock.unlock();
        const bool settled = settle(it);
        if (!settled) bell_->ring();
        lock.lock();
        if (settled) continue;
        // The store is down: everything waits for it. At the end the rows stay leased, and the next
        // start frees them.
        if (stopping_) continue;
        finishing_.push_back(std::move(it));
        finished_.wait_for(lock, kLongestWait, [this] { return stopping_; });
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
