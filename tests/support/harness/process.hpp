// A child process of a test, always reaped: the destructor kills what still runs, and the kernel
// kills it where the test itself dies. Start it in the thread that outlives it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/harness/http.hpp"

namespace tillbridge::harness {

using Millis = std::chrono::milliseconds;

// Debug, sanitizer and loaded machines are slow: no time-out here means "quick enough".
inline constexpr Millis kPatience = std::chrono::seconds(30);

// Looks every few milliseconds until `holds` is true; throws `what` after the time-out.
void await(const std::string& what, const std::function<bool()>& holds,
           Millis patience = kPatience);

struct Exit {
    int code = -1;  // -1: by a signal
    int signal = 0;
};

class Process {
  public:
    struct Start {
        std::vector<std::string> arguments;  // the first one is the program's path
        Fields environment;                  // over ours
        std::string folder;                  // to run in
        std::string out, err;                // files, appended to; empty: ours
        std::string input;                   // file; empty: /dev/null
    };

    explicit Process(const Start& start);
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    pid_t pid() const { return pid_; }
    bool running();
    void signal(int number);
    std::optional<Exit> wait(Millis patience);  // none: it still runs
    Exit kill();                                // SIGKILL, reaped

  private:
    pid_t pid_ = -1;
    std::optional<Exit> exit_;
};

// A TCP port of 127.0.0.1 that nobody else gets while this lives; a server started meanwhile can
// listen on it (both sides set SO_REUSEADDR, and only the server listens).
class ReservedPort {
  public:
    ReservedPort();
    ~ReservedPort();
    ReservedPort(const ReservedPort&) = delete;
    ReservedPort& operator=(const ReservedPort&) = delete;
    int number() const { return number_; }

  private:
    int socket_ = -1;
    int number_ = 0;
};

// A new empty folder below the system's temporary one, removed at the end (kept where
// TILLBRIDGE_TEST_KEEP is set, or keep() was called).
class TempFolder {
  public:
    TempFolder();
    ~TempFolder();
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    const std::string& path() const { return path_; }
    void keep() { keep_ = true; }

  private:
    std::string path_;
    bool keep_ = false;
};

}  // namespace tillbridge::harness
