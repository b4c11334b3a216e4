#include "handlers/server.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>
#include <vector>

#include "handlers/connection.hpp"
#include "handlers/refuser.hpp"
#include "handlers/wire.hpp"

namespace tillbridge::handlers {

namespace {

constexpr int kBacklog = 1024;

// Poco's own constructor shares the port (SO_REUSEPORT): a second program on it would start without
// a word and get every other connection.
Poco::Net::ServerSocket listening_at(const Poco::Net::SocketAddress& address) {
    Poco::Net::ServerSocket socket;
    socket.bind(address, true, false);
    socket.listen(kBacklog);
    return socket;
}

}  // namespace

class Server::Impl {
  public:
    Impl(const std::string& listen, const ServerLimits& limits, std::shared_ptr<Guard> guard)
        : limits_(limits),
          guard_(std::move(guard)),
          refuser_(*guard_),
          listener_(listening_at(Poco::Net::SocketAddress(listen))),
          address_(listener_.address()),
          wake_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
        if (wake_fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
    }
    ~Impl() {
        stop(std::chrono::milliseconds(0));
        ::close(wake_fd_);
    }

    void start() {
        refuser_.start();
        acceptor_ = std::thread([this] { accept(); });
    }

    bool stop(std::chrono::milliseconds patience) {
        stopping_ = true;
        const std::uint64_t one = 1;
        [[maybe_unused]] const ssize_t written = ::write(wake_fd_, &one, sizeof one);
        if (acceptor_.joinable()) acceptor_.join();
        listener_.close();
        bool clean = true;
        {
            std::unique_lock lock(mutex_);
            work_.notify_all();
            clean = idle_.wait_for(lock, patience, [&] { return live_ == 0; });
            live_ -= queue_.size();
            queue_.clear();
            for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
        }
        for (std::thread& worker : workers_) worker.join();
        workers_.clear();
        refuser_.stop();
        return clean;
    }

    const Poco::Net::SocketAddress& address() const { return address_; }

    Load load() {
        const std::lock_guard lock(mutex_);
        return {live_, refuser_.count()};
    }

  private:
    struct Arrival {
        SocketPtr socket;
        std::string peer;
    };

    void accept() {
        while (!stopping_) {
            pollfd fds[2] = {{listener_.impl()->sockfd(), POLLIN, 0}, {wake_fd_, POLLIN, 0}};
            if (::poll(fds, 2, -1) <= 0 || stopping_ || (fds[0].revents & POLLIN) == 0) continue;
            try {
                Poco::Net::SocketAddress peer;
                auto socket =
                    std::make_unique<Poco::Net::StreamSocket>(listener_.acceptConnection(peer));
                socket->setNoDelay(true);
                admit({std::move(socket), peer.host().toString()});
            } catch (const Poco::Exception& e) {
                // Gone before it was accepted, or no descriptor is left: let some end.
                guard_->parts().log.warn("connection not accepted", {{"error", e.displayText()}});
                pollfd pause{wake_fd_, POLLIN, 0};
                ::poll(&pause, 1, 50);
            }
        }
    }

    void admit(Arrival arrival) {
        std::unique_lock lock(mutex_);
        if (live_ >= limits_.threads + limits_.queued) {
            lock.unlock();
            refuser_.take(std::move(arrival.socket), arrival.peer);
            return;
        }
        ++live_;
        queue_.push_back(std::move(arrival));
        if (waiting_ < queue_.size() && workers_.size() < limits_.threads)
            workers_.emplace_back([this] { work(); });
        else
            work_.notify_one();
    }

    void work() {
        std::unique_lock lock(mutex_);
        while (true) {
            ++waiting_;
            work_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
            --waiting_;
            if (queue_.empty()) return;
            Arrival arrival = std::move(queue_.front());
            queue_.pop_front();
            const int fd = arrival.socket->impl()->sockfd();
            open_.insert(fd);
            lock.unlock();
            serve(arrival);
            lock.lock();
            open_.erase(fd);
            arrival.socket->close();  // under the lock: stop() must not shut a number used anew
            if (--live_ == 0) idle_.notify_all();
        }
    }

    void serve(const Arrival& arrival) {
        try {
            Wire wire(*arrival.socket);
            const auto crowded = [this] { return stopping_ || live_ > limits_.threads; };
            Connection(wire, arrival.peer, *guard_, limits_, crowded).run();
        } catch (const std::exception& e) {
            guard_->parts().log.error("connection failed", {{"error", e.what()}});
        }
    }

    ServerLimits limits_;
    std::shared_ptr<Guard> guard_;
    Refuser refuser_;
    Poco::Net::ServerSocket listener_;
    Poco::Net::SocketAddress address_;
    int wake_fd_;
    std::thread acceptor_;
    std::atomic<bool> stopping_{false};

    std::mutex mutex_;
    std::condition_variable work_;
    std::condition_variable idle_;
    std::deque<Arrival> queue_;
    std::vector<std::thread> workers_;
    std::set<int> open_;
    std::size_t waiting_ = 0;
    std::atomic<std::size_t> live_{0};  // being served or waiting; written under the lock
};

Server::Server(const std::string& listen, const ServerLimits& limits, std::shared_ptr<Guard> guard)
    : impl_(std::make_unique<Impl>(listen, limits, std::move(guard))) {}

Server::~Server() = default;

void Server::start() {
    impl_->start();
}

bool Server::stop(std::chrono::milliseconds patience) {
    return impl_->stop(patience);
}

std::string Server::address() const {
    return impl_->address().toString();
}

unsigned Server::port() const {
    return impl_->address().port();
}

Server::Load Server::load() const {
    return impl_->load();
}

}  // namespace tillbridge::handlers
