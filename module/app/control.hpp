// The control socket: commands of the command line reach the running server here, so that one
// process writes. One JSON object a line in, one a line out. The socket's file is the owner's
// alone.
#pragma once

#include <Poco/Net/ServerSocket.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

namespace tillbridge::app {

using ControlHandler = std::function<nlohmann::json(const nlohmann::json& request)>;

class ControlServer {
  public:
    // A file left behind by a dead server is replaced.
    ControlServer(const std::filesystem::path& socket, ControlHandler handler);
    ~ControlServer();

    void stop();

  private:
    void loop();
    void serve(Poco::Net::StreamSocket& socket);

    std::filesystem::path path_;
    ControlHandler handler_;
    Poco::Net::ServerSocket socket_;
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

// Nothing where no server listens there.
std::optional<nlohmann::json> ask_server(const std::filesystem::path& socket,
                                         const nlohmann::json& request);

}  // namespace tillbridge::app
