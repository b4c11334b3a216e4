// One thread that writes: it takes the units of work that wait, runs each in a savepoint, and
// commits them together, so that many callers share one sync of the disk. A unit that throws is
// rolled back alone; where the commit itself fails, every unit of the group gets the exception.
// What was queued before the end is still written.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "module/domain/time.hpp"
#include "module/port/store.hpp"
#include "module/store/sealing.hpp"
#include "module/store/tx.hpp"

namespace tillbridge::store {

class GroupCommit {
  public:
    using Unit = std::function<void(port::Tx&)>;
    using OnOutbox = std::function<void(const std::vector<std::string>& lanes)>;
    using OnCommit = std::function<void(std::size_t units, domain::Span took)>;

    // `db` and `sealing` belong to the thread until the end.
    GroupCommit(Database& db, Sealing& sealing, OnCommit on_commit);
    ~GroupCommit();
    GroupCommit(const GroupCommit&) = delete;
    GroupCommit& operator=(const GroupCommit&) = delete;

    void write(const Unit& unit);
    std::future<void> write_later(Unit unit);
    void on_outbox(OnOutbox listener);

    std::string last_failure() const;  // of the newest group; empty: it was committed

  private:
    struct Entry {
        const Unit* unit = nullptr;
        std::exception_ptr* error = nullptr;  // where the waiting caller looks
        struct Later;
        std::unique_ptr<Later> later;
    };
    class Gate;
    struct Batch;

    std::shared_ptr<Batch> queue(Entry entry);
    void refuse_own_thread() const;
    void loop();
    std::shared_ptr<Batch> next();
    void run(Batch& batch);
    void run_units(Batch& batch);
    void run_one(Entry& entry, bool alone);
    void fail_all(Batch& batch, std::exception_ptr error);
    void announce(const Batch& batch, std::chrono::nanoseconds took) noexcept;
    void tell();

    Database& db_;
    Sealing& sealing_;
    OnCommit on_commit_;
    Tx tx_;

    mutable std::mutex guard_;
    std::condition_variable work_;
    std::deque<std::shared_ptr<Batch>> waiting_;
    bool stopping_ = false;
    std::vector<OnOutbox> listeners_;
    std::string last_failure_;

    std::thread thread_;
    std::atomic<std::thread::id> thread_id_{};
};

}  // namespace tillbridge::store
