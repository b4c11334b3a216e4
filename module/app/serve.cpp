#include "module/app/serve.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "module/app/commands.hpp"
#include "module/app/control.hpp"
#include "module/app/program.hpp"

namespace tillbridge::app {
namespace {

// Blocked before any thread begins, so that only wait() below receives them.
class StopSignals {
  public:
    StopSignals() {
        sigemptyset(&set_);
        sigaddset(&set_, SIGTERM);
        sigaddset(&set_, SIGINT);
        pthread_sigmask(SIG_BLOCK, &set_, nullptr);
        signal(SIGPIPE, SIG_IGN);
        signal(SIGXFSZ, SIG_IGN);  // a store that may not grow is an error of that write
    }
    void wait() const {
        int received = 0;
        while (sigwait(&set_, &received) != 0) {
        }
    }

  private:
    sigset_t set_{};
};

using Seconds = std::chrono::seconds;

// The end within 10 s is promised. What has not finished then (a call to a silent peer can't be
// called back) is in the outbox, or was never acknowledged, and goes on after the next start.
constexpr Seconds kPatience{8};
constexpr Seconds kLongestStop{9};

// Ends the process once the time is up, whatever still runs.
class Deadline {
  public:
    explicit Deadline(Seconds patience)
        : until_(std::chrono::steady_clock::now() + patience), thread_([this, patience] {
              std::unique_lock lock(mutex_);
              if (!met_.wait_for(lock, patience, [this] { return over_; })) ::_exit(0);
          }) {}
    ~Deadline() {
        {
            const std::lock_guard lock(mutex_);
            over_ = true;
        }
        met_.notify_all();
        thread_.join();
    }
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;

    std::chrono::milliseconds left() const {
        return std::chrono::duration_cast<std::chrono::milliseconds>(
            until_ - std::chrono::steady_clock::now());
    }

  private:
    std::chrono::steady_clock::time_point until_;
    std::mutex mutex_;
    std::condition_variable met_;
    bool over_ = false;
    std::thread thread_;
};

// Keys and credentials lie open in memory: neither a core dump nor another process of this user
// gets it.
void keep_memory_private() {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

}  // namespace

int serve(config::Loaded loaded) {
    keep_memory_private();
    const StopSignals signals;
    const auto socket = loaded.config->server.control_socket;
    std::optional<Deadline> deadline;
    {
        Program program(std::move(loaded));
        ControlServer control(
            socket, [&](const nlohmann::json& request) { return execute(program, request); });
        program.start();
        signals.wait();
        deadline.emplace(kLongestStop);
        // The door first; commands under way go on meanwhile.
        if (!program.stop(kPatience) || !control.stop(deadline->left())) ::_exit(0);
    }
    return 0;
}

}  // namespace tillbridge::app
