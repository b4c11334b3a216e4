// The orders list, the order card with its payment block, and what the buttons do.
#include "tests/sandbox/crm/pages.hpp"
#include "tests/sandbox/crm/views.hpp"

namespace tillbridge::sandbox {
namespace {

std::string account_path(const std::string& account) {
    return "/crm/" + account;
}

std::string orders_trail(const std::string& account) {
    return link_html("/crm/", "Accounts") + " · " + link_html(account_path(account), account) +
           " · " + link_html(account_path(account) + "/orders", "Orders");
}

std::string order_url(const std::string& account, const Json& order) {
    return account_path(account) + "/orders/" + text_of(order, "id");
}

// What the manager reads after a button: the module's text on failure.
std::string told(const std::string& action, const Json& answer) {
    if (!has(answer, "status")) return action;
    const auto status = int_of(answer, "status");
    const Json body = answer.value("body", Json());
    if (status >= 200 && status < 300 && bool_of(body, "success")) return action + ": done";
    const auto why = text_of(body, "errorMsg", text_of(answer, "error", "no answer"));
    return action + " failed (" + std::to_string(status) + "): " + why;
}

HttpResponse back(const std::string& url, const std::string& said) {
    return HttpResponse::see_other(url + "?said=" + url_encode(said));
}

Json amount_field(const Fields& form) {
    const auto parsed = parse_json(form.get("amount"));
    if (!parsed || !parsed->is_number()) return {};
    return *parsed;
}

}  // namespace

HttpResponse CrmPages::orders(const std::string& name, const std::string& said) {
    std::vector<std::vector<std::string>> rows;
    {
        const std::lock_guard lock(crm_.mutex);
        Account& account = crm_.get(name);
        int left = 200;
        for (auto entry = account.orders.rbegin(); entry != account.orders.rend() && left-- > 0;
             ++entry) {
            const Json view = order_view(account, entry->second);
            std::string statuses;
            for (const auto& payment : view.at("payments"))
                statuses += html_escape(text_of(payment, "status")) + " ";
            rows.push_back({link_html(order_url(name, view), text_of(view, "number")),
                            html_escape(text_of(view, "createdAt")),
                            html_escape(text_of(view, "total") + " " + text_of(view, "currency")),
                            statuses});
        }
    }
    HtmlPage page("Orders", orders_trail(name));
    page.notice(said).table({"Number", "Created", "Total", "Payments"}, rows, "orders");
    page.heading("New order")
        .add(HtmlForm(account_path(name) + "/do/order", "new-order")
                 .field("Goods", "item", "Ceramic teapot")
                 .field("Price", "price", "121.50", 8)
                 .field("First name", "firstName", "Olena")
                 .field("Last name", "lastName", "Shevchenko")
                 .field("E-mail", "email", "olena@example.com")
                 .field("Phone", "phone", "+380501112233")
                 .button("Create order"));
    return HttpResponse::html(200, page.text());
}

HttpResponse CrmPages::order(const std::string& name, const std::string& id,
                             const std::string& said) {
    Json view, account;
    {
        const std::lock_guard lock(crm_.mutex);
        Account& known = crm_.get(name);
        const Order* order = known.order(std::strtoll(id.c_str(), nullptr, 10));
        if (order == nullptr)
            return HttpResponse::html(404, HtmlPage("Not found", orders_trail(name)).text());
        view = order_view(known, *order);
        account = account_view(known);
    }
    HtmlPage page("Order " + text_of(view, "number"), orders_trail(name));
    page.notice(said);
    const Json& customer = view.at("customer");
    page.paragraph(text_of(customer, "firstName") + " " + text_of(customer, "lastName") + ", " +
                   text_of(customer, "email") + ", " + text_of(customer, "phone"));
    std::vector<std::vector<std::string>> items;
    for (const auto& item : view.at("items"))
        items.push_back({html_escape(text_of(item, "name")), html_escape(text_of(item, "price")),
                         html_escape(text_of(item, "quantity", "1"))});
    page.table({"Goods", "Price", "Quantity"}, items, "items");
    page.paragraph("Total: " + text_of(view, "total") + " " + text_of(view, "currency"));
    for (const auto& payment : view.at("payments")) payment_block(page, name, view, payment);
    std::vector<std::pair<std::string, std::string>> types;
    for (const auto& [code, type] : account.at("paymentTypes").items())
        if (bool_of(type, "active")) types.emplace_back(code, text_of(type, "name"));
    page.heading("Add a payment")
        .add(HtmlForm(account_path(name) + "/do/payment", "new-payment")
                 .hidden("orderId", id)
                 .select("Payment type", "type", types)
                 .field("Amount", "amount", text_of(view, "total"), 8)
                 .button("Save"));
    return HttpResponse::html(200, page.text());
}

void CrmPages::payment_block(HtmlPage& page, const std::string& name, const Json& order,
                             const Json& payment) const {
    const auto id = text_of(payment, "id");
    page.heading("Payment " + id + ": " + text_of(payment, "type"));
    page.paragraph_html("Amount " + html_escape(text_of(payment, "amount")) +
                        ", status <strong id=\"status-" + id + "\">" +
                        html_escape(text_of(payment, "status")) + "</strong>, paid " +
                        html_escape(text_of(payment, "paidAmount")) + " " +
                        html_escape(text_of(payment, "paidAt")));
    const auto form = [&](const char* action) {
        HtmlForm made(account_path(name) + "/do/" + action, std::string(action) + "-" + id, true);
        made.hidden("orderId", text_of(order, "id")).hidden("paymentId", id);
        return made;
    };
    const bool present = has(payment, "invoice");
    const Json none = Json::object();
    const Json& invoice = present ? payment.at("invoice") : none;
    const auto status = text_of(invoice, "status");
    if (!present || status == "canceled" || !has(invoice, "link"))
        page.add(form("create").field("Return to", "returnUrl", "", 30).button("Generate link"));
    if (!present) return;
    if (has(invoice, "link"))
        page.paragraph_html("Link: <a id=\"link-" + id + "\" href=\"" +
                            html_escape(text_of(invoice, "link")) + "\">" +
                            html_escape(text_of(invoice, "link")) + "</a>");
    if (has(invoice, "errorMsg")) page.paragraph("Last error: " + text_of(invoice, "errorMsg"));
    if (has(invoice, "cancellationDetails"))
        page.paragraph("Reason: " + text_of(invoice, "cancellationDetails"));
    if (status == "waitingForCapture")
        page.add(form("approve").field("Amount", "amount", "", 8).button("Confirm the payment"));
    if (status == "pending" || status == "waitingForCapture")
        page.add(form("cancel").button("Cancel"));
    if (status == "succeeded")
        page.add(form("refund").field("Amount", "amount", "", 8).button("Refund"));
    page.add(form("status").button("Ask for the status"));
    std::vector<std::vector<std::string>> refunds, history;
    for (const auto& refund : invoice.at("refunds"))
        refunds.push_back({html_escape(text_of(refund, "id")),
                           html_escape(text_of(refund, "amount")),
                           html_escape(text_of(refund, "status"))});
    if (!refunds.empty()) page.table({"Refund", "Amount", "Status"}, refunds, "refunds-" + id);
    for (const auto& line : invoice.at("history"))
        history.push_back({html_escape(text_of(line, "at")), html_escape(text_of(line, "what"))});
    page.paragraph("History of invoice " + text_of(invoice, "invoiceUuid") + ":");
    page.table({"When", "What"}, history, "history-" + id);
}

HttpResponse CrmPages::card_action(const std::string& name, const std::string& action,
                                   const Fields& form) {
    Json command = {{"account", name},
                    {"action", action},
                    {"orderId", std::strtoll(form.get("orderId").c_str(), nullptr, 10)},
                    {"paymentId", std::strtoll(form.get("paymentId").c_str(), nullptr, 10)}};
    if (const Json amount = amount_field(form); !amount.is_null()) command["amount"] = amount;
    if (!form.get("returnUrl").empty()) command["returnUrl"] = form.get("returnUrl");
    std::string said = told(action, actions_.run(command));
    if (action == "status") {
        const Json calls = crm_.calls.list(0, 1);
        if (!calls.empty()) said.append(1, ' ').append(dump(calls.back().at("body")));
    }
    return back(account_path(name) + "/orders/" + form.get("orderId"), said);
}

HttpResponse CrmPages::act(const std::string& name, const std::string& what, const Fields& form) {
    try {
        if (what == "connect") {
            const Json answer = actions_.run({{"account", name}, {"action", "connect"}});
            if (has(answer, "accountUrl"))
                return HttpResponse::see_other(text_of(answer, "accountUrl"));
            return back(account_path(name) + "/marketplace", told("Connect", answer));
        }
        if (what == "activity" || what == "settings") {
            Json command = {{"account", name}, {"action", what}};
            for (const char* field : {"currency", "language", "timezone", "systemUrl"})
                if (form.has(field)) command[field] = form.get(field);
            if (what == "activity")
                for (const char* field : {"active", "freeze"}) command[field] = form.has(field);
            return back(account_path(name), told(what, actions_.run(command)));
        }
        if (what == "create" || what == "approve" || what == "cancel" || what == "refund" ||
            what == "status")
            return card_action(name, what, form);
        const std::lock_guard lock(crm_.mutex);
        Account& account = crm_.get(name);
        if (what == "order") {
            Json customer = Json::object();
            for (const char* field : {"firstName", "lastName", "email", "phone"})
                customer[field] = form.get(field);
            const double price = std::strtod(form.get("price").c_str(), nullptr);
            const auto& order = crm_.create_order(
                account,
                {{"customer", customer},
                 {"items", {{{"name", form.get("item")}, {"price", price}, {"quantity", 1}}}}});
            return HttpResponse::see_other(account_path(name) + "/orders/" +
                                           std::to_string(order.id));
        }
        if (what == "payment") {
            Order* order = account.order(std::strtoll(form.get("orderId").c_str(), nullptr, 10));
            if (order == nullptr) throw ControlError("no such order", 404);
            Json wanted = {{"type", form.get("type")}};
            if (const Json amount = amount_field(form); !amount.is_null())
                wanted["amount"] = amount;
            crm_.add_payment(account, *order, wanted);
            return HttpResponse::see_other(account_path(name) + "/orders/" + form.get("orderId"));
        }
        if (what == "payment-type") {
            if (account.types.count(form.get("code")) > 0)
                throw ControlError("this code is taken; a saved type cannot be linked anew");
            PaymentType type;
            type.code = form.get("code");
            type.name = form.get("name", type.code);
            const auto shop = form.get("shop");
            if (const auto mark = shop.find('\n'); mark != std::string::npos) {
                type.module = shop.substr(0, mark);
                if (!type.module.empty() && type.module.back() == '\r') type.module.pop_back();
                type.shop = shop.substr(mark + 1);
            }
            if (type.code.empty()) throw ControlError("a code is required");
            account.types[type.code] = type;
            return back(account_path(name) + "/payment-types", "Saved");
        }
    } catch (const ControlError& error) {
        const bool card = form.has("orderId");
        return back(account_path(name) + (card ? "/orders/" + form.get("orderId") : ""),
                    error.what());
    }
    return HttpResponse::html(404, HtmlPage("Not found", orders_trail(name)).text());
}

}  // namespace tillbridge::sandbox
