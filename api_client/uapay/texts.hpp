// Text on its way to UAPAY or into a record: valid UTF-8 without control characters, of bounded
// length.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tillbridge::uapay {

// At most `limit` characters (code points), trimmed; control characters become spaces, bytes that
// are no UTF-8 are left out.
std::string clean_text(std::string_view text, std::size_t limit);

// The peer's words for a journal or a manager: cleaned, masked, cut.
std::string masked(std::string_view words);

// An id of the gateway's: 1 to 64 letters, digits, `-` and `_`.
bool is_id(std::string_view text);

}  // namespace tillbridge::uapay
