#include "tests/sandbox/uapay/views.hpp"

#include <cstdlib>

namespace tillbridge::sandbox {
namespace {

Json or_null(const std::string& text) {
    return text.empty() ? Json() : Json(text);
}
Json time_or_null(Millis at) {
    return at == 0 ? Json() : Json(iso_utc(at));
}

std::int64_t client_number(const std::string& client_id) {
    return std::strtoll(client_id.c_str(), nullptr, 10);
}

std::string host(const World& world) {
    return world.base_url.substr(world.base_url.find("//") + 2);
}

Json short_payment(const UapayPayment& payment) {
    return {{"invoiceId", payment.invoice_id},
            {"paymentId", payment.id},
            {"number", payment.number},
            {"receiptId", payment.receipt_id},
            {"amount", payment.amount},
            {"commission", 0},
            {"currency", 980},
            {"cardFromMasked", or_null(payment.card_masked)},
            {"cardToMasked", nullptr},
            {"cardFromId", or_null(payment.card_id)},
            {"cardToId", nullptr},
            {"status", payment.status},
            {"paymentStatus", payment.payment_status}};
}

}  // namespace

std::string page_url(const World& world, const std::string& invoice_id) {
    return world.base_url + "/uapay/invoice/" + invoice_id;
}

Json invoice_show(Uapay& uapay, const UapayInvoice& invoice) {
    const bool expired = invoice.pay_ends != 0 && uapay.world.clock.now() >= invoice.pay_ends;
    auto extra = parse_json(invoice.extra_info);
    Json view = {{"id", invoice.id},
                 {"externalId", invoice.external_id},
                 {"invoiceNumber", invoice.number},
                 {"clientId", client_number(invoice.client_id)},
                 {"systemType", invoice.system_type},
                 {"amount", invoice.amount},
                 {"reusability", invoice.reusability},
                 {"description", invoice.description},
                 {"invoiceStatus", invoice.inactive || expired ? "INACTIVE" : "ACTIVE"},
                 {"redirectUrl", or_null(invoice.redirect_url)},
                 {"callbackUrl", or_null(invoice.callback_url)},
                 {"createdAt", iso_utc(invoice.created)},
                 {"type", invoice.type},
                 {"email", or_null(invoice.email)},
                 {"extraInfo", extra ? *extra : Json::object()},
                 {"serviceData", Json::array()},
                 {"payments", Json::array()}};
    for (const auto& id : invoice.payments)
        view["payments"].push_back(short_payment(*uapay.payment(id)));
    if (uapay.merchant(invoice.client_id).switches.on("pageLinks")) {
        view["paymentPageUrl"] = page_url(uapay.world, invoice.id);
        view["paymentPageUrlQR"] = page_url(uapay.world, invoice.id) + "/qr";
    }
    return view;
}

Json payment_show(Uapay& uapay, const UapayPayment& payment) {
    const UapayInvoice& invoice = *uapay.invoice(payment.invoice_id);
    const bool shown = uapay.merchant(payment.client_id).switches.on("reversedAt");
    Json view = short_payment(payment);
    view.erase("currency");
    view["clientId"] = client_number(payment.client_id);
    view["systemType"] = invoice.system_type;
    view["email"] = or_null(invoice.email);
    view["chequeLink"] = host(uapay.world) + "/uapay/api/receipts/" + payment.id;
    view["createdAt"] = iso_utc(payment.created);
    view["updatedAt"] = iso_utc(payment.updated);
    view["paidAt"] = time_or_null(payment.paid);
    view["reversedAt"] = time_or_null(shown ? payment.reversed : 0);
    return view;
}

Json payment_control(Uapay& uapay, const UapayPayment& payment) {
    const UapayInvoice& invoice = *uapay.invoice(payment.invoice_id);
    return {{"paymentId", payment.id},
            {"invoiceId", payment.invoice_id},
            {"clientId", payment.client_id},
            {"externalId", invoice.external_id},
            {"status", payment.status},
            {"paymentStatus", payment.payment_status},
            {"amount", payment.amount},
            {"held", payment.held},
            {"captured", payment.captured},
            {"refunded", payment.refunded},
            {"createdAt", iso_utc(payment.created)},
            {"paidAt", time_or_null(payment.paid)},
            {"reversedAt", time_or_null(payment.reversed)},
            {"holdExpiresAt", time_or_null(payment.hold_ends)}};
}

Json hook_claims(Uapay& uapay, const UapayInvoice& invoice, const UapayPayment& payment) {
    const Switches& switches = uapay.merchant(invoice.client_id).switches;
    const auto amount = payment.amount + switches.number("hookAmountDelta");
    const auto other = [&](const char* name, const std::string& right) {
        const auto text = switches.text(name);
        return text.empty() ? right : text;
    };
    const auto receipt = "/uapay/api/acquiring/receipts/v2/" + payment.id + ".pdf";
    Json claims = {{"externalId", invoice.external_id},
                   {"amount", amount},
                   {"status", other("hookStatus", payment.status)},
                   {"type", invoice.type},
                   {"systemType", invoice.system_type},
                   {"paymentStatus", other("hookPaymentStatus", payment.payment_status)},
                   {"extraInfo", invoice.extra_info.empty() ? "{}" : invoice.extra_info},
                   {"createDate", iso_utc(payment.created)},
                   {"payDate", time_or_null(payment.paid)}};
    if (switches.on("hookOldFields")) {
        claims.update({{"id", payment.id},
                       {"orderId", invoice.id},
                       {"number", payment.number},
                       {"cardPanMasked", or_null(payment.card_masked)},
                       {"extarnalId", invoice.external_id},
                       {"receiptPath", receipt}});
    } else {
        claims.update({{"paymentId", payment.id},
                       {"invoiceId", invoice.id},
                       {"paymentNumber", payment.number},
                       {"cardFromMasked", or_null(payment.card_masked)},
                       {"cardToMasked", nullptr},
                       {"receiptPath", uapay.world.base_url + receipt}});
    }
    if (switches.on("hookIat")) claims["iat"] = wall_now() / 1000 + switches.number("clockOffset");
    return claims;
}

Json merchant_view(const UapayMerchant& merchant) {
    return {{"clientId", merchant.client_id},
            {"secret", merchant.secret},
            {"name", merchant.name},
            {"switches", merchant.switches.all()}};
}

}  // namespace tillbridge::sandbox
