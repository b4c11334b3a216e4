#include "config/values.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

namespace tillbridge::config {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

template <class Integer>
bool read_whole(std::string_view text, Integer& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc() && end == text.data() + text.size();
}

bool is_address(const std::string& text, int family) {
    std::array<unsigned char, sizeof(in6_addr)> room{};
    return inet_pton(family, text.c_str(), room.data()) == 1;
}

// Names as DNS has them, and underscores, which container networks use.
bool is_host_name(std::string_view text) {
    if (text.empty() || text.size() > 253) return false;
    std::size_t label = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i == text.size() || text[i] == '.') {
            if (label == 0 || label > 63 || text[i - 1] == '-' || text[i - label] == '-') {
                return false;
            }
            label = 0;
            continue;
        }
        const char c = text[i];
        if (!is_digit(c) && !is_letter(c) && c != '-' && c != '_') return false;
        ++label;
    }
    return true;
}

// `host`, `host:port` or `[v6]:port`; an absent port is the empty string.
bool split_host_port(std::string_view text, std::string& host, std::string& port) {
    std::size_t host_end = 0;
    if (text.starts_with('[')) {
        host_end = text.find(']');
        if (host_end == std::string_view::npos) return false;
        host = text.substr(1, host_end - 1);
        ++host_end;
        if (!is_address(host, AF_INET6)) return false;
    } else {
        host_end = std::min(text.find(':'), text.size());
        host = text.substr(0, host_end);
        if (!is_host_name(host)) return false;
    }
    if (host_end == text.size()) {
        port.clear();
        return true;
    }
    if (text[host_end] != ':') return false;
    port = text.substr(host_end + 1);
    unsigned number = 0;
    return !port.empty() && port.size() <= 5 && read_whole(port, number) && number <= 65535;
}

constexpr std::array<std::pair<std::string_view, std::int64_t>, 4> kUnits{
    {{"ms", 1'000}, {"s", 1'000'000}, {"m", 60'000'000}, {"h", 3'600'000'000}}};

}  // namespace

std::string read_span(const std::string& text, Span& out) {
    const std::string why = "must be a span of time such as 500ms, 10s, 5m or 72h";
    if (text == "0") {
        out = Span{0};
        return {};
    }
    const auto digits = std::find_if_not(text.begin(), text.end(), is_digit) - text.begin();
    const std::string_view number(text.data(), static_cast<std::size_t>(digits));
    const std::string_view unit = std::string_view(text).substr(number.size());
    // Nine digits of hours still fit into 64 bits of microseconds.
    std::int64_t count = 0;
    if (number.empty() || number.size() > 9 || !read_whole(number, count)) return why;
    for (const auto& [name, micros] : kUnits) {
        if (unit != name) continue;
        out = Span{count * micros};
        return {};
    }
    return why;
}

std::string write_span(Span span) {
    if (span.count() == 0) return "0";
    for (auto unit = kUnits.rbegin(); unit != kUnits.rend(); ++unit) {
        if (span.count() % unit->second != 0) continue;
        return std::to_string(span.count() / unit->second) + std::string(unit->first);
    }
    return std::to_string(span.count()) + "us";
}

std::string read_listen(const std::string& text, std::string& out) {
    std::string host;
    std::string port;
    if (!split_host_port(text, host, port) || port.empty()) {
        return "must be host:port, such as 127.0.0.1:8080";
    }
    out = text;
    return {};
}

std::string read_url(const std::string& text, std::string& out) {
    const std::string why = "must be an absolute http or https address";
    std::string_view rest = text;
    if (rest.starts_with("https://")) {
        rest.remove_prefix(8);
    } else if (rest.starts_with("http://")) {
        rest.remove_prefix(7);
    } else {
        return why;
    }
    if (rest.find_first_of("?#") != std::string_view::npos)
        return why + " without query or fragment";
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    const std::string_view authority = rest.substr(0, slash);
    if (authority.find('@') != std::string_view::npos) return why + " without a user name";
    std::string host;
    std::string port;
    if (!split_host_port(authority, host, port) || port == "0") return why;
    for (const char c : rest.substr(slash)) {
        if (c <= ' ' || c > '~' || std::string_view("\\\"<>^`{|}").find(c) != std::string::npos) {
            return why + "; its path has a character that a path can't have";
        }
    }
    out = text.substr(0, text.find_last_not_of('/') + 1);
    return {};
}

std::string read_network(const std::string& text, std::string& out) {
    const std::size_t slash = text.find('/');
    const std::string address = text.substr(0, slash);
    const bool v4 = is_address(address, AF_INET);
    if (v4 || is_address(address, AF_INET6)) {
        unsigned bits = 0;
        if (slash == std::string::npos ||
            (read_whole(std::string_view(text).substr(slash + 1), bits) &&
             bits <= (v4 ? 32 : 128))) {
            out = text;
            return {};
        }
    }
    return "must be an address or a block of them, such as 10.0.0.1 or 10.0.0.0/8";
}

std::string read_host_pattern(const std::string& text, std::string& out) {
    const std::string_view name =
        text.starts_with("*.") ? std::string_view(text).substr(2) : std::string_view(text);
    if (!is_host_name(name) && !is_address(text, AF_INET6)) {
        return "must be a host name or *.domain, without scheme, port or path";
    }
    out.clear();
    for (const char c : text) {
        out += (c >= 'A' && c <= 'Z') ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return {};
}

std::string read_integer(const std::string& text, std::int64_t& out) {
    return read_whole(text, out) ? std::string() : "must be a whole number";
}

bool is_clean_text(const std::string& text) {
    std::size_t i = 0;
    while (i < text.size()) {
        const auto lead = static_cast<unsigned char>(text[i]);
        if (lead < 0x20 || lead == 0x7f) return false;
        const std::size_t length = lead < 0x80                   ? 1
                                   : lead >= 0xc2 && lead < 0xe0 ? 2
                                   : lead >= 0xe0 && lead < 0xf0 ? 3
                                   : lead >= 0xf0 && lead < 0xf5 ? 4
                                                                 : 0;
        if (length == 0 || i + length > text.size()) return false;
        for (std::size_t k = 1; k < length; ++k) {
            if ((static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80) return false;
        }
        i += length;
    }
    return true;
}

}  // namespace tillbridge::config
