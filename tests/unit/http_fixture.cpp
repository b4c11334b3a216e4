#include "tests/unit/http_fixture.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <stdexcept>

namespace tillbridge::http::testing {
namespace {

void must(bool held, const char* what) {
    if (!held) throw std::runtime_error(what);
}

std::string temp_file(std::FILE*& file) {
    std::string name = std::filesystem::temp_directory_path() / "tillbridge-http-XXXXXX";
    const int fd = ::mkstemp(name.data());
    must(fd >= 0, "mkstemp");
    file = ::fdopen(fd, "w");
    must(file != nullptr, "fdopen");
    return name;
}

}  // namespace

Certificate::Certificate(const std::string& alt_names) {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* cert = X509_new();
    must(key != nullptr && cert != nullptr, "certificate");
    X509_set_version(cert, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
    X509_gmtime_adj(X509_getm_notBefore(cert), -3600);
    X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
    X509_set_pubkey(cert, key);
    X509_NAME* name = X509_get_subject_name(cert);
    const auto* text = reinterpret_cast<const unsigned char*>("tillbridge test");
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0);
    X509_set_issuer_name(cert, name);
    X509_EXTENSION* extension =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, alt_names.c_str());
    must(extension != nullptr && X509_add_ext(cert, extension, -1) == 1, "subjectAltName");
    must(X509_sign(cert, key, EVP_sha256()) > 0, "sign");
    std::FILE* file = nullptr;
    cert_file_ = temp_file(file);
    must(PEM_write_X509(file, cert) == 1, "write certificate");
    std::fclose(file);
    key_file_ = temp_file(file);
    must(PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr) == 1, "write key");
    std::fclose(file);
    X509_EXTENSION_free(extension);
    X509_free(cert);
    EVP_PKEY_free(key);
}

Certificate::~Certificate() {
    std::remove(cert_file_.c_str());
    std::remove(key_file_.c_str());
}

bool Peer::send(std::string_view text) {
    while (!text.empty()) {
        const auto sent =
            ssl_ != nullptr ? SSL_write(ssl_, text.data(), static_cast<int>(text.size()))
                            : static_cast<int>(::send(fd_, text.data(), text.size(), MSG_NOSIGNAL));
        if (sent <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

int Peer::receive(char* to, int room) {
    return ssl_ != nullptr ? SSL_read(ssl_, to, room)
                           : static_cast<int>(::recv(fd_, to, static_cast<std::size_t>(room), 0));
}

std::string Peer::read_request() {
    char block[16 * 1024];
    for (;;) {
        const auto end = buffer_.find("\r\n\r\n");
        if (end != std::string::npos) {
            std::size_t length = 0;
            const auto at = buffer_.find("Content-Length: ");
            if (at < end) length = std::stoul(buffer_.substr(at + 16));
            if (buffer_.size() >= end + 4 + length) {
                std::string request = buffer_.substr(0, end + 4 + length);
                buffer_.erase(0, request.size());
                return request;
            }
        }
        const int got = receive(block, sizeof block);
        if (got <= 0) return {};
        buffer_.append(block, static_cast<std::size_t>(got));
    }
}

void Peer::wait_closed() {
    char byte = 0;
    while (receive(&byte, 1) > 0) {
    }
}

void Peer::reset() {
    const linger now{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

std::string Peer::server_name() const {
    const char* name = SSL_get_servername(ssl_, TLSEXT_NAMETYPE_host_name);
    return name != nullptr ? name : "";
}

RawServer::RawServer(Script script, const Certificate* certificate, const std::string& address)
    : script_(std::move(script)) {
    if (certificate != nullptr) {
        // OpenSSL's socket BIO writes without MSG_NOSIGNAL; this end is only a test's.
        std::signal(SIGPIPE, SIG_IGN);
        context_ = SSL_CTX_new(TLS_server_method());
        must(SSL_CTX_use_certificate_chain_file(context_, certificate->cert_file().c_str()) == 1 &&
                 SSL_CTX_use_PrivateKey_file(context_, certificate->key_file().c_str(),
                                             SSL_FILETYPE_PEM) == 1,
             "server certificate");
    }
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    must(::inet_pton(AF_INET, address.c_str(), &at.sin_addr) == 1, "address");
    socklen_t size = sizeof at;
    must(::bind(listener_, reinterpret_cast<sockaddr*>(&at), size) == 0, "bind");
    must(::listen(listener_, 64) == 0, "listen");
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size);
    port_ = ntohs(at.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
}

RawServer::~RawServer() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
        const std::lock_guard lock(mutex_);
        for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
    }
    for (auto& worker : workers_) worker.join();
    ::close(listener_);
    SSL_CTX_free(context_);
}

std::string RawServer::url(const std::string& path, const std::string& host) const {
    return (context_ != nullptr ? "https://" : "http://") + host + ":" + std::to_string(port_) +
           path;
}

void RawServer::accept_all() {
    for (;;) {
        const int fd = ::accept(listener_, nullptr, nullptr);
        if (fd < 0) return;
        ++connections_;
        {
            const std::lock_guard lock(mutex_);
            open_.insert(fd);
        }
        workers_.emplace_back([this, fd] { serve(fd); });
    }
}

void RawServer::serve(int fd) {
    // So that a client that never closes fails its test instead of hanging it.
    const timeval limit{10, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    SSL* ssl = nullptr;
    bool open = true;
    if (context_ != nullptr) {
        ssl = SSL_new(context_);
        SSL_set_fd(ssl, fd);
        open = SSL_accept(ssl) == 1;
    }
    Peer peer(fd, ssl);
    if (open) script_(peer);
    SSL_free(ssl);
    const std::lock_guard lock(mutex_);
    open_.erase(fd);
    ::close(fd);
    ++closed_;
    changed_.notify_all();
}

void RawServer::await_closed(int count) {
    std::unique_lock lock(mutex_);
    must(changed_.wait_for(lock, std::chrono::seconds(10), [&] { return closed_ >= count; }),
         "the connections stay open");
}

FakeResolver::FakeResolver(std::initializer_list<const char*> answers)
    : answers_(answers.begin(), answers.end()) {}

domain::Result<std::vector<IpAddress>> FakeResolver::resolve(const std::string& host,
                                                             domain::Span) {
    const std::lock_guard lock(mutex_);
    ++calls_;
    std::vector<IpAddress> out;
    std::istringstream words(answers_.front());
    for (std::string text; words >> text;) out.push_back(IpAddress::parse(text).value());
    if (answers_.size() > 1) answers_.pop_front();
    if (out.empty()) return domain::fail("http.resolve_failed", host);
    return out;
}

RawServer::Script always(std::string answer) {
    return [answer = std::move(answer)](Peer& peer) {
        while (!peer.read_request().empty() && peer.send(answer)) {
        }
    };
}

std::string answer_with(const std::string& body, const std::string& headers) {
    return "HTTP/1.1 200 OK\r\n" + headers + "Content-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

AddressGuard loopback_guard() {
    OutboundPolicy policy;
    policy.allowed_hosts = {"127.0.0.1", "localhost", "*.example.com"};
    policy.allow_private_networks = true;
    return AddressGuard(std::move(policy));
}

}  // namespace tillbridge::http::testing
