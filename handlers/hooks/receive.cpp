#include "handlers/hooks/receive.hpp"

#include "handlers/errors.hpp"

namespace tillbridge::handlers::hooks {

namespace {

using Receipt = service::Hooks::Receipt;

std::string_view to_word(Receipt receipt) {
    switch (receipt) {
        case Receipt::recorded:
            return "recorded";
        case Receipt::repeated:
            return "repeated";
        case Receipt::quarantined:
            return "quarantined";
        case Receipt::unmatched:
            break;
    }
    return "unmatched";
}

// Tokens are 43 characters of base64url; other shapes need no look-up.
bool looks_like_token(const std::string& token) {
    return token.size() >= 16 && token.size() <= 128 &&
           token.find_first_not_of(
               "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
               "0123456789-_") == std::string::npos;
}

struct Refusal {
    int status;
    std::string_view reason;  // as counted
};

Refusal refusal_of(const std::string& code) {
    if (code == "hook.token_unknown") return {404, "token_unknown"};
    if (code == "hook.signature_mismatch") return {401, "signature_mismatch"};
    if (code == "request.busy") return {429, "limited"};
    return {400, "unreadable"};
}

}  // namespace

Answer Receiver::receive(Request& request) {
    const std::string& gateway = request.param("gateway");
    const std::string& token = request.param("hookToken");
    // What is not one of ours must not become a label of its own.
    static const std::string kUnknown = "unknown";
    const bool known = services_.context.gateways.find(domain::GatewayCode(gateway)) != nullptr;
    const std::string& label = known ? gateway : kUnknown;
    if (!known || !looks_like_token(token))
        return refuse(label, {"hook.token_unknown", "", "", {}});

    port::RawHook raw;
    raw.body = std::move(request.body);
    raw.content_type = request.header("content-type");  // with its boundary
    raw.headers = std::move(request.headers);
    raw.query = std::move(request.query);
    const auto received = services_.hooks.receive(gateway, token, raw, request.id);
    if (!received) {
        const domain::Error& error = received.error();
        if (error.code == "hook.token_unknown" && misses_.too_many(request.client))
            return refuse(label, {"request.busy", "", "", {}});
        if (const auto owner = error.params.find("connection"); owner != error.params.end())
            request.about.connection = owner->second;
        return refuse(label, error);
    }
    services_.context.meter.count(
        "hook_facts_total",
        {{"gateway", label}, {"kind", received->kind}, {"outcome", to_word(received->receipt)}});
    return json_answer(200, R"({"success":true})");
}

Answer Receiver::refuse(const std::string& gateway, const domain::Error& error) {
    const Refusal refusal = refusal_of(error.code);
    services_.context.meter.count("hooks_refused_total",
                                  {{"gateway", gateway}, {"reason", refusal.reason}});
    // Only the code: a hook's sender is a machine, and what is wrong is nobody else's business.
    Answer answer = error_answer(Format::api, refusal.status, {error.code, "", "", {}},
                                 services_.context.texts, "en");
    if (refusal.status == 429) answer.with("Retry-After", std::to_string(misses_.retry_after()));
    return answer;
}

std::vector<Route> routes(Receiver& receiver) {
    return {{{"POST"},
             "/hooks/{gateway}/{hookToken}",
             [&](Request& request) { return receiver.receive(request); },
             Format::api,
             kBodyLimit,
             false}};
}

}  // namespace tillbridge::handlers::hooks
