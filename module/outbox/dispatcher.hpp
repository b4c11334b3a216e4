// Carries out what the outbox holds: claims rows, hands them to their handlers and commits how it
// ended, together with what the handler wants recorded, in one unit of work a row. Order, back-off
// and fairness are the Schedule's; this adds the store and the threads. Nothing that a handler or
// the store throws ends a thread.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "module/outbox/bell.hpp"
#include "module/outbox/options.hpp"
#include "module/outbox/schedule.hpp"
#include "module/port/clock.hpp"
#include "module/port/effects.hpp"
#include "module/port/observe.hpp"
#include "module/port/store.hpp"

namespace tillbridge::outbox {

using Handlers = std::map<std::string, port::EffectHandler*>;  // by kind

class Dispatcher {
  public:
    Dispatcher(port::Store& store, port::Clock& clock, port::Random& random, port::Log& log,
               port::Meter& meter, Options options, Handlers handlers);
    ~Dispatcher();  // waits for what is under way
    Dispatcher(const Dispatcher&) = delete;
    Dispatcher& operator=(const Dispatcher&) = delete;

    // Leases of dead processes are void, back-offs end, and deliveries begin.
    void start();
    // Takes nothing new, gives back what has not begun, waits for what is under way. False: some
    // deliveries did not end in time; then the program should leave by _exit, and what they held is
    // delivered again after the next start. May be called again.
    bool stop(Span deadline);

    void wake(const std::vector<std::string>& lanes);
    // The lane's back-off ends, in memory and in the store.
    void hurry(const std::string& lane);
    // The same where the lane waits because its peer failed; cheap where it does not.
    void peer_is_back(const std::string& lane);
    // Sets the gauges; called when somebody asks for the metrics.
    void report();

    // For tests that simulate time, instead of start()/stop(): the same work in the calling thread.
    void adopt();  // what start() does before its threads begin
    int step();    // claims and delivers what is due now; returns how many deliveries there were
    std::optional<UtcTime> next();  // when there will be something to do

  private:
    // The injected clock and the waits, which are real, may drift apart: look again by then.
    static constexpr Span kLongestWait = std::chrono::seconds(1);

    struct Finishing {
        Job job;
        port::Delivery delivery;
        Verdict verdict;
        port::OutboxTry attempt;
        UtcTime now;
        std::optional<UtcTime> next;
        std::future<void> committed;
    };
    using FinishingPtr = std::shared_ptr<Finishing>;

    void schedule_loop();
    void worker_loop();
    void finish_loop();
    void absorb_wakes();
    std::vector<Claim> claims_now();
    void claim_round(const std::vector<Claim>& claims);
    void release(const std::vector<port::OutboxRow>& rows);
    void resync();

    FinishingPtr run(Job job);
    port::Delivery deliver(const port::OutboxRow& row);
    void tell(const port::OutboxRow& row, const port::Delivery& delivery, const Verdict& verdict,
              Span took);
    void commit(port::Tx& tx, Finishing& it);
    void commit_without_record(port::Tx& tx, Finishing& it);
    void submit(const FinishingPtr& it);
    bool settle(const FinishingPtr& it);
    bool rescue(Finishing& it, const std::string& why);
    void poke_if_due();
    void thread_ended();
    void join();

    port::Store& store_;
    port::Clock& clock_;
    port::Random& random_;
    port::Log& log_;
    port::Meter& meter_;
    const Options options_;
    const Handlers handlers_;

    std::shared_ptr<Bell> bell_;

    std::mutex mutex_;  // guards everything below
    Schedule schedule_;
    bool stopping_ = false;
    int idle_ = 0;     // workers that wait
    int workers_ = 0;  // worker threads alive
    int threads_ = 0;  // all threads alive
    UtcTime resynced_;
    std::deque<FinishingPtr> finishing_;
    std::condition_variable work_;
    std::condition_variable finished_;
    std::condition_variable ended_;

    std::vector<std::thread> pool_;
};

}  // namespace tillbridge::outbox
