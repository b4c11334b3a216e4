// A loopback server that does to its clients exactly what a test says, plain or over TLS, and a
// name server that answers what a test says. Shared by the http_*_test.cpp files.
#pragma once

#include <openssl/evp.h>
#include <openssl/ssl.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "api_client/http/client.hpp"
#include "api_client/http/resolver.hpp"

namespace tillbridge::http::testing {

// A self-signed certificate for the given subjectAltName, as two PEM files that go with it.
class Certificate {
  public:
    explicit Certificate(const std::string& alt_names = "DNS:localhost,IP:127.0.0.1");
    ~Certificate();
    const std::string& cert_file() const { return cert_file_; }
    const std::string& key_file() const { return key_file_; }

  private:
    std::string cert_file_;
    std::string key_file_;
};

// The server's end of one connection.
class Peer {
  public:
    Peer(int fd, SSL* ssl) : fd_(fd), ssl_(ssl) {}
    bool send(std::string_view text);  // false once the client has gone
    std::string read_request();        // head and body; empty once the client has gone
    void wait_closed();                // until the client closes
    void reset();                      // RST instead of FIN at the end
    std::string server_name() const;   // SNI
    int fd() const { return fd_; }

  private:
    int receive(char* to, int room);
    int fd_;
    SSL* ssl_;
    std::string buffer_;
};

class RawServer {
  public:
    using Script = std::function<void(Peer&)>;
    // A null certificate: plain. Each connection runs the script, then is closed;
    // those that a client keeps are closed at the end.
    explicit RawServer(Script script, const Certificate* certificate = nullptr,
                       const std::string& address = "127.0.0.1");
    ~RawServer();
    RawServer(const RawServer&) = delete;
    RawServer& operator=(const RawServer&) = delete;

    std::uint16_t port() const { return port_; }
    std::string url(const std::string& path = "/", const std::string& host = "127.0.0.1") const;
    int connections() const { return connections_; }
    void await_closed(int count);  // until so many connections were closed by the server

  private:
    void accept_all();
    void serve(int fd);

    Script script_;
    SSL_CTX* context_ = nullptr;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<int> connections_{0};
    std::mutex mutex_;
    std::condition_variable changed_;
    int closed_ = 0;
    std::set<int> open_;
    std::vector<std::thread> workers_;
    std::thread acceptor_;
};

// Answers from a queue, each a list of addresses with spaces between; the last one is repeated.
class FakeResolver : public Resolver {
  public:
    FakeResolver(std::initializer_list<const char*> answers = {"127.0.0.1"});
    domain::Result<std::vector<IpAddress>> resolve(const std::string& host,
                                                   domain::Span limit) override;
    int calls() const { return calls_; }

  private:
    std::mutex mutex_;
    std::deque<std::string> answers_;
    std::atomic<int> calls_{0};
};

// Answers every request with that text until the client closes.
RawServer::Script always(std::string answer);
std::string answer_with(const std::string& body, const std::string& headers = "");

// Allows loopback and plain http.
AddressGuard loopback_guard();

}  // namespace tillbridge::http::testing
