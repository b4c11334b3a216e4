// The HTTP server: one port, a thread pool of its own, every body read whole before its handler
// runs (so that nothing unread is taken for the next request), and answers that can be dropped or
// slowed.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "tests/sandbox/base/http.hpp"

namespace tillbridge::sandbox {

using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

class Server {
  public:
    // address: HOST:PORT, port 0 takes a free one. Throws where it cannot listen.
    Server(const std::string& address, int threads, HttpHandler handler);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    std::string address() const;  // HOST:PORT as bound
    void start();
    void stop();  // ends open connections

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace tillbridge::sandbox
