#include "tests/sandbox/uapay/pages.hpp"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "tests/sandbox/base/jwt.hpp"
#include "tests/sandbox/uapay/views.hpp"

namespace tillbridge::sandbox {
namespace {

std::string hryvnias(std::int64_t kopiykas) {
    return fmt::format("{}.{:02} UAH", kopiykas / 100, kopiykas % 100);
}

// "12.5" → 1250; nothing for an empty field, -1 for what is no amount.
std::optional<std::int64_t> kopiykas(const std::string& text) {
    if (text.empty()) return std::nullopt;
    std::size_t read = 0;
    try {
        const auto hryvnias = std::stod(text, &read);
        return read == text.size() ? std::llround(hryvnias * 100) : -1;
    } catch (const std::exception&) {
        return -1;
    }
}

// What a merchant may do about a payment (uapay.md §6), as buttons.
std::string deeds_html(const std::string& client_id, const UapayPayment& payment) {
    HtmlForm form("/uapay/merchants/" + client_id, "act-" + payment.id, true);
    form.hidden("payment", payment.id);
    if (payment.payment_status == "HOLDED")
        form.field("UAH (empty: all)", "amount", "", 8)
            .button("Confirm", "action", "complete")
            .button("Cancel", "action", "cancel");
    else if (payment.payment_status == "FINISHED")
        form.field("UAH (empty: all)", "amount", "", 8).button("Refund", "action", "reverse");
    else
        return {};
    return form.html();
}

}  // namespace

HttpResponse UapayPages::handle(const std::vector<std::string>& path, const HttpRequest& request) {
    if (path.empty()) return cabinet(request);
    if (path[0] == "merchants" && path.size() == 2) {
        if (request.method == "POST") return act(path[1], request.form());
        return merchant(path[1], request.query.get("said"));
    }
    if (path[0] != "invoice" || path.size() < 2)
        return HttpResponse::html(404,
                                  HtmlPage("Not found", link_html("/uapay/", "Cabinet")).text());
    if (path.size() == 3 && path[2] == "qr") return qr(path[1]);
    if (request.method == "POST") return pay(path[1], request.form());
    return payment_page(path[1], request.query.get("said"));
}

HttpResponse UapayPages::cabinet(const HttpRequest& request) {
    const std::lock_guard lock(uapay_.mutex);
    if (request.method == "POST") {
        const auto form = request.form();
        auto& made = uapay_.create_merchant(form.get("clientId"), form.get("secret"));
        if (!form.get("name").empty()) made.name = form.get("name");
        return HttpResponse::see_other("/uapay/merchants/" + made.client_id);
    }
    std::vector<std::vector<std::string>> rows;
    for (const auto& [id, merchant] : uapay_.merchants)
        rows.push_back({link_html("/uapay/merchants/" + id, merchant.name), html_escape(id),
                        "<code>" + html_escape(merchant.secret) + "</code>"});
    HtmlPage page("UAPAY: merchant's cabinet", link_html("/", "Sandbox"));
    page.table({"Merchant", "Client id", "Secret key"}, rows, "merchants");
    page.heading("New merchant")
        .add(HtmlForm("/uapay/", "new-merchant")
                 .field("Name", "name", "")
                 .field("Client id (digits, empty: the next)", "clientId", "", 10)
                 .field("Secret key (empty: made up)", "secret", "")
                 .button("Create"));
    return HttpResponse::html(200, page.text());
}

HttpResponse UapayPages::merchant(const std::string& client_id, const std::string& said) {
    payments_.settle();
    std::vector<std::vector<std::string>> rows, hook_rows;
    std::string name, secret;
    {
        const std::lock_guard lock(uapay_.mutex);
        const auto& merchant = uapay_.merchant(client_id);
        name = merchant.name;
        secret = merchant.secret;
        for (auto id = uapay_.invoice_order.rbegin();
             id != uapay_.invoice_order.rend() && rows.size() < 100; ++id) {
            const UapayInvoice& invoice = *uapay_.invoice(*id);
            if (invoice.client_id != client_id) continue;
            const UapayPayment* payment = uapay_.newest_payment(invoice);
            rows.push_back(
                {link_html("/uapay/invoice/" + invoice.id, std::to_string(invoice.number)),
                 html_escape(invoice.external_id), hryvnias(invoice.amount),
                 html_escape(invoice.type),
                 payment != nullptr ? html_escape(payment->status + " / " + payment->payment_status)
                                    : "not paid",
                 payment != nullptr ? hryvnias(payment->refunded) : "",
                 payment != nullptr ? deeds_html(client_id, *payment) : ""});
        }
    }
    for (const auto& hook : hooks_.list(0, 50, {{"clientId", client_id}}))
        hook_rows.push_back(
            {html_escape(text_of(hook, "at")), html_escape(text_of(hook, "paymentStatus")),
             html_escape(text_of(hook, "state")), std::to_string(hook.at("attempts").size()),
             html_escape(text_of(hook, "nextAt"))});
    HtmlPage page(name, link_html("/", "Sandbox") + " · " + link_html("/uapay/", "Cabinet"));
    page.notice(said);
    page.paragraph_html("Client id <code id=\"client-id\">" + html_escape(client_id) +
                        "</code>, secret key <code id=\"secret\">" + html_escape(secret) +
                        "</code>");
    page.heading("Invoices")
        .table({"No", "Order", "Amount", "Type", "Payment", "Refunded", ""}, rows, "invoices");
    page.heading("Callbacks")
        .table({"When", "Status", "State", "Attempts", "Next"}, hook_rows, "hooks");
    return HttpResponse::html(200, page.text());
}

HttpResponse UapayPages::act(const std::string& client_id, const Fields& form) {
    const auto here = "/uapay/merchants/" + client_id;
    const auto action = form.get("action");
    const auto amount = kopiykas(form.get("amount"));
    std::string wrong;
    {
        const std::lock_guard lock(uapay_.mutex);
        UapayPayment* payment = uapay_.payment(form.get("payment"));
        if (payment == nullptr || payment->client_id != client_id)
            wrong = "There is no such payment";
        else if (amount && *amount <= 0)
            wrong = "This is no amount";
        else if (action == "complete")
            wrong = payments_.complete(*payment, amount);
        else if (action == "cancel")
            wrong = payments_.cancel(*payment);
        else if (action == "reverse")
            wrong = payments_.reverse(*payment, amount);
        else
            wrong = "There is no such action";
    }
    return HttpResponse::see_other(wrong.empty() ? here : here + "?said=" + url_encode(wrong));
}

HttpResponse UapayPages::payment_page(const std::string& id, const std::string& said) {
    payments_.settle();
    const std::lock_guard lock(uapay_.mutex);
    const UapayInvoice* invoice = uapay_.invoice(id);
    if (invoice == nullptr) return HttpResponse::html(404, HtmlPage("No such invoice", "").text());
    const UapayPayment* last = uapay_.newest_payment(*invoice);
    const auto action = "/uapay/invoice/" + id;
    HtmlPage page("Payment " + std::to_string(invoice->number), "");
    page.notice(said);
    page.paragraph(invoice->description);
    page.paragraph_html("To pay: <strong id=\"amount\">" + hryvnias(invoice->amount) + "</strong>");
    if (last != nullptr && last->payment_status == "NEEDS_CONFIRMATION") {
        page.heading("Your bank asks to confirm the payment");
        page.add(HtmlForm(action, "confirm")
                     .button("Confirm", "action", "3ds")
                     .button("Refuse", "action", "3ds-fail")
                     .button("Leave", "action", "leave"));
    } else if (uapay_.can_be_paid(*invoice)) {
        page.add(HtmlForm(action, "pay")
                     .radio("4111 1111 1111 1111: pays", "card", kCardPays, true)
                     .radio("4000 0000 0000 0002: is rejected", "card", kCardRejected, false)
                     .radio("4000 0000 0000 3220: asks for 3DS", "card", kCardAsks3ds, false)
                     .button("Pay", "action", "pay")
                     .button("Decline", "action", "decline")
                     .button("Leave", "action", "leave"));
    } else if (last == nullptr) {
        page.paragraph("This invoice can no longer be paid.");
    } else {
        page.paragraph_html("State: <strong id=\"state\">" +
                            html_escape(last->status + " / " + last->payment_status) + "</strong>");
    }
    if (!invoice->redirect_url.empty())
        page.paragraph_html("<a id=\"back\" href=\"" + html_escape(invoice->redirect_url) +
                            "\">Back to the site</a>");
    return HttpResponse::html(200, page.text());
}

HttpResponse UapayPages::pay(const std::string& id, const Fields& form) {
    auto action = form.get("action", "pay");
    const bool fails = action == "3ds-fail";
    if (fails) action = "3ds";
    const auto card = action == "pay" ? form.get("card", kCardPays) : std::string();
    const auto wrong = payments_.payer(id, action, card, !fails);
    const auto here = "/uapay/invoice/" + id;
    if (!wrong.empty()) return HttpResponse::see_other(here + "?said=" + url_encode(wrong));
    const std::lock_guard lock(uapay_.mutex);
    const UapayInvoice* invoice = uapay_.invoice(id);
    const UapayPayment* last = invoice != nullptr ? uapay_.newest_payment(*invoice) : nullptr;
    const bool stays = last == nullptr || last->payment_status == "NEEDS_CONFIRMATION" ||
                       invoice->redirect_url.empty() || uapay_.can_be_paid(*invoice);
    return HttpResponse::see_other(stays ? here : invoice->redirect_url);
}

// A picture in the place of a QR code: its squares come from a digest of the id, it encodes
// nothing.
HttpResponse UapayPages::qr(const std::string& id) const {
    const auto bits = hmac("SHA512", "qr", id);
    std::string squares;
    for (int i = 0; i < 441; ++i) {
        const auto byte =
            static_cast<unsigned char>(bits[static_cast<std::size_t>(i / 8) % bits.size()]);
        if ((byte >> static_cast<unsigned>(i % 8) & 1U) != 0)
            squares +=
                fmt::format("<rect x=\"{}\" y=\"{}\" width=\"1\" height=\"1\"/>", i % 21, i / 21);
    }
    HttpResponse response;
    response.type = "image/svg+xml";
    response.body =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-2 -2 25 25\" width=\"250\" "
        "height=\"250\"><rect x=\"-2\" y=\"-2\" width=\"25\" height=\"25\" fill=\"#fff\"/>" +
        squares + "</svg>";
    return response;
}

}  // namespace tillbridge::sandbox
