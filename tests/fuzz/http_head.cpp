// libFuzzer: a request as its bytes arrive: the head, and a body in chunks behind it. What is read
// keeps to its limits, and a head that is taken is framed in one way only.
#include <Poco/Net/StreamSocketImpl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "handlers/head.hpp"
#include "handlers/wire.hpp"

using namespace tillbridge;
using handlers::Wire;

namespace {

constexpr std::size_t kHead = 16 * 1024;
constexpr std::size_t kBody = 8 * 1024;
constexpr std::size_t kInput = 64 * 1024;  // fits into the pipe: nobody reads while it is written

// A wire whose other end has said `text` and hung up.
Wire said(std::string_view text) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) std::abort();
    if (::send(ends[0], text.data(), text.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(text.size()))
        std::abort();
    ::close(ends[0]);
    return Wire(Poco::Net::StreamSocket(new Poco::Net::StreamSocketImpl(ends[1])));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0 || size > kInput) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto until = Wire::Instant::clock::now() + std::chrono::seconds(5);
    auto wire = said(text);
    std::string head, body;
    if (wire.read_head(head, kHead, until) != Wire::Read::ok) return 0;
    if (head.size() > kHead) std::abort();
    const auto parsed = handlers::parse_head(head);
    if (!parsed) {
        if (parsed.error().status < 400 || parsed.error().code.empty()) std::abort();
        return 0;
    }
    const bool both = parsed->headers.count("content-length") != 0 &&
                      parsed->headers.count("transfer-encoding") != 0;
    if (both || parsed->method.empty() || parsed->path.empty()) std::abort();
    if (parsed->body != handlers::Head::Body::chunked) return 0;
    if (wire.read_chunked(body, kBody, until) == Wire::Read::ok && body.size() > kBody)
        std::abort();
    return 0;
}
