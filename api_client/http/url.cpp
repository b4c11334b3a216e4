#include "api_client/http/url.hpp"

#include <algorithm>
#include <optional>

#include "api_client/http/ip_address.hpp"

namespace tillbridge::http {
namespace {

constexpr std::size_t kMaxUrl = 8192;

bool digit(char c) {
    return c >= '0' && c <= '9';
}
bool letter(char c) {
    return c >= 'a' && c <= 'z';
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

bool valid_label(std::string_view label) {
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::all_of(label.begin(), label.end(),
                       [](char c) { return letter(c) || digit(c) || c == '-' || c == '_'; });
}

// Libraries read `127.1`, `0x7f.1` and `2130706433` as addresses: a host whose last label looks
// like a number is one too, or nothing.
bool looks_numeric(std::string_view label) {
    if (std::all_of(label.begin(), label.end(), digit)) return true;
    return label.size() >= 2 && label[0] == '0' && label[1] == 'x' &&
           std::all_of(label.begin() + 2, label.end(),
                       [](char c) { return digit(c) || (c >= 'a' && c <= 'f'); });
}

std::optional<std::string> parse_name(std::string_view text) {
    std::string host = lower(text);
    if (!host.empty() && host.back() == '.') host.pop_back();
    if (host.empty() || host.size() > 253) return {};
    std::string_view rest = host;
    std::string_view label;
    for (;;) {
        const auto dot = rest.find('.');
        label = rest.substr(0, dot);
        if (!valid_label(label)) return {};
        if (dot == std::string_view::npos) break;
        rest.remove_prefix(dot + 1);
    }
    if (looks_numeric(label)) {
        const auto address = IpAddress::parse(host);
        if (!address || address->v6 || address->text() != host) return {};
    }
    return host;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    if (text.empty() || text.size() > 5 || !std::all_of(text.begin(), text.end(), digit)) return {};
    unsigned long port = 0;
    for (const char c : text) port = port * 10 + static_cast<unsigned long>(c - '0');
    if (port == 0 || port > 65535) return {};
    return static_cast<std::uint16_t>(port);
}

// Fills host and port from `host`, `host:port`, `[v6]` or `[v6]:port`.
bool parse_authority(std::string_view text, Url& url) {
    std::string_view rest;
    if (!text.empty() && text.front() == '[') {
        const auto end = text.find(']');
        if (end == std::string_view::npos) return false;
        const auto address = IpAddress::parse(text.substr(1, end - 1));
        if (!address || !address->v6) return false;
        url.host = address->text();
        rest = text.substr(end + 1);
    } else {
        const auto colon = std::min(text.find(':'), text.size());
        const auto host = parse_name(text.substr(0, colon));
        if (!host) return false;
        url.host = *host;
        rest = text.substr(colon);
    }
    url.port = url.secure() ? 443 : 80;
    if (rest.empty()) return true;
    const auto port = rest.front() == ':' ? parse_port(rest.substr(1)) : std::nullopt;
    if (!port) return false;
    url.port = *port;
    return true;
}

tl::unexpected<domain::Error> invalid(std::string why) {
    return domain::fail("http.url_invalid", std::move(why));
}

}  // namespace

bool Url::literal() const {
    return IpAddress::parse(host).has_value();
}

std::string Url::authority() const {
    std::string out = host.find(':') == std::string::npos ? host : "[" + host + "]";
    if (port != (secure() ? 443 : 80)) out += ":" + std::to_string(port);
    return out;
}

std::string Url::origin() const {
    return scheme + "://" + authority();
}
std::string Url::target() const {
    return query.empty() ? path : path + "?" + query;
}
std::string Url::text() const {
    return origin() + target();
}

domain::Result<Url> parse_url(std::string_view text) {
    if (text.size() > kMaxUrl) return invalid("too long");
    for (const char c : text) {
        if (c <= ' ' || c > '~' || c == '\\') return invalid("a character that no URL has");
        if (c == '#') return invalid("a fragment");
    }
    const auto colon = text.find("://");
    if (colon == std::string_view::npos) return invalid("no scheme");
    Url url;
    url.scheme = lower(text.substr(0, colon));
    if (url.scheme != "http" && url.scheme != "https") return invalid("neither http nor https");
    const auto rest = text.substr(colon + 3);
    const auto end = std::min(rest.find_first_of("/?"), rest.size());
    const auto authority = rest.substr(0, end);
    if (authority.find('@') != std::string_view::npos) return invalid("a user name");
    if (!parse_authority(authority, url)) return invalid("no valid host and port");
    const auto mark = std::min(rest.find('?', end), rest.size());
    url.path = rest.substr(end, mark - end);
    if (url.path.empty()) url.path = "/";
    if (mark < rest.size()) url.query = rest.substr(mark + 1);
    return url;
}

domain::Result<std::string> normalize_base_url(std::string_view typed) {
    constexpr std::string_view kSpace = " \t\r\n";
    const auto first = typed.find_first_not_of(kSpace);
    if (first == std::string_view::npos) return invalid("empty");
    typed = typed.substr(first, typed.find_last_not_of(kSpace) - first + 1);
    if (typed.find('?') != std::string_view::npos) return invalid("a query");
    const bool has_scheme = typed.substr(0, typed.find('/')).ends_with(':') &&
                            typed.find("://") != std::string_view::npos;
    const auto url = parse_url(has_scheme ? std::string(typed) : "https://" + std::string(typed));
    if (!url) return tl::unexpected(url.error());
    std::string out = url->origin() + url->path;
    while (out.back() == '/') out.pop_back();
    return out;
}

std::string join_url(std::string_view base, std::string_view path) {
    if (path.empty()) return std::string(base);
    while (base.ends_with('/')) base.remove_suffix(1);
    while (path.starts_with('/')) path.remove_prefix(1);
    return std::string(base) + "/" + std::string(path);
}

std::string host_of(std::string_view url) {
    const auto parsed = parse_url(url);
    return parsed ? parsed->host : std::string();
}

}  // namespace tillbridge::http
