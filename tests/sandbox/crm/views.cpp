#include "tests/sandbox/crm/views.hpp"

#include "tests/sandbox/base/local_time.hpp"

namespace tillbridge::sandbox {
namespace {

Json refunds_view(const CrmInvoice& invoice) {
    Json list = Json::array();
    for (const auto& refund : invoice.refunds)
        list.push_back({{"id", refund.id},
                        {"status", refund.status},
                        {"amount", decimal(refund.amount)},
                        {"comment", refund.comment}});
    return list;
}

Json or_null(const std::string& text) {
    return text.empty() ? Json() : Json(text);
}

}  // namespace

Json invoice_view(const CrmInvoice& invoice) {
    return {{"invoiceUuid", invoice.uuid},
            {"orderId", invoice.order_id},
            {"paymentId", invoice.payment_id},
            {"module", invoice.module},
            {"shopId", invoice.shop},
            {"status", invoice.status},
            {"amount", decimal(invoice.amount)},
            {"paidAmount", decimal(invoice.paid_amount)},
            {"currency", invoice.currency},
            {"link", or_null(invoice.link)},
            {"externalId", or_null(invoice.external_id)},
            {"cancellable", invoice.cancellable},
            {"refundable", invoice.refundable},
            {"cancelAsked", invoice.cancel_asked},
            {"paidAt", or_null(invoice.paid_at)},
            {"expiredAt", or_null(invoice.expired_at)},
            {"cancellationDetails", or_null(invoice.cancellation_details)},
            {"discountAmount", decimal(invoice.discount)},
            {"refunds", refunds_view(invoice)},
            {"refunded", decimal(invoice.refunded())},
            {"errorMsg", or_null(invoice.error)},
            {"createdAt", invoice.created_at},
            {"history", invoice.history}};
}

Json invoice_api(const Account& account, const CrmInvoice& invoice) {
    Json view = invoice_view(invoice);
    for (const char* inner :
         {"history", "cancelAsked", "module", "shopId", "paidAmount", "refunded"})
        view.erase(inner);
    view["createdAt"] = zone(account.timezone).local_text(invoice.created_ms / 1000);
    view["statusMessage"] = invoice.cancellation_details;
    view["invoiceType"] = "link";
    view["customerId"] = invoice.order_id;
    auto found = account.orders.find(invoice.order_id);
    if (found != account.orders.end()) {
        view["email"] = text_of(found->second.customer, "email");
        view["phone"] = text_of(found->second.customer, "phone");
    }
    return view;
}

Json order_view(Account& account, const Order& order) {
    Json payments = Json::array();
    for (const auto& payment : order.payments) {
        const auto* invoice =
            payment.invoices.empty() ? nullptr : account.invoice(payment.invoices.back());
        payments.push_back({{"id", payment.id},
                            {"type", payment.type},
                            {"amount", decimal(payment.amount)},
                            {"status", payment.status},
                            {"paidAt", or_null(payment.paid_at)},
                            {"paidAmount", decimal(payment.paid_amount)},
                            {"invoices", payment.invoices},
                            {"invoice", invoice != nullptr ? invoice_view(*invoice) : Json()}});
    }
    return {{"id", order.id},
            {"number", order.number},
            {"createdAt", order.created_at},
            {"customer", order.customer},
            {"items", order.items},
            {"total", decimal(order.total)},
            {"currency", order.currency},
            {"site", order.site},
            {"payments", payments}};
}

Json order_api(const Order& order) {
    Json payments = Json::object();
    for (const auto& payment : order.payments) {
        Json view = {{"id", payment.id},
                     {"status", payment.status},
                     {"type", payment.type},
                     {"amount", decimal(payment.amount)}};
        if (!payment.paid_at.empty()) view["paidAt"] = payment.paid_at;
        if (!payment.external_id.empty()) view["externalId"] = payment.external_id;
        payments[std::to_string(payment.id)] = view;
    }
    return {{"id", order.id},
            {"number", order.number},
            {"createdAt", order.created_at},
            {"site", order.site},
            {"currency", order.currency},
            {"totalSumm", decimal(order.total)},
            {"customer", order.customer},
            {"items", order.items},
            {"payments", payments.empty() ? Json::array() : payments}};
}

Json account_view(const Account& account) {
    Json keys = Json::array();
    for (const auto& key : account.keys)
        keys.push_back({{"apiKey", key.key},
                        {"scopes", key.scopes},
                        {"credentials", key.methods},
                        {"origin", key.origin},
                        {"active", key.active}});
    Json orders = Json::array();
    for (const auto& [id, order] : account.orders) orders.push_back(id);
    return {{"name", account.name},
            {"title", account.title},
            {"url", account.url},
            {"publicUrl", account.public_url},
            {"technicalUrl", account.technical_url},
            {"timezone", account.timezone},
            {"currency", account.currency},
            {"language", account.language},
            {"oldStyle", account.old_style},
            {"active", account.active},
            {"freeze", account.freeze},
            {"keys", keys},
            {"modules", account.modules},
            {"connections", account.connections},
            {"paymentTypes", payment_types_api(account)},
            {"statusMap", account.status_map},
            {"sites", account.sites},
            {"switches", account.switches.all()},
            {"rateLimited", account.rate_limited},
            {"orders", orders}};
}

Json settings_of(const Account& account, Millis now) {
    const auto at = zone(account.timezone).local_text(now / 1000);
    const auto setting = [&](const std::string& value) {
        return Json{{"value", value}, {"updated_at", at}};
    };
    return {{"default_currency", setting(account.currency)},
            {"system_language", setting(account.language)},
            {"timezone", setting(account.timezone)}};
}

Json payment_types_api(const Account& account) {
    Json types = Json::object();
    for (const auto& [code, type] : account.types) {
        Json view = {
            {"name", type.name},
            {"code", code},
            {"active", type.active},
            {"defaultForCrm", false},
            {"defaultForApi", false},
            {"description", text_of(type.extra, "description")},
            {"deliveryTypes", Json::array()},
            {"paymentStatuses",
             {"not-paid", "invoice", "wait-approved", "paid", "returned", "canceled", "rejected"}},
            {"sites", type.extra.value("sites", Json::array())}};
        if (!type.module.empty()) {
            auto found = account.modules.find(type.module);
            const Json none = Json::object();
            const Json& module = found == account.modules.end() ? none : found->second;
            view["integrationModule"] = {{"code", type.module},
                                         {"name", text_of(module, "name", type.module)},
                                         {"active", bool_of(module, "active")},
                                         {"logo", text_of(module, "logo")},
                                         {"shop", type.shop}};
        }
        types[code] = view;
    }
    return types;
}

}  // namespace tillbridge::sandbox
