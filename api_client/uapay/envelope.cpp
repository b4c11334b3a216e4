#include "api_client/uapay/envelope.hpp"

#include <charconv>

#include "api_client/uapay/jwt.hpp"
#include "api_client/uapay/texts.hpp"
#include "module/port/json.hpp"

namespace tillbridge::uapay {

using nlohmann::json;

namespace {

// `params.clientId: REQUIRED, data.amount: INVALID`
std::string fields_text(const json& fields) {
    std::string text;
    if (!fields.is_object()) return text;
    for (const auto& [part, members] : fields.items()) {
        if (!members.is_object()) continue;
        for (const auto& [name, code] : members.items()) {
            if (!text.empty()) text += ", ";
            text += part + "." + name;
            if (code.is_string()) text += ": " + code.get<std::string>();
        }
    }
    return text;
}

std::string word(const json& object, std::string_view key) {
    const json* value = port::member(object, key);
    if (value == nullptr) return {};
    if (value->is_string()) return value->get<std::string>();
    return value->is_number() ? port::to_text(*value) : std::string();
}

// `error` may come with or without a status, and with nothing but a code (§9, §10).
void read_error(const json& error, Reply& reply) {
    if (error.is_string()) {
        reply.reason = masked(error.get<std::string>());
        return;
    }
    reply.error_code = clean_text(word(error, "code"), 64);
    if (const json* fields = port::member(error, "fields")) reply.fields = *fields;
    std::string text = reply.error_code;
    if (const std::string message = word(error, "message"); !message.empty())
        text += (text.empty() ? "" : ": ") + message;
    if (const std::string bad = fields_text(reply.fields); !bad.empty()) text += " (" + bad + ")";
    reply.reason = masked(text);
}

// What stands before a 5xx may have failed after UAPAY did the work, and many such servers answer
// with an `error` of their own; only a code that UAPAY documents is its word then.
bool is_word_of_uapay(int http_status, const Reply& reply) {
    return http_status < 500 || reply.error_code == "TIMELIMIT_ERROR" ||
           reply.error_code == "FORMAT_ERROR";
}

std::optional<std::int64_t> read_iat(const json& claims) {
    const json* value = port::member(claims, "iat");
    const auto text = value != nullptr ? port::decimal_text(*value) : std::nullopt;
    if (!text) return {};
    std::int64_t seconds = 0;  // the fraction that some send is left out (§3.1)
    const auto read = std::from_chars(text->data(), text->data() + text->size(), seconds);
    if (read.ec != std::errc() || seconds <= 0 || seconds > 100'000'000'000) return {};
    return seconds;
}

void read_token(const json& body, const domain::Secret& key, Reply& reply) {
    const json* data = port::member(body, "data");
    const json* token = data != nullptr ? port::member(*data, "token") : nullptr;
    if (token == nullptr) {
        reply.verdict = Verdict::not_signed;
        return;
    }
    reply.verdict = Verdict::badly_signed;
    if (!token->is_string()) return;
    const auto text = verify(token->get_ref<const std::string&>(), key);
    if (!text) return;
    auto claims = port::parse_json(*text);
    if (!claims || !claims->is_object()) {
        reply.verdict = Verdict::unreadable;
        return;
    }
    reply.verdict = Verdict::ok;
    reply.claims = std::move(*claims);
    reply.iat = read_iat(reply.claims);
}

}  // namespace

std::string request_body(const json& params, const json& data, std::int64_t iat,
                         const domain::Secret& key) {
    json claims = {{"params", params}, {"iat", iat}};
    if (!data.is_null()) claims["data"] = data;
    // The signed bytes and the bytes beside the token are the same text.
    std::string body = port::to_text(claims);
    const std::string token = sign(body, key);
    body.pop_back();
    return body + R"(,"token":")" + token + "\"}";
}

bool Reply::blames(std::string_view param) const {
    const json* params = port::member(fields, "params");
    return params != nullptr && port::member(*params, param) != nullptr;
}

Reply read_reply(int http_status, std::string_view body, const domain::Secret& key) {
    Reply reply;
    const auto parsed = port::parse_json(body);
    const bool object = parsed && parsed->is_object();
    const json* error = object ? port::member(*parsed, "error") : nullptr;
    if (error != nullptr && error->is_null()) error = nullptr;
    if (error != nullptr) read_error(*error, reply);

    if (http_status == 429) {
        reply.verdict = Verdict::overloaded;
    } else if (error != nullptr) {
        reply.verdict =
            is_word_of_uapay(http_status, reply) ? Verdict::refused : Verdict::unreadable;
    } else if (!object || http_status != 200) {
        reply.verdict = Verdict::unreadable;
    } else if (const auto status = port::integer_at(*parsed, "status"); status == 1) {
        read_token(*parsed, key, reply);
    } else if (status == 0) {
        reply.verdict = Verdict::refused;
    }
    return reply;
}

}  // namespace tillbridge::uapay
