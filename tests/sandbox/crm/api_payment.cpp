// The CRM's payment methods: check, update-invoice, create-invoice, invoice, import.
#include <fmt/format.h>

#include "tests/sandbox/base/local_time.hpp"
#include "tests/sandbox/crm/api.hpp"
#include "tests/sandbox/crm/checks.hpp"
#include "tests/sandbox/crm/views.hpp"

namespace tillbridge::sandbox {
namespace {

constexpr char kOldMethod[] = "/api/payment/(updateInvoice|check)";

void apply_refund(CrmInvoice& invoice, const Json& refund) {
    CrmRefund entry{text_of(refund, "id"), text_of(refund, "status"), text_of(refund, "comment"),
                    cents_of(refund.at("amount")).value_or(0)};
    for (auto& known : invoice.refunds)
        if (known.id == entry.id) {
            known = entry;
            return;
        }
    invoice.refunds.push_back(entry);
}

void apply_update(CrmInvoice& invoice, const Json& update, const std::string& now_local) {
    const auto status = text_of(update, "status", invoice.status);
    const auto amount = has(update, "amount") ? *cents_of(update.at("amount")) : 0;
    invoice.status = status;
    invoice.external_id = text_of(update, "paymentId", invoice.external_id);
    invoice.link = text_of(update, "invoiceUrl", invoice.link);
    invoice.cancellation_details =
        text_of(update, "cancellationDetails", invoice.cancellation_details);
    invoice.expired_at = text_of(update, "expiredAt", invoice.expired_at);
    invoice.refundable = bool_of(update, "refundable", invoice.refundable);
    invoice.cancellable = bool_of(update, "cancellable", invoice.cancellable);
    if (has(update, "discountAmount")) invoice.discount = *cents_of(update.at("discountAmount"));
    if (status == "succeeded") {
        if (amount > 0) invoice.paid_amount = amount;
        if (invoice.paid_amount == 0) invoice.paid_amount = invoice.amount;
        if (invoice.paid_at.empty()) invoice.paid_at = now_local;
    }
    invoice.paid_at = text_of(update, "paidAt", invoice.paid_at);
    if (has(update, "refund")) apply_refund(invoice, update.at("refund"));
}

}  // namespace

HttpResponse CrmApi::payment(const Call& call) {
    const auto& parts = call.parts;
    const auto second = parts.size() > 1 ? parts[1] : std::string();
    const bool post = call.method == "POST" && parts.size() == 2;
    if (post && second == "check") {
        if (!allowed(call, "payments_read", kOldMethod)) return denied(call, "payments_read");
        return check(call);
    }
    if (call.method == "GET" && parts.size() == 3 && second == "invoice") {
        if (!allowed(call, "payments_read", kOldMethod)) return denied(call, "payments_read");
        return show_invoice(call);
    }
    const bool import =
        call.method == "POST" && parts.size() == 3 && second == "invoice" && parts[2] == "import";
    if (!import && !(post && (second == "update-invoice" || second == "create-invoice")))
        return crm_failure(404, "API method not found");
    if (!allowed(call, "payments_write", kOldMethod)) return denied(call, "payments_write");
    if (import) return import_invoice(call);
    return second == "update-invoice" ? update_invoice(call) : create_invoice(call);
}

HttpResponse CrmApi::check(const Call& call) {
    Json asked;
    if (auto refused = json_field(call, "check", asked)) return *refused;
    const std::lock_guard lock(crm_.mutex);
    Account& account = crm_.get(call.account);
    CrmInvoice* invoice = account.invoice(text_of(asked, "invoiceUuid"));
    const auto amount = has(asked, "amount") ? cents_of(asked.at("amount")) : std::nullopt;
    if (invoice == nullptr || !amount || !has(asked, "currency")) {
        crm_.world.violation(
            "crm", call.account, "check",
            invoice == nullptr ? "unknown invoiceUuid" : "amount or currency missing", asked);
        return invoice == nullptr ? crm_failure(404, "Not found")
                                  : crm_failure(400, "Errors in the entity format");
    }
    const auto mode = account.switches.text("check");
    std::string why;
    if (mode == "refuse") why = account.switches.text("checkMessage");
    if (mode == "auto") {
        if (invoice->cancel_asked || invoice->over())
            why = "The invoice is cancelled";
        else if (*amount != invoice->amount)
            why = "The amount of the payment has changed";
        else if (text_of(asked, "currency") != invoice->currency)
            why = "The currency differs";
    }
    crm_.note(*invoice, why.empty() ? "payment/check: agreed" : "payment/check: refused: " + why);
    Json result = {{"success", why.empty()}};
    if (!why.empty()) result["errorMsg"] = why;
    return crm_success({{"result", result}});
}

HttpResponse CrmApi::update_invoice(const Call& call) {
    Json update;
    if (auto refused = json_field(call, "updateInvoice", update)) return *refused;
    const auto uuid = text_of(update, "invoiceUuid");
    HttpResponse response;
    Json errors = Json::object();
    {
        const std::lock_guard lock(crm_.mutex);
        Account& account = crm_.get(call.account);
        CrmInvoice* invoice = account.invoice(uuid);
        const auto now = crm_.world.clock.now();
        if (invoice == nullptr)
            errors["invoiceUuid"] = uuid.empty() ? "This value should not be blank." : "is unknown";
        else
            errors = check_update(update, account, *invoice, now);
        if (errors.empty()) {
            apply_update(*invoice, update, zone(account.timezone).local_text(now / 1000));
            std::string what = "update-invoice: " + text_of(update, "status", "no status");
            if (has(update, "refund")) what += ", refund " + dump(update.at("refund"));
            if (has(update, "cancellationDetails"))
                what += ", " + text_of(update, "cancellationDetails");
            crm_.note(*invoice, what);
            crm_.apply_to_payment(account, *invoice);
            response = crm_success();
        } else {
            response = invoice == nullptr && !uuid.empty()
                           ? crm_failure(404, "Not found", errors)
                           : crm_failure(400, "Errors in the entity format", errors);
        }
        // Inside the lock, so that the log's order is the order of the effects.
        crm_.updates.add({{"at", iso_utc(now)},
                          {"wallMs", wall_now()},
                          {"account", call.account},
                          {"invoiceUuid", uuid},
                          {"status", text_of(update, "status")},
                          {"body", update},
                          {"answerStatus", response.status},
                          {"answer", *parse_json(response.body)},
                          {"applied", errors.empty()}});
    }
    if (!errors.empty())
        crm_.world.violation("crm", call.account, "update-invoice", dump(errors), update);
    crm_.world.bell.ring();
    return response;
}

HttpResponse CrmApi::create_invoice(const Call& call) {
    Json wanted;
    if (auto refused = json_field(call, "createInvoice", wanted)) return *refused;
    Json command = {{"account", call.account}, {"action", "create"}};
    {
        const std::lock_guard lock(crm_.mutex);
        Account& account = crm_.get(call.account);
        const auto id = int_of(wanted, "paymentId");
        for (auto& [order_id, order] : account.orders)
            if (order.payment(id) != nullptr) command["orderId"] = order_id;
        if (!command.contains("orderId"))
            return crm_failure(404, "Not found", {{"paymentId", "is unknown"}});
        command["paymentId"] = id;
        if (has(wanted, "returnUrl")) command["returnUrl"] = wanted.at("returnUrl");
    }
    const Json answer = actions_.run(command);
    const Json none = Json::object();
    const Json& invoice = answer.contains("invoice") ? answer.at("invoice") : none;
    if (text_of(invoice, "link").empty())
        return crm_failure(400, text_of(invoice, "errorMsg", "The module did not answer"));
    return crm_success({{"result", {{"link", text_of(invoice, "link")}}}});
}

HttpResponse CrmApi::show_invoice(const Call& call) {
    const std::lock_guard lock(crm_.mutex);
    Account& account = crm_.get(call.account);
    const CrmInvoice* invoice = account.invoice(call.parts[2]);
    if (invoice == nullptr) return crm_failure(404, "Not found");
    return crm_success({{"invoice", invoice_api(account, *invoice)}});
}

HttpResponse CrmApi::import_invoice(const Call& call) {
    Json wanted;
    if (auto refused = json_field(call, "invoice", wanted)) return *refused;
    const std::lock_guard lock(crm_.mutex);
    Account& account = crm_.get(call.account);
    const auto id = int_of(wanted, "paymentId");
    const auto amount = has(wanted, "amount") ? cents_of(wanted.at("amount")).value_or(0) : 0;
    const auto status = text_of(wanted, "status");
    if (amount <= 0 || !known_status(status) || text_of(wanted, "externalId").empty())
        return crm_failure(400, "Errors in the entity format");
    for (auto& [order_id, order] : account.orders) {
        OrderPayment* payment = order.payment(id);
        if (payment == nullptr) continue;
        auto& invoice = crm_.create_invoice(account, order, *payment, "", amount,
                                            text_of(wanted, "currency", account.currency));
        invoice.status = status;
        invoice.external_id = text_of(wanted, "externalId");
        invoice.paid_at = text_of(wanted, "paidAt");
        invoice.refundable = bool_of(wanted, "refundable");
        invoice.create_failed = false;
        if (status == "succeeded" || status == "refundSucceeded") invoice.paid_amount = amount;
        crm_.note(invoice, "imported: " + status);
        crm_.apply_to_payment(account, invoice);
        return crm_success({{"invoice", {{"invoiceUuid", invoice.uuid}}}});
    }
    return crm_failure(404, "Not found", {{"paymentId", "is unknown"}});
}

}  // namespace tillbridge::sandbox
