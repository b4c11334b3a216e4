#include "module/store/group_commit.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <climits>
#include <stdexcept>
#include <utility>

#include "module/port/crash_point.hpp"
#include "module/store/open.hpp"

namespace tillbridge::store {
namespace {

// Bounds how long one group holds the others up, and the memory that its savepoints take.
constexpr std::size_t kMostUnits = 256;

}  // namespace

struct GroupCommit::Entry::Later {
    Unit unit;
    std::promise<void> done;
    std::exception_ptr error;
};

// Opens once, for all who wait, in one system call. std::atomic::wait yields several times before
// it sleeps, which for dozens of waiters on a few cores is most of what they do.
class GroupCommit::Gate {
  public:
    void wait() {
        while (open_.load(std::memory_order_acquire) == 0) futex(FUTEX_WAIT_PRIVATE, 0);
    }
    void open() {
        open_.store(1, std::memory_order_release);
        futex(FUTEX_WAKE_PRIVATE, INT_MAX);
    }

  private:
    void futex(int operation, int value) {
        static_assert(sizeof(open_) == sizeof(int));
        ::syscall(SYS_futex, &open_, operation, value, nullptr, nullptr, 0);
    }

    std::atomic<int> open_{0};
};

struct GroupCommit::Batch {
    std::vector<Entry> entries;
    Gate done;
};

GroupCommit::GroupCommit(Database& db, Sealing& sealing, OnCommit on_commit)
    : db_(db), sealing_(sealing), on_commit_(std::move(on_commit)), tx_(db, sealing) {
    thread_ = std::thread([this] { loop(); });
    thread_id_ = thread_.get_id();
}

GroupCommit::~GroupCommit() {
    {
        const std::lock_guard lock(guard_);
        stopping_ = true;
    }
    work_.notify_all();
    thread_.join();
}

void GroupCommit::refuse_own_thread() const {
    if (std::this_thread::get_id() == thread_id_.load()) {
        throw std::logic_error("a unit of work may not write to the store by itself");
    }
}

void GroupCommit::write(const Unit& unit) {
    refuse_own_thread();
    std::exception_ptr error;
    Entry entry;
    entry.unit = &unit;
    entry.error = &error;
    const auto batch = queue(std::move(entry));
    batch->done.wait();
    if (error) std::rethrow_exception(error);
}

std::future<void> GroupCommit::write_later(Unit unit) {
    refuse_own_thread();
    Entry entry;
    entry.later = std::make_unique<Entry::Later>();
    entry.later->unit = std::move(unit);
    entry.unit = &entry.later->unit;
    entry.error = &entry.later->error;
    auto done = entry.later->done.get_future();
    queue(std::move(entry));
    return done;
}

std::shared_ptr<GroupCommit::Batch> GroupCommit::queue(Entry entry) {
    std::shared_ptr<Batch> batch;
    bool first = false;
    {
        const std::lock_guard lock(guard_);
        if (stopping_) throw StoreError("the store is being closed");
        first = waiting_.empty();
        if (first || waiting_.back()->entries.size() >= kMostUnits) {
            waiting_.push_back(std::make_shared<Batch>());
        }
        batch = waiting_.back();
        batch->entries.push_back(std::move(entry));
    }
    if (first) work_.notify_one();
    return batch;
}

void GroupCommit::on_outbox(OnOutbox listener) {
    const std::lock_guard lock(guard_);
    listeners_.push_back(std::move(listener));
}

std::string GroupCommit::last_failure() const {
    const std::lock_guard lock(guard_);
    return last_failure_;
}

std::shared_ptr<GroupCommit::Batch> GroupCommit::next() {
    std::unique_lock lock(guard_);
    work_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return nullptr;
    auto batch = std::move(waiting_.front());
    waiting_.pop_front();
    return batch;
}

void GroupCommit::loop() {
    thread_id_ = std::this_thread::get_id();
    while (const auto batch = next()) {
        run(*batch);
        bool idle = false;
        {
            const std::lock_guard lock(guard_);
            idle = waiting_.empty();
        }
        try {
            db_.maintain(idle);
        } catch (const std::exception& error) {
            const std::lock_guard lock(guard_);
            last_failure_ = error.what();
        }
    }
}

void GroupCommit::run(Batch& batch) {
    const auto begun = std::chrono::steady_clock::now();
    std::string failure;
    tx_.lanes().clear();
    try {
        run_units(batch);
    } catch (const std::exception& error) {
        failure = error.what();
        fail_all(batch, std::current_exception());
    } catch (...) {
        failure = "unknown";
        fail_all(batch, std::current_exception());
    }
    {
        const std::lock_guard lock(guard_);
        last_failure_ = failure;
    }
    // Counted and told before anybody is woken: a caller that returns finds it done.
    if (failure.empty()) announce(batch, std::chrono::steady_clock::now() - begun);
    for (auto& entry : batch.entries) {
        if (!entry.later) continue;
        auto& later = *entry.later;
        later.error ? later.done.set_exception(later.error) : later.done.set_value();
    }
    batch.done.open();
}

void GroupCommit::run_units(Batch& batch) {
    db_.begin_write();
    port::crash_point("store.begin");
    sealing_.refresh(db_);
    const bool alone = batch.entries.size() == 1;
    for (auto& entry : batch.entries) run_one(entry, alone);
    if (!db_.in_transaction()) return;  // the only unit failed
    port::crash_point("store.before_commit");
    db_.commit();
    port::crash_point("store.after_commit");
}

void GroupCommit::run_one(Entry& entry, bool alone) {
    const auto lanes = tx_.lanes().size();
    if (!alone) db_.savepoint();
    try {
        (*entry.unit)(tx_);
        port::crash_point("store.unit");
        if (!alone) db_.release();
    } catch (...) {
        *entry.error = std::current_exception();
        tx_.lanes().resize(lanes);
        if (!db_.in_transaction()) throw;  // the engine gave the whole group up: a full disk
        if (alone) {
            sealing_.forget();
            db_.rollback();
        } else {
            db_.rollback_to();
        }
    }
}

void GroupCommit::fail_all(Batch& batch, std::exception_ptr error) {
    sealing_.forget();
    try {
        if (db_.in_transaction()) db_.rollback();
    } catch (const std::exception&) {
        // The next group's BEGIN fails then, and says so to its callers.
    }
    for (auto& entry : batch.entries) {
        if (!*entry.error) *entry.error = error;
    }
}

// The units are on disk whatever the listeners do.
void GroupCommit::announce(const Batch& batch, std::chrono::nanoseconds took) noexcept {
    try {
        if (on_commit_) {
            on_commit_(batch.entries.size(), std::chrono::duration_cast<domain::Span>(took));
        }
        tell();
    } catch (const std::exception& error) {
        const std::lock_guard lock(guard_);
        last_failure_ = error.what();
    }
}

void GroupCommit::tell() {
    auto& lanes = tx_.lanes();
    if (lanes.empty()) return;
    std::sort(lanes.begin(), lanes.end());
    lanes.erase(std::unique(lanes.begin(), lanes.end()), lanes.end());
    std::vector<OnOutbox> listeners;
    {
        const std::lock_guard lock(guard_);
        listeners = listeners_;
    }
    for (const auto& listener : listeners) listener(lanes);
}

}  // namespace tillbridge::store
