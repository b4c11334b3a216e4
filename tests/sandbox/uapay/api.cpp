#include "tests/sandbox/uapay/api.hpp"

#include <fmt/format.h>

#include "tests/sandbox/uapay/views.hpp"

namespace tillbridge::sandbox {
namespace {

bool known_method(const std::string& method) {
    for (const char* known :
         {"sessions/create", "invoicer/invoices/create", "invoicer/invoices/show",
          "invoicer/invoices/show/list", "invoicer/payments/complete", "invoicer/payments/cancel",
          "invoicer/payments/reverse", "invoicer/payments/show", "invoicer/subscriptions/update"})
        if (method == known) return true;
    return false;
}

// A violation is what a right client never sends; a wrong state or an unknown id may happen to it.
bool is_violation(const UapayError& error) {
    return error.code == "FORMAT_ERROR" || error.code == "TOKEN_ERROR";
}

}  // namespace

HttpResponse UapayApi::handle(const std::string& method, const HttpRequest& request) {
    if (!known_method(method))
        return HttpResponse::json(404, {{"status", 0}, {"error", {{"code", "NOT_FOUND"}}}});
    if (request.method != "POST")
        return HttpResponse::json(405,
                                  {{"status", 0}, {"error", {{"code", "METHOD_NOT_ALLOWED"}}}});
    payments_.settle();
    auto entry = let_in(uapay_, method, request.body);
    const UapayCall& call = entry.call;
    if (auto limited = too_many(call)) return *limited;
    const auto fault = uapay_.world.faults.hit("uapay", call.client_id, request.path);
    pause_ms(call.switches.number("replyDelayMs"));
    const auto effect = [&] {
        if (entry.error) return refused(call, *entry.error, request);
        if (!starts_with(request.header("content-type"), "application/json"))
            uapay_.world.violation("uapay", call.client_id, "content-type", "not application/json",
                                   request.header("content-type"));
        const Outcome outcome = dispatch(call);
        if (const auto* error = std::get_if<UapayError>(&outcome))
            return refused(call, *error, request);
        return uapay_reply(call, std::get<Json>(outcome));
    };
    const auto scripted = [&](const Json& error) {
        return uapay_error(call, {text_of(error, "code", "ERROR"), text_of(error, "message")});
    };
    return with_fault(fault, effect, scripted);
}

std::optional<HttpResponse> UapayApi::too_many(const UapayCall& call) {
    if (call.client_id.empty()) return std::nullopt;
    const auto limit = call.switches.number("http429");
    if (limit == 0) return std::nullopt;
    if (limit > 0) {
        const std::lock_guard lock(uapay_.mutex);
        auto& recent = uapay_.merchant(call.client_id).recent;
        const auto now = wall_now();
        while (!recent.empty() && recent.front() <= now - 1000) recent.pop_front();
        if (static_cast<std::int64_t>(recent.size()) < limit) {
            recent.push_back(now);
            return std::nullopt;
        }
    }
    auto response = HttpResponse::json(429, {{"status", 0}, {"error", {{"code", "TOO_MANY"}}}});
    if (const auto after = call.switches.number("retryAfter"); after >= 0)
        response.headers.emplace_back("Retry-After", std::to_string(after));
    return response;
}

HttpResponse UapayApi::refused(const UapayCall& call, const UapayError& error,
                               const HttpRequest& request) {
    if (is_violation(error)) {
        auto what = fmt::format("{}: {}", call.method, error.message);
        if (!error.fields.is_null()) what += fmt::format(" {}", dump(error.fields));
        auto body = parse_json(request.body);
        uapay_.world.violation("uapay", call.client_id, error.code, what,
                               body ? *body : Json(request.body.substr(0, 2000)));
    }
    return uapay_error(call, error);
}

UapayApi::Outcome UapayApi::dispatch(const UapayCall& call) {
    const std::lock_guard lock(uapay_.mutex);
    const auto& method = call.method;
    if (method == "sessions/create") return Json{{"id", uapay_.open_session(call.client_id)}};
    if (method == "invoicer/invoices/create") return create_invoice(call);
    if (method == "invoicer/invoices/show") return show_invoice(call);
    if (method == "invoicer/invoices/show/list") return list_invoices(call);
    if (method == "invoicer/payments/show") return show_payment(call);
    if (method == "invoicer/subscriptions/update") return update_subscription(call);
    return change_payment(call, method.substr(method.rfind('/') + 1));
}

UapayApi::Outcome UapayApi::show_invoice(const UapayCall& call) {
    const auto id = text_of(call.params, "id");
    if (id.empty()) return missing("params", "id");
    const UapayInvoice* invoice = uapay_.invoice(id);
    if (invoice == nullptr || invoice->client_id != call.client_id)
        return UapayError{"INVOICE_NOT_FOUND", "Invoice not found"};
    return invoice_show(uapay_, *invoice);
}

UapayApi::Outcome UapayApi::list_invoices(const UapayCall& call) {
    const bool by_id = has(call.params, "ids");
    const char* name = by_id ? "ids" : "externalIds";
    if (!has(call.params, name)) return missing("params", name);
    const Json& wanted = call.params.at(name);
    if (!wanted.is_array() || wanted.size() > 100) return invalid("params", name);
    Json list = Json::array();
    const auto add = [&](const std::string& id) {
        const UapayInvoice* invoice = uapay_.invoice(id);
        if (invoice == nullptr || invoice->client_id != call.client_id) return;
        Json view = invoice_show(uapay_, *invoice);
        if (const auto spelling = call.switches.text("listId"); spelling != "id") {
            view.erase("id");
            view[spelling] = invoice->id;
        }
        list.push_back(std::move(view));
    };
    for (const auto& id : wanted) {
        if (!id.is_string()) return invalid("params", name);
        if (by_id) {
            add(id.get<std::string>());
            continue;
        }
        auto found = uapay_.by_external.find(external_key(call.client_id, id.get<std::string>()));
        if (found != uapay_.by_external.end())
            for (const auto& invoice : found->second) add(invoice);
    }
    return Json{{"invoices", list}};
}

UapayApi::Outcome UapayApi::show_payment(const UapayCall& call) {
    const auto id = text_of(call.params, "paymentId");
    if (id.empty()) return missing("params", "paymentId");
    const UapayPayment* payment = uapay_.payment(id);
    if (payment == nullptr || payment->client_id != call.client_id)
        return UapayError{"PAYMENT_NOT_FOUND", "Payment not found"};
    return payment_show(uapay_, *payment);
}

// complete takes its amount from params, reverse from data (uapay.md §6.1, §6.3).
UapayApi::Outcome UapayApi::change_payment(const UapayCall& call, const std::string& kind) {
    for (const char* name : {"invoiceId", "paymentId"})
        if (text_of(call.params, name).empty()) return missing("params", name);
    const UapayInvoice* invoice = uapay_.invoice(text_of(call.params, "invoiceId"));
    if (invoice == nullptr || invoice->client_id != call.client_id)
        return UapayError{"INVOICE_NOT_FOUND", "Invoice not found"};
    UapayPayment* payment = uapay_.payment(text_of(call.params, "paymentId"));
    if (payment == nullptr || payment->invoice_id != invoice->id)
        return UapayError{"PAYMENT_NOT_FOUND", "Payment not found"};
    const char* part = kind == "reverse" ? "data" : "params";
    const Json& place = kind == "reverse" ? call.data : call.params;
    std::optional<std::int64_t> amount;
    if (kind != "cancel" && has(place, "amount")) {
        if (!place.at("amount").is_number_integer()) return invalid(part, "amount");
        amount = place.at("amount").get<std::int64_t>();
    }
    // An amount in the wrong place would be ignored by the real service: money would move in full.
    const Json& other = kind == "reverse" ? call.params : call.data;
    if (has(other, "amount") || (kind == "cancel" && has(call.params, "amount")))
        uapay_.world.violation("uapay", call.client_id, "amount.place",
                               kind + " does not read this amount",
                               {{"params", call.params}, {"data", call.data}});
    if (const auto code = call.switches.text("refuse"); !code.empty())
        return UapayError{code, call.switches.text("refuseMessage")};
    const auto code = kind == "complete" ? payments_.complete(*payment, amount)
                      : kind == "cancel" ? payments_.cancel(*payment)
                                         : payments_.reverse(*payment, amount);
    if (!code.empty())
        return UapayError{code, code == "WRONG_AMOUNT" ? "Wrong amount" : "Wrong payment status"};
    return Json{{"paymentId", payment->id}};
}

UapayApi::Outcome UapayApi::update_subscription(const UapayCall& call) {
    const auto id = text_of(call.params, "invoiceId", text_of(call.params, "id"));
    if (id.empty()) return missing("params", "invoiceId");
    UapayInvoice* invoice = uapay_.invoice(id);
    if (invoice == nullptr || invoice->client_id != call.client_id)
        return UapayError{"INVOICE_NOT_FOUND", "Invoice not found"};
    if (invoice->type != "SUBSCRIBE") return UapayError{"WRONG_STATUS", "Not a subscription"};
    const auto interval = int_of(call.data, "interval");
    if (interval < 1 || interval > 366) return invalid("data", "interval");
    if (!has(call.data, "expiresAt") || !call.data.at("expiresAt").is_number_integer())
        return invalid("data", "expiresAt");
    invoice->recurring_interval = interval;
    invoice->expires_at = int_of(call.data, "expiresAt");
    const auto now = uapay_.world.clock.now();
    return Json{{"invoiceId", invoice->id},
                {"amount", invoice->amount},
                {"commission", 0},
                {"interval", interval},
                {"expiresAt", iso_utc(invoice->expires_at)},
                {"plannedPaidAt", iso_utc(now + interval * 24 * 3600 * 1000)},
                {"status", invoice->expires_at > now ? "ACTIVE" : "INACTIVE"}};
}

}  // namespace tillbridge::sandbox
