#include "api_client/http/connection.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <system_error>

namespace tillbridge::http {
namespace {

std::string errno_text(int code) {
    return std::generic_category().message(code);
}

bool would_block(int code) {
    return code == EAGAIN || code == EWOULDBLOCK;
}

std::string tls_error(const SSL* ssl) {
    const long verdict = SSL_get_verify_result(ssl);
    if (verdict != X509_V_OK) return X509_verify_cert_error_string(verdict);
    const char* reason = ERR_reason_error_string(ERR_peek_error());
    return reason != nullptr ? reason : "the peer closed the connection";
}

socklen_t fill_sockaddr(const IpAddress& address, std::uint16_t port, sockaddr_storage& out) {
    if (address.v6) {
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        std::memcpy(&v6.sin6_addr, address.bytes.data(), 16);
        std::memcpy(&out, &v6, sizeof v6);
        return sizeof v6;
    }
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&v4.sin_addr, address.bytes.data(), 4);
    std::memcpy(&out, &v4, sizeof v4);
    return sizeof v4;
}

}  // namespace

domain::Span Deadline::left() const {
    const auto left =
        std::chrono::duration_cast<domain::Span>(at_ - std::chrono::steady_clock::now());
    return std::max(left, domain::Span(0));
}

Deadline Deadline::at_most(domain::Span span) const {
    return Deadline(std::min(at_, std::chrono::steady_clock::now() + span));
}

int Deadline::poll_millis() const {
    const auto millis = (left().count() + 999) / 1000;
    return static_cast<int>(std::min<std::int64_t>(millis, std::numeric_limits<int>::max()));
}

TlsContext::TlsContext(const std::string& ca_file)
    : context_(SSL_CTX_new(TLS_client_method())),
      bio_method_(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "tillbridge")) {
    if (!context_ || !bio_method_) throw std::runtime_error("TLS can't be set up");
    SSL_CTX* context = context_.get();
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_AUTO_RETRY | SSL_MODE_RELEASE_BUFFERS);
    const bool loaded = ca_file.empty() ? SSL_CTX_set_default_verify_paths(context) == 1
                                        : SSL_CTX_load_verify_file(context, ca_file.c_str()) == 1;
    if (!loaded) throw std::runtime_error("no certificates can be read: " + ca_file);
    // OpenSSL's own socket BIO writes without MSG_NOSIGNAL, so a closed peer would kill the
    // process.
    BIO_meth_set_write(bio_method_.get(), &Connection::bio_write);
    BIO_meth_set_read(bio_method_.get(), &Connection::bio_read);
    BIO_meth_set_ctrl(bio_method_.get(), [](BIO*, int command, long, void*) -> long {
        return command == BIO_CTRL_FLUSH ? 1 : 0;
    });
}

int Connection::bio_write(BIO* bio, const char* from, int size) {
    auto* self = static_cast<Connection*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    const auto sent = ::send(self->fd_, from, static_cast<std::size_t>(size), MSG_NOSIGNAL);
    if (sent > 0) {
        self->bytes_out_ += static_cast<std::uint64_t>(sent);
    } else if (would_block(errno) || errno == EINTR) {
        BIO_set_retry_write(bio);
    }
    return static_cast<int>(sent);
}

int Connection::bio_read(BIO* bio, char* to, int size) {
    const auto* self = static_cast<Connection*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    const auto got = ::recv(self->fd_, to, static_cast<std::size_t>(size), 0);
    if (got < 0 && (would_block(errno) || errno == EINTR)) BIO_set_retry_read(bio);
    return static_cast<int>(got);
}

domain::Result<std::unique_ptr<Connection>> Connection::open(const IpAddress& address,
                                                             const Url& url, const TlsContext& tls,
                                                             const Deadline& deadline) {
    const int fd =
        ::socket(address.v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return domain::fail("http.connect_failed", errno_text(errno));
    std::unique_ptr<Connection> connection(new Connection(fd, address));
    auto result = connection->connect(url.port, deadline);
    if (result && url.secure()) result = connection->handshake(url, tls, deadline);
    if (!result) return tl::unexpected(result.error());
    return connection;
}

Connection::~Connection() {
    if (ssl_ && !failed_) {
        ERR_clear_error();
        SSL_shutdown(ssl_.get());  // says goodbye, does not wait for the answer
    }
    ssl_.reset();
    ::close(fd_);
}

domain::Result<void> Connection::connect(std::uint16_t port, const Deadline& deadline) {
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_storage to{};
    const socklen_t size = fill_sockaddr(address_, port, to);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&to), size) == 0) return {};
    int code = errno;
    if (code == EINPROGRESS || code == EINTR) {
        if (wait(POLLOUT, deadline) != Io::done) return domain::fail("http.timeout", "connecting");
        socklen_t length = sizeof code;
        ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &code, &length);
    }
    if (code != 0) return domain::fail("http.connect_failed", errno_text(code));
    return {};
}

domain::Result<void> Connection::handshake(const Url& url, const TlsContext& tls,
                                           const Deadline& deadline) {
    ERR_clear_error();
    ssl_.reset(SSL_new(tls.context()));
    BIO* bio = BIO_new(tls.bio_method());
    if (!ssl_ || bio == nullptr) {
        BIO_free(bio);
        throw std::bad_alloc();
    }
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_.get(), bio, bio);
    const bool named =
        url.literal()
            ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), url.host.c_str()) == 1
            : SSL_set1_host(ssl_.get(), url.host.c_str()) == 1 &&
                  SSL_set_tlsext_host_name(ssl_.get(), url.host.c_str()) == 1;
    if (!named) return domain::fail("http.tls_failed", "the host can't be a certificate's name");
    SSL_set_hostflags(ssl_.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    for (;;) {
        ERR_clear_error();
        const int result = SSL_connect(ssl_.get());
        if (result == 1) return {};
        const Io io = wait_tls(result, deadline);
        if (io == Io::timeout) return domain::fail("http.timeout", "TLS handshake");
        if (io != Io::done) return domain::fail("http.tls_failed", tls_error(ssl_.get()));
    }
}

Io Connection::wait(short events, const Deadline& deadline) const {
    for (;;) {
        if (deadline.passed()) return Io::timeout;
        pollfd item{fd_, events, 0};
        const int ready = ::poll(&item, 1, deadline.poll_millis());
        if (ready > 0) return Io::done;
        if (ready < 0 && errno != EINTR) return Io::broken;
    }
}

Io Connection::wait_tls(int result, const Deadline& deadline) {
    switch (SSL_get_error(ssl_.get(), result)) {
        case SSL_ERROR_WANT_READ:
            return wait(POLLIN, deadline);
        case SSL_ERROR_WANT_WRITE:
            return wait(POLLOUT, deadline);
        case SSL_ERROR_ZERO_RETURN:
            return Io::closed;
        default:
            failed_ = true;
            return Io::broken;
    }
}

Io Connection::write(std::string_view bytes, const Deadline& deadline) {
    while (!bytes.empty()) {
        if (deadline.passed()) return Io::timeout;
        std::size_t sent = 0;
        if (ssl_) {
            ERR_clear_error();
            const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &sent);
            if (result != 1) {
                const Io io = wait_tls(result, deadline);
                if (io != Io::done) return io;
                continue;
            }
        } else {
            const auto result = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (result < 0) {
                if (errno == EINTR) continue;
                if (!would_block(errno)) return Io::broken;
                const Io io = wait(POLLOUT, deadline);
                if (io != Io::done) return io;
                continue;
            }
            sent = static_cast<std::size_t>(result);
            bytes_out_ += sent;
        }
        bytes.remove_prefix(sent);
    }
    return Io::done;
}

Io Connection::read(char* to, std::size_t room, std::size_t& got, const Deadline& deadline) {
    for (;;) {
        if (deadline.passed()) return Io::timeout;
        Io io = Io::done;
        if (ssl_) {
            if (failed_) return Io::broken;  // OpenSSL wants no further call after a failure
            ERR_clear_error();
            const int result = SSL_read_ex(ssl_.get(), to, room, &got);
            if (result == 1) return Io::done;
            io = wait_tls(result, deadline);
        } else {
            const auto result = ::recv(fd_, to, room, 0);
            if (result == 0) return Io::closed;
            if (result > 0) {
                got = static_cast<std::size_t>(result);
                return Io::done;
            }
            if (errno == EINTR) continue;
            if (!would_block(errno)) return Io::broken;
            io = wait(POLLIN, deadline);
        }
        if (io != Io::done) return io;
    }
}

bool Connection::quiet() {
    char byte = 0;
    if (!ssl_) {
        return ::recv(fd_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && would_block(errno);
    }
    // Tickets that TLS 1.3 sends after the handshake may be waiting: reading them is not an answer.
    ERR_clear_error();
    std::size_t got = 0;
    const int result = SSL_peek_ex(ssl_.get(), &byte, 1, &got);
    return result != 1 && SSL_get_error(ssl_.get(), result) == SSL_ERROR_WANT_READ;
}

}  // namespace tillbridge::http
