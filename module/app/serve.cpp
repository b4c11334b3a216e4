#include "module/app/serve.hpp"

#include <signal.h>
#include <unistd.h>

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
    }
    void wait() const {
        int received = 0;
        while (sigwait(&set_, &received) != 0) {
        }
    }

  private:
    sigset_t set_{};
};

constexpr std::chrono::seconds kPatience{8};

}  // namespace

int serve(config::Loaded loaded) {
    const StopSignals signals;
    const auto socket = loaded.config->server.control_socket;
    Program program(std::move(loaded));
    ControlServer control(socket,
                          [&](const nlohmann::json& request) { return execute(program, request); });
    program.start();
    signals.wait();
    control.stop();
    // What did not finish in time is in the outbox and goes on after the next start.
    if (!program.stop(kPatience)) ::_exit(0);
    return 0;
}

}  // namespace tillbridge::app
