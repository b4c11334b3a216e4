// The head of a request, read strictly (RFC 9112): what two readers could understand differently is
// refused, so that nothing can be smuggled past a proxy. Also decides how the body is framed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "module/domain/result.hpp"

namespace tillbridge::handlers {

struct Head {
    std::string method;
    std::string path;                            // raw
    std::string query;                           // raw
    int minor = 1;                               // HTTP/1.x
    std::map<std::string, std::string> headers;  // lower-case names; repeats joined by ", "

    enum class Body { none, sized, chunked };
    Body body = Body::none;
    std::uint64_t length = 0;   // Body::sized
    bool body_missing = false;  // POST, PUT or PATCH that announces none: 411
    bool keep_alive = true;
    bool expects_continue = false;
};

// What stops reading a head, as an HTTP status and a stable code.
struct HeadFault {
    int status = 400;
    std::string code;  // request.malformed or request.too_large
};

// `text`: everything up to and including the empty line.
tl::expected<Head, HeadFault> parse_head(std::string_view text);

}  // namespace tillbridge::handlers
