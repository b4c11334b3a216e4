// Reads what came over the wire into a tree, as PHP would (PROTOCOL.md §3.6). Bounded: fields and
// depth as in tree.hpp, the size by the caller. Errors: body.too_many_fields, body.too_deep,
// body.malformed; none of them quotes the input.
#pragma once

#include <string_view>

#include "api_client/prodamus/tree.hpp"
#include "module/domain/result.hpp"

namespace tillbridge::prodamus {

// A query or application/x-www-form-urlencoded.
domain::Result<Tree> parse_form(std::string_view body);

// multipart/form-data; files are left out, as PHP keeps them elsewhere.
domain::Result<Tree> parse_multipart(std::string_view body, std::string_view content_type);

// One JSON object; numbers become text as PHP's strval() writes them (§3.2), a name that stands
// twice is refused.
domain::Result<Tree> parse_json_tree(std::string_view body);

// By what the body is: one that begins with `{` is JSON whatever the header says (§3.7).
domain::Result<Tree> parse_body(std::string_view body, std::string_view content_type);

// The text of a JSON number that has a fraction or does not fit 64 bits: `100`, `10.5`, `1.0E+15`.
std::string php_number(double value);

}  // namespace tillbridge::prodamus
