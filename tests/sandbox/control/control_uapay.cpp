// The control interface's UAPAY part: merchants, the payer, records, and hooks made to order.
#include "tests/sandbox/base/jwt.hpp"
#include "tests/sandbox/control/control.hpp"
#include "tests/sandbox/uapay/views.hpp"

namespace tillbridge::sandbox {
namespace {

// An invoice id, or the address of its payment page.
std::string invoice_id(const std::string& text) {
    const auto mark = text.find("/uapay/invoice/");
    if (mark == std::string::npos) return text;
    const auto id = text.substr(mark + 15);
    return id.substr(0, id.find_first_of("/?#"));
}

}  // namespace

Json Control::merchants_call(const Path& path, const HttpRequest& request) {
    const std::lock_guard lock(uapay_.mutex);
    if (request.method == "POST") {
        const Json wanted = body(request);
        auto& merchant =
            uapay_.create_merchant(text_of(wanted, "clientId"), text_of(wanted, "secret"));
        merchant.name = text_of(wanted, "name", merchant.name);
        if (has(wanted, "switches")) merchant.switches.set(wanted.at("switches"));
        return {{"merchant", merchant_view(merchant)}};
    }
    if (path.size() == 2) return {{"merchant", merchant_view(uapay_.merchant(path[1]))}};
    Json list = Json::array();
    for (const auto& [id, merchant] : uapay_.merchants) list.push_back(merchant_view(merchant));
    return {{"merchants", list}};
}

Json Control::payer(const Json& wanted) {
    const auto id = invoice_id(required_text(wanted, "invoice"));
    const auto action = required_text(wanted, "action");
    const auto card = text_of(wanted, "card", action == "pay" ? kCardPays : "");
    const auto wrong = payments_.payer(id, action, card, bool_of(wanted, "ok", true));
    Json answer = {{"ok", wrong.empty()}};
    if (!wrong.empty()) answer["error"] = wrong;
    const std::lock_guard lock(uapay_.mutex);
    const UapayInvoice* invoice = uapay_.invoice(id);
    if (invoice == nullptr) throw ControlError("no such invoice: " + id, 404);
    answer["invoice"] = invoice_show(uapay_, *invoice);
    return answer;
}

Json Control::uapay_list(const std::string& what, const HttpRequest& request) {
    payments_.settle();
    const auto client = request.query.get("clientId"), external = request.query.get("externalId");
    const std::lock_guard lock(uapay_.mutex);
    Json list = Json::array();
    if (what == "invoices") {
        const auto id = invoice_id(request.query.get("id"));
        const auto take = [&](const UapayInvoice* invoice) {
            if (invoice != nullptr && (client.empty() || invoice->client_id == client) &&
                (external.empty() || invoice->external_id == external))
                list.push_back(invoice_show(uapay_, *invoice));
        };
        if (!id.empty())
            take(uapay_.invoice(id));
        else
            for (const auto& known : uapay_.invoice_order) take(uapay_.invoice(known));
        return {{"invoices", list}};
    }
    if (what != "payments") throw ControlError("not found", 404);
    const auto invoice = invoice_id(request.query.get("invoice"));
    for (const auto& id : uapay_.payment_order) {
        const UapayPayment& payment = *uapay_.payment(id);
        if ((client.empty() || payment.client_id == client) &&
            (invoice.empty() || payment.invoice_id == invoice))
            list.push_back(payment_control(uapay_, payment));
    }
    return {{"payments", list}};
}

Json Control::operations(const HttpRequest& request) {
    const auto client = request.query.get("clientId"), kind = request.query.get("kind");
    const auto invoice = invoice_id(request.query.get("invoice"));
    const auto at = page(request);
    return {{"operations", uapay_.operations.list(at.since, at.limit, [&](const Json& entry) {
                 return (client.empty() || text_of(entry, "clientId") == client) &&
                        (kind.empty() || text_of(entry, "kind") == kind) &&
                        (invoice.empty() || text_of(entry, "invoiceId") == invoice);
             })}};
}

Json Control::hooks_call(const Path& path, const HttpRequest& request) {
    if (path.size() == 2 && request.method == "POST") {
        const Json wanted = body(request);
        if (path[1] == "resend") return hooks_.resend(required_text(wanted, "id"));
        if (path[1] == "release")
            return {{"released", hooks_.release(text_of(wanted, "clientId"))}};
        if (path[1] == "send") return send_hook(wanted);
        throw ControlError("not found", 404);
    }
    const auto at = page(request);
    return {{"hooks", hooks_.list(at.since, at.limit, request.query.as_json())}};
}

Json Control::send_hook(const Json& wanted) {
    OutCall call;
    {
        const std::lock_guard lock(uapay_.mutex);
        const UapayPayment* payment = uapay_.payment(text_of(wanted, "paymentId"));
        const UapayInvoice* invoice = uapay_.invoice(
            payment != nullptr ? payment->invoice_id : invoice_id(text_of(wanted, "invoice")));
        if (invoice == nullptr) throw ControlError("no such payment or invoice", 404);
        if (payment == nullptr) payment = uapay_.newest_payment(*invoice);
        UapayPayment none;
        none.id = payment != nullptr ? "" : "00000000-0000-4000-8000-000000000000";
        none.amount = invoice->amount;
        none.created = world_.clock.now();
        Json claims = hook_claims(uapay_, *invoice, payment != nullptr ? *payment : none);
        if (has(wanted, "claims")) claims.update(wanted.at("claims"));
        if (has(wanted, "omit"))
            for (const auto& name : wanted.at("omit")) claims.erase(name.get<std::string>());
        const auto form = text_of(wanted, "form", "good");
        if (!known_token_form(form)) throw ControlError("unknown form: " + form);
        const auto& secret = uapay_.merchant(invoice->client_id).secret;
        call.url = text_of(wanted, "url", invoice->callback_url);
        call.body =
            has(wanted, "body") ? text_of(wanted, "body") : Hooks::body_of(claims, secret, form);
    }
    if (call.url.empty()) throw ControlError("the invoice has no callbackUrl");
    call.content_type = text_of(wanted, "contentType", "application/json");
    if (has(wanted, "headers"))
        for (const auto& [name, value] : wanted.at("headers").items())
            call.headers.emplace_back(name,
                                      value.is_string() ? value.get<std::string>() : dump(value));
    const auto answer = send_call(call);
    return {{"status", answer.status},
            {"body", answer.body_json()},
            {"error", answer.error.empty() ? Json() : Json(answer.error)},
            {"durationMs", answer.duration_ms}};
}

}  // namespace tillbridge::sandbox
