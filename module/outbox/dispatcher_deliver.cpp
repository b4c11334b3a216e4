// What the workers do with a claimed row: deliver it, commit what came of it, many in one unit of
// work, and save it where that fails.
#include <algorithm>
#include <exception>

#include "module/outbox/back_off.hpp"
#include "module/outbox/dispatcher.hpp"
#include "module/port/crash_point.hpp"

namespace tillbridge::outbox {
namespace {

constexpr int kRescues = 2;

}  // namespace

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

}  // namespace tillbridge::outbox
