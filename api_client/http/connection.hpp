// One TCP or TLS connection that keeps a total deadline: the socket never blocks, every wait is a
// poll bounded by what is left, so neither a handshake nor a peer that trickles can outlive it. It
// counts the bytes that the kernel took, which is how the client knows whether anything went out.
#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "api_client/http/ip_address.hpp"
#include "api_client/http/url.hpp"
#include "module/domain/result.hpp"
#include "module/domain/time.hpp"

namespace tillbridge::http {

using Moment = std::chrono::steady_clock::time_point;

class Deadline {
  public:
    explicit Deadline(Moment at) : at_(at) {}
    static Deadline in(domain::Span span) {
        return Deadline(std::chrono::steady_clock::now() + span);
    }
    domain::Span left() const;  // never negative
    bool passed() const { return left().count() == 0; }
    Deadline at_most(domain::Span span) const;  // the earlier of this one and now + span
    int poll_millis() const;                    // rounded up

  private:
    Moment at_;
};

struct SslDeleter {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(BIO_METHOD* method) const { BIO_meth_free(method); }
};

// What every TLS connection shares: TLS 1.2 or later, peer and name verified against the system's
// certificates or those of a PEM file. Throws std::runtime_error where these can't be read.
class TlsContext {
  public:
    explicit TlsContext(const std::string& ca_file);
    SSL_CTX* context() const { return context_.get(); }
    const BIO_METHOD* bio_method() const { return bio_method_.get(); }

  private:
    std::unique_ptr<SSL_CTX, SslDeleter> context_;
    std::unique_ptr<BIO_METHOD, SslDeleter> bio_method_;
};

enum class Io { done, timeout, closed, broken };

class Connection {
  public:
    // Connects to exactly that address, and for https shakes hands with the URL's host as the name.
    // Errors: http.connect_failed, http.tls_failed, http.timeout.
    static domain::Result<std::unique_ptr<Connection>> open(const IpAddress& address,
                                                            const Url& url, const TlsContext& tls,
                                                            const Deadline& deadline);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    Io write(std::string_view bytes, const Deadline& deadline);  // all of them
    // At least one byte where done. closed: the peer said properly that no more comes.
    Io read(char* to, std::size_t room, std::size_t& got, const Deadline& deadline);
    // Whether an idle connection is still open and the peer has said nothing on it.
    bool quiet();
    std::uint64_t bytes_out() const { return bytes_out_; }
    const IpAddress& address() const { return address_; }

  private:
    Connection(int fd, const IpAddress& address) : fd_(fd), address_(address) {}
    domain::Result<void> connect(std::uint16_t port, const Deadline& deadline);
    domain::Result<void> handshake(const Url& url, const TlsContext& tls, const Deadline& deadline);
    Io wait(short events, const Deadline& deadline) const;
    Io wait_tls(int result, const Deadline& deadline);  // done: try again
    static int bio_write(BIO* bio, const char* from, int size);
    static int bio_read(BIO* bio, char* to, int size);
    friend class TlsContext;

    int fd_;
    IpAddress address_;
    std::unique_ptr<SSL, SslDeleter> ssl_;
    bool failed_ = false;
    std::uint64_t bytes_out_ = 0;
};

}  // namespace tillbridge::http
