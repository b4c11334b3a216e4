// Text on its way to Prodamus or into a record: valid UTF-8 without control characters, of bounded
// length.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tillbridge::prodamus {

// The length of the UTF-8 character that the text begins with, 1 to 4; 0 where it is none.
std::size_t character_length(std::string_view text);
bool is_utf8(std::string_view text);
std::size_t count_characters(std::string_view text);  // of valid UTF-8

// At most `limit` characters, trimmed; control characters become spaces, bytes that are no UTF-8
// are left out.
std::string clean_text(std::string_view text, std::size_t limit);

// The peer's words for a journal or a manager: cleaned, masked, cut.
std::string masked(std::string_view words);

// What an answer that is no link says: a page's markup is left out, text in WINDOWS-1251, which the
// answers' header names (PROTOCOL.md §2.5), is read as such; masked and cut.
std::string words_of_page(std::string_view body);

// A number that Prodamus gave: 1 to 64 letters, digits, `-` and `_`.
bool is_id(std::string_view text);

}  // namespace tillbridge::prodamus
