// The head of a request: what is read, and everything that two readers could understand
// differently.
#include <boost/test/unit_test.hpp>

#include "handlers/head.hpp"

namespace tillbridge::handlers::handlers_head_test {

namespace {

int status_of(const std::string& text) {
    const auto head = parse_head(text);
    return head ? 0 : head.error().status;
}

std::string post(const std::string& headers) {
    return "POST /a HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(handlers_head)

BOOST_AUTO_TEST_CASE(reads_a_plain_request) {
    const auto head = parse_head(
        "GET /pay/a%20b?x=1&y HTTP/1.1\r\nHost: x\r\nX-Two: a\r\nx-two:  b \r\n"
        "Cookie: a=1\r\nCookie: b=2\r\n\r\n");
    BOOST_REQUIRE(head);
    BOOST_TEST(head->method == "GET");
    BOOST_TEST(head->path == "/pay/a%20b");
    BOOST_TEST(head->query == "x=1&y");
    BOOST_TEST(head->headers.at("x-two") == "a, b");
    BOOST_TEST(head->headers.at("cookie") == "a=1; b=2");
    BOOST_TEST(head->keep_alive);
    BOOST_TEST(!head->body_missing);
    BOOST_TEST((head->body == Head::Body::none));
}

BOOST_AUTO_TEST_CASE(frames_bodies) {
    const auto sized = parse_head(post("Content-Length: 12\r\n"));
    BOOST_REQUIRE(sized);
    BOOST_TEST((sized->body == Head::Body::sized));
    BOOST_TEST(sized->length == 12U);
    const auto chunked = parse_head(post("Transfer-Encoding: Chunked\r\n"));
    BOOST_REQUIRE(chunked);
    BOOST_TEST((chunked->body == Head::Body::chunked));
    for (const std::string method : {"POST", "PUT", "PATCH"}) {
        const auto none = parse_head(method + " / HTTP/1.1\r\nHost: x\r\n\r\n");
        BOOST_REQUIRE(none);
        BOOST_TEST(none->body_missing);
    }
    BOOST_TEST(!parse_head("DELETE / HTTP/1.1\r\n\r\n")->body_missing);
}

BOOST_AUTO_TEST_CASE(refuses_ambiguous_framing) {
    BOOST_TEST(status_of(post("Content-Length: 1\r\nContent-Length: 1\r\n")) == 400);
    BOOST_TEST(status_of(post("Content-Length: 1\r\ncontent-length: 2\r\n")) == 400);
    BOOST_TEST(status_of(post("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n")) == 400);
    BOOST_TEST(status_of(post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")) ==
               400);
    BOOST_TEST(status_of("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n") == 400);
    BOOST_TEST(status_of(post("Transfer-Encoding: gzip, chunked\r\n")) == 501);
    BOOST_TEST(status_of(post("Transfer-Encoding: identity\r\n")) == 501);
    for (const std::string length : {"", "-1", "+1", "1x", "0x10", "1, 1", "1 1"})
        BOOST_TEST(status_of(post("Content-Length: " + length + "\r\n")) == 400, length);
    BOOST_TEST(status_of(post("Content-Length: 99999999999999999999\r\n")) == 413);
    BOOST_TEST(status_of("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n") == 400);
}

BOOST_AUTO_TEST_CASE(refuses_malformed_lines) {
    const std::string cases[] = {
        "\r\n",
        "GET\r\n\r\n",
        "GET /\r\n\r\n",
        "GET  / HTTP/1.1\r\n\r\n",
        "GET /a b HTTP/1.1\r\n\r\n",
        "GE(T / HTTP/1.1\r\n\r\n",
        "GETGETGETGETGETGET / HTTP/1.1\r\n\r\n",
        "GET http://x/ HTTP/1.1\r\n\r\n",
        "GET * HTTP/1.1\r\n\r\n",
        "GET / HTTPS\r\n\r\n",
        "GET / HTTP/1.1\r\nNo colon\r\n\r\n",
        "GET / HTTP/1.1\r\nName : x\r\n\r\n",
        "GET / HTTP/1.1\r\n: x\r\n\r\n",
        "GET / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n",
        "GET / HTTP/1.1\r\nA: b\nC: d\r\n\r\n",
        "GET / HTTP/1.1\r\nA: b\rC: d\r\n\r\n",
        std::string("GET / HTTP/1.1\r\nA: b\0c\r\n\r\n", 26),
        "GET / HTTP/1.1\r\nA: b\x01\r\n\r\n",
    };
    for (const std::string& text : cases) BOOST_TEST(status_of(text) == 400, text);
    BOOST_TEST(status_of("GET / HTTP/2.0\r\n\r\n") == 505);
}

BOOST_AUTO_TEST_CASE(refuses_bad_paths) {
    for (const std::string path :
         {"/%", "/%4", "/%zz", "/%00", "/%ff", "/%c0%af", "/%ed%a0%80", "/\xff", "/a\x7f"})
        BOOST_TEST(status_of("GET " + path + " HTTP/1.1\r\n\r\n") == 400, path);
    BOOST_TEST(status_of("GET /%D0%BF HTTP/1.1\r\n\r\n") == 0);
    BOOST_TEST(status_of("GET /" + std::string(17 * 1024, 'a') + " HTTP/1.1\r\n\r\n") == 414);
}

BOOST_AUTO_TEST_CASE(bounds_the_number_of_headers) {
    std::string text = "GET / HTTP/1.1\r\n";
    for (int i = 0; i < 101; ++i) text += "X-" + std::to_string(i) + ": a\r\n";
    BOOST_TEST(status_of(text + "\r\n") == 431);
}

BOOST_AUTO_TEST_CASE(knows_when_a_connection_ends) {
    BOOST_TEST(!parse_head("GET / HTTP/1.1\r\nConnection: Close\r\n\r\n")->keep_alive);
    BOOST_TEST(!parse_head("GET / HTTP/1.1\r\nConnection: te, close\r\n\r\n")->keep_alive);
    BOOST_TEST(!parse_head("GET / HTTP/1.0\r\n\r\n")->keep_alive);
    BOOST_TEST(parse_head("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")->keep_alive);
    BOOST_TEST(parse_head("GET / HTTP/1.1\r\nExpect: 100-Continue\r\n\r\n")->expects_continue);
    BOOST_TEST(status_of("GET / HTTP/1.1\r\nExpect: miracles\r\n\r\n") == 417);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::handlers::handlers_head_test
