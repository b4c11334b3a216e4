// The one JSON Web Token that UAPAY speaks: HS256, signed with the characters of the secret key as
// they are (PROTOCOL.md §3). The algorithm is fixed here and never taken from the token.
#pragma once

#include <string>
#include <string_view>

#include "module/domain/result.hpp"
#include "module/domain/secret.hpp"

namespace tillbridge::uapay {

// Signs exactly these bytes.
std::string sign(std::string_view claims, const domain::Secret& key);

// The claims' text, once header and signature are right; nothing of it is read before. Errors:
// jwt.malformed (not three parts of base64url, unreadable header), jwt.algorithm, jwt.signature.
domain::Result<std::string> verify(std::string_view token, const domain::Secret& key);

}  // namespace tillbridge::uapay
