// Gives connections that there is no room for a quick 503. One thread for all of them: each may
// send its request, gets the answer, and is closed, so that no client waits in the dark.
#pragma once

#include <Poco/Net/StreamSocket.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "handlers/guard.hpp"

namespace tillbridge::handlers {

// One owner at a time: Poco's sockets count their copies in a way that no race checker sees.
using SocketPtr = std::unique_ptr<Poco::Net::StreamSocket>;

class Refuser {
  public:
    explicit Refuser(const Guard& guard);
    ~Refuser();
    Refuser(const Refuser&) = delete;
    Refuser& operator=(const Refuser&) = delete;

    void start();
    void stop();  // joins
    void take(SocketPtr socket, const std::string& peer);
    std::size_t count() const;

  private:
    using Instant = std::chrono::steady_clock::time_point;
    struct Guest {
        SocketPtr socket;
        std::string peer;
        Instant until;
        bool answered = false;
    };
    static constexpr std::size_t kMost = 256;  // at once; beyond them the answer is sent blindly

    void run();
    void take_in(std::vector<Guest>& guests);
    bool attend(Guest& guest) const;  // false: done with it
    void answer(Guest& guest) const;
    void wake() const;

    const Guard& guard_;
    int wake_fd_ = -1;
    std::thread thread_;
    mutable std::mutex mutex_;
    std::vector<Guest> arrived_;
    std::size_t present_ = 0;
    std::size_t count_ = 0;
    bool stopping_ = false;
};

}  // namespace tillbridge::handlers
