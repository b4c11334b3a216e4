#include "api_client/bot/signature.hpp"

#include "module/security/digest.hpp"
#include "module/security/encoding.hpp"

namespace tillbridge::bot {
namespace {

std::string key_of(const domain::Secret& secret) {
    const std::string& text = secret.reveal();
    if (!text.starts_with(kSecretPrefix)) return text;
    return security::from_base64(std::string_view(text).substr(kSecretPrefix.size()))
        .value_or(text);
}

}  // namespace

std::string signature_of(const std::vector<domain::Secret>& secrets, std::string_view id,
                         domain::UtcTime at, std::string_view body) {
    std::string signed_text(id);
    signed_text.append(".").append(std::to_string(at.seconds())).append(".").append(body);
    std::string header;
    for (const auto& secret : secrets) {
        if (!header.empty()) header += ' ';
        header += "v1," + security::to_base64(security::hmac_sha256(key_of(secret), signed_text));
    }
    return header;
}

}  // namespace tillbridge::bot
