// One outbound call over plain HTTP on a connection of its own: no redirects, no silent resending.
// Units: milliseconds. A failed call is an answer with status 0 and a reason, never an exception.
#pragma once

#include "tests/sandbox/base/http.hpp"

namespace tillbridge::sandbox {

struct OutCall {
    std::string method = "POST";
    std::string url;
    std::string content_type;
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    int timeout_ms = 30000;
    bool leave_after_sending = false;  // closes before the answer (fault dropAfter)
};

struct OutAnswer {
    int status = 0;
    std::string body;
    std::string error;
    std::string location;
    std::int64_t duration_ms = 0;

    Json body_json() const;  // text where it is not JSON
};

OutAnswer send_call(const OutCall& call);

}  // namespace tillbridge::sandbox
