#include "tests/sandbox/uapay/envelope.hpp"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/Timestamp.h>

#include <cmath>

#include "tests/sandbox/base/jwt.hpp"

namespace tillbridge::sandbox {
namespace {

constexpr double kTimeLimit = 20;  // seconds, either way

UapayError field_error(const char* part, const char* field, const char* code) {
    return {"FORMAT_ERROR", "Wrong format", {{part, {{field, code}}}}};
}

Json part_of(const Json& object, const char* name) {
    return has(object, name) && object.at(name).is_object() ? object.at(name) : Json::object();
}

// Finds the merchant by what stands outside the token.
std::optional<UapayError> find_merchant(Uapay& uapay, const Json& body, UapayCall& call) {
    const Json params = part_of(body, "params");
    const bool opens = call.method == "sessions/create";
    const char* name = opens ? "clientId" : "sessionId";
    const auto id = text_of(params, name);
    if (id.empty()) return missing("params", name);
    const std::lock_guard lock(uapay.mutex);
    std::string client_id = id;
    if (!opens) {
        const UapaySession* session = uapay.session(id);
        if (session == nullptr) return UapayError{"SESSION_NOT_FOUND", "Session not found"};
        client_id = session->client_id;
        call.session_id = id;
    }
    auto found = uapay.merchants.find(client_id);
    if (found == uapay.merchants.end()) return UapayError{"CLIENT_NOT_FOUND", "Client not found"};
    call.client_id = client_id;
    call.secret = found->second.secret;
    call.switches = found->second.switches;
    return std::nullopt;
}

std::optional<UapayError> check_time(const UapayCall& call, const Json& claims) {
    if (!has(claims, "iat")) return field_error("iat", "iat", "REQUIRED");
    if (!claims.at("iat").is_number()) return field_error("iat", "iat", "INVALID");
    const auto now = wall_now() / 1000 + call.switches.number("clockOffset");
    if (std::fabs(static_cast<double>(now) - claims.at("iat").get<double>()) > kTimeLimit)
        return UapayError{"TIMELIMIT_ERROR", ""};
    return std::nullopt;
}

}  // namespace

UapayError missing(const char* part, const char* field) {
    return field_error(part, field, "REQUIRED");
}
UapayError invalid(const char* part, const char* field) {
    return field_error(part, field, "INVALID");
}

LetIn let_in(Uapay& uapay, const std::string& method, const std::string& body_text) {
    LetIn result;
    UapayCall& call = result.call;
    call.method = method;
    {
        const std::lock_guard lock(uapay.mutex);
        call.switches = uapay.defaults;
    }
    const auto refuse = [&](UapayError error) {
        result.error = std::move(error);
        return result;
    };
    const auto body = parse_json(body_text);
    if (!body || !body->is_object())
        return refuse({"FORMAT_ERROR", "The body is not a JSON object"});
    if (auto error = find_merchant(uapay, *body, call)) return refuse(*error);
    Json claims = *body;
    if (!call.switches.on("unsigned")) {
        if (!has(*body, "token") || !body->at("token").is_string())
            return refuse({"TOKEN_ERROR", "The request is not signed"});
        auto verified = verify_token(body->at("token").get<std::string>(), call.secret);
        if (!verified.claims) return refuse({"TOKEN_ERROR", "Wrong token: " + verified.reason});
        claims = std::move(*verified.claims);
        for (const char* part : {"params", "data", "iat"})
            if (call.switches.on("strict") && body->contains(part) &&
                (!claims.contains(part) || claims.at(part) != body->at(part)))
                return refuse({"TOKEN_ERROR", std::string(part) + " differs from the token"});
        if (auto error = check_time(call, claims)) return refuse(*error);
    }
    call.params = part_of(claims, "params");
    call.data = part_of(claims, "data");
    const char* name = call.session_id.empty() ? "clientId" : "sessionId";
    const auto& right = call.session_id.empty() ? call.client_id : call.session_id;
    if (text_of(call.params, name) != right)
        return refuse({"TOKEN_ERROR", std::string(name) + " differs from the token"});
    if (call.session_id.empty() && !call.params.at("clientId").is_string())
        return refuse(invalid("params", "clientId"));
    return result;
}

// UAPAY's own clock shows in the header Date too, so that a client can measure the offset.
static HttpResponse with_date(const UapayCall& call, HttpResponse response) {
    const auto offset = call.switches.number("clockOffset");
    if (offset == 0) return response;
    Poco::Timestamp now;
    now += Poco::Timestamp::resolution() * offset;
    response.headers.emplace_back(
        "Date", Poco::DateTimeFormatter::format(now, Poco::DateTimeFormat::HTTP_FORMAT));
    return response;
}

HttpResponse uapay_reply(const UapayCall& call, Json claims) {
    if (call.switches.on("replyIat"))
        claims["iat"] = wall_now() / 1000 + call.switches.number("clockOffset");
    Json body = {{"status", 1}};
    if (call.switches.on("statusText")) body["status"] = "1";
    if (call.switches.on("unsigned") || call.switches.on("unsignedReplies"))
        body["data"] = std::move(claims);
    else
        body["data"] = {
            {"token", make_token(claims, call.secret, call.switches.text("replyForm"))}};
    return with_date(call, HttpResponse::json(200, body));
}

HttpResponse uapay_error(const UapayCall& call, const UapayError& error) {
    Json inner = {{"code", error.code}};
    if (!error.message.empty()) inner["message"] = error.message;
    if (!error.fields.is_null()) inner["fields"] = error.fields;
    Json body = {{"error", inner}};
    if (error.code != "TIMELIMIT_ERROR") body["status"] = 0;
    const bool plain = !call.switches.on("errors400");
    return with_date(call, HttpResponse::json(plain ? 200 : 400, body));
}

}  // namespace tillbridge::sandbox
