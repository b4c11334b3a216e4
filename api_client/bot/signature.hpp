// How a call to a bot is signed: as Standard Webhooks does (PROTOCOL.md §5). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "module/domain/secret.hpp"
#include "module/domain/time.hpp"

namespace tillbridge::bot {

inline constexpr std::string_view kSecretPrefix = "whsec_";

// `v1,<base64>` for each secret, separated by spaces, over `id.timestamp.body`. A secret that is
// not `whsec_` and base64 is taken byte by byte, as the specification's libraries do.
std::string signature_of(const std::vector<domain::Secret>& secrets, std::string_view id,
                         domain::UtcTime at, std::string_view body);

}  // namespace tillbridge::bot
