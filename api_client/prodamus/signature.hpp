// The signature of links, REST calls and notices (PROTOCOL.md §3): HMAC-SHA256 with the page's key
// as text over the sorted tree as PHP writes JSON. Comparisons take constant time.
#pragma once

#include <string>
#include <string_view>

#include "api_client/prodamus/tree.hpp"
#include "module/domain/result.hpp"
#include "module/domain/secret.hpp"

namespace tillbridge::prodamus {

// The text that is signed; the outermost field `signature` is left out. Error: signature.not_utf8,
// where PHP's encoder would fail and the text would be empty (§3.5).
domain::Result<std::string> canonical_text(const Tree& tree);

// 64 lower-case hex digits. Errors: signature.not_utf8, signature.no_key.
domain::Result<std::string> sign(const Tree& tree, const domain::Secret& key);

enum class Verdict {
    genuine,
    foreign,  // no signature, a wrong one, or nothing that can be signed
    demo,     // made with the key and `demo` behind it: no money moved (§3.8)
};
Verdict verify(const Tree& tree, std::string_view signature, const domain::Secret& key);
// The same over a text that canonical_text() made.
Verdict verify_text(std::string_view text, std::string_view signature, const domain::Secret& key);

// The value of the header `Sign` without blanks and without one leading `Sign:` (§3.7).
std::string_view signature_of_header(std::string_view value);

}  // namespace tillbridge::prodamus
