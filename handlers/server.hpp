// The door: accepts connections, speaks HTTP/1.1 on them and hands whole requests to the guard.
// Sockets are Poco's; the loop around them is ours, because that of Poco's HTTPServer drops what
// exceeds its queue without an answer, takes half a header for a whole one, has no deadline for
// slow heads and answers its own errors without a request id. One thread serves one connection;
// connections beyond `threads` wait in a queue, those beyond `queued` get a quick 503 from a thread
// of their own. While connections wait, none is kept alive idle. All threads are joined by stop().
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "handlers/guard.hpp"

namespace tillbridge::handlers {

struct ServerLimits {
    std::size_t threads = 128;
    std::size_t queued = 256;
    std::chrono::microseconds keep_alive = std::chrono::seconds(4);
    std::chrono::microseconds head = std::chrono::seconds(10);  // first byte to the head's end
    std::chrono::microseconds body = std::chrono::seconds(15);  // whole body
    std::chrono::microseconds send = std::chrono::seconds(15);  // whole answer
    std::size_t head_bytes = 32 * 1024;
};

class Server {
  public:
    // `listen`: host:port. Throws Poco::Net::NetException where it can't be bound.
    Server(const std::string& listen, const ServerLimits& limits, std::shared_ptr<Guard> guard);
    ~Server();  // stop() without patience
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    void start();
    // Stops accepting, lets what is in flight or waiting finish, closes by force what is left after
    // `patience`, joins all threads. Returns whether everything finished by itself.
    bool stop(std::chrono::milliseconds patience);

    std::string address() const;  // as bound: port 0 has become a real one
    unsigned port() const;

    struct Load {
        std::size_t connections = 0;  // being served or waiting
        std::size_t refused = 0;      // answered 503 since the start
    };
    Load load() const;

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace tillbridge::handlers
