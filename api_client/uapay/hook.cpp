#include "api_client/uapay/hook.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "api_client/uapay/jwt.hpp"
#include "api_client/uapay/payment.hpp"
#include "api_client/uapay/statuses.hpp"
#include "api_client/uapay/texts.hpp"
#include "module/port/json.hpp"
#include "module/security/digest.hpp"

namespace tillbridge::uapay {

using nlohmann::json;

namespace {

constexpr std::size_t kMaxExternalId = 128;

bool token_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
}

// The token of a body that is nothing but `{"token":"…"}`, which is what UAPAY sends; none for any
// other spelling, which is read as JSON.
std::optional<std::string_view> plain_token(std::string_view body) {
    constexpr std::string_view kBefore = R"({"token":")";
    constexpr std::string_view kAfter = "\"}";
    if (!body.starts_with(kBefore) || !body.ends_with(kAfter)) return {};
    if (body.size() <= kBefore.size() + kAfter.size()) return {};
    body.remove_prefix(kBefore.size());
    body.remove_suffix(kAfter.size());
    if (!std::all_of(body.begin(), body.end(), token_character)) return {};
    return body;
}

domain::Result<std::string> verified_claims(std::string_view body, const domain::Secret& key) {
    auto text = domain::Result<std::string>();
    if (const auto token = plain_token(body)) {
        text = verify(*token, key);
    } else {
        const auto parsed = port::parse_json(body);
        if (!parsed) return domain::fail("hook.unreadable", parsed.error().code);
        if (!parsed->is_object()) return domain::fail("hook.unreadable", "no object");
        text = verify(port::text_at(*parsed, "token"), key);
    }
    if (!text) return domain::fail("hook.signature_mismatch", text.error().code);
    return text;
}

// The first of several spellings that is there.
std::string either(const json& claims, std::string_view present, std::string_view older) {
    std::string text = port::text_at(claims, present);
    return text.empty() ? port::text_at(claims, older) : text;
}

// Equal for every delivery of one event, whether it is signed anew or not: `iat` is left out.
std::string event_key(json claims) {
    claims.erase("iat");
    return security::sha256_hex(port::to_text(claims));
}

std::string summary(const port::HookFact& fact) {
    std::string text = fact.word + " payment " + fact.gateway_payment.value + " invoice " +
                       fact.gateway_invoice.value;
    if (!fact.external_id.empty()) text += " (" + fact.external_id + ")";
    if (fact.fact.amount)
        text +=
            " " + domain::to_decimal(*fact.fact.amount) + " " + fact.fact.amount->currency.code();
    return masked(text);
}

}  // namespace

domain::Result<port::HookFact> read_hook(std::string_view body, const domain::Secret& key,
                                         const domain::Currency& uah) {
    const auto text = verified_claims(body, key);
    if (!text) return tl::unexpected(text.error());
    auto parsed = port::parse_json(*text);
    if (!parsed || !parsed->is_object()) return domain::fail("hook.unreadable", "claims");
    const json& claims = *parsed;

    port::HookFact hook;
    const std::string payment = either(claims, "paymentId", "id");
    const std::string invoice = either(claims, "invoiceId", "orderId");
    const std::string external = either(claims, "externalId", "extarnalId");
    if (!is_id(invoice) || !(payment.empty() || is_id(payment)) || external.size() > kMaxExternalId)
        return domain::fail("hook.unreadable", "ids");
    hook.gateway_invoice = domain::GatewayId(invoice);
    hook.gateway_payment = domain::GatewayId(payment);
    hook.external_id = external;

    const Words words = words_of(claims);
    hook.word = words.text();
    const Meaning meaning = meaning_of(words, {});
    hook.fact.status = meaning.status;
    hook.understood = meaning.status != domain::GatewayStatus::processing || meaning.in_progress ||
                      meaning.reason.empty();
    if (const json* amount = port::member(claims, "amount");
        amount != nullptr && !amount->is_null())
        hook.fact.amount = read_sum(claims, uah);
    hook.summary = summary(hook);
    hook.event_key = event_key(std::move(*parsed));
    return hook;
}

}  // namespace tillbridge::uapay
