#include "tests/bench/load.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cmath>
#include <deque>
#include <system_error>

namespace tillbridge::bench {
namespace {

using Clock = std::chrono::steady_clock;

// After the end, what is under way may still be answered this long.
constexpr std::chrono::seconds kLinger{5};

int connected(int port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) throw std::system_error(errno, std::generic_category(), "socket");
    const int yes = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        ::close(fd);
        throw std::system_error(errno, std::generic_category(), "connect");
    }
    return fd;
}

struct Connection {
    int fd = -1;
    std::string got;
    std::size_t number = 0;
    Clock::time_point since;
    bool busy = false;
};

class Generator {
  public:
    explicit Generator(const LoadPlan& plan)
        : plan_(plan), connections_(static_cast<std::size_t>(plan.connections)) {
        epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
        if (epoll_ < 0) throw std::system_error(errno, std::generic_category(), "epoll");
        for (std::size_t i = 0; i < connections_.size(); ++i) open(i);
    }
    ~Generator() {
        for (const auto& each : connections_) ::close(each.fd);
        ::close(epoll_);
    }
    Generator(const Generator&) = delete;
    Generator& operator=(const Generator&) = delete;

    Load run() {
        began_ = Clock::now();
        const auto span = std::chrono::duration<double>(plan_.seconds);
        until_ = began_ + std::chrono::duration_cast<Clock::duration>(span);
        for (std::size_t i = 0; i < connections_.size(); ++i) idle_.push_back(i);
        feed();
        while (busy_ > 0 || !ended_) {
            look();
            feed();
            if (Clock::now() > until_ + kLinger) break;
        }
        load_.others[0] += busy_;
        if (load_.others[0] == 0) load_.others.erase(0);
        return std::move(load_);
    }

  private:
    void open(std::size_t index) {
        auto& it = connections_[index];
        if (it.fd >= 0) ::close(it.fd);
        it.fd = connected(plan_.port);
        it.got.clear();
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u64 = index;
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, it.fd, &event);
    }

    Clock::time_point due(std::size_t number) const {
        const auto after = std::chrono::duration<double>(static_cast<double>(number) / plan_.rate);
        return began_ + std::chrono::duration_cast<Clock::duration>(after);
    }

    // Sends all that is due on connections that are free.
    void feed() {
        while (!ended_) {
            const auto now = Clock::now();
            const auto at = plan_.rate > 0 ? due(next_) : now;
            if (at >= until_) {
                ended_ = true;
                load_.seconds = plan_.seconds;
                return;
            }
            if (at > now || idle_.empty()) return;
            const std::string* request = plan_.request(next_);
            if (request == nullptr) {
                ended_ = true;
                load_.seconds = std::chrono::duration<double>(now - began_).count();
                return;
            }
            const auto index = idle_.front();
            idle_.pop_front();
            send(index, *request, at);
        }
    }

    void send(std::size_t index, const std::string& request, Clock::time_point at) {
        auto& it = connections_[index];
        it.number = next_++;
        it.since = at;
        it.busy = true;
        ++busy_;
        std::size_t sent = 0;
        while (sent < request.size()) {
            const auto count =
                ::send(it.fd, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
            if (count <= 0) return end(index, 0, true);
            sent += static_cast<std::size_t>(count);
        }
    }

    void look() {
        std::array<epoll_event, 64> events{};
        timespec wait{0, 50'000'000};
        if (!ended_ && plan_.rate > 0 && !idle_.empty()) {
            const auto left = std::clamp<std::chrono::nanoseconds>(due(next_) - Clock::now(),
                                                                   std::chrono::nanoseconds(0),
                                                                   std::chrono::milliseconds(50));
            wait.tv_nsec = static_cast<long>(left.count());
        }
        const int count = ::epoll_pwait2(epoll_, events.data(), events.size(), &wait, nullptr);
        for (int i = 0; i < count; ++i) receive(events[static_cast<std::size_t>(i)].data.u64);
    }

    void receive(std::size_t index) {
        auto& it = connections_[index];
        std::array<char, 16384> block;
        const auto count = ::recv(it.fd, block.data(), block.size(), MSG_DONTWAIT);
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (count <= 0) return end(index, 0, true);
        it.got.append(block.data(), static_cast<std::size_t>(count));
        const auto head = it.got.find("\r\n\r\n");
        if (head == std::string::npos) return;
        const auto field = it.got.find("Content-Length: ");
        std::size_t length = 0;
        if (field < head) std::from_chars(it.got.data() + field + 16, it.got.data() + head, length);
        if (it.got.size() < head + 4 + length) return;
        int status = 0;
        std::from_chars(it.got.data() + 9, it.got.data() + 12, status);
        const auto lower = it.got.find("onnection: close");
        const auto upper = it.got.find("onnection: Close");
        end(index, status, lower < head || upper < head);
    }

    void end(std::size_t index, int status, bool closed) {
        auto& it = connections_[index];
        const bool was_busy = it.busy;
        if (was_busy) {
            const auto now = Clock::now();
            it.busy = false;
            --busy_;
            if (status != 200) {
                ++load_.others[status];
            } else if (plan_.rate > 0 || now <= until_) {
                load_.millis.push_back(
                    std::chrono::duration<double, std::milli>(now - it.since).count());
                load_.numbers.push_back(it.number);
            }
        }
        it.got.clear();
        if (closed) open(index);
        if (was_busy) idle_.push_back(index);
    }

    const LoadPlan& plan_;
    std::vector<Connection> connections_;
    std::deque<std::size_t> idle_;
    std::size_t next_ = 0;
    std::size_t busy_ = 0;
    int epoll_ = -1;
    Clock::time_point began_, until_;
    bool ended_ = false;
    Load load_;
};

}  // namespace

std::size_t Load::failed() const {
    std::size_t all = 0;
    for (const auto& [status, count] : others) all += count;
    return all;
}

Load run(const LoadPlan& plan) {
    return Generator(plan).run();
}

double quantile(std::vector<double> values, double which) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    const auto at = static_cast<std::size_t>(std::ceil(which * static_cast<double>(values.size())));
    return values[std::clamp<std::size_t>(at, 1, values.size()) - 1];
}

double median(std::vector<double> values) {
    return quantile(std::move(values), 0.5);
}

std::string post(const std::string& path, const std::string& type, const std::string& body,
                 const std::string& more) {
    return "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: " + type +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + more + "\r\n" + body;
}

}  // namespace tillbridge::bench
