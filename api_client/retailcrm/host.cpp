#include "api_client/retailcrm/host.hpp"

#include <functional>
#include <thread>
#include <utility>

#include "api_client/http/url.hpp"
#include "api_client/retailcrm/read.hpp"
#include "api_client/retailcrm/wire.hpp"
#include "module/port/json.hpp"

namespace tillbridge::retailcrm {

using nlohmann::json;
using port::HostAnswer;
using port::HostReply;
using port::HostResult;

namespace {

void rename(HostAnswer& answer, const char* code) {
    answer.result = HostResult::refused;
    answer.code = code;
    answer.exchange.outcome = code;
}

}  // namespace

void lacks_right(HostAnswer& answer, const char* code) {
    if (answer.exchange.http_status == 403 && answer.code == "crm.key_rejected" &&
        answer.message.find("apiKey") == std::string::npos)
        rename(answer, code);
}

Host::Host(http::Sender& sender, HostOptions options)
    : sender_(sender),
      options_(std::move(options)),
      guard_(options_.outbound),
      zones_(options_.zone_directory),
      pace_(options_.requests_per_second) {}

domain::Result<std::string> Host::normalize_url(const std::string& url) {
    const auto normal = http::normalize_base_url(url);
    if (!normal) return domain::fail("crm.url_invalid", normal.error().message);
    const auto parsed = http::parse_url(*normal);
    if (!parsed) return domain::fail("crm.url_invalid", parsed.error().message);
    const auto allowed = guard_.check(*parsed);
    if (!allowed)
        return domain::fail(forbidden_code(allowed.error().code), allowed.error().message);
    return *normal;
}

HostReply<port::AccountInfo> Host::check_account(const domain::Connection& connection) {
    Reading rights = get(connection, "/api/credentials", "credentials");
    if (rights.answer.result != HostResult::ok) return {std::move(rights.answer), {}};
    auto info = read_credentials(rights.body, options_.module);
    if (!info) {
        make_senseless(rights.answer, "credentials: neither scopes nor methods");
        return {std::move(rights.answer), {}};
    }
    // Old systems have no system-info, and answer that with a refusal or a page. A CRM that merely
    // did not answer is another matter: its account must not be taken for a second one.
    info->public_url = connection.system_url;
    Reading system = get(connection, "/api/system-info", "system-info");
    const HostResult result = system.answer.result;
    if (result == HostResult::ok) {
        const auto told = http::normalize_base_url(port::text_at(system.body, "publicUrl"));
        if (told) info->public_url = *told;
    } else if (result != HostResult::refused && result != HostResult::key_rejected) {
        return {std::move(system.answer), {}};
    }
    return {std::move(rights.answer), std::move(*info)};
}

HostReply<port::AccountSettings> Host::settings(const domain::Connection& connection) {
    Reading reading = get(connection, "/api/v5/settings", "settings");
    return {std::move(reading.answer), read_settings(reading.body)};
}

HostAnswer Host::register_module(const domain::Connection& connection,
                                 const port::Registration& registration) {
    const std::string path =
        "/api/v5/integration-modules/" + http::percent_encode(options_.module.code) + "/edit";
    return post(connection, path, "integration-modules/edit",
                {{"integrationModule",
                  registration_json(options_.module, connection, registration)}})
        .answer;
}

HostAnswer Host::push(const domain::Connection& connection, const port::StatusUpdate& update) {
    const auto known = zones_.find(connection.timezone);
    HostAnswer answer = post(connection, "/api/v5/payment/update-invoice", "payment/update-invoice",
                             {{"updateInvoice", update_json(update, known ? *known : Zone::utc())}})
                            .answer;
    if (!known && (update.push.paid_at || update.push.expires_at)) {
        const std::string note =
            "unknown timezone " + http::excerpt(connection.timezone, 64) + ", times are in UTC";
        answer.exchange.detail += (answer.exchange.detail.empty() ? "" : "; ") + note;
    }
    return answer;
}

HostReply<std::optional<std::string>> Host::check_payment(const domain::Connection& connection,
                                                          const domain::Invoice& invoice) {
    Reading reading = post(connection, "/api/v5/payment/check", "payment/check",
                           {{"check", check_json(invoice)}});
    HostAnswer& answer = reading.answer;
    if (answer.result != HostResult::ok) return {std::move(answer), {}};
    const json* result = port::member(reading.body, "result");
    const json* agreed = result == nullptr ? nullptr : port::member(*result, "success");
    if (agreed == nullptr || !agreed->is_boolean()) {
        make_senseless(answer, "payment/check: no result");
        return {std::move(answer), {}};
    }
    if (agreed->get<bool>()) return {std::move(answer), {}};
    std::string words = port::text_at(*result, "errorMsg");
    if (words.empty()) words = port::text_at(reading.body, "errorMsg");
    words = cut(shown(std::move(words), connection.api_key));
    answer.exchange.detail = words;
    return {std::move(answer), std::optional<std::string>(std::move(words))};
}

HostReply<std::vector<port::PaymentType>> Host::payment_types(
    const domain::Connection& connection, const std::vector<domain::Merchant>& ours) {
    Reading reading = get(connection, "/api/v5/reference/payment-types", "reference/payment-types");
    if (reading.answer.result != HostResult::ok) return {std::move(reading.answer), {}};
    auto types = read_payment_types(reading.body, options_.module, ours);
    if (!types) {
        make_senseless(reading.answer, "reference/payment-types: no list");
        return {std::move(reading.answer), {}};
    }
    return {std::move(reading.answer), std::move(*types)};
}

HostAnswer Host::create_payment_type(const domain::Connection& connection,
                                     const domain::Merchant& merchant) {
    const std::string code = payment_type_code(options_.module, merchant.id);
    HostAnswer answer =
        post(connection, "/api/v5/reference/payment-types/" + http::percent_encode(code) + "/edit",
             "reference/payment-types/edit",
             {{"paymentType", payment_type_json(options_.module, merchant)}})
            .answer;
    lacks_right(answer, "payment_type.forbidden");
    return answer;
}

HostReply<port::Order> Host::order(const domain::Connection& connection, std::int64_t id) {
    Reading reading =
        get(connection, "/api/v5/orders/" + std::to_string(id) + "?by=id", "orders/get");
    HostAnswer& answer = reading.answer;
    lacks_right(answer, "order.forbidden");
    if (answer.result == HostResult::refused && answer.exchange.http_status == 404)
        rename(answer, "order.unknown");
    if (answer.result != HostResult::ok) return {std::move(answer), {}};
    auto order = read_order(reading.body);
    if (!order || order->id != id) {
        make_senseless(answer, "orders: no order, or another one");
        return {std::move(answer), {}};
    }
    return {std::move(answer), std::move(*order)};
}

HostReply<std::string> Host::create_invoice(const domain::Connection& connection,
                                            std::int64_t payment) {
    Reading reading = post(connection, "/api/v5/payment/create-invoice", "payment/create-invoice",
                           {{"createInvoice", "{\"paymentId\":" + std::to_string(payment) + "}"}});
    const json* result = port::member(reading.body, "result");
    return {std::move(reading.answer),
            result == nullptr ? std::string() : port::text_at(*result, "link")};
}

HostReply<std::int64_t> Host::payment_of(const domain::Connection& connection,
                                         const domain::InvoiceUuid& uuid) {
    Reading reading = get(connection, "/api/v5/payment/invoice/" + http::percent_encode(uuid.value),
                          "payment/invoice");
    const json* invoice = port::member(reading.body, "invoice");
    const auto id = invoice == nullptr ? std::nullopt : port::integer_at(*invoice, "paymentId");
    return {std::move(reading.answer), id.value_or(0)};
}

HostAnswer Host::notify(const domain::Connection& connection, const std::string& text, bool alarm) {
    return post(connection, "/api/v5/notifications/send", "notifications/send",
                {{"notification", notice_json(text, alarm)}})
        .answer;
}

Reading Host::get(const domain::Connection& connection, const std::string& path,
                  const std::string& what) {
    http::Request request;
    request.url = http::join_url(connection.system_url, path);
    return send(connection, std::move(request), what);
}

Reading Host::post(const domain::Connection& connection, const std::string& path,
                   const std::string& what, const http::Fields& fields) {
    http::Request request;
    request.method = "POST";
    request.url = http::join_url(connection.system_url, path);
    request.headers.emplace_back("Content-Type", std::string(http::kFormType));
    request.body = http::form_encode(fields);
    return send(connection, std::move(request), what);
}

Reading Host::send(const domain::Connection& connection, http::Request request,
                   const std::string& what) {
    request.headers.emplace_back("X-API-KEY", connection.api_key.reveal());
    request.headers.emplace_back("Accept", "application/json");
    request.deadline = options_.timeout;
    request.peer = "retailcrm";
    // The CRM counts by key, whatever address is called. The outbox keeps the pace by itself, so
    // its deliveries hardly ever wait here.
    const auto caller = std::hash<std::string_view>{}(connection.api_key.reveal());
    const auto wait = pace_.reserve(caller, Pace::Clock::now(), options_.timeout);
    http::Outcome outcome;
    if (wait) {
        std::this_thread::sleep_for(*wait);
        outcome = sender_.send(request, guard_);
    } else {
        outcome.error = "http.timeout";
        outcome.description = "too many calls to this account at once";
    }
    Reading reading = read_answer(what, outcome, connection.api_key);
    if (const auto url = http::parse_url(connection.system_url))
        reading.answer.host = url->authority();
    return reading;
}

}  // namespace tillbridge::retailcrm
