// The button "generate link": the CRM makes an invoice and asks the module for its link.
#include <set>

#include "tests/sandbox/crm/actions.hpp"
#include "tests/sandbox/crm/checks.hpp"

namespace tillbridge::sandbox {
namespace {

Json create_item(const Json& item) {
    Json out = {{"name", text_of(item, "name", "Goods")},
                {"price", number_of(item, "price")},
                {"quantity", number_of(item, "quantity", 1)},
                {"measurementUnit", "pc"},
                {"vat", "none"},
                {"paymentMethod", "full_prepayment"},
                {"paymentObject", "commodity"}};
    out.update(item);
    return out;
}

Json create_customer(const Json& customer) {
    Json out = {{"contragentType", "individual"}};
    for (const char* name : {"email", "phone", "firstName", "lastName"}) out[name] = nullptr;
    out.update(customer);
    return out;
}

}  // namespace

Json CrmActions::create_fields(Account& account, const Order& order, const CrmInvoice& invoice,
                               const Json& command) const {
    Json items = Json::array();
    for (const auto& item : order.items) items.push_back(create_item(item));
    std::string site_url = account.url + "/site";
    for (const auto& site : account.sites)
        if (text_of(site, "code") == order.site) site_url = text_of(site, "url", site_url);
    Json fields = {
        {"invoiceUuid", invoice.uuid},
        {"shopId", invoice.shop},
        {"invoiceType", "link"},
        {"amount", has(command, "amount") ? command.at("amount") : decimal(invoice.amount)},
        {"currency", text_of(command, "currency", invoice.currency)},
        {"orderNumber", order.number},
        {"orderId", order.id},
        {"siteUrl", site_url},
        {"returnUrl", nullptr},
        {"customer", create_customer(order.customer)},
        {"items", items}};
    if (has(command, "returnUrl")) fields["returnUrl"] = command.at("returnUrl");
    if (has(command, "fields")) fields.update(command.at("fields"));
    return fields;
}

Json CrmActions::create(const Json& command) {
    ModuleCall call;
    std::string uuid = text_of(command, "invoiceUuid");
    {
        const std::lock_guard lock(crm_.mutex);
        Account& account = crm_.get(text_of(command, "account", "demo"));
        CrmInvoice* invoice = account.invoice(uuid);
        Order* order = invoice != nullptr        ? account.order(invoice->order_id)
                       : has(command, "orderId") ? account.order(int_of(command, "orderId"))
                                                 : &crm_.create_order(account, command);
        if (order == nullptr) throw ControlError("no such order", 404);
        OrderPayment* payment = invoice != nullptr ? order->payment(invoice->payment_id) : nullptr;
        if (payment == nullptr && has(command, "paymentId"))
            payment = order->payment(int_of(command, "paymentId"));
        else if (payment == nullptr && !has(command, "shop") && !has(command, "type") &&
                 !order->payments.empty())
            payment = &order->payments.back();
        if (payment == nullptr) {
            if (has(command, "paymentId")) throw ControlError("no such payment", 404);
            if (!has(command, "shop") && !has(command, "type"))
                throw ControlError("shop or type is required: the order has no payment yet");
            payment = &crm_.add_payment(account, *order, command);
        }
        const auto& type = account.types.at(payment->type);
        if (type.module.empty())
            throw ControlError("the payment type " + type.code + " is linked to no module");
        if (invoice == nullptr && uuid.empty() && !payment->invoices.empty()) {
            CrmInvoice* last = account.invoice(payment->invoices.back());
            if (last->create_failed) invoice = last;
        }
        if (invoice == nullptr) {
            const auto amount =
                has(command, "amount") ? cents_of(command.at("amount")) : payment->amount;
            invoice = &crm_.create_invoice(account, *order, *payment, uuid,
                                           amount.value_or(payment->amount),
                                           text_of(command, "currency", order->currency));
        }
        uuid = invoice->uuid;
        call = prepare(command, account, "create");
        call.url = action_url(account, type.module, "create");
        call.fields.add("clientId", client_id(account, type.module, command));
        call.fields.add("create", dump(create_fields(account, *order, *invoice, command)));
        crm_.note(*invoice, "create asked");
    }
    const auto answer = call_module(crm_, call);
    const Json none = Json::object(), body = answer.body();
    const Json& result = has(body, "result") ? body.at("result") : none;
    std::set<std::string> links;
    if (answer.ok())
        links.insert(text_of(result, "paymentId") + " " + text_of(result, "invoiceUrl"));
    for (const auto& repeat : answer.repeats) {
        const Json again = repeat.body_json();
        if (repeat.status == 200 && has(again, "result"))
            links.insert(text_of(again.at("result"), "paymentId") + " " +
                         text_of(again.at("result"), "invoiceUrl"));
    }
    if (links.size() > 1)
        crm_.world.violation("crm", call.account, "create.repeat",
                             "a repeated create got another payment", Json(links));
    {
        const std::lock_guard lock(crm_.mutex);
        Account& account = crm_.get(call.account);
        CrmInvoice* invoice = account.invoice(uuid);
        if (invoice != nullptr && answer.ok() && check_answer("create", 200, body).empty()) {
            if (!invoice->external_id.empty() &&
                invoice->external_id != text_of(result, "paymentId"))
                crm_.world.violation("crm", call.account, "create.repeat",
                                     "another paymentId than before", body);
            invoice->external_id = text_of(result, "paymentId");
            invoice->link = text_of(result, "invoiceUrl");
            invoice->cancellable = bool_of(result, "cancellable", invoice->cancellable);
            invoice->create_failed = false;
            invoice->error.clear();
            if (invoice->status.empty()) invoice->status = "pending";
            crm_.note(*invoice, "link: " + invoice->link);
            crm_.apply_to_payment(account, *invoice);
        } else if (invoice != nullptr) {
            invoice->error = text_of(body, "errorMsg", answer.first.error);
            crm_.note(*invoice, "create failed: " + invoice->error);
        }
    }
    crm_.world.bell.ring();
    return answered(command, answer, uuid);
}

}  // namespace tillbridge::sandbox
