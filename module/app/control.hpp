// The control socket: commands of the command line reach the running server here, so that one
// process writes. One JSON object a line in, one a line out. The socket's file is the owner's
// alone. Each command runs in a thread of its own, a few at a time: one that waits for a slow peer
// holds up no other.
#pragma once

#include <Poco/Net/ServerSocket.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <list>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

namespace tillbridge::app {

using ControlHandler = std::function<nlohmann::json(const nlohmann::json& request)>;

class ControlServer {
  public:
    // A file left behind by a dead server is replaced. The handler is called by several threads.
    ControlServer(const std::filesystem::path& socket, ControlHandler handler);
    ~ControlServer();  // stop(), and waits for what is under way

    // Takes no more commands. False: some did not end in time; call again, or leave by _exit.
    bool stop(std::chrono::milliseconds patience);

  private:
    struct Command {
        std::thread thread;
        bool ended = false;
    };

    void loop();
    void serve(Poco::Net::StreamSocket& socket);
    void begin(const Poco::Net::StreamSocket& socket);
    void reap();  // joins those that ended
    void close();

    std::filesystem::path path_;
    ControlHandler handler_;
    Poco::Net::ServerSocket socket_;
    std::atomic<bool> stopping_{false};
    std::thread thread_;

    std::mutex mutex_;  // guards what follows
    std::condition_variable ended_;
    std::list<Command> commands_;
    std::size_t running_ = 0;
};

// Nothing where no server listens there.
std::optional<nlohmann::json> ask_server(const std::filesystem::path& socket,
                                         const nlohmann::json& request);

}  // namespace tillbridge::app
