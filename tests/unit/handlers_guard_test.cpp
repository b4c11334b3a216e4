// The door, with real sockets: what a raw client may send, and what it gets.
#include <Poco/Net/StreamSocket.h>
#include <sys/socket.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "handlers/server.hpp"
#include "tests/support/fake_ports.hpp"

namespace tillbridge::handlers::handlers_guard_test {

namespace {

using namespace std::chrono_literals;

// A gate that a handler waits at.
class Gate {
  public:
    void pass() {
        std::unique_lock lock(mutex_);
        ++waiting_;
        changed_.notify_all();
        changed_.wait(lock, [&] { return open_; });
    }
    void wait_for(int count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return waiting_ >= count; });
    }
    void open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int waiting_ = 0;
    bool open_ = false;
};

class Door {
  public:
    explicit Door(ServerLimits limits = {},
                  std::function<std::string(const Request&)> language = {}) {
        auto guard = std::make_shared<Guard>(
            routes(), Guard::Parts{clock, random, log, meter, texts, TrustedProxies{}, language});
        server = std::make_unique<Server>("127.0.0.1:0", limits, std::move(guard));
        server->start();
    }

    std::vector<Route> routes() {
        const auto echo = [this](Request& request) {
            ++calls;
            return json_answer(200,
                               request.method + " " + request.path + " [" + request.body + "]");
        };
        return {
            {{"GET", "HEAD", "POST", "PATCH"}, "/echo", echo, Format::api, 64},
            {{"GET"}, "/page", echo, Format::page},
            {{"POST"}, "/crm", echo, Format::crm, 16},
            {{"POST"}, "/big", echo},
            {{"POST"}, "/bare", echo, Format::api, 64, true, false},
            {{"GET"},
             "/quiet",
             [](Request& request) {
                 request.about = {"c1", "i1"};
                 return json_answer(request.query.empty() ? 200 : std::stoi(request.query), "x");
             },
             Format::api,
             0,
             false},
            {{"GET"},
             "/throw",
             [](Request&) -> Answer { throw std::runtime_error("secret detail"); }},
            {{"GET"}, "/throw-odd", [](Request&) -> Answer { throw 7; }},
            {{"GET"},
             "/split",
             [](Request&) { return redirect("https://x/\r\nSet-Cookie: evil=1"); }},
            {{"GET"},
             "/wait",
             [this](Request&) {
                 gate.pass();
                 return json_answer(200, "waited");
             }},
        };
    }

    test::ManualClock clock;
    test::SeededRandom random;
    test::MemoryLog log;
    test::MemoryMeter meter;
    test::EchoTexts texts;
    Gate gate;
    std::atomic<int> calls{0};
    std::unique_ptr<Server> server;
};

class Client {
  public:
    explicit Client(const Door& door)
        : socket_(Poco::Net::SocketAddress("127.0.0.1",
                                           static_cast<Poco::UInt16>(door.server->port()))) {
        socket_.setReceiveTimeout(Poco::Timespan(20, 0));
    }
    Client& send(std::string_view text) {
        std::size_t sent = 0;
        while (sent < text.size()) {
            const ssize_t count = ::send(socket_.impl()->sockfd(), text.data() + sent,
                                         text.size() - sent, MSG_NOSIGNAL);
            if (count <= 0) return *this;  // refused midway: the answer is what counts
            sent += static_cast<std::size_t>(count);
        }
        return *this;
    }
    // One answer: its head and as much body as that announces.
    std::string answer(bool has_body = true) {
        std::size_t end = 0;
        while ((end = text_.find("\r\n\r\n")) == std::string::npos)
            if (!more()) return std::exchange(text_, "");
        end += 4;
        std::size_t length = 0;
        const std::size_t at = text_.find("Content-Length: ");
        if (has_body && at < end) length = std::stoul(text_.substr(at + 16));
        while (text_.size() < end + length)
            if (!more()) break;
        std::string one = text_.substr(0, end + length);
        text_.erase(0, end + length);
        return one;
    }
    // Everything until the server closes.
    std::string rest() {
        while (more()) {
        }
        return std::exchange(text_, "");
    }
    void close() { socket_.close(); }

  private:
    bool more() {
        char block[4096];
        const ssize_t count = ::recv(socket_.impl()->sockfd(), block, sizeof block, 0);
        if (count > 0) text_.append(block, static_cast<std::size_t>(count));
        return count > 0;
    }
    Poco::Net::StreamSocket socket_;
    std::string text_;
};

int status(const std::string& answer) {
    return answer.size() > 12 && answer.compare(0, 9, "HTTP/1.1 ") == 0
               ? std::stoi(answer.substr(9, 3))
               : 0;
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string post(const std::string& path, const std::string& headers, const std::string& body) {
    return "POST " + path + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n" + body;
}

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++found;
    return found;
}

constexpr const char* kGet = "GET /echo HTTP/1.1\r\nHost: x\r\n\r\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(handlers_guard)

BOOST_AUTO_TEST_CASE(answers_and_keeps_alive) {
    Door door;
    Client client(door);
    for (int i = 0; i < 3; ++i) {
        const std::string answer =
            client.send(post("/echo", "Content-Length: 5\r\n", "hello")).answer();
        BOOST_TEST(status(answer) == 200);
        BOOST_TEST(has(answer, "POST /echo [hello]"));
        BOOST_TEST(has(answer, "X-Request-Id: "));
        BOOST_TEST(has(answer, "Cache-Control: no-store"));
        BOOST_TEST(has(answer, "X-Content-Type-Options: nosniff"));
        BOOST_TEST(has(answer, "Connection: keep-alive"));
    }
    BOOST_TEST(door.meter.values.at("http_requests_total,route=/echo,method=POST,status=200") == 3);
    BOOST_TEST(door.meter.values.at("http_request_seconds,route=/echo") == 3);
}

BOOST_AUTO_TEST_CASE(answers_pipelined_requests_in_order) {
    Door door;
    Client client(door);
    client.send(post("/echo", "Content-Length: 1\r\n", "1") +
                post("/echo", "Content-Length: 1\r\n", "2") + kGet);
    BOOST_TEST(has(client.answer(), "[1]"));
    BOOST_TEST(has(client.answer(), "[2]"));
    BOOST_TEST(has(client.answer(), "GET /echo []"));
}

BOOST_AUTO_TEST_CASE(reads_chunks) {
    Door door;
    Client client(door);
    client.send(post("/echo", "Transfer-Encoding: chunked\r\n",
                     "5\r\nhello\r\n3;x=y\r\n, a\r\n0\r\nTrailer: x\r\n\r\n"));
    BOOST_TEST(has(client.answer(), "[hello, a]"));
    BOOST_TEST(status(client.send(kGet).answer()) == 200);
}

BOOST_AUTO_TEST_CASE(refuses_broken_chunks) {
    for (const std::string body :
         {"x\r\n", "\r\n", "5\r\nhelloXX0\r\n\r\n", "-1\r\n", "5 \r\nhello",
          "ffffffffffffffffff\r\n", "5\nhello\r\n0\r\n\r\n"}) {
        Door door;
        Client client(door);
        const std::string all =
            client.send(post("/echo", "Transfer-Encoding: chunked\r\n", body + kGet)).rest();
        BOOST_TEST((status(all) == 400 || status(all) == 413), body);
        BOOST_TEST(count(all, "HTTP/1.1 ") == 1U, body);
        BOOST_TEST(has(all, "Connection: close"), body);
        BOOST_TEST(door.calls == 0);
    }
}

BOOST_AUTO_TEST_CASE(never_takes_a_rest_for_a_request) {
    const std::string smuggled = "GET /echo HTTP/1.1\r\nHost: x\r\n\r\n";
    const std::string cases[] = {
        post("/echo", "Content-Length: 0\r\nContent-Length: 34\r\n", smuggled),
        post("/echo", "Content-Length: 34\r\nTransfer-Encoding: chunked\r\n",
             "0\r\n\r\n" + smuggled),
        post("/echo", "Transfer-Encoding: xchunked\r\n", smuggled),
        post("/echo", "Transfer-Encoding : chunked\r\nContent-Length: 3\r\n",
             "0\r\n\r\n" + smuggled),
        post("/echo", "Content-Length: 1000000\r\n", smuggled),
        post("/nowhere", "Transfer-Encoding: chunked\r\n", smuggled),
        post("/echo", "", smuggled),
        "PUT /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" + smuggled,
    };
    for (const std::string& text : cases) {
        Door door;
        Client client(door);
        client.send(text);
        const std::string first = client.answer();
        BOOST_TEST(status(first) >= 400, text);
        BOOST_TEST(has(first, "Connection: close"), text);
        BOOST_TEST(has(first, "X-Request-Id: "), text);
        client.close();
        BOOST_TEST(door.calls == 0, text);
    }
}

BOOST_AUTO_TEST_CASE(goes_on_after_a_small_refused_body) {
    Door door;
    Client client(door);
    const std::string refused =
        client.send(post("/nowhere", "Content-Length: 40\r\n", std::string(40, 'G')) + kGet)
            .answer();
    BOOST_TEST(status(refused) == 404);
    BOOST_TEST(has(refused, "Connection: keep-alive"));
    BOOST_TEST(status(client.answer()) == 200);
}

BOOST_AUTO_TEST_CASE(has_a_status_for_each_fault) {
    struct Case {
        std::string text;
        int status;
    };
    const Case cases[] = {
        {post("/echo", "", ""), 411},
        {"PATCH /echo HTTP/1.1\r\nHost: x\r\n\r\n", 411},
        {post("/echo", "Content-Length: 65\r\n", ""), 413},
        {post("/echo", "Content-Length: 99999999999\r\n", ""), 413},
        {post("/echo", "Transfer-Encoding: chunked\r\n", "41\r\n" + std::string(65, 'a') + "\r\n"),
         413},
        {post("/echo", "Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 400},
        {"DELETE /echo HTTP/1.1\r\nHost: x\r\n\r\n", 405},
        {"TRACE /echo HTTP/1.1\r\nHost: x\r\n\r\n", 405},
        {"WEIRD /echo HTTP/1.1\r\nHost: x\r\n\r\n", 405},
        {"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n", 404},
        {"GET /echo%00 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"GET /echo%ff HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"GET /echo HTTP/3.0\r\nHost: x\r\n\r\n", 505},
        {"nonsense\r\n\r\n", 400},
        {"GET /" + std::string(40 * 1024, 'a') + " HTTP/1.1\r\n\r\n", 431},
        {"GET /throw HTTP/1.1\r\nHost: x\r\n\r\n", 500},
        {"GET /throw-odd HTTP/1.1\r\nHost: x\r\n\r\n", 500},
    };
    for (const Case& c : cases) {
        Door door;
        Client client(door);
        const std::string answer = client.send(c.text).answer();
        BOOST_TEST(status(answer) == c.status, c.text.substr(0, 80));
        BOOST_TEST(has(answer, "X-Request-Id: "), c.text.substr(0, 80));
        BOOST_TEST(!has(answer, "secret detail"));
        BOOST_TEST(door.calls == 0);
        if (c.status == 405) BOOST_TEST(has(answer, "Allow: GET, HEAD, POST, PATCH"));
    }
}

BOOST_AUTO_TEST_CASE(keeps_the_format_of_the_route) {
    Door door;
    Client client(door);
    BOOST_TEST(has(client.send("POST /page HTTP/1.1\r\nContent-Length: 0\r\n\r\n").answer(),
                   "<!doctype html>"));
    BOOST_TEST(has(client.send("GET /crm HTTP/1.1\r\n\r\n").answer(), "\"success\":false"));
    BOOST_TEST(has(client.send("GET /nowhere HTTP/1.1\r\n\r\n").answer(),
                   "\"code\":\"request.not_found\""));
}

BOOST_AUTO_TEST_CASE(lets_the_sender_of_a_large_body_read_its_413) {
    Door door;
    Client client(door);
    const std::string body(2 * 1024 * 1024, 'a');
    client.send(post("/big", "Content-Length: " + std::to_string(body.size()) + "\r\n", body));
    BOOST_TEST(status(client.answer()) == 413);
    Client second(door);
    const std::string fits(kBodyLimit, 'b');
    second.send(post("/big", "Content-Length: " + std::to_string(fits.size()) + "\r\n", fits));
    BOOST_TEST(status(second.answer()) == 200);
}

BOOST_AUTO_TEST_CASE(answers_head_without_a_body) {
    Door door;
    Client client(door);
    client.send("HEAD /echo HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::string answer = client.answer(false);
    BOOST_TEST(status(answer) == 200);
    BOOST_TEST(has(answer, "Content-Length: 13"));
    BOOST_TEST(has(client.send(kGet).answer(), "GET /echo []"));
}

BOOST_AUTO_TEST_CASE(says_continue_only_to_what_it_will_read) {
    Door door;
    Client client(door);
    client.send(post("/echo", "Content-Length: 5\r\nExpect: 100-continue\r\n", ""));
    BOOST_TEST(status(client.answer()) == 100);
    BOOST_TEST(has(client.send("hello").answer(), "[hello]"));
    client.send(post("/echo", "Content-Length: 500\r\nExpect: 100-continue\r\n", ""));
    BOOST_TEST(status(client.answer()) == 413);
}

BOOST_AUTO_TEST_CASE(does_not_split_answers) {
    Door door;
    Client client(door);
    const std::string answer = client.send("GET /split HTTP/1.1\r\nHost: x\r\n\r\n").answer();
    BOOST_TEST(status(answer) == 303);
    BOOST_TEST(!has(answer, "\nSet-Cookie"));
}

BOOST_AUTO_TEST_CASE(takes_no_request_id_from_outside) {
    Door door;
    Client client(door);
    client.send("GET /echo HTTP/1.1\r\nX-Request-Id: mine\r\n\r\n");
    BOOST_TEST(!has(client.answer(), "mine"));
}

BOOST_AUTO_TEST_CASE(takes_no_length_for_none_where_no_body_is_needed) {
    Door door;
    Client client(door);
    client.send(post("/bare", "", "") + kGet);
    BOOST_TEST(has(client.answer(), "POST /bare []"));
    BOOST_TEST(has(client.answer(), "GET /echo []"));  // nothing was taken for a body
    BOOST_TEST(has(client.send(post("/bare", "Content-Length: 2\r\n", "{}")).answer(), "[{}]"));
    BOOST_TEST(status(client.send(post("/echo", "", "")).answer()) == 411);
}

BOOST_AUTO_TEST_CASE(whatever_is_refused_stands_in_the_log) {
    Door door;
    const auto id_in = [](const std::string& answer) {
        const std::size_t at = answer.find("X-Request-Id: ") + 14;
        return answer.substr(at, answer.find('\r', at) - at);
    };
    const auto refusals = {"GET /nowhere HTTP/1.1\r\n\r\n", "nonsense\r\n\r\n",
                           "DELETE /quiet HTTP/1.1\r\n\r\n", "GET /quiet?410 HTTP/1.1\r\n\r\n",
                           "GET /quiet?503 HTTP/1.1\r\n\r\n"};
    std::vector<std::string> ids;
    for (const char* text : refusals) {
        Client client(door);
        ids.push_back(id_in(client.send(text).answer()));
    }
    Client(door).send("GET /quiet HTTP/1.1\r\nConnection: close\r\n\r\n").rest();
    const auto lines = door.log.lines();
    BOOST_REQUIRE(lines.size() == refusals.size());  // what is served is not there
    for (std::size_t i = 0; i < ids.size(); ++i) {
        BOOST_TEST(lines[i].message == "request");
        BOOST_TEST(lines[i].fields.at("requestId") == ids[i]);
    }
    BOOST_TEST(lines[0].fields.at("status") == "404");
    BOOST_TEST((lines[0].level == port::Level::info));
    BOOST_TEST(!lines[0].fields.contains("connectionId"));
    BOOST_TEST(lines[3].fields.at("status") == "410");
    BOOST_TEST(lines[3].fields.at("connectionId") == "c1");
    BOOST_TEST(lines[3].fields.at("invoiceId") == "i1");
    BOOST_TEST((lines[4].level == port::Level::warn));
}

BOOST_AUTO_TEST_CASE(warns_once_of_a_proxy_that_is_not_listed) {
    Door door;
    Client client(door);
    client.send(kGet).answer();
    const auto warnings = [&] {
        std::vector<test::MemoryLog::Line> found;
        for (const auto& line : door.log.lines())
            if (has(line.message, "X-Forwarded-For")) found.push_back(line);
        return found;
    };
    BOOST_TEST(warnings().empty());
    for (int i = 0; i < 3; ++i)
        client.send("GET /echo HTTP/1.1\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n").answer();
    BOOST_REQUIRE(warnings().size() == 1U);
    BOOST_TEST((warnings()[0].level == port::Level::warn));
    BOOST_TEST(has(warnings()[0].message, "server.trusted_proxies"));
    BOOST_TEST(warnings()[0].fields.at("peer") == "127.0.0.1");
    BOOST_TEST(door.log.lines().back().fields.at("client") == "127.0.0.1");
}

BOOST_AUTO_TEST_CASE(refuses_in_the_readers_language) {
    const std::string faults[] = {
        "GET /nowhere HTTP/1.1\r\n", "DELETE /echo HTTP/1.1\r\n",
        "POST /echo HTTP/1.1\r\n",   "POST /echo HTTP/1.1\r\nContent-Length: 9999\r\n",
        "GET /throw HTTP/1.1\r\n",
    };
    const auto by_cookie = [](const Request& request) -> std::string {
        if (request.cookie("fails") == "1") throw std::runtime_error("the store is gone");
        return request.cookie("speaks");
    };
    for (const std::string& fault : faults) {
        Door plain;
        BOOST_TEST(has(Client(plain).send(fault + "Accept-Language: es\r\n\r\n").answer(), "es:"),
                   fault);
        BOOST_TEST(has(Client(plain).send(fault + "\r\n").answer(), "ru:"), fault);
        Door door({}, by_cookie);
        BOOST_TEST(has(Client(door).send(fault + "Cookie: speaks=kk\r\n\r\n").answer(), "kk:"),
                   fault);
        BOOST_TEST(has(Client(door)
                           .send(fault + "Cookie: fails=1\r\nAccept-Language: en\r\n\r\n")
                           .answer(),
                       "en:"),
                   fault);
    }
    Door door({}, by_cookie);
    Client chunked(door);
    chunked.send(post("/echo", "Transfer-Encoding: chunked\r\nCookie: speaks=kk\r\n",
                      "41\r\n" + std::string(65, 'a') + "\r\n"));
    BOOST_TEST(has(chunked.answer(), "kk:"));
}

BOOST_AUTO_TEST_CASE(closes_old_clients) {
    Door door;
    Client client(door);
    const std::string all = client.send("GET /echo HTTP/1.0\r\n\r\n").rest();
    BOOST_TEST(status(all) == 200);
    BOOST_TEST(has(all, "Connection: close"));
}

BOOST_AUTO_TEST_CASE(ends_slow_heads_and_bodies) {
    ServerLimits limits;
    limits.head = 300ms;
    limits.body = 300ms;
    Door door(limits);
    Client slow_head(door);
    slow_head.send("GET /echo HTTP/1.1\r\nHost:");
    Client slow_body(door);
    slow_body.send(post("/echo", "Content-Length: 10\r\n", "abc"));
    std::atomic<bool> done{false};
    Client trickle(door);
    trickle.send(post("/echo", "Content-Length: 60\r\n", ""));
    std::thread drip([&] {
        while (!done) {
            trickle.send("a");
            std::this_thread::sleep_for(10ms);
        }
    });
    BOOST_TEST(status(slow_head.rest()) == 408);
    BOOST_TEST(status(slow_body.rest()) == 408);
    BOOST_TEST(status(trickle.answer()) == 408);
    done = true;
    drip.join();
    BOOST_TEST(door.calls == 0);
}

BOOST_AUTO_TEST_CASE(takes_half_a_head_for_nothing) {
    Door door;
    {
        Client client(door);
        client.send("POST /echo HTTP/1.1\r\nContent-Length: 0\r\nX: y");
        client.close();
    }
    Client client(door);
    BOOST_TEST(status(client.send(kGet).answer()) == 200);
    BOOST_TEST(door.calls == 1);
}

BOOST_AUTO_TEST_CASE(closes_idle_connections) {
    ServerLimits limits;
    limits.keep_alive = 200ms;
    Door door(limits);
    Client client(door);
    BOOST_TEST(status(client.send(kGet).answer()) == 200);
    BOOST_TEST(client.rest() == "");
}

BOOST_AUTO_TEST_CASE(idle_clients_make_room) {
    ServerLimits limits;
    limits.threads = 2;
    limits.keep_alive = std::chrono::hours(1);
    Door door(limits);
    Client first(door), second(door);
    first.send(kGet).answer();
    second.send(kGet).answer();
    Client third(door);
    BOOST_TEST(status(third.send(kGet).answer()) == 200);
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_gets_a_503) {
    ServerLimits limits;
    limits.threads = 1;
    limits.queued = 1;
    Door door(limits);
    Client busy(door);
    busy.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
    door.gate.wait_for(1);
    Client waiting(door);
    waiting.send(kGet);
    while (door.server->load().connections < 2) std::this_thread::yield();
    for (int i = 0; i < 3; ++i) {
        Client excess(door);
        const std::string answer = excess.send(kGet).rest();
        BOOST_TEST(status(answer) == 503);
        BOOST_TEST(has(answer, "Retry-After: 1"));
        BOOST_TEST(has(answer, "X-Request-Id: "));
    }
    BOOST_TEST(door.server->load().refused == 3U);
    door.gate.open();
    BOOST_TEST(status(busy.answer()) == 200);
    BOOST_TEST(status(waiting.answer()) == 200);
}

BOOST_AUTO_TEST_CASE(stops_when_all_is_answered) {
    Door door;
    Client client(door);
    client.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
    door.gate.wait_for(1);
    bool clean = false;
    std::thread stopping([&] { clean = door.server->stop(20s); });
    // Nobody is let in any more, and the request in flight is finished all the same.
    const auto refused = [&] {
        try {
            Client late(door);
            return false;
        } catch (const std::exception&) {
            return true;
        }
    };
    while (!refused()) std::this_thread::yield();
    door.gate.open();
    const std::string answer = client.answer();
    stopping.join();
    BOOST_TEST(status(answer) == 200);
    BOOST_TEST(has(answer, "Connection: close"));
    BOOST_TEST(clean);
}

BOOST_AUTO_TEST_CASE(stops_in_time_all_the_same) {
    ServerLimits limits;
    limits.keep_alive = std::chrono::hours(1);
    Door door(limits);
    Client half(door);
    half.send(post("/echo", "Content-Length: 10\r\n", "abc"));
    Client idle(door);
    BOOST_TEST(status(idle.send(kGet).answer()) == 200);
    BOOST_TEST(!door.server->stop(50ms));
    BOOST_TEST(half.rest() == "");
}

BOOST_AUTO_TEST_CASE(serves_many_at_once) {
    Door door;
    std::vector<std::thread> clients;
    std::atomic<int> good{0};
    for (int i = 0; i < 16; ++i)
        clients.emplace_back([&] {
            Client client(door);
            for (int k = 0; k < 50; ++k) {
                const std::string body = std::to_string(k);
                const std::string answer =
                    client
                        .send(post("/echo",
                                   "Content-Length: " + std::to_string(body.size()) + "\r\n", body))
                        .answer();
                if (has(answer, "[" + body + "]")) ++good;
            }
        });
    for (std::thread& client : clients) client.join();
    BOOST_TEST(good == 800);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::handlers::handlers_guard_test
