#include "api_client/http/wire.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace tillbridge::http {
namespace {

constexpr std::size_t kMaxHead = 64 * 1024;  // of all heads, chunk lines and trailers of an answer
constexpr std::size_t kRead = 16 * 1024;
constexpr int kMaxInterim = 8;

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

bool token(std::string_view text) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') ||
               kMarks.find(c) != std::string_view::npos;
    });
}

bool header_value(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == 0x7F;
    });
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

template <class Number>
std::optional<Number> whole_number(std::string_view text, int base = 10) {
    Number value{};
    const char* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, value, base);
    if (error != std::errc() || at != end || text.front() == '-') return {};
    return value;
}

// Whether a comma-separated header, given once or several times, has that word.
bool lists(const Headers& headers, std::string_view name, std::string_view word) {
    for (const auto& [key, value] : headers) {
        if (!same(key, name)) continue;
        std::string_view rest = value;
        while (!rest.empty()) {
            const auto comma = std::min(rest.find(','), rest.size());
            if (same(trim(rest.substr(0, comma)), word)) return true;
            rest.remove_prefix(std::min(comma + 1, rest.size()));
        }
    }
    return false;
}

std::chrono::seconds promised_idle(const Headers& headers) {
    const auto* value = find_header(headers, "Keep-Alive");
    const auto at = value != nullptr ? value->find("timeout=") : std::string::npos;
    if (at == std::string::npos) return {};
    const auto digits =
        value->substr(at + 8, value->find_first_not_of("0123456789", at + 8) - at - 8);
    return std::chrono::seconds(whole_number<std::uint16_t>(digits).value_or(0));
}

struct Failure {
    std::string code;
    std::string why;
};

class Reader {
  public:
    Reader(Connection& connection, const Deadline& deadline, std::size_t max_body)
        : connection_(connection), deadline_(deadline), max_body_(max_body) {}

    Answer read(bool head_only) {
        Answer answer;
        try {
            int interim = 0;
            do {
                if (++interim > kMaxInterim) throw Failure{"http.broken", "endless 1xx"};
                read_head(answer);
            } while (answer.status < 200);
            read_body(answer, head_only);
            answer.keep_alive = answer.keep_alive && at_ == buffer_.size();
            answer.keep_alive_for = promised_idle(answer.headers);
        } catch (Failure& failure) {
            answer = Answer{};
            answer.error = std::move(failure.code);
            answer.why = std::move(failure.why);
        }
        return answer;
    }

  private:
    // False at a proper end of the stream.
    bool fill() {
        if (at_ == buffer_.size()) {
            buffer_.clear();
            at_ = 0;
        }
        std::array<char, kRead> block;  // NOLINT: filled by read
        std::size_t got = 0;
        switch (connection_.read(block.data(), block.size(), got, deadline_)) {
            case Io::done:
                buffer_.append(block.data(), got);
                return true;
            case Io::closed:
                return false;
            case Io::timeout:
                throw Failure{"http.timeout", "waiting for the answer"};
            case Io::broken:
                break;
        }
        throw Failure{"http.broken", "the connection broke while waiting for the answer"};
    }

    void need() {
        if (!fill()) throw Failure{"http.broken", "the peer closed before the answer was whole"};
    }

    std::string line() {
        std::size_t from = at_;
        std::size_t end = 0;
        while ((end = buffer_.find('\n', from)) == std::string::npos) {
            const std::size_t seen = buffer_.size() - at_;
            if (head_bytes_ + seen > kMaxHead) throw Failure{"http.too_large", "the answer's head"};
            need();
            from = at_ + seen;
        }
        std::string out = buffer_.substr(at_, end - at_);
        head_bytes_ += out.size() + 1;
        if (head_bytes_ > kMaxHead) throw Failure{"http.too_large", "the answer's head"};
        at_ = end + 1;
        if (out.ends_with('\r')) out.pop_back();
        return out;
    }

    void read_head(Answer& answer) {
        const std::string status = line();
        const int code =
            status.size() >= 12 ? whole_number<int>(status.substr(9, 3)).value_or(0) : 0;
        if (!status.starts_with("HTTP/1.") || status[8] != ' ' || code < 100 || code > 599 ||
            code == 101 || (status.size() > 12 && status[12] != ' ')) {
            throw Failure{"http.broken", "not an HTTP answer"};
        }
        answer.status = code;
        answer.headers.clear();
        for (std::string text = line(); !text.empty(); text = line()) {
            const auto colon = text.find(':');
            if (colon == std::string::npos || !token(text.substr(0, colon))) {
                throw Failure{"http.broken", "an unreadable header"};
            }
            answer.headers.emplace_back(text.substr(0, colon),
                                        trim(std::string_view(text).substr(colon + 1)));
        }
        answer.keep_alive = status[7] == '1' ? !lists(answer.headers, "Connection", "close")
                                             : lists(answer.headers, "Connection", "keep-alive");
    }

    void read_body(Answer& answer, bool head_only) {
        const bool encoded = find_header(answer.headers, "Transfer-Encoding") != nullptr;
        const auto length = content_length(answer.headers);
        if (head_only || answer.status == 204 || answer.status == 304) return;
        if (encoded) {
            // Both framings at once is how requests are smuggled: such a connection is not kept.
            if (length) answer.keep_alive = false;
            read_chunks(answer);
        } else if (length) {
            if (*length > max_body_) throw Failure{"http.too_large", "the answer's body"};
            take(answer.body, static_cast<std::size_t>(*length));
        } else {
            answer.keep_alive = false;
            read_to_end(answer.body);
        }
    }

    static std::optional<std::uint64_t> content_length(const Headers& headers) {
        std::optional<std::uint64_t> length;
        for (const auto& [name, value] : headers) {
            if (!same(name, "Content-Length")) continue;
            const auto one = whole_number<std::uint64_t>(value);
            if (!one || (length && *length != *one)) {
                throw Failure{"http.broken", "an unreadable Content-Length"};
            }
            length = one;
        }
        return length;
    }

    void read_chunks(Answer& answer) {
        const auto* encoding = find_header(answer.headers, "Transfer-Encoding");
        if (!same(*encoding, "chunked")) throw Failure{"http.broken", "an unknown encoding"};
        for (;;) {
            const std::string head = line();
            const auto text = trim(std::string_view(head).substr(0, head.find(';')));
            const auto size = whole_number<std::uint64_t>(text, 16);
            if (!size) throw Failure{"http.broken", "an unreadable chunk"};
            if (*size == 0) break;
            if (*size > max_body_ - answer.body.size()) {
                throw Failure{"http.too_large", "the answer's body"};
            }
            take(answer.body, static_cast<std::size_t>(*size));
            if (!line().empty()) throw Failure{"http.broken", "an unreadable chunk"};
            // The lines around chunks are no head: only one line's length is bounded.
            head_bytes_ = 0;
        }
        while (!line().empty()) {  // trailers are read and forgotten
        }
    }

    void take(std::string& body, std::size_t size) {
        while (size > 0) {
            if (at_ == buffer_.size()) need();
            const std::size_t part = std::min(size, buffer_.size() - at_);
            body.append(buffer_, at_, part);
            at_ += part;
            size -= part;
        }
    }

    void read_to_end(std::string& body) {
        do {
            body.append(buffer_, at_);
            at_ = buffer_.size();
            if (body.size() > max_body_) throw Failure{"http.too_large", "the answer's body"};
        } while (fill());
    }

    Connection& connection_;
    const Deadline& deadline_;
    const std::size_t max_body_;
    std::string buffer_;
    std::size_t at_ = 0;
    std::size_t head_bytes_ = 0;
};

}  // namespace

const std::string* find_header(const Headers& headers, std::string_view name) {
    for (const auto& [key, value] : headers) {
        if (same(key, name)) return &value;
    }
    return nullptr;
}

bool valid_head(const Request& request) {
    constexpr std::string_view kOurs[] = {
        "Host",       "Content-Length", "Transfer-Encoding", "Connection",
        "User-Agent", "Expect",         "Upgrade",           "TE",
        "Trailer"};
    return token(request.method) && request.method != "CONNECT" &&
           std::all_of(request.headers.begin(), request.headers.end(), [&](const auto& header) {
               return token(header.first) && header_value(header.second) &&
                      std::none_of(std::begin(kOurs), std::end(kOurs),
                                   [&](auto name) { return same(name, header.first); });
           });
}

std::string render(const Request& request, const Url& url, std::string_view user_agent) {
    std::string out;
    out.reserve(512 + url.path.size() + url.query.size() + request.body.size());
    out.append(request.method).append(" ").append(url.target()).append(" HTTP/1.1\r\nHost: ");
    out.append(url.authority()).append("\r\nUser-Agent: ").append(user_agent).append("\r\n");
    for (const auto& [name, value] : request.headers) {
        out.append(name).append(": ").append(value).append("\r\n");
    }
    const bool bodiless = request.method == "GET" || request.method == "HEAD";
    if (!request.body.empty() || !bodiless) {
        out.append("Content-Length: ").append(std::to_string(request.body.size())).append("\r\n");
    }
    out.append("\r\n").append(request.body);
    return out;
}

Answer read_answer(Connection& connection, const Deadline& deadline, bool head_only,
                   std::size_t max_body) {
    return Reader(connection, deadline, max_body).read(head_only);
}

}  // namespace tillbridge::http
