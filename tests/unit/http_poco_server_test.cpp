// The client against the server that the module and its sandbox are built on.
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/StreamCopier.h>

#include <boost/test/unit_test.hpp>
#include <string>

#include "tests/unit/http_fixture.hpp"

namespace tillbridge::http_poco_server_test {

using namespace tillbridge::http;
using namespace tillbridge::http::testing;
namespace net = Poco::Net;

namespace {

// Gives the body back, chunked for /chunked.
struct Echo : net::HTTPRequestHandler {
    void handleRequest(net::HTTPServerRequest& request,
                       net::HTTPServerResponse& response) override {
        std::string body;
        Poco::StreamCopier::copyToString(request.stream(), body);
        response.set("X-Method", request.getMethod());
        if (request.getURI() == "/chunked") {
            response.setChunkedTransferEncoding(true);
            response.send() << body;
        } else {
            response.sendBuffer(body.data(), body.size());
        }
    }
};

struct EchoFactory : net::HTTPRequestHandlerFactory {
    net::HTTPRequestHandler* createRequestHandler(const net::HTTPServerRequest&) override {
        return new Echo;
    }
};

struct Fixture {
    net::ServerSocket socket{net::SocketAddress("127.0.0.1", 0)};
    net::HTTPServer server{new EchoFactory, socket, new net::HTTPServerParams};
    std::string base = "http://" + socket.address().toString();
    FakeResolver resolver;
    Client client{ClientOptions{}, resolver, nullptr};

    Fixture() { server.start(); }
    ~Fixture() { server.stopAll(true); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(http_poco_server, Fixture)

BOOST_AUTO_TEST_CASE(bodies_come_back_over_one_connection) {
    const auto guard = loopback_guard();
    for (const char* path : {"/plain", "/chunked"}) {
        for (const std::size_t size : {0U, 1U, 4096U, 300'000U}) {
            Request request;
            request.method = size % 2 == 0 ? "POST" : "PUT";
            request.url = base + path;
            request.body.assign(size, 'x');
            const auto outcome = client.send(request, guard);
            BOOST_TEST_CONTEXT(path << " " << size << " " << outcome.description) {
                BOOST_TEST(outcome.ok());
                BOOST_TEST((outcome.body == request.body));
                BOOST_TEST(*outcome.header("x-method") == request.method);
            }
        }
    }
    BOOST_TEST(server.totalConnections() == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::http_poco_server_test
