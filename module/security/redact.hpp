// Masks what must not be kept or printed, in plain text, JSON and forms: card-like numbers (13 to
// 19 digits that satisfy Luhn, also in groups), e-mail addresses, phone numbers, and the values of
// keys that name a secret (apiKey, token, secret, password, authorization, …). Masking what merely
// looks like one is accepted; nothing is refused for it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tillbridge::security {

// `4111111111111111` → `411111******1111`, `ivan@example.com` → `i***@e***.com`,
// `+380 50 123-45-67` → `+38*******67`, `apiKey=abc` → `apiKey=***`. What is masked stays masked:
// redact(redact(x)) is redact(x).
std::string redact(std::string_view text);

// The same, cut to `limit` bytes at a character's border, with `…` where something was cut. Masks
// before it cuts, so that half a number is never left.
std::string redact(std::string_view text, std::size_t limit);

}  // namespace tillbridge::security
