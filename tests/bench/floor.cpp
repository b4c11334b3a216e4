// The floor that hooks are measured against: Poco's own HTTP server, which reads the body and
// checks its HMAC, and does nothing else. Prints its port; runs until it is killed.
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/StreamCopier.h>
#include <Poco/ThreadPool.h>
#include <unistd.h>

#include <iostream>
#include <string>

#include "tests/bench/signing.hpp"

namespace {

using namespace Poco::Net;

constexpr int kThreads = 128;
constexpr std::string_view kBefore = R"({"token":")";

std::string key;

class Handler final : public HTTPRequestHandler {
    void handleRequest(HTTPServerRequest& request, HTTPServerResponse& response) override {
        std::string body;
        Poco::StreamCopier::copyToString(request.stream(), body);
        bool good = body.size() > kBefore.size() + 2;
        if (good) {
            const std::string_view token(body.data() + kBefore.size(),
                                         body.size() - kBefore.size() - 2);
            good = tillbridge::bench::hs256_matches(token, key);
        }
        static const std::string answer = R"({"success":true})";
        if (!good) response.setStatus(HTTPResponse::HTTP_UNAUTHORIZED);
        response.setContentType("application/json");
        response.sendBuffer(answer.data(), answer.size());
    }
};

class Factory final : public HTTPRequestHandlerFactory {
    HTTPRequestHandler* createRequestHandler(const HTTPServerRequest&) override {
        return new Handler;
    }
};

}  // namespace

int main(int count, char** arguments) {
    if (count != 2) return 2;
    key = arguments[1];
    Poco::ThreadPool pool(2, kThreads);
    auto* params = new HTTPServerParams;
    params->setMaxThreads(kThreads);
    params->setMaxQueued(256);
    const ServerSocket socket(Poco::Net::SocketAddress("127.0.0.1:0"), 1024);
    HTTPServer server(new Factory, pool, socket, params);
    server.start();
    std::cout << server.port() << std::endl;
    while (true) ::pause();
}
