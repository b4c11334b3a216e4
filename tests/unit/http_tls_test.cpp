// The client over TLS: who is believed, and a name server that changes its mind.
#include <sys/socket.h>

#include <boost/test/unit_test.hpp>
#include <string>

#include "tests/unit/http_fixture.hpp"

namespace tillbridge::http_tls_test {

using namespace tillbridge::http;
using namespace tillbridge::http::testing;
using namespace std::chrono_literals;

namespace {

// The strict guard, with 127.0.0.1 in the role of a public address and the rest of loopback as the
// private network.
AddressGuard strict_guard() {
    OutboundPolicy policy;
    policy.allowed_hosts = {"localhost", "127.0.0.1", "*.example.com"};
    policy.public_address = [](const IpAddress& address) { return address.text() == "127.0.0.1"; };
    return AddressGuard(std::move(policy));
}

struct Fixture {
    Certificate certificate{"DNS:localhost,DNS:crm.example.com,IP:127.0.0.1"};
    AddressGuard guard = strict_guard();

    ClientOptions trusting() const {
        ClientOptions options;
        options.ca_file = certificate.cert_file();
        return options;
    }
    Outcome send(Client& client, const std::string& url, domain::Span deadline = 5s) const {
        Request request;
        request.method = "POST";
        request.url = url;
        request.body = "pay";
        request.deadline = deadline;
        return client.send(request, guard);
    }
};

void check(const Outcome& outcome, Delivery delivery, const std::string& error) {
    BOOST_TEST(to_string(outcome.delivery) == to_string(delivery));
    BOOST_TEST(outcome.error == error);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(http_tls, Fixture)

BOOST_AUTO_TEST_CASE(a_trusted_server_is_spoken_to_by_name_and_kept) {
    std::string name;
    RawServer server(
        [&](Peer& peer) {
            name = peer.server_name();
            always(answer_with("ok"))(peer);
        },
        &certificate);
    FakeResolver resolver;
    {
        Client client(trusting(), resolver, nullptr);
        for (int i = 0; i < 5; ++i) {
            BOOST_TEST(send(client, server.url("/", "crm.example.com")).body == "ok");
        }
    }
    server.await_closed(1);
    BOOST_TEST(name == "crm.example.com");
    BOOST_TEST(server.connections() == 1);
    BOOST_TEST(resolver.calls() == 1);
}

BOOST_AUTO_TEST_CASE(a_trusted_address) {
    RawServer server(always(answer_with("ok")), &certificate);
    FakeResolver resolver;
    Client client(trusting(), resolver, nullptr);
    BOOST_TEST(send(client, server.url()).ok());
}

BOOST_AUTO_TEST_CASE(a_self_signed_certificate_is_not_sent) {
    std::atomic<int> served{0};
    RawServer server([&](Peer&) { ++served; }, &certificate);
    FakeResolver resolver;
    Client client(ClientOptions{}, resolver, nullptr);
    const auto outcome = send(client, server.url("/", "crm.example.com"));
    check(outcome, Delivery::not_sent, "http.tls_failed");
    BOOST_TEST(outcome.description.find("self-signed") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_certificate_for_another_name_is_not_sent) {
    RawServer server(always(answer_with("ok")), &certificate);
    FakeResolver resolver;
    Client client(trusting(), resolver, nullptr);
    check(send(client, server.url("/", "shop.example.com")), Delivery::not_sent, "http.tls_failed");
}

BOOST_AUTO_TEST_CASE(a_server_without_tls_is_not_sent) {
    RawServer server([](Peer& peer) {
        char block[1024];
        (void)::recv(peer.fd(), block, sizeof block, 0);
        peer.send("HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    FakeResolver resolver;
    Client client(trusting(), resolver, nullptr);
    check(send(client, "https://localhost:" + std::to_string(server.port()) + "/"),
          Delivery::not_sent, "http.tls_failed");
}

BOOST_AUTO_TEST_CASE(a_server_that_closes_instead_of_shaking_hands_is_not_sent) {
    RawServer server([](Peer&) {});
    FakeResolver resolver;
    Client client(trusting(), resolver, nullptr);
    check(send(client, "https://localhost:" + std::to_string(server.port()) + "/"),
          Delivery::not_sent, "http.tls_failed");
}

BOOST_AUTO_TEST_CASE(a_handshake_that_hangs_is_a_timeout_and_not_sent) {
    RawServer server([](Peer& peer) { peer.wait_closed(); });
    FakeResolver resolver;
    Client client(trusting(), resolver, nullptr);
    check(send(client, "https://localhost:" + std::to_string(server.port()) + "/", 200ms),
          Delivery::not_sent, "http.timeout");
}

BOOST_AUTO_TEST_CASE(a_peer_that_vanishes_is_unknown_and_sees_one_request) {
    std::atomic<int> requests{0};
    RawServer server(
        [&](Peer& peer) {
            if (!peer.read_request().empty()) ++requests;
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
        },
        &certificate);
    FakeResolver resolver;
    Client client(trusting(), resolver, nullptr);
    check(send(client, server.url()), Delivery::unknown, "http.broken");
    BOOST_TEST(requests == 1);
}

// Without a length only TLS's own goodbye tells the end from a cut.
BOOST_AUTO_TEST_CASE(a_body_to_the_end_needs_a_proper_end) {
    RawServer server(
        [](Peer& peer) {
            peer.read_request();
            peer.send("HTTP/1.1 200 OK\r\n\r\n{\"a\":1}");
        },
        &certificate);
    FakeResolver resolver;
    Client client(trusting(), resolver, nullptr);
    check(send(client, server.url()), Delivery::unknown, "http.broken");
}

BOOST_AUTO_TEST_CASE(a_silent_peer_is_unknown) {
    RawServer server(
        [](Peer& peer) {
            peer.read_request();
            peer.wait_closed();
        },
        &certificate);
    FakeResolver resolver;
    Client client(trusting(), resolver, nullptr);
    check(send(client, server.url(), 300ms), Delivery::unknown, "http.timeout");
}

BOOST_AUTO_TEST_CASE(a_kept_connection_that_the_server_closed_is_replaced) {
    RawServer server(
        [](Peer& peer) {
            peer.read_request();
            peer.send(answer_with("ok"));
        },
        &certificate);
    FakeResolver resolver;
    Client client(trusting(), resolver, nullptr);
    for (int i = 1; i <= 3; ++i) {
        BOOST_TEST(send(client, server.url()).ok());
        server.await_closed(i);
    }
    BOOST_TEST(server.connections() == 3);
}

BOOST_AUTO_TEST_CASE(a_private_answer_of_the_name_server_is_refused) {
    RawServer victim(always(answer_with("internal")), &certificate, "127.0.0.2");
    FakeResolver resolver{"127.0.0.2"};
    Client client(trusting(), resolver, nullptr);
    const auto outcome = send(client, victim.url("/", "crm.example.com"));
    check(outcome, Delivery::refused, "http.address_forbidden");
    BOOST_TEST(victim.connections() == 0);
}

// The name is asked once a connection, and what was checked is what is connected to: a second
// answer that is private meets the guard again.
BOOST_AUTO_TEST_CASE(rebinding_gains_nothing) {
    const std::string close = "Connection: close\r\n";
    RawServer open(always(answer_with("public", close)), &certificate);
    FakeResolver resolver{"127.0.0.1", "127.0.0.2", "127.0.0.1"};
    Client client(trusting(), resolver, nullptr);
    const auto url = open.url("/", "crm.example.com");
    BOOST_TEST(send(client, url).body == "public");
    BOOST_TEST(resolver.calls() == 1);
    check(send(client, url), Delivery::refused, "http.address_forbidden");
    BOOST_TEST(resolver.calls() == 2);
    BOOST_TEST(send(client, url).body == "public");
    BOOST_TEST(open.connections() == 2);
}

BOOST_AUTO_TEST_CASE(of_mixed_answers_only_the_public_one_is_used) {
    RawServer open(always(answer_with("public")), &certificate);
    FakeResolver resolver{"127.0.0.2 10.0.0.1 127.0.0.1 ::1"};
    Client client(trusting(), resolver, nullptr);
    BOOST_TEST(send(client, open.url("/", "crm.example.com")).body == "public");
}

BOOST_AUTO_TEST_CASE(a_connection_of_a_lenient_guard_is_not_lent_to_a_strict_one) {
    Certificate local("DNS:crm.example.com");
    RawServer victim(always(answer_with("internal")), &local, "127.0.0.2");
    FakeResolver resolver{"127.0.0.2"};
    ClientOptions options;
    options.ca_file = local.cert_file();
    Client client(options, resolver, nullptr);
    Request request;
    request.url = victim.url("/", "crm.example.com");
    BOOST_TEST(client.send(request, loopback_guard()).body == "internal");
    check(client.send(request, guard), Delivery::refused, "http.address_forbidden");
}

BOOST_AUTO_TEST_CASE(unreadable_certificates_are_no_reason_to_trust_all) {
    FakeResolver resolver;
    ClientOptions options;
    options.ca_file = "/nonexistent/ca.pem";
    BOOST_CHECK_THROW(Client(options, resolver, nullptr), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::http_tls_test
