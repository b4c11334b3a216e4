// The one way out: sends one HTTP/1.1 request and says exactly what is known of it afterwards. The
// question that matters is `delivery`: a request that may have reached the peer is never repeated
// here, not even on a kept connection that turns out dead. No redirects, no retries, no proxies.
// send() never throws for what the network or the peer does; it is safe from any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api_client/http/address_guard.hpp"
#include "module/domain/time.hpp"

namespace tillbridge::http {

class Resolver;

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
    std::string method = "GET";
    std::string url;   // absolute, as url.hpp takes it; the query is already encoded
    Headers headers;   // Host, Content-Length, Connection and User-Agent are added here
    std::string body;  // sent with Content-Length; a GET without a body carries none
    domain::Span deadline = std::chrono::seconds(10);  // for everything, name lookup included
    std::string peer;                                  // for metrics and recording: "uapay"
    std::size_t max_body = 4U * 1024 * 1024;           // of the answer, bytes
};

enum class Delivery {
    answered,  // a whole answer came; `status` may be anything from 200 to 599
    refused,   // we do not send such a request: URL, host, scheme or address; a repeat is pointless
    not_sent,  // no byte of the request went out: lookup, connecting or TLS failed; may be repeated
    unknown,   // something went out and no whole answer came back: ask the peer, never repeat
};
std::string_view to_string(Delivery delivery);

struct Outcome {
    Delivery delivery = Delivery::not_sent;
    int status = 0;  // 0 unless answered
    Headers headers;
    std::string body;         // whole where answered, empty otherwise
    std::string error;        // empty where answered, else one of the codes below
    std::string description;  // for the log: host and reason; no query, no header, no body
    domain::Span duration{0};

    bool answered() const { return delivery == Delivery::answered; }
    bool nothing_sent() const {
        return delivery == Delivery::refused || delivery == Delivery::not_sent;
    }
    bool ok() const { return answered() && status >= 200 && status < 300; }
    bool timed_out() const { return error == "http.timeout"; }
    // The first header of that name, whatever its case; nullptr where there is none.
    const std::string* header(std::string_view name) const;
    // The peer's clock, from the Date header, in whole seconds.
    std::optional<domain::UtcTime> date() const;
    // Retry-After in seconds or as a date (measured against the answer's own Date), at most a day.
    std::optional<std::chrono::seconds> retry_after() const;
};

// Codes in Outcome::error.
//   refused:  http.url_invalid, http.header_invalid, http.scheme_forbidden, http.host_not_allowed,
//             http.address_forbidden
//   not_sent: http.resolve_failed, http.connect_failed (also closed before the first byte),
//             http.tls_failed, http.timeout
//   unknown:  http.timeout, http.broken (reset, closed, cut short, unreadable), http.too_large

// What is told after each exchange, refused ones included.
struct Exchange {
    std::string_view peer;
    std::string_view method;
    std::string_view host;
    std::string_view path;  // without the query
    Delivery delivery;
    int status;              // 0 unless answered
    std::string_view error;  // empty where answered
    domain::Span duration;
};

class Observer {
  public:
    virtual ~Observer() = default;
    virtual void observe(const Exchange& exchange) = 0;  // from any thread; must not throw
};

// What the peers' clients depend on, so that their tests can stand in for the network.
class Sender {
  public:
    virtual ~Sender() = default;
    virtual Outcome send(const Request& request, const AddressGuard& guard) = 0;
};

struct ClientOptions {
    std::string user_agent = "Tillbridge/" TILLBRIDGE_VERSION;
    domain::Span connect_timeout = std::chrono::seconds(3);  // for one connect and TLS handshake
    // Shorter than any server's keep-alive, so that we close first.
    domain::Span idle_limit = std::chrono::seconds(2);
    std::size_t idle_per_host = 8;
    std::size_t idle_total = 256;
    std::string ca_file;  // PEM; empty: the system's bundle
};

class Client : public Sender {
  public:
    // The resolver and the observer (may be null) must outlive the client.
    Client(ClientOptions options, Resolver& resolver, Observer* observer);
    ~Client() override;
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    Outcome send(const Request& request, const AddressGuard& guard) override;

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace tillbridge::http
