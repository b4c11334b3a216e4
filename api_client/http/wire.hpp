// HTTP/1.1 on a connection: one request out, one answer in. Framing is done here and strictly,
// because Poco's client takes a chunked body that was cut short for a whole one, and repeats a
// request by itself when the first write on a kept connection fails; both would lose money.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "api_client/http/client.hpp"
#include "api_client/http/connection.hpp"
#include "api_client/http/url.hpp"

namespace tillbridge::http {

// A token as method and names, values without control characters: nothing may inject a header.
// False too for the headers that only the client sets (Host, Content-Length, …).
bool valid_head(const Request& request);

// Head and body in one piece, so that a small request is one packet.
std::string render(const Request& request, const Url& url, std::string_view user_agent);

struct Answer {
    std::string error;  // empty, or http.timeout, http.broken, http.too_large
    std::string why;
    int status = 0;
    Headers headers;
    std::string body;
    bool keep_alive = false;                // the connection can carry another request
    std::chrono::seconds keep_alive_for{};  // as the peer promised; 0: it did not say
};

const std::string* find_header(const Headers& headers, std::string_view name);

// Reads one answer; interim ones (1xx) are skipped.
Answer read_answer(Connection& connection, const Deadline& deadline, bool head_only,
                   std::size_t max_body);

}  // namespace tillbridge::http
