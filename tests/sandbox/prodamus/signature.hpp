// Signatures of Prodamus (prodamus.md §3): HMAC-SHA256, as lower-case hex, over the sorted tree of
// texts written as PHP writes JSON. The same for link requests, REST calls and notifications.
#pragma once

#include <stdexcept>
#include <string>

#include "tests/sandbox/prodamus/form.hpp"

namespace tillbridge::sandbox {

// A text that is not UTF-8 can't be signed (§3.5).
struct UnsignableText : std::runtime_error {
    UnsignableText() : std::runtime_error("text is not UTF-8") {}
};

std::string signed_text(const Tree& tree);  // without the field `signature`; throws UnsignableText
std::string signature_of(const Tree& tree, const std::string& key);

// `given` may be in upper case and may repeat its header's name (§3.7).
bool signed_well(const Tree& tree, const std::string& given, const std::string& key);

}  // namespace tillbridge::sandbox
