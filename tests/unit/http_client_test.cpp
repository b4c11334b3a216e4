// The client over plain HTTP against servers that misbehave: what does it say became of a request?
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "api_client/http/client.hpp"
#include "tests/unit/http_fixture.hpp"

using namespace tillbridge;
using namespace tillbridge::http;
using namespace tillbridge::http::testing;
using namespace std::chrono_literals;

BOOST_TEST_DONT_PRINT_LOG_VALUE(Delivery)

namespace {

struct Seen : Observer {
    struct Row {
        std::string peer, method, host, path, error;
        Delivery delivery;
        int status;
        domain::Span duration;
    };
    void observe(const Exchange& e) override {
        const std::lock_guard lock(mutex);
        rows.push_back({std::string(e.peer), std::string(e.method), std::string(e.host),
                        std::string(e.path), std::string(e.error), e.delivery, e.status,
                        e.duration});
    }
    std::mutex mutex;
    std::vector<Row> rows;
};

struct Fixture {
    FakeResolver resolver;
    Seen seen;
    AddressGuard guard = loopback_guard();
    Client client{ClientOptions{}, resolver, &seen};

    Outcome get(const std::string& url, domain::Span deadline = 5s) {
        Request request;
        request.url = url;
        request.deadline = deadline;
        request.peer = "test";
        return client.send(request, guard);
    }
    Outcome post(const std::string& url, std::string body, domain::Span deadline = 5s) {
        Request request;
        request.method = "POST";
        request.url = url;
        request.body = std::move(body);
        request.headers = {{"Content-Type", "text/plain"}};
        request.deadline = deadline;
        request.peer = "test";
        return client.send(request, guard);
    }
};

void check_failed(const Outcome& outcome, Delivery delivery, const std::string& error) {
    BOOST_CHECK(outcome.delivery == delivery);
    BOOST_TEST(outcome.error == error);
    BOOST_TEST(outcome.status == 0);
    BOOST_TEST(outcome.body == "");
}

// Counts whole requests, answers as told.
struct Counting {
    std::atomic<int> requests{0};
    RawServer::Script each(std::function<bool(Peer&, int)> answer) {
        return [this, answer = std::move(answer)](Peer& peer) {
            while (!peer.read_request().empty()) {
                if (!answer(peer, ++requests)) return;
            }
        };
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(http_client, Fixture)

BOOST_AUTO_TEST_CASE(the_request_on_the_wire) {
    std::string request;
    RawServer server([&](Peer& peer) {
        request = peer.read_request();
        peer.send(answer_with("ok"));
    });
    const auto outcome = post(server.url("/a/b?c=%20"), "hello");
    BOOST_TEST(outcome.ok());
    server.await_closed(1);
    BOOST_TEST(request ==
               "POST /a/b?c=%20 HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                   "\r\nUser-Agent: Tillbridge/" TILLBRIDGE_VERSION
                   "\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello");
}

BOOST_AUTO_TEST_CASE(the_answer) {
    RawServer server(
        always("HTTP/1.1 429 Slow down\r\nretry-after:  7 \r\nX-A: 1\r\nX-a: 2\r\n"
               "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 4\r\n\r\nslow"));
    const auto outcome = get(server.url());
    BOOST_TEST(outcome.answered());
    BOOST_TEST(!outcome.ok());
    BOOST_TEST(outcome.status == 429);
    BOOST_TEST(outcome.body == "slow");
    BOOST_TEST(outcome.error == "");
    BOOST_REQUIRE(outcome.header("Retry-After"));
    BOOST_TEST(*outcome.header("Retry-After") == "7");
    BOOST_TEST(*outcome.header("x-A") == "1");
    BOOST_TEST(!outcome.header("X-B"));
    BOOST_TEST((outcome.retry_after() == 7s));
    BOOST_REQUIRE(outcome.date());
    BOOST_TEST(outcome.date()->seconds() == 784'111'777);
    BOOST_TEST(outcome.duration.count() > 0);
}

BOOST_AUTO_TEST_CASE(retry_after_spellings) {
    const auto parsed = [](std::string value) {
        Outcome outcome;
        outcome.headers = {{"Date", "Sun, 06 Nov 1994 08:49:37 GMT"}, {"Retry-After", value}};
        const auto after = outcome.retry_after();
        return after ? after->count() : -1;
    };
    BOOST_TEST(parsed("0") == 0);
    BOOST_TEST(parsed("120") == 120);
    BOOST_TEST(parsed("99999999999999999999999") == 86'400);
    BOOST_TEST(parsed("Sun, 06 Nov 1994 08:50:07 GMT") == 30);
    BOOST_TEST(parsed("Sun, 06 Nov 1994 08:00:00 GMT") == 0);
    BOOST_TEST(parsed("soon") == -1);
    BOOST_TEST(parsed("-5") == -1);
    BOOST_TEST(parsed("") == -1);
}

BOOST_AUTO_TEST_CASE(framings) {
    const std::vector<std::pair<std::string, std::string>> rows = {
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n6\r\n world\r\n"
         "0\r\nTrailer: 1\r\n\r\n",
         "hello world"},
        {"HTTP/1.1 200 OK\nContent-Length: 2\n\nok", "ok"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok", "ok"},
        {"HTTP/1.1 200 OK\r\n\r\nto the end", "to the end"},
        {"HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nold", "old"},
        {"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", ""},
        {"HTTP/1.1 204 No Content\r\n\r\n", ""},
        {"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: "
         "1\r\n\r\n1",
         "1"},
    };
    for (const auto& [answer, body] : rows) {
        BOOST_TEST_CONTEXT(answer) {
            RawServer server([text = answer](Peer& peer) {
                peer.read_request();
                peer.send(text);
            });
            const auto outcome = get(server.url());
            BOOST_TEST(outcome.ok());
            BOOST_TEST(outcome.body == body);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_head_request_has_no_body) {
    RawServer server(always("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"));
    Request request;
    request.method = "HEAD";
    request.url = server.url();
    BOOST_TEST(client.send(request, guard).ok());
    BOOST_TEST(client.send(request, guard).ok());
    BOOST_TEST(server.connections() == 1);
}

BOOST_AUTO_TEST_CASE(unreadable_answers_are_unknown) {
    for (const std::string answer :
         {"nonsense\r\n\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n",
          "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 600 OK\r\n\r\n", "HTTP/1.1 101 Switching\r\n\r\n",
          "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "HTTP/1.1 200 OK\r\nA: 1\r\n folded\r\n\r\n",
          "HTTP/1.1 200 OK\r\nBad Name: 1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nx",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n0\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n0\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nx\r\n0\r\n\r\n"}) {
        BOOST_TEST_CONTEXT(answer) {
            RawServer server([&](Peer& peer) {
                peer.read_request();
                peer.send(answer);
            });
            check_failed(get(server.url()), Delivery::unknown, "http.broken");
        }
    }
}

BOOST_AUTO_TEST_CASE(an_answer_cut_at_any_byte_is_unknown_and_never_repeated) {
    for (const std::string& answer :
         {answer_with("{\"id\":1}"),
          std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"i\"\r\n4\r\n"
                      ":1}\n\r\n0\r\n\r\n")}) {
        Counting counting;
        std::size_t cut = 0;
        RawServer server(counting.each([&](Peer& peer, int) {
            peer.send(std::string_view(answer).substr(0, cut));
            return false;
        }));
        int sent = 0;
        for (cut = 0; cut < answer.size(); ++cut) {
            BOOST_TEST_CONTEXT("cut at " << cut) {
                check_failed(post(server.url(), "pay"), Delivery::unknown, "http.broken");
                BOOST_TEST(counting.requests == ++sent);
                server.await_closed(sent);
            }
        }
        BOOST_TEST(post(server.url(), "pay").ok());
    }
}

BOOST_AUTO_TEST_CASE(a_reset_is_unknown) {
    Counting counting;
    RawServer server(counting.each([](Peer& peer, int) {
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
        peer.reset();
        return false;
    }));
    check_failed(post(server.url(), "pay"), Delivery::unknown, "http.broken");
    BOOST_TEST(counting.requests == 1);
}

BOOST_AUTO_TEST_CASE(connections_are_kept) {
    RawServer server(always(answer_with("ok")));
    for (int i = 0; i < 20; ++i) BOOST_TEST(post(server.url(), "x").ok());
    BOOST_TEST(server.connections() == 1);
}

BOOST_AUTO_TEST_CASE(a_chunked_answer_leaves_the_connection_usable) {
    RawServer server(
        always("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"));
    for (int i = 0; i < 5; ++i) BOOST_TEST(get(server.url()).body == "ok");
    BOOST_TEST(server.connections() == 1);
}

BOOST_AUTO_TEST_CASE(connections_that_must_not_be_kept) {
    for (const std::string answer :
         {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
          "HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 2\r\n\r\nok",
          "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
          "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 2\r\n\r\nok",
          // an answer to a question that nobody asked
          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n",
          // two framings at once
          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n"
          "2\r\nok\r\n0\r\n\r\n"}) {
        BOOST_TEST_CONTEXT(answer) {
            RawServer server(always(answer));
            BOOST_TEST(get(server.url()).body == "ok");
            BOOST_TEST(get(server.url()).body == "ok");
            BOOST_TEST(server.connections() == 2);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_late_unasked_answer_is_not_taken_for_ours) {
    std::atomic<bool> said{false};
    RawServer server([&](Peer& peer) {
        if (said) return always(answer_with("ours"))(peer);
        peer.read_request();
        peer.send(answer_with("first"));
        peer.send(answer_with("forged"));
        said = true;
        peer.wait_closed();
    });
    BOOST_TEST(get(server.url()).body == "first");
    while (!said) std::this_thread::yield();
    BOOST_TEST(get(server.url()).body == "ours");
}

BOOST_AUTO_TEST_CASE(a_kept_connection_that_the_server_closed_is_replaced) {
    Counting counting;
    RawServer server(counting.each([](Peer& peer, int) {
        peer.send(answer_with("ok"));
        return false;
    }));
    for (int i = 1; i <= 5; ++i) {
        BOOST_TEST(post(server.url(), "pay").ok());
        BOOST_TEST(counting.requests == i);
        server.await_closed(i);
    }
    BOOST_TEST(server.connections() == 5);
}

BOOST_AUTO_TEST_CASE(a_server_that_closes_after_reading_is_unknown_and_sees_one_request) {
    Counting counting;
    RawServer server(counting.each([](Peer&, int) { return false; }));
    check_failed(post(server.url(), "pay"), Delivery::unknown, "http.broken");
    BOOST_TEST(counting.requests == 1);
    BOOST_TEST(server.connections() == 1);
}

BOOST_AUTO_TEST_CASE(the_same_on_a_kept_connection) {
    Counting counting;
    RawServer server(counting.each(
        [](Peer& peer, int number) { return number == 1 && peer.send(answer_with("ok")); }));
    BOOST_TEST(post(server.url(), "first").ok());
    check_failed(post(server.url(), "pay"), Delivery::unknown, "http.broken");
    BOOST_TEST(counting.requests == 2);
    BOOST_TEST(server.connections() == 1);
}

BOOST_AUTO_TEST_CASE(idle_connections_are_not_kept_past_their_limit) {
    ClientOptions options;
    options.idle_limit = 1us;
    Client impatient(options, resolver, nullptr);
    RawServer server(always(answer_with("ok")));
    Request request;
    request.url = server.url();
    BOOST_TEST(impatient.send(request, guard).ok());
    BOOST_TEST(impatient.send(request, guard).ok());
    BOOST_TEST(server.connections() == 2);
}

BOOST_AUTO_TEST_CASE(nobody_listens) {
    std::string url;
    {
        RawServer server(always(""));
        url = server.url();
    }
    const auto outcome = post(url, "pay");
    check_failed(outcome, Delivery::not_sent, "http.connect_failed");
    BOOST_TEST(outcome.nothing_sent());
}

BOOST_AUTO_TEST_CASE(a_server_that_does_not_accept_is_a_timeout_and_not_sent) {
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    BOOST_REQUIRE(::bind(listener, reinterpret_cast<sockaddr*>(&at), size) == 0);
    BOOST_REQUIRE(::listen(listener, 0) == 0);
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&at), &size);
    // A queue of one is filled; the kernel drops what comes next.
    std::vector<int> fillers;
    for (int i = 0; i < 3; ++i) {
        fillers.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
        (void)::connect(fillers.back(), reinterpret_cast<sockaddr*>(&at), size);
    }
    const auto url = "http://127.0.0.1:" + std::to_string(ntohs(at.sin_port)) + "/";
    check_failed(post(url, "pay", 200ms), Delivery::not_sent, "http.timeout");
    for (const int fd : fillers) ::close(fd);
    ::close(listener);
}

BOOST_AUTO_TEST_CASE(a_silent_server_is_unknown) {
    Counting counting;
    RawServer server(counting.each([](Peer& peer, int) {
        peer.wait_closed();
        return false;
    }));
    const auto outcome = post(server.url(), "pay", 200ms);
    check_failed(outcome, Delivery::unknown, "http.timeout");
    BOOST_TEST(outcome.timed_out());
    BOOST_TEST(counting.requests == 1);
}

// Each would be a whole answer in the end: a deadline that a byte sets back lets it through.
BOOST_AUTO_TEST_CASE(a_trickle_ends_at_the_deadline) {
    const std::string padding(150, 'x');
    for (const std::string& answer :
         {"HTTP/1.1 200 OK\r\nX-Padding: " + padding + "\r\nContent-Length: 0\r\n\r\n",
          answer_with(padding),
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + padding +
              "\r\nx\r\n0\r\n\r\n"}) {
        RawServer server([&](Peer& peer) {
            peer.read_request();
            for (const char c : answer) {
                if (!peer.send(std::string(1, c))) return;
                std::this_thread::sleep_for(5ms);
            }
        });
        check_failed(get(server.url(), 300ms), Delivery::unknown, "http.timeout");
    }
}

BOOST_AUTO_TEST_CASE(a_server_that_does_not_read_is_unknown) {
    std::atomic<bool> done{false};
    RawServer server([&](Peer&) {
        while (!done) std::this_thread::sleep_for(1ms);
    });
    const auto outcome = post(server.url(), std::string(32U << 20U, 'x'), 300ms);
    done = true;
    check_failed(outcome, Delivery::unknown, "http.timeout");
}

BOOST_AUTO_TEST_CASE(large_bodies_both_ways) {
    std::string body(3U << 20U, 'x');
    RawServer server([&](Peer& peer) {
        const auto request = peer.read_request();
        peer.send(answer_with(request.substr(request.find("\r\n\r\n") + 4)));
    });
    BOOST_TEST((post(server.url(), body).body == body));
}

BOOST_AUTO_TEST_CASE(an_answer_that_is_too_large) {
    const std::string line(70'000, 'x');
    for (const std::string& answer :
         {std::string("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n"),
          std::string("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999\r\n\r\n"),
          "HTTP/1.1 200 OK\r\n\r\n" + std::string(1001, 'x'),
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n" + std::string(1000, 'x') +
              "\r\n1\r\nx\r\n0\r\n\r\n",
          std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n"),
          "HTTP/1.1 200 OK\r\nX: " + line + "\r\n\r\n", "HTTP/1.1 200 " + line}) {
        RawServer server([&](Peer& peer) {
            peer.read_request();
            peer.send(answer);
            peer.wait_closed();
        });
        Request request;
        request.url = server.url();
        request.max_body = 1000;
        check_failed(client.send(request, guard), Delivery::unknown, "http.too_large");
    }
    RawServer server(always(answer_with(std::string(1000, 'x'))));
    Request request;
    request.url = server.url();
    request.max_body = 1000;
    BOOST_TEST(client.send(request, guard).ok());
}

BOOST_AUTO_TEST_CASE(redirects_are_answers) {
    RawServer server(always(
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/secret\r\nContent-Length: 0\r\n\r\n"));
    const auto outcome = get(server.url());
    BOOST_TEST(outcome.status == 302);
    BOOST_TEST(*outcome.header("Location") == "http://127.0.0.1:1/secret");
    BOOST_TEST(seen.rows.size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_early_refusal_of_a_large_body_is_an_answer) {
    RawServer server([](Peer& peer) {
        char byte = 0;
        (void)::recv(peer.fd(), &byte, 1, 0);
        peer.send("HTTP/1.1 413 Too large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        ::shutdown(peer.fd(), SHUT_WR);
        // Reads on, as a server does that wants its answer to arrive.
        peer.wait_closed();
    });
    BOOST_TEST(post(server.url(), std::string(1U << 20U, 'x')).status == 413);
}

BOOST_AUTO_TEST_CASE(headers_can_not_be_injected) {
    RawServer server(always(answer_with("ok")));
    for (const auto& header : Headers{{"X-Api-Key", "a\r\nX-Evil: 1"},
                                      {"X-Api-Key", "a\nb"},
                                      {"X-Api-Key", std::string("a\0b", 3)},
                                      {"X Key", "1"},
                                      {"", "1"},
                                      {"X:", "1"},
                                      {"Content-Length", "0"},
                                      {"transfer-encoding", "chunked"},
                                      {"host", "evil.com"}}) {
        Request request;
        request.url = server.url();
        request.headers = {header};
        check_failed(client.send(request, guard), Delivery::refused, "http.header_invalid");
    }
    Request request;
    request.url = server.url();
    request.method = "GET / HTTP/1.1\r\nX: ";
    check_failed(client.send(request, guard), Delivery::refused, "http.header_invalid");
    BOOST_TEST(server.connections() == 0);
}

BOOST_AUTO_TEST_CASE(what_the_guard_refuses_is_not_looked_up) {
    check_failed(get("http://evil.com/"), Delivery::refused, "http.host_not_allowed");
    check_failed(get("nonsense"), Delivery::refused, "http.url_invalid");
    const auto strict = AddressGuard::for_base_url("https://api.example.com", false);
    Request request;
    request.url = "http://api.example.com/";
    check_failed(client.send(request, strict), Delivery::refused, "http.scheme_forbidden");
    request.url = "https://127.0.0.1/";
    check_failed(client.send(request, strict), Delivery::refused, "http.host_not_allowed");
    BOOST_TEST(resolver.calls() == 0);
}

BOOST_AUTO_TEST_CASE(an_unknown_name_is_not_sent) {
    FakeResolver none{""};
    Client lost(ClientOptions{}, none, nullptr);
    Request request;
    request.url = "http://a.example.com/";
    check_failed(lost.send(request, guard), Delivery::not_sent, "http.resolve_failed");
}

BOOST_AUTO_TEST_CASE(the_next_address_is_tried_when_one_does_not_listen) {
    RawServer server(always(answer_with("ok")));
    FakeResolver two{"127.0.0.9 127.0.0.1"};
    Client patient(ClientOptions{}, two, nullptr);
    Request request;
    request.url = server.url("/", "a.example.com");
    BOOST_TEST(patient.send(request, guard).ok());
    BOOST_TEST(two.calls() == 1);
}

BOOST_AUTO_TEST_CASE(the_system_knows_localhost) {
    SystemResolver system;
    Client real(ClientOptions{}, system, nullptr);
    RawServer server(always(answer_with("ok")));
    Request request;
    request.url = server.url("/", "localhost");
    BOOST_TEST(real.send(request, guard).ok());
}

BOOST_AUTO_TEST_CASE(the_observer_sees_every_exchange_without_its_query) {
    RawServer server(always(answer_with("ok")));
    get(server.url("/api/x?apiKey=secret"));
    get("http://evil.com/y?apiKey=secret");
    get("nonsense");
    BOOST_REQUIRE(seen.rows.size() == 3U);
    BOOST_TEST(seen.rows[0].peer == "test");
    BOOST_TEST(seen.rows[0].method == "GET");
    BOOST_TEST(seen.rows[0].host == "127.0.0.1");
    BOOST_TEST(seen.rows[0].path == "/api/x");
    BOOST_TEST(seen.rows[0].status == 200);
    BOOST_TEST(seen.rows[0].duration.count() > 0);
    BOOST_TEST(seen.rows[1].path == "/y");
    BOOST_TEST(seen.rows[1].error == "http.host_not_allowed");
    BOOST_TEST(seen.rows[2].error == "http.url_invalid");
}

BOOST_AUTO_TEST_CASE(descriptions_leak_nothing) {
    Counting counting;
    RawServer server(counting.each([](Peer&, int) { return false; }));
    Request request;
    request.method = "POST";
    request.url = server.url("/x?apiKey=s3cret");
    request.headers = {{"X-Api-Key", "s3cret"}};
    request.body = "s3cret";
    const auto broken = client.send(request, guard);
    request.url = "http://evil.com/?apiKey=s3cret";
    const auto refused = client.send(request, guard);
    request.url = "http://127.0.0.1:bad/?apiKey=s3cret";
    const auto invalid = client.send(request, guard);
    for (const auto& outcome : {broken, refused, invalid}) {
        BOOST_TEST(!outcome.description.empty());
        BOOST_TEST(outcome.description.find("s3cret") == std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(threads_share_the_client) {
    Counting counting;
    RawServer server(counting.each([](Peer& peer, int) { return peer.send(answer_with("ok")); }));
    std::atomic<int> answered{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 50; ++i) answered += post(server.url(), "x").ok() ? 1 : 0;
        });
    }
    for (auto& thread : threads) thread.join();
    BOOST_TEST(answered == 400);
    BOOST_TEST(counting.requests == 400);
    BOOST_TEST(server.connections() < 100);
}

BOOST_AUTO_TEST_SUITE_END()
