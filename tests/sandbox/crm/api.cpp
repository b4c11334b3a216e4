#include "tests/sandbox/crm/api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "tests/sandbox/crm/views.hpp"

namespace tillbridge::sandbox {
namespace {

// A little less than a second, so that a client which spaces its calls by 100 ms is never caught by
// the jitter of the road.
constexpr Millis kRateWindow = 950;

bool listed(const std::vector<std::string>& list, const std::string& word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

std::string joined(const std::vector<std::string>& parts, std::size_t from) {
    std::string text;
    for (std::size_t i = from; i < parts.size(); ++i) text += (text.empty() ? "" : "/") + parts[i];
    return text;
}

}  // namespace

HttpResponse crm_success(Json extra, int status) {
    extra["success"] = true;
    return HttpResponse::json(status, extra);
}

HttpResponse crm_failure(int status, const std::string& message, const Json& errors) {
    Json body = {{"success", false}, {"errorMsg", message}};
    if (!errors.is_null()) body["errors"] = errors;
    return HttpResponse::json(status, body);
}

HttpResponse CrmApi::handle(const std::string& account, const std::vector<std::string>& path,
                            const HttpRequest& request) {
    Call call;
    call.account = account;
    call.method = request.method;
    call.path = joined(path, 0);
    call.parts = path;
    if (!call.parts.empty() && call.parts[0] == "v5") call.parts.erase(call.parts.begin());
    call.query = request.query;
    call.form = request.form();
    if (auto refused = let_in(call, request)) {
        log_request(call, refused->status);
        return *refused;
    }
    const auto fault = crm_.world.faults.hit("crm", account, request.path);
    auto response = with_fault(fault, [&] { return dispatch(call); });
    log_request(call, response.drop ? 0 : response.status);
    return response;
}

std::optional<HttpResponse> CrmApi::let_in(Call& call, const HttpRequest& request) {
    const std::lock_guard lock(crm_.mutex);
    Account* account = crm_.find(call.account);
    if (account == nullptr)
        return HttpResponse::html(404,
                                  "<!DOCTYPE html><html><head><title>Account not found</title>"
                                  "</head><body>Account does not exist.</body></html>");
    call.key = request.header("x-api-key");
    if (call.key.empty()) call.key = call.query.get("apiKey", call.form.get("apiKey"));
    if (call.key.empty()) return crm_failure(403, "\"apiKey\" is missing.");
    ApiKey* key = account->key(call.key);
    if (key == nullptr) return crm_failure(403, "Wrong \"apiKey\" value.");
    const auto limit = account->switches.number("rateLimit");
    if (limit <= 0) return std::nullopt;
    auto& recent = key->recent[request.peer];
    const auto now = wall_now();
    while (!recent.empty() && recent.front() <= now - kRateWindow) recent.pop_front();
    if (static_cast<std::int64_t>(recent.size()) < limit) {
        recent.push_back(now);
        return std::nullopt;
    }
    ++account->rate_limited;
    auto response = crm_failure(static_cast<int>(account->switches.number("rateLimitStatus")),
                                "API limit has been exceeded.");
    if (const auto after = account->switches.number("retryAfter"); after >= 0)
        response.headers.emplace_back("Retry-After", std::to_string(after));
    return response;
}

void CrmApi::log_request(const Call& call, int status) {
    if (!crm_.world.log_settings.requests.load()) return;
    crm_.requests.add({{"at", iso_utc(crm_.world.clock.now())},
                       {"account", call.account},
                       {"method", call.method},
                       {"path", "/api/" + call.path},
                       {"keyHint", call.key.size() > 4 ? call.key.substr(call.key.size() - 4) : ""},
                       {"answerStatus", status}});
}

// New keys have scopes, old ones a list of methods; a method of "" is open to every old key.
bool CrmApi::allowed(const Call& call, const char* scope, const char* method) {
    const std::lock_guard lock(crm_.mutex);
    Account* account = crm_.find(call.account);
    ApiKey* key = account != nullptr ? account->key(call.key) : nullptr;
    if (key == nullptr) return false;
    if (account->old_style) return *method == '\0' || listed(key->methods, method);
    return listed(key->scopes, scope);
}

HttpResponse CrmApi::denied(const Call& call, const std::string& needs) {
    crm_.world.violation("crm", call.account, "access.denied", "the key lacks " + needs,
                         {{"method", call.method}, {"path", "/api/" + call.path}});
    return crm_failure(403, "Access denied.");
}

std::optional<HttpResponse> CrmApi::json_field(const Call& call, const char* name, Json& object) {
    const auto text = call.form.find(name);
    const auto parsed = text ? parse_json(*text) : std::nullopt;
    if (parsed && parsed->is_object()) {
        object = *parsed;
        return std::nullopt;
    }
    const auto message = text ? std::string("Errors in the entity format")
                              : fmt::format("Parameter '{}' is missing", name);
    crm_.world.violation("crm", call.account, "field.format", fmt::format("{}: {}", name, message),
                         {{"path", "/api/" + call.path}});
    return crm_failure(400, message);
}

HttpResponse CrmApi::dispatch(const Call& call) {
    const bool versioned = starts_with(call.path, "v5/");
    if (!versioned) return unversioned(call);
    const auto& first = call.parts.empty() ? std::string() : call.parts[0];
    if (first == "integration-modules") return integration(call);
    if (first == "payment") return payment(call);
    if (first == "reference") return reference(call);
    if (first == "notifications" && call.parts.size() == 2 && call.parts[1] == "send" &&
        call.method == "POST")
        return notification(call);
    if (first == "orders" && call.parts.size() == 2 && call.method == "GET")
        return show_order(call);
    if (call.path == "v5/orders/payments/create" && call.method == "POST")
        return add_order_payment(call);
    if (first == "settings" && call.parts.size() == 1 && call.method == "GET") {
        const std::lock_guard lock(crm_.mutex);
        Account& account = crm_.get(call.account);
        return crm_success({{"settings", settings_of(account, crm_.world.clock.now())}});
    }
    return crm_failure(404, "API method not found");
}

HttpResponse CrmApi::unversioned(const Call& call) {
    if (call.method != "GET") return crm_failure(404, "API method not found");
    const std::lock_guard lock(crm_.mutex);
    Account& account = crm_.get(call.account);
    if (call.path == "credentials") {
        const ApiKey* key = account.key(call.key);
        if (key == nullptr) return crm_failure(403, "Wrong \"apiKey\" value.");
        Json answer = {{"credentials", key->methods}, {"siteAccess", "access_full"}};
        if (!account.old_style) answer["scopes"] = key->scopes;
        return crm_success(answer);
    }
    if (call.path == "api-versions") return crm_success({{"versions", {"3.0", "4.0", "5.0"}}});
    if (call.path == "system-info")
        return crm_success({{"systemVersion", "8.1.51"},
                            {"publicUrl", account.public_url},
                            {"technicalUrl", account.technical_url}});
    return crm_failure(404, "API method not found");
}

// By our id (`by=id`); orders here have no external ones.
HttpResponse CrmApi::show_order(const Call& call) {
    if (!allowed(call, "order_read", "/api/orders/{externalId}")) return denied(call, "order_read");
    const std::lock_guard lock(crm_.mutex);
    Account& account = crm_.get(call.account);
    const Order* order = call.query.get("by") == "id"
                             ? account.order(std::strtoll(call.parts[1].c_str(), nullptr, 10))
                             : nullptr;
    if (order == nullptr) return crm_failure(404, "Not found");
    return crm_success({{"order", order_api(*order)}});
}

// A second one of the same externalId is refused.
HttpResponse CrmApi::add_order_payment(const Call& call) {
    if (!allowed(call, "order_write", "/api/orders/payments/create"))
        return denied(call, "order_write");
    Json wanted;
    if (auto refused = json_field(call, "payment", wanted)) return *refused;
    const std::lock_guard lock(crm_.mutex);
    Account& account = crm_.get(call.account);
    Order* order = has(wanted, "order") ? account.order(int_of(wanted.at("order"), "id")) : nullptr;
    if (order == nullptr) return crm_failure(400, "Order is not loaded");
    const auto type = text_of(wanted, "type");
    const auto external = text_of(wanted, "externalId");
    const auto amount = has(wanted, "amount") ? cents_of(wanted.at("amount")).value_or(0) : 0;
    if (account.types.count(type) == 0 || amount <= 0)
        return crm_failure(400, "Errors in the entity format");
    for (const auto& payment : order->payments)
        if (!external.empty() && payment.external_id == external)
            return crm_failure(400, "Payment already exists.");
    auto& made = crm_.add_payment(account, *order, {{"type", type}, {"amount", wanted["amount"]}});
    made.external_id = external;
    return crm_success({{"id", made.id}}, 201);
}

HttpResponse CrmApi::notification(const Call& call) {
    Json notice;
    if (auto refused = json_field(call, "notification", notice)) return *refused;
    Json errors = Json::object();
    const auto type = text_of(notice, "type");
    if (type != "api.info" && type != "api.error") errors["type"] = "is not valid";
    if (text_of(notice, "message").empty()) errors["message"] = "This value should not be blank.";
    const auto list = [&](const char* name) {
        return has(notice, name) && notice.at(name).is_array() && !notice.at(name).empty();
    };
    if (!list("userGroups") && !list("userIds")) errors["userGroups"] = "nobody is addressed";
    if (!errors.empty()) {
        crm_.world.violation("crm", call.account, "notification", dump(errors), notice);
        return crm_failure(400, "Errors in the entity format", errors);
    }
    crm_.notices.add({{"at", iso_utc(crm_.world.clock.now())},
                      {"account", call.account},
                      {"type", type},
                      {"message", text_of(notice, "message")},
                      {"userGroups", notice.value("userGroups", Json::array())},
                      {"userIds", notice.value("userIds", Json::array())}});
    crm_.world.bell.ring();
    return crm_success();
}

}  // namespace tillbridge::sandbox
