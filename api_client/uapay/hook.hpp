// Reads a callback (PROTOCOL.md §8): verified over the bytes that came, in the present spelling and
// in that of older accounts. Its age does not matter: a repeat may come a day later.
#pragma once

#include <string_view>

#include "module/domain/result.hpp"
#include "module/domain/secret.hpp"
#include "module/port/gateway.hpp"

namespace tillbridge::uapay {

// hook.signature_mismatch (also where there is no token at all), hook.unreadable.
domain::Result<port::HookFact> read_hook(std::string_view body, const domain::Secret& key,
                                         const domain::Currency& uah);

}  // namespace tillbridge::uapay
