#include "module/app/control.hpp"

#include <Poco/Net/NetException.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tillbridge::app {
namespace {

constexpr std::size_t kLongest = 64U << 20U;
constexpr std::size_t kMostCommands = 16;  // at a time; further ones wait at the door

// A socket's address holds 107 bytes of path. A longer one is named through its folder's
// descriptor, which has to stay open while the address is used.
class LocalAddress {
  public:
    explicit LocalAddress(const std::filesystem::path& path) : text_(path.string()) {
        if (text_.size() <= 107) return;
        folder_ = ::open(path.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (folder_ >= 0)
            text_ = "/proc/self/fd/" + std::to_string(folder_) + '/' + path.filename().string();
    }
    ~LocalAddress() {
        if (folder_ >= 0) ::close(folder_);
    }
    LocalAddress(const LocalAddress&) = delete;
    LocalAddress& operator=(const LocalAddress&) = delete;

    Poco::Net::SocketAddress address() const {
        return {Poco::Net::SocketAddress::UNIX_LOCAL, text_};
    }

  private:
    std::string text_;
    int folder_ = -1;
};

bool listening(const std::filesystem::path& path) {
    try {
        const LocalAddress local(path);
        const Poco::Net::StreamSocket probe(local.address());
        return true;
    } catch (const Poco::Exception&) {
        return false;
    }
}

std::string read_line(Poco::Net::StreamSocket& socket) {
    std::string line;
    char buffer[4096];
    while (line.find('\n') == std::string::npos && line.size() < kLongest) {
        const int got = socket.receiveBytes(buffer, sizeof buffer);
        if (got <= 0) break;
        line.append(buffer, static_cast<std::size_t>(got));
    }
    return line.substr(0, line.find('\n'));
}

void send_all(Poco::Net::StreamSocket& socket, const std::string& text) {
    std::size_t sent = 0;
    while (sent < text.size())
        sent += static_cast<std::size_t>(
            socket.sendBytes(text.data() + sent, static_cast<int>(text.size() - sent)));
}

}  // namespace

ControlServer::ControlServer(const std::filesystem::path& socket, ControlHandler handler)
    : path_(socket), handler_(std::move(handler)) {
    if (std::filesystem::exists(path_)) {
        if (listening(path_))
            throw std::runtime_error("another server listens on " + path_.string());
        std::filesystem::remove(path_);
    }
    const LocalAddress local(path_);
    const auto mask = ::umask(0077);
    try {
        socket_.bind(local.address(), false);
    } catch (...) {
        ::umask(mask);
        throw;
    }
    ::umask(mask);
    socket_.listen(8);
    thread_ = std::thread([this] { loop(); });
}

ControlServer::~ControlServer() {
    close();
    for (auto& command : commands_) command.thread.join();
}

bool ControlServer::stop(std::chrono::milliseconds patience) {
    close();
    std::unique_lock lock(mutex_);
    return ended_.wait_for(lock, patience, [this] { return running_ == 0; });
}

void ControlServer::close() {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_.exchange(true)) return;
    }
    ended_.notify_all();
    if (thread_.joinable()) thread_.join();
    socket_.close();
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
}

void ControlServer::loop() {
    const Poco::Timespan look(0, 100'000);
    while (!stopping_) {
        try {
            reap();
            if (socket_.poll(look, Poco::Net::Socket::SELECT_READ))
                begin(socket_.acceptConnection());
        } catch (const std::exception&) {  // a caller that went away
            continue;
        }
    }
}

void ControlServer::begin(const Poco::Net::StreamSocket& socket) {
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return running_ < kMostCommands || stopping_; });
    commands_.emplace_back();
    const auto command = std::prev(commands_.end());
    try {
        command->thread = std::thread([this, command, client = socket]() mutable {
            try {
                serve(client);
            } catch (const std::exception&) {  // a caller that went away
            }
            client.close();
            const std::lock_guard ending(mutex_);
            command->ended = true;
            --running_;
            ended_.notify_all();
        });
    } catch (...) {  // no thread to be had: the caller hears nothing, the others go on
        commands_.erase(command);
        throw;
    }
    ++running_;
}

void ControlServer::reap() {
    std::list<Command> over;
    {
        const std::lock_guard lock(mutex_);
        for (auto at = commands_.begin(); at != commands_.end();) {
            const auto next = std::next(at);
            if (at->ended) over.splice(over.end(), commands_, at);
            at = next;
        }
    }
    for (auto& command : over) command.thread.join();
}

void ControlServer::serve(Poco::Net::StreamSocket& socket) {
    socket.setReceiveTimeout(Poco::Timespan(5, 0));
    socket.setSendTimeout(Poco::Timespan(5, 0));
    nlohmann::json answer;
    try {
        answer = handler_(nlohmann::json::parse(read_line(socket)));
    } catch (const std::exception& failure) {
        answer = {{"exit", 3}, {"error", {{"code", "internal"}, {"message", failure.what()}}}};
    }
    send_all(socket, answer.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + '\n');
}

std::optional<nlohmann::json> ask_server(const std::filesystem::path& socket,
                                         const nlohmann::json& request) {
    Poco::Net::StreamSocket server;
    try {
        const LocalAddress local(socket);
        server.connect(local.address());
    } catch (const Poco::Exception&) {
        return std::nullopt;
    }
    server.setReceiveTimeout(Poco::Timespan(600, 0));
    send_all(server, request.dump() + '\n');
    const auto answer = read_line(server);
    if (answer.empty()) throw std::runtime_error("the server ended before it had answered");
    return nlohmann::json::parse(answer);
}

}  // namespace tillbridge::app
