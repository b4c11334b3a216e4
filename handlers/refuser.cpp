#include "handlers/refuser.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace tillbridge::handlers {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kPatience{1000};  // for a request to come, and to be read away

}  // namespace

Refuser::Refuser(const Guard& guard)
    : guard_(guard), wake_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (wake_fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

Refuser::~Refuser() {
    stop();
    ::close(wake_fd_);
}

void Refuser::start() {
    thread_ = std::thread([this] { run(); });
}

void Refuser::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake();
    if (thread_.joinable()) thread_.join();
}

std::size_t Refuser::count() const {
    const std::lock_guard lock(mutex_);
    return count_;
}

void Refuser::take(SocketPtr socket, const std::string& peer) {
    Guest guest{std::move(socket), peer, Clock::now() + kPatience};
    guard_.parts().meter.count("http_refused_connections_total");
    {
        const std::lock_guard lock(mutex_);
        ++count_;
        if (present_ + arrived_.size() < kMost) {
            arrived_.push_back(std::move(guest));
            wake();
            return;
        }
    }
    answer(guest);
}

void Refuser::wake() const {
    const std::uint64_t one = 1;
    // Fails only where the counter is full, and then the thread is awake anyway.
    [[maybe_unused]] const ssize_t written = ::write(wake_fd_, &one, sizeof one);
}

void Refuser::run() {
    std::vector<Guest> guests;
    std::vector<pollfd> polled;
    while (true) {
        polled.assign(1, pollfd{wake_fd_, POLLIN, 0});
        for (const Guest& guest : guests)
            polled.push_back({guest.socket->impl()->sockfd(), POLLIN, 0});
        ::poll(polled.data(), polled.size(), guests.empty() ? -1 : 100);
        const auto now = Clock::now();
        std::vector<Guest> staying;
        for (std::size_t i = 0; i < guests.size(); ++i) {
            const bool spoke = polled[i + 1].revents != 0;
            if (now < guests[i].until && (!spoke || attend(guests[i])))
                staying.push_back(std::move(guests[i]));
        }
        guests.swap(staying);
        take_in(guests);
        const std::lock_guard lock(mutex_);
        present_ = guests.size();
        if (stopping_) return;
    }
}

void Refuser::take_in(std::vector<Guest>& guests) {
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t got = ::read(wake_fd_, &count, sizeof count);
    const std::lock_guard lock(mutex_);
    for (Guest& guest : arrived_) guests.push_back(std::move(guest));
    arrived_.clear();
}

bool Refuser::attend(Guest& guest) const {
    std::array<char, 16 * 1024> block;
    const ssize_t count =
        ::recv(guest.socket->impl()->sockfd(), block.data(), block.size(), MSG_DONTWAIT);
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) return false;
    if (count > 0 && !guest.answered) answer(guest);
    return true;
}

void Refuser::answer(Guest& guest) const {
    const Guard::Passage passage = guard_.enter_broken(guest.peer, Clock::now());
    const Answer refusal = guard_.refuse(passage, {503, "request.busy"});
    const std::string text = guard_.render_head(refusal, passage.id, false) + refusal.body;
    const int fd = guest.socket->impl()->sockfd();
    // A fresh socket's buffer takes it whole; one that does not is not worth waiting for.
    [[maybe_unused]] const ssize_t sent =
        ::send(fd, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    ::shutdown(fd, SHUT_WR);
    guest.answered = true;
}

}  // namespace tillbridge::handlers
