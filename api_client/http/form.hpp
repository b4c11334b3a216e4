// Percent-encoding for bodies (application/x-www-form-urlencoded) and queries.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tillbridge::http {

inline constexpr std::string_view kFormType = "application/x-www-form-urlencoded";

using Fields = std::vector<std::pair<std::string, std::string>>;

// Everything but A-Z a-z 0-9 - . _ ~ becomes %XX: for a path segment or a query value.
std::string percent_encode(std::string_view text);

// As a browser sends a form: as above, but a space becomes '+'.
std::string form_encode(const Fields& fields);

// `a=1&b=%20`: a space becomes %20. Appended by with_query, which adds the '?' or the '&'.
std::string query_encode(const Fields& fields);
std::string with_query(std::string_view url, const Fields& fields);

// At most `limit` bytes of a body for a record or a log, cut between UTF-8 characters, control
// characters as spaces, and how much was left out. It bounds; hiding secrets is module/security's.
std::string excerpt(std::string_view body, std::size_t limit = 2048);

}  // namespace tillbridge::http
