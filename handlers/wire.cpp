#include "handlers/wire.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>

namespace tillbridge::handlers {

namespace {

constexpr std::size_t kBlock = 16 * 1024;

}  // namespace

bool Wire::ready(short events, Instant until) const {
    while (true) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        pollfd entry{fd(), events, 0};
        const int wait = static_cast<int>(std::max<std::int64_t>(left.count(), 0));
        const int count = ::poll(&entry, 1, wait);
        if (count > 0) return true;
        if (count == 0 || errno != EINTR) return false;
    }
}

bool Wire::wait(Instant until) {
    return buffered() || ready(POLLIN, until);
}

Wire::Read Wire::fill(Instant until) {
    if (at_ == buffer_.size()) {
        buffer_.clear();
        at_ = 0;
    }
    std::array<char, kBlock> block;
    while (true) {
        // Peers that trickle never make a receive wait, so the deadline is asked each time.
        if (std::chrono::steady_clock::now() >= until) return Read::timeout;
        const ssize_t count = ::recv(fd(), block.data(), block.size(), MSG_DONTWAIT);
        if (count > 0) {
            buffer_.append(block.data(), static_cast<std::size_t>(count));
            return Read::ok;
        }
        if (count == 0) return Read::closed;
        if (errno == EINTR) continue;
        if (errno != EAGAIN && errno != EWOULDBLOCK) return Read::closed;
        if (!ready(POLLIN, until)) return Read::timeout;
    }
}

Wire::Read Wire::read_head(std::string& head, std::size_t most, Instant until) {
    // Empty lines before a request are skipped (RFC 9112 §2.2), so that they can't be a head.
    std::size_t searched = at_;
    while (true) {
        while (at_ + 1 < buffer_.size() && buffer_[at_] == '\r' && buffer_[at_ + 1] == '\n')
            at_ += 2;
        const std::size_t from = std::max(at_, searched > 3 ? searched - 3 : 0);
        const std::size_t end = buffer_.find("\r\n\r\n", from);
        if (end != std::string::npos) {
            if (end + 4 - at_ > most) return Read::too_large;
            head.assign(buffer_, at_, end + 4 - at_);
            at_ = end + 4;
            return Read::ok;
        }
        if (buffer_.size() - at_ > most) return Read::too_large;
        if (at_ == buffer_.size()) {
            buffer_.clear();
            at_ = 0;
        }
        searched = buffer_.size();
        const Read more = fill(until);
        if (more != Read::ok) return more;
    }
}

Wire::Read Wire::read_sized(std::string& body, std::size_t length, Instant until) {
    const std::size_t had = std::min(length, buffer_.size() - at_);
    body.assign(buffer_, at_, had);
    at_ += had;
    while (body.size() < length) {
        const Read more = fill(until);
        if (more != Read::ok) return more;
        const std::size_t take = std::min(length - body.size(), buffer_.size() - at_);
        body.append(buffer_, at_, take);
        at_ += take;
    }
    return Read::ok;
}

Wire::Read Wire::read_line(std::string& line, std::size_t most, Instant until) {
    while (true) {
        const std::size_t end = buffer_.find("\r\n", at_);
        if (end != std::string::npos) {
            line.assign(buffer_, at_, end - at_);
            at_ = end + 2;
            return line.find('\n') == std::string::npos ? Read::ok : Read::malformed;
        }
        if (buffer_.size() - at_ > most) return Read::malformed;
        const Read more = fill(until);
        if (more != Read::ok) return more;
    }
}

Wire::Read Wire::read_chunked(std::string& body, std::size_t most, Instant until) {
    constexpr std::size_t kMaxLine = 1024;
    constexpr int kMaxTrailers = 32;
    body.clear();
    std::string line;
    while (true) {
        if (const Read got = read_line(line, kMaxLine, until); got != Read::ok) return got;
        std::uint64_t size = 0;
        std::size_t digits = 0;
        for (; digits < line.size(); ++digits) {
            const char c = line[digits];
            const int value = c >= '0' && c <= '9'   ? c - '0'
                              : c >= 'a' && c <= 'f' ? c - 'a' + 10
                              : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                     : -1;
            if (value < 0) break;
            if (digits >= 15) return Read::malformed;
            size = size * 16 + static_cast<std::uint64_t>(value);
        }
        if (digits == 0 || (digits < line.size() && line[digits] != ';')) return Read::malformed;
        if (size == 0) break;
        if (size > most - body.size()) return Read::too_large;
        std::string chunk;
        if (const Read got = read_sized(chunk, size, until); got != Read::ok) return got;
        body += chunk;
        if (const Read got = read_line(line, 0, until); got != Read::ok) return got;
        if (!line.empty()) return Read::malformed;
    }
    for (int i = 0; i < kMaxTrailers; ++i) {
        if (const Read got = read_line(line, kMaxLine, until); got != Read::ok) return got;
        if (line.empty()) return Read::ok;
    }
    return Read::malformed;
}

bool Wire::send(std::string_view head, std::string_view body, Instant until) {
    while (!head.empty() || !body.empty()) {
        std::array<iovec, 2> parts = {iovec{const_cast<char*>(head.data()), head.size()},
                                      iovec{const_cast<char*>(body.data()), body.size()}};
        msghdr message{};
        message.msg_iov = parts.data();
        message.msg_iovlen = parts.size();
        const ssize_t count = ::sendmsg(fd(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0) {
            if (errno == EINTR) continue;
            if ((errno != EAGAIN && errno != EWOULDBLOCK) || !ready(POLLOUT, until)) return false;
            continue;
        }
        const std::size_t sent = static_cast<std::size_t>(count);
        const std::size_t of_head = std::min(sent, head.size());
        head.remove_prefix(of_head);
        body.remove_prefix(sent - of_head);
        if (std::chrono::steady_clock::now() >= until) return head.empty() && body.empty();
    }
    return true;
}

void Wire::linger(std::size_t most, Instant until) {
    ::shutdown(fd(), SHUT_WR);
    std::size_t taken = 0;
    while (taken < most) {
        buffer_.clear();
        at_ = 0;
        if (fill(until) != Read::ok) return;
        taken += buffer_.size();
    }
}

}  // namespace tillbridge::handlers
