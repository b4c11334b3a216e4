// The door of the real program: slow and silent clients, more connections than threads, requests
// that two readers would cut differently, bodies without end (G14).
#include <Poco/Net/NetException.h>
#include <Poco/Net/StreamSocket.h>

#include <atomic>
#include <thread>

#include "tests/e2e/probe.hpp"

namespace tillbridge::e2e::door_test {
namespace {

using Poco::Net::StreamSocket;

struct Small : Fixture {
    Small() : Fixture(Config{{"server.threads", "4"}, {"server.max_queued", "4"}}) {}
};

StreamSocket connected(World& world) {
    StreamSocket socket(Poco::Net::SocketAddress(world.module().url().substr(7)));
    socket.setReceiveTimeout(Poco::Timespan(30, 0));
    return socket;
}

void send(StreamSocket& socket, const std::string& bytes) {
    std::size_t sent = 0;
    while (sent < bytes.size())
        sent += static_cast<std::size_t>(
            socket.sendBytes(bytes.data() + sent, static_cast<int>(bytes.size() - sent)));
}

// Up to the end of the connection, or until `enough` is in it.
std::string receive(StreamSocket& socket, const std::string& enough = "") {
    std::string got;
    char buffer[4096];
    try {
        while (enough.empty() || !contains(got, enough)) {
            const int count = socket.receiveBytes(buffer, sizeof buffer);
            if (count <= 0) break;
            got.append(buffer, static_cast<std::size_t>(count));
        }
    } catch (const Poco::Exception&) {
        got += "(broken)";
    }
    return got;
}

std::size_t answers_in(const std::string& text) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = text.find("HTTP/1.1 ", at)) != std::string::npos; at += 9)
        ++count;
    return count;
}

const std::string kHost = "Host: x\r\n";
const std::string kGood = "GET /marketplace/config HTTP/1.1\r\n" + kHost + "\r\n";
const std::string kLast =
    "GET /marketplace/config HTTP/1.1\r\n" + kHost + "Connection: close\r\n\r\n";

// From /proc/PID/status, in KiB.
[[maybe_unused]] long kib_of(World& world, const std::string& name) {
    const auto text = bytes_of_file("/proc/" + std::to_string(world.module().pid()) + "/status");
    const auto at = text.find(name + ':');
    return at == std::string::npos ? -1 : std::stol(text.substr(at + name.size() + 1));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(door)

BOOST_FIXTURE_TEST_CASE(requests_that_could_be_cut_in_two_ways, Fixture) {
    // Each carries a second request in what one reader takes for the body and another does not.
    const std::string hidden = "GET /settings/smuggled HTTP/1.1\r\n" + kHost + "\r\n";
    const std::string post = "POST /payment/create HTTP/1.1\r\n" + kHost;
    const auto length = std::to_string(hidden.size());
    const std::vector<std::pair<std::string, std::string>> attempts{
        {"two lengths",
         post + "Content-Length: 0\r\nContent-Length: " + length + "\r\n\r\n" + hidden},
        {"the same length twice", post + "Content-Length: 0\r\nContent-Length: 0\r\n\r\n" + hidden},
        {"a list of lengths", post + "Content-Length: 0, " + length + "\r\n\r\n" + hidden},
        {"length and chunks", post + "Content-Length: " + length +
                                  "\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden},
        {"chunks and length",
         post + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + hidden},
        {"two codings",
         post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" +
             hidden},
        {"an odd coding", post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + hidden},
        {"a list of codings",
         post + "Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n" + hidden},
        {"a space before the colon", post + "Content-Length : " + length + "\r\n\r\n" + hidden},
        {"a folded header", post + "X: y\r\n Content-Length: 0\r\n\r\n" + hidden},
        {"a bare line feed", post + "X: y\nContent-Length: 0\r\n\r\n" + hidden},
        {"a bare carriage return", post + "X: y\rContent-Length: 0\r\n\r\n" + hidden},
        {"a plus in the length", post + "Content-Length: +0\r\n\r\n" + hidden},
        {"a negative length", post + "Content-Length: -1\r\n\r\n" + hidden},
        {"a length in hex", post + "Content-Length: 0x0\r\n\r\n" + hidden},
        {"a length beyond all", post + "Content-Length: 99999999999999999999\r\n\r\n" + hidden},
        {"no length", post + "\r\n" + hidden},
        {"a chunk size that is none",
         post + "Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n" + hidden},
        {"a chunk that is longer than it says",
         post + "Transfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n" + hidden},
        {"a negative chunk", post + "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n" + hidden},
        {"a huge chunk",
         post + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx\r\n0\r\n\r\n" + hidden},
        {"old HTTP with chunks",
         "POST /payment/create HTTP/1.0\r\nTransfer-Encoding: chunked\r\n"
         "Connection: keep-alive\r\n\r\n0\r\n\r\n" +
             hidden},
        {"two hosts", "GET /marketplace/config HTTP/1.1\r\n" + kHost + "Host: y\r\n\r\n" + hidden},
        {"a NUL in a header",
         post + std::string("X: a\0b\r\n", 8) + "Content-Length: 0\r\n\r\n" + hidden},
        {"an absolute target",
         "GET http://x/marketplace/config HTTP/1.1\r\n" + kHost + "\r\n" + hidden},
        {"a space in the target",
         "GET /marketplace /config HTTP/1.1\r\n" + kHost + "\r\n" + hidden},
        {"no version", "GET /marketplace/config\r\n" + kHost + "\r\n" + hidden},
        {"another version", "GET /marketplace/config HTTP/2.0\r\n" + kHost + "\r\n" + hidden},
        {"a tunnel", "CONNECT x:80 HTTP/1.1\r\n" + kHost + "\r\n" + hidden},
        {"a TLS hello",
         std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + "\r\n\r\n" + hidden},
    };
    for (const auto& [what, bytes] : attempts) {
        auto socket = connected(*this);
        send(socket, bytes);
        const auto got = receive(socket);
        BOOST_TEST(got.rfind("HTTP/1.1 ", 0) == 0U, what << ": " << got);
        BOOST_TEST((got.size() > 9 && (got[9] == '4' || got[9] == '5')), what << ": " << got);
        BOOST_TEST(answers_in(got) == 1U, what << ": " << got);
        BOOST_TEST(contains(got, "X-Request-Id: "), what << ": " << got);
        BOOST_TEST(contains(got, "Connection: close"), what << ": " << got);
        BOOST_TEST(!contains(got, "(broken)"), what << ": " << got);
    }
    BOOST_TEST(module().http().get("/marketplace/config").status == 200);
}

BOOST_FIXTURE_TEST_CASE(requests_in_a_row_are_answered_in_a_row, Fixture) {
    auto socket = connected(*this);
    send(socket, kGood + kGood + "GET /nothing HTTP/1.1\r\n" + kHost + "\r\n" + kLast);
    const auto got = receive(socket);
    BOOST_TEST(answers_in(got) == 4U, got);
    BOOST_TEST(contains(got, "HTTP/1.1 404 "));
    // A body that nobody wants does not become the next request.
    auto second = connected(*this);
    const std::string body = "GET /nothing HTTP/1.1\r\n" + kHost + "\r\n";
    send(second, "POST /nothing HTTP/1.1\r\n" + kHost +
                     "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body + kLast);
    const auto after = receive(second);
    BOOST_TEST(answers_in(after) == 2U, after);
    BOOST_TEST(contains(after, "HTTP/1.1 200 "), after);
}

BOOST_FIXTURE_TEST_CASE(silent_connections_block_nobody, Small) {
    const auto shop = connect_shop();
    // As many as there are threads say nothing at all, or half of a head.
    std::vector<StreamSocket> silent;
    for (int i = 0; i < 4; ++i) {
        silent.push_back(connected(*this));
        if (i % 2 == 0) send(silent.back(), kGood);
    }
    for (int i = 0; i < 8; ++i)
        BOOST_TEST(module().http().get("/marketplace/config").status == 200);
    create(shop);
}

BOOST_FIXTURE_TEST_CASE(slow_heads_and_bodies_end, Small) {
    auto head = connected(*this);
    auto body = connected(*this);
    send(head, "GET /marketplace/config HT");
    send(body, "POST /payment/create HTTP/1.1\r\n" + kHost + "Content-Length: 1000\r\n\r\nclient");
    // Others go on meanwhile.
    BOOST_TEST(module().http().get("/marketplace/config").status == 200);
    for (auto* socket : {&head, &body}) {
        const auto got = receive(*socket);
        BOOST_TEST(got.rfind("HTTP/1.1 408 ", 0) == 0U, got);
        BOOST_TEST(contains(got, "Connection: close"), got);
    }
}

BOOST_FIXTURE_TEST_CASE(too_many_are_told_so_at_once, Small) {
    // Each holds its place with a request that does not end.
    std::vector<StreamSocket> crowd;
    for (int i = 0; i < 8; ++i) {
        crowd.push_back(connected(*this));
        send(crowd.back(),
             "POST /payment/create HTTP/1.1\r\n" + kHost + "Content-Length: 10\r\n\r\n");
    }
    // Until the crowd is in, a newcomer may still be served.
    await("a newcomer is turned away", [&] {
        auto late = connected(*this);
        send(late, kLast);
        const auto got = receive(late, "\r\n\r\n");
        if (got.rfind("HTTP/1.1 503 ", 0) != 0U) return false;
        BOOST_TEST(contains(got, "Retry-After: "), got);
        BOOST_TEST(contains(got, "X-Request-Id: "), got);
        return true;
    });
    BOOST_TEST(module().metrics()["tillbridge_http_refused_connections_total"] > 0);
    // The operators' door is another one.
    BOOST_TEST(module().ops().get("/health/live").status == 200);
    for (auto& each : crowd) each.close();
    await("there is room again",
          [&] { return module().http().get("/marketplace/config").status == 200; });
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they keep what is freed
// Ten times as many clients as there are places, each with all that a body may be.
BOOST_FIXTURE_TEST_CASE(ten_times_the_load_has_a_bound, Small) {
    const auto shop = connect_shop();
    const auto url = settings(shop).merchant(shop.code).at("hookUrl").get<std::string>();
    const auto path = url.substr(module().url().size());
    const auto body = R"({"token":")" + std::string(900 * 1024, 'a') + "\"}";
    const long before = kib_of(*this, "VmRSS");
    std::atomic<int> taken{0}, turned_away{0}, other{0};
    std::vector<std::thread> clients;
    for (int i = 0; i < 80; ++i)
        clients.emplace_back([&] {
            for (int n = 0; n < 3; ++n) {
                const auto status = module().http().request("POST", path, body).status;
                ++(status == 401 ? taken : status == 503 || status == 0 ? turned_away : other);
            }
        });
    for (auto& client : clients) client.join();
    BOOST_TEST(taken > 0);
    BOOST_TEST(turned_away > 0);
    BOOST_TEST(other == 0);
    // Four requests at a time, a few copies of each body.
    BOOST_TEST(kib_of(*this, "VmHWM") - before < 4 * 6 * 1024);
    BOOST_TEST(module().http().get("/marketplace/config").status == 200);
}
#endif

BOOST_FIXTURE_TEST_CASE(long_heads, Fixture) {
    const auto http = module().http();
    const auto ask = [&](const std::string& more) {
        auto socket = connected(*this);
        send(socket, "GET /marketplace/config HTTP/1.1\r\n" + kHost + more + "\r\n");
        return receive(socket, "\r\n\r\n").substr(9, 3);
    };
    BOOST_TEST(ask("X: " + std::string(100 * 1024, 'a') + "\r\n") == "431");
    std::string many;
    for (int i = 0; i < 1000; ++i) many += "X" + std::to_string(i) + ": y\r\n";
    const auto got = ask(many);
    BOOST_TEST(got == "431");
    BOOST_TEST(http.get("/" + std::string(20 * 1024, 'a')).status == 414);
    BOOST_TEST(http.get("/marketplace/config").status == 200);
}

BOOST_FIXTURE_TEST_CASE(bodies_above_the_limit, Fixture) {
    const auto shop = connect_shop();
    const auto url = settings(shop).merchant(shop.code).at("hookUrl").get<std::string>();
    const auto path = url.substr(module().url().size());
    await_quiet();
    const Untouched before(*this);
    for (const auto& to :
         {path, std::string("/payment/create"), std::string("/api/settings/merchants")}) {
        // Announced, and not sent: the answer does not wait for it.
        auto announced = connected(*this);
        send(announced, "POST " + to + " HTTP/1.1\r\n" + kHost + "Content-Length: 1048577\r\n\r\n");
        BOOST_TEST(receive(announced, "\r\n\r\n").rfind("HTTP/1.1 413 ", 0) == 0U, to);
        auto asked = connected(*this);
        send(asked, "POST " + to + " HTTP/1.1\r\n" + kHost +
                        "Content-Length: 99999999\r\nExpect: 100-continue\r\n\r\n");
        BOOST_TEST(receive(asked, "\r\n\r\n").rfind("HTTP/1.1 413 ", 0) == 0U, to);
        // In chunks, whose sum is too much.
        std::string chunks;
        for (int i = 0; i < 300; ++i) chunks += "1000\r\n" + std::string(0x1000, 'a') + "\r\n";
        auto chunked = connected(*this);
        try {
            send(chunked, "POST " + to + " HTTP/1.1\r\n" + kHost +
                              "Transfer-Encoding: chunked\r\n\r\n" + chunks + "0\r\n\r\n");
        } catch (const Poco::Exception&) {  // refused while it was being sent
        }
        BOOST_TEST(receive(chunked, "\r\n\r\n").rfind("HTTP/1.1 413 ", 0) == 0U, to);
    }
    const auto difference = before.difference();
    BOOST_TEST(difference.empty(), difference);
}

BOOST_FIXTURE_TEST_CASE(guessing_links_is_limited_and_good_links_are_not, Fixture) {
    const auto shop = connect_shop();
    const auto bill = create(shop);
    const auto http = module().http();
    const auto link = bill.link.substr(module().url().size());
    BOOST_TEST(http.get(link).status == 303);
    int misses = 0;
    while (misses < 100 && http.get("/pay/guess" + std::to_string(1000 + misses)).status == 404)
        ++misses;
    BOOST_TEST(misses == 30);  // pay.misses_per_minute
    const auto limited = http.get("/pay/guess0");
    BOOST_TEST(limited.status == 429);
    BOOST_TEST(!limited.header("retry-after").empty());
    BOOST_TEST(http.get("/pay/guess0/return").status == 429);
    BOOST_TEST(http.get(link).status == 303);
    // A header does not make another caller of him.
    BOOST_TEST(http.get("/pay/guess0", {{"X-Forwarded-For", "203.0.113.9"}}).status == 429);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::door_test
