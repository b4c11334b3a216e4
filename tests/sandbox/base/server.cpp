#include "tests/sandbox/base/server.hpp"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/ThreadPool.h>

#include <array>
#include <cctype>
#include <chrono>
#include <thread>

namespace tillbridge::sandbox {
namespace {

namespace net = Poco::Net;

constexpr std::size_t kBodyLimit = 4U << 20U;

// Reads the body; an HTTP status where the request cannot be taken.
int read_body(net::HTTPServerRequest& request, std::string& body) {
    const auto& method = request.getMethod();
    const bool sized = request.hasContentLength(), chunked = request.getChunkedTransferEncoding();
    if (sized && chunked) return 400;
    if (!sized && !chunked)
        return method == "POST" || method == "PUT" || method == "PATCH" ? 411 : 0;
    if (sized && request.getContentLength64() > static_cast<Poco::Int64>(kBodyLimit)) return 413;
    std::array<char, 16384> buffer{};
    auto& in = request.stream();
    while (in.good()) {
        in.read(buffer.data(), buffer.size());
        body.append(buffer.data(), static_cast<std::size_t>(in.gcount()));
        if (body.size() > kBodyLimit) return 413;
    }
    return 0;
}

HttpRequest converted(const net::HTTPServerRequest& in, std::string body) {
    HttpRequest request;
    request.method = in.getMethod();
    const std::string& uri = in.getURI();
    const auto mark = uri.find('?');
    request.path = url_decode(uri.substr(0, mark), false);
    for (const auto& part : split(uri.substr(0, mark), '/'))
        request.segments.push_back(url_decode(part, false));
    if (mark != std::string::npos) request.query = Fields(uri.substr(mark + 1));
    for (const auto& [name, value] : in) {
        std::string lower = name;
        for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        request.headers.emplace(std::move(lower), value);
    }
    request.body = std::move(body);
    request.peer = in.clientAddress().host().toString();
    return request;
}

void send(net::HTTPServerResponse& out, const HttpResponse& response) {
    out.setStatus(static_cast<net::HTTPResponse::HTTPStatus>(response.status));
    out.setReason(net::HTTPResponse::getReasonForStatus(out.getStatus()));
    out.setContentType(response.type);
    for (const auto& [name, value] : response.headers) out.set(name, value);
    if (response.slow_bytes == 0) {
        out.sendBuffer(response.body.data(), response.body.size());
        return;
    }
    out.setContentLength64(static_cast<Poco::Int64>(response.body.size()));
    auto& stream = out.send();
    for (std::size_t at = 0; at < response.body.size() && stream.good();
         at += response.slow_bytes) {
        if (at > 0) std::this_thread::sleep_for(std::chrono::milliseconds(response.slow_pause_ms));
        stream << response.body.substr(at, response.slow_bytes) << std::flush;
    }
}

class Handler : public net::HTTPRequestHandler {
  public:
    explicit Handler(const HttpHandler& handler) : handler_(handler) {}

    void handleRequest(net::HTTPServerRequest& in, net::HTTPServerResponse& out) override {
        std::string body;
        if (const int refused = read_body(in, body); refused != 0) {
            out.setKeepAlive(false);
            send(out, HttpResponse::json(refused, {{"error", "the request cannot be read"}}));
            return;
        }
        const auto response = answer(converted(in, std::move(body)));
        if (response.drop) {
            out.setKeepAlive(false);
            static_cast<net::HTTPServerRequestImpl&>(in).socket().shutdown();
            return;
        }
        send(out, response);
    }

  private:
    HttpResponse answer(const HttpRequest& request) const {
        try {
            return handler_(request);
        } catch (const ControlError& error) {
            return HttpResponse::json(error.status, {{"error", error.what()}});
        } catch (const std::exception& error) {
            return HttpResponse::json(500, {{"error", error.what()}});
        }
    }

    const HttpHandler& handler_;
};

class Factory : public net::HTTPRequestHandlerFactory {
  public:
    explicit Factory(HttpHandler handler) : handler_(std::move(handler)) {}
    net::HTTPRequestHandler* createRequestHandler(const net::HTTPServerRequest&) override {
        return new Handler(handler_);  // the server deletes it
    }

  private:
    HttpHandler handler_;
};

net::HTTPServerParams::Ptr params(int threads) {
    net::HTTPServerParams::Ptr params = new net::HTTPServerParams;
    params->setMaxThreads(threads);
    params->setMaxQueued(4096);
    params->setKeepAlive(true);
    params->setKeepAliveTimeout(Poco::Timespan(15, 0));
    params->setMaxKeepAliveRequests(0);
    params->setTimeout(Poco::Timespan(60, 0));
    return params;
}

}  // namespace

struct Server::Impl {
    Impl(const std::string& address, int threads, HttpHandler handler)
        : pool("http", 16, threads, 60, 1 << 20),
          socket(net::SocketAddress(address), 1024),
          server(new Factory(std::move(handler)), pool, socket, params(threads)) {}
    Poco::ThreadPool pool;
    net::ServerSocket socket;
    net::HTTPServer server;
};

Server::Server(const std::string& address, int threads, HttpHandler handler)
    : impl_(std::make_unique<Impl>(address, threads, std::move(handler))) {}
Server::~Server() = default;

std::string Server::address() const {
    return impl_->socket.address().toString();
}
void Server::start() {
    impl_->server.start();
}
void Server::stop() {
    impl_->server.stopAll(true);
}

}  // namespace tillbridge::sandbox
