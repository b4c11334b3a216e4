// Absolute http and https URLs as we call them: no user, no fragment, a plain ASCII host (an IDN
// only as punycode), a literal address only in its canonical spelling. Error: http.url_invalid.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "module/domain/result.hpp"

namespace tillbridge::http {

struct Url {
    std::string scheme;  // "http" or "https"
    std::string host;    // lower case, no trailing dot; an IPv6 literal without its brackets
    std::uint16_t port = 0;
    std::string path;   // begins with '/', encoded
    std::string query;  // without '?', encoded; may be empty

    bool secure() const { return scheme == "https"; }
    bool literal() const;           // the host is an address
    std::string authority() const;  // the Host header: the port only where it is not the default
    std::string origin() const;     // scheme://authority
    std::string target() const;     // path and query
    std::string text() const;       // everything
};

domain::Result<Url> parse_url(std::string_view text);

// A base address as a person types it → `https://shop.retailcrm.ru` or `https://host:8443/crm`:
// trimmed, https where no scheme is given, host in lower case, no trailing slash, the default port
// dropped. The path stays, since boxed installations have one; a query is refused.
domain::Result<std::string> normalize_base_url(std::string_view typed);

// `https://api.uapay.ua/api/` + `/sessions/create` → `https://api.uapay.ua/api/sessions/create`:
// exactly one slash between the two.
std::string join_url(std::string_view base, std::string_view path);

// The host of a URL, for a message or a comparison; empty where it is no URL.
std::string host_of(std::string_view url);

}  // namespace tillbridge::http
