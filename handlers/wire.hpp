// One connection's bytes, with a deadline for every wait: nothing that a slow or silent peer does
// holds a thread longer than its caller says.
#pragma once

#include <Poco/Net/StreamSocket.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace tillbridge::handlers {

class Wire {
  public:
    using Instant = std::chrono::steady_clock::time_point;
    enum class Read { ok, closed, timeout, too_large, malformed };

    explicit Wire(Poco::Net::StreamSocket socket) : socket_(std::move(socket)) {}

    bool buffered() const { return at_ < buffer_.size(); }
    // Whether a byte can be had by then; false on a closed connection's end too late to tell apart.
    bool wait(Instant until);

    // Up to and including the first empty line.
    Read read_head(std::string& head, std::size_t most, Instant until);
    Read read_sized(std::string& body, std::size_t length, Instant until);
    // Chunks (RFC 9112 §7.1), the trailer dropped; stops where `most` would be exceeded.
    Read read_chunked(std::string& body, std::size_t most, Instant until);

    bool send(std::string_view head, std::string_view body, Instant until);

    // The answer is on its way, but the peer may still be sending: takes what comes until it ends,
    // so that the peer gets to read the answer instead of a reset.
    void linger(std::size_t most, Instant until);

  private:
    Read fill(Instant until);
    Read read_line(std::string& line, std::size_t most, Instant until);
    bool ready(short events, Instant until) const;
    int fd() const { return socket_.impl()->sockfd(); }

    Poco::Net::StreamSocket socket_;
    std::string buffer_;
    std::size_t at_ = 0;
};

}  // namespace tillbridge::handlers
