// How the text of one value is read: spans, addresses, URLs, host patterns. Each function gives the
// empty string and fills `out`, or says what the value must look like.
#pragma once

#include <cstdint>
#include <string>

#include "config/config.hpp"

namespace tillbridge::config {

// `500ms`, `10s`, `5m`, `72h`; a bare `0` is no time at all.
std::string read_span(const std::string& text, Span& out);
std::string write_span(Span span);  // the largest unit that fits

// `host:port`, `[::1]:port`; port 0 to 65535.
std::string read_listen(const std::string& text, std::string& out);

// Absolute http or https, a host, perhaps a port and a path; no user, query or fragment.
// Trailing slashes are cut off.
std::string read_url(const std::string& text, std::string& out);

// An IPv4 or IPv6 address, or a block of them: `10.0.0.0/8`.
std::string read_network(const std::string& text, std::string& out);

// `host`, `*.domain` or an address, put into lower case.
std::string read_host_pattern(const std::string& text, std::string& out);

std::string read_integer(const std::string& text, std::int64_t& out);

// Whole, well-formed UTF-8 without control characters.
bool is_clean_text(const std::string& text);

}  // namespace tillbridge::config
