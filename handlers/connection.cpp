#include "handlers/connection.hpp"

#include <algorithm>

#include "module/port/crash_point.hpp"

namespace tillbridge::handlers {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kSlice{100};  // how soon an idle connection makes room
constexpr std::chrono::seconds kFirstByte{2};     // what a new one may take all the same
constexpr std::size_t kDrain = 64 * 1024;  // a refused body up to this is read, to keep alive
constexpr std::chrono::milliseconds kDrainTime{500};
constexpr std::size_t kLinger = 4 * 1024 * 1024;  // of a larger one, so much while the answer goes
constexpr std::chrono::milliseconds kLingerTime{2000};

HeadFault fault_of(Wire::Read read) {
    switch (read) {
        case Wire::Read::timeout:
            return {408, "request.malformed"};
        case Wire::Read::too_large:
            return {413, "request.too_large"};
        default:
            return {400, "request.malformed"};
    }
}

}  // namespace

void Connection::run() {
    bool first = true;
    while (wait_for_request(first)) {
        if (!serve()) return;
        first = false;
    }
}

bool Connection::wait_for_request(bool first) {
    const auto since = Clock::now();
    const Clock::time_point until = since + (first ? limits_.head : limits_.keep_alive);
    const Clock::time_point own = first ? since + kFirstByte : since;
    while (!wire_.wait(std::min<Clock::time_point>(until, Clock::now() + kSlice))) {
        const auto now = Clock::now();
        if (now >= until || (now >= own && crowded_())) return false;
    }
    return true;
}

bool Connection::serve() {
    std::string text;
    const auto got = wire_.read_head(text, limits_.head_bytes, Clock::now() + limits_.head);
    if (got == Wire::Read::closed) return false;
    const auto now = Clock::now();
    if (got != Wire::Read::ok) {
        const HeadFault fault =
            got == Wire::Read::too_large ? HeadFault{431, "request.too_large"} : fault_of(got);
        return refuse(guard_.enter_broken(peer_, now), fault, nullptr);
    }
    auto parsed = parse_head(text);
    if (!parsed) return refuse(guard_.enter_broken(peer_, now), parsed.error(), nullptr);
    Head& head = *parsed;
    Guard::Passage passage = guard_.enter(head, peer_, now);
    if (const HeadFault fault = guard_.check(head, passage); fault.status != 0)
        return refuse(passage, fault, &head);

    if (head.expects_continue && head.body != Head::Body::none && !wire_.buffered() &&
        !wire_.send("HTTP/1.1 100 Continue\r\n\r\n", "", Clock::now() + limits_.send))
        return false;
    std::string body;
    const auto read = read_body(head, guard_.body_limit(passage), body);
    if (read == Wire::Read::closed) return false;
    if (read != Wire::Read::ok) {
        head.keep_alive = false;  // the body's rest is not to be read
        return refuse(passage, fault_of(read), &head);
    }
    port::crash_point("http.body_read");

    const bool head_only = head.method == "HEAD";
    const bool wanted = head.keep_alive;
    const Answer answer = guard_.handle(passage, std::move(head), std::move(body));
    port::crash_point("http.before_answer");
    const bool goes_on = give(passage, answer, wanted && !crowded_(), head_only);
    port::crash_point("http.after_answer");
    return goes_on;
}

Wire::Read Connection::read_body(const Head& head, std::size_t limit, std::string& body) {
    const Clock::time_point until = Clock::now() + limits_.body;
    switch (head.body) {
        case Head::Body::none:
            return Wire::Read::ok;
        case Head::Body::chunked:
            return wire_.read_chunked(body, limit, until);
        case Head::Body::sized:
            break;
    }
    return wire_.read_sized(body, head.length, until);
}

bool Connection::give(const Guard::Passage& passage, const Answer& answer, bool keep_alive,
                      bool head_only) {
    const std::string head = guard_.render_head(answer, passage.id, keep_alive);
    const bool sent =
        wire_.send(head, head_only ? std::string_view() : answer.body, Clock::now() + limits_.send);
    return sent && keep_alive;
}

bool Connection::refuse(const Guard::Passage& passage, const HeadFault& fault, const Head* head) {
    bool keep_alive = false;
    if (head != nullptr && head->keep_alive && !head->body_missing && !head->expects_continue) {
        // What is small and here is read and dropped; all else ends the connection.
        std::string dropped;
        if (head->body == Head::Body::none)
            keep_alive = true;
        else if (head->body == Head::Body::sized && head->length <= kDrain && fault.status != 413)
            keep_alive = wire_.read_sized(dropped, static_cast<std::size_t>(head->length),
                                          Clock::now() + kDrainTime) == Wire::Read::ok;
    }
    keep_alive = keep_alive && !crowded_();
    const Answer answer = guard_.refuse(passage, fault, head);
    const bool head_only = head != nullptr && head->method == "HEAD";
    if (give(passage, answer, keep_alive, head_only)) return true;
    if (!keep_alive) wire_.linger(kLinger, Clock::now() + kLingerTime);
    return false;
}

}  // namespace tillbridge::handlers
