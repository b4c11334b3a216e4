#include "handlers/head.hpp"

#include <algorithm>
#include <charconv>

#include "handlers/percent.hpp"

namespace tillbridge::handlers {

namespace {

constexpr std::size_t kMaxHeaders = 100;
constexpr std::size_t kMaxMethod = 16;
constexpr std::size_t kMaxTarget = 16 * 1024;

using Fault = tl::unexpected<HeadFault>;

Fault fault(int status, const char* code) {
    return Fault(HeadFault{status, code});
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

std::string lower_text(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), lower);
    return out;
}

bool is_token(std::string_view text) {
    constexpr std::string_view kOther = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               kOther.find(c) != std::string_view::npos;
    });
}

bool is_field_text(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte == '\t' || (byte >= 0x20U && byte != 0x7FU);
    });
}

std::string_view strip_ows(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// METHOD SP target SP HTTP/1.x
std::optional<HeadFault> read_request_line(std::string_view line, Head& head) {
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || first == last)
        return HeadFault{400, "request.malformed"};
    const std::string_view method = line.substr(0, first);
    const std::string_view target = line.substr(first + 1, last - first - 1);
    const std::string_view version = line.substr(last + 1);
    if (!is_token(method) || method.size() > kMaxMethod) return HeadFault{400, "request.malformed"};
    if (version != "HTTP/1.1" && version != "HTTP/1.0") {
        const bool http = version.substr(0, 5) == "HTTP/";
        return HeadFault{http ? 505 : 400, "request.malformed"};
    }
    if (target.size() > kMaxTarget) return HeadFault{414, "request.too_large"};
    const bool visible = std::all_of(target.begin(), target.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte > 0x20U && byte != 0x7FU;
    });
    if (target.empty() || target.front() != '/' || !visible)
        return HeadFault{400, "request.malformed"};
    head.method = method;
    head.minor = version.back() - '0';
    const std::size_t question = target.find('?');
    head.path = target.substr(0, question);
    if (question != std::string_view::npos) head.query = target.substr(question + 1);
    const auto decoded = decode_percent(head.path);
    if (!decoded || !is_clean_utf8(*decoded)) return HeadFault{400, "request.malformed"};
    return std::nullopt;
}

std::optional<HeadFault> read_header(std::string_view line, Head& head) {
    const std::size_t colon = line.find(':');
    // A line that begins with a space (folding) or has one before the colon fails as a token.
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
        return HeadFault{400, "request.malformed"};
    const std::string_view value = strip_ows(line.substr(colon + 1));
    if (!is_field_text(value)) return HeadFault{400, "request.malformed"};
    auto [at, fresh] = head.headers.try_emplace(lower_text(line.substr(0, colon)), value);
    if (fresh) return std::nullopt;
    if (at->first == "content-length") return HeadFault{400, "request.malformed"};
    if (at->first == "transfer-encoding" || at->first == "host")
        return HeadFault{400, "request.malformed"};
    at->second.append(at->first == "cookie" ? "; " : ", ").append(value);
    return std::nullopt;
}

std::optional<HeadFault> frame(Head& head) {
    const auto length = head.headers.find("content-length");
    const auto coding = head.headers.find("transfer-encoding");
    const bool has_length = length != head.headers.end();
    if (coding != head.headers.end()) {
        if (has_length || head.minor == 0) return HeadFault{400, "request.malformed"};
        if (lower_text(coding->second) != "chunked") return HeadFault{501, "request.malformed"};
        head.body = Head::Body::chunked;
        return std::nullopt;
    }
    if (!has_length) {
        head.body_missing = head.method == "POST" || head.method == "PUT" || head.method == "PATCH";
        return std::nullopt;
    }
    const std::string& digits = length->second;
    const bool clean = !digits.empty() && std::all_of(digits.begin(), digits.end(),
                                                      [](char c) { return c >= '0' && c <= '9'; });
    const auto [end, failed] =
        std::from_chars(digits.data(), digits.data() + digits.size(), head.length);
    if (!clean) return HeadFault{400, "request.malformed"};
    if (failed != std::errc()) return HeadFault{413, "request.too_large"};
    head.body = Head::Body::sized;
    return std::nullopt;
}

bool has_word(const Head& head, const char* name, std::string_view word) {
    const auto at = head.headers.find(name);
    if (at == head.headers.end()) return false;
    const std::string text = lower_text(at->second);
    std::string_view rest = text;
    while (true) {
        const std::size_t end = rest.find(',');
        if (strip_ows(rest.substr(0, end)) == word) return true;
        if (end == std::string_view::npos) return false;
        rest.remove_prefix(end + 1);
    }
}

}  // namespace

tl::expected<Head, HeadFault> parse_head(std::string_view text) {
    Head head;
    std::size_t lines = 0;
    while (true) {
        const std::size_t end = text.find("\r\n");
        if (end == std::string_view::npos) return fault(400, "request.malformed");
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end + 2);
        if (line.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos)
            return fault(400, "request.malformed");
        if (line.empty()) {
            if (lines == 0) return fault(400, "request.malformed");
            break;
        }
        if (lines > kMaxHeaders) return fault(431, "request.too_large");
        const auto wrong = lines == 0 ? read_request_line(line, head) : read_header(line, head);
        if (wrong) return Fault(*wrong);
        ++lines;
    }
    if (!text.empty()) return fault(400, "request.malformed");
    if (const auto wrong = frame(head)) return Fault(*wrong);
    head.keep_alive = head.minor == 1 ? !has_word(head, "connection", "close")
                                      : has_word(head, "connection", "keep-alive");
    if (const auto expect = head.headers.find("expect"); expect != head.headers.end()) {
        if (lower_text(expect->second) != "100-continue") return fault(417, "request.malformed");
        head.expects_continue = head.minor == 1;
    }
    return head;
}

}  // namespace tillbridge::handlers
