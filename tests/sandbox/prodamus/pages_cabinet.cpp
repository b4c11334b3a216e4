// The merchant's cabinet: settings that count once they are saved, the orders with their
// notifications, and the subscriptions (prodamus.md §4.1, §5, §7.1).
#include <cstdlib>

#include "tests/sandbox/prodamus/notices.hpp"
#include "tests/sandbox/prodamus/pages.hpp"
#include "tests/sandbox/prodamus/values.hpp"

namespace tillbridge::sandbox {
namespace {

const std::vector<const char*> kTexts{"urls", "subscriptionUrls", "currency", "methods",
                                      "encoding"};
const std::vector<const char*> kFlags{"demo", "liveOff", "sumInCurrency", "repeatSign"};

// Addresses may stand in lines of their own; they are kept with a space between them.
std::string spaced(const std::string& text) {
    std::string out;
    for (const char c : text) out += c == '\r' || c == '\n' || c == ',' ? ' ' : c;
    return out;
}

std::string by_click(const std::string& action, const std::string& host, const std::string& name,
                     const std::string& value, const std::string& label) {
    HtmlForm form("/prodamus/" + host + "/cabinet", action + '-' + value, true);
    return form.hidden(name, value).button(label, "action", action).html();
}

}  // namespace

HttpResponse ProdamusPages::index(const HttpRequest& request) {
    const std::lock_guard lock(prodamus_.mutex);
    if (request.method == "POST") {
        const auto form = request.form();
        const auto& made = prodamus_.make_page(form.get("host"), form.get("key"));
        return HttpResponse::see_other("/prodamus/" + made.host + "/cabinet");
    }
    std::vector<std::vector<std::string>> rows;
    for (const auto& [host, page] : prodamus_.pages)
        rows.push_back({link_html("/prodamus/" + host + "/cabinet", host),
                        "<code>" + html_escape(page.key) + "</code>"});
    HtmlPage page("Prodamus: payment pages", link_html("/", "Sandbox"));
    page.table({"Page", "Secret key"}, rows, "pages")
        .heading("New page")
        .add(HtmlForm("/prodamus/", "new-page")
                 .field("Host (shop.payform.ru)", "host", "")
                 .field("Secret key (empty: made up)", "key", "")
                 .button("Create"));
    return HttpResponse::html(200, page.text());
}

HttpResponse ProdamusPages::shop(const std::string& host) {
    HtmlPage page(host, "");
    page.paragraph("Выберите сумму и назначение платежа.")
        .add(HtmlForm("/prodamus/" + host + '/', "order")
                 .hidden("do", "pay")
                 .field("Назначение", "products[0][name]", "Заказ")
                 .field("Сумма", "products[0][price]", "100", 8)
                 .field("Количество", "products[0][quantity]", "1", 4)
                 .button("Оплатить"));
    return HttpResponse::html(200, page.text());
}

HttpResponse ProdamusPages::cabinet(const std::string& host, const HttpRequest& request) {
    club_.settle();
    if (request.method == "POST") return change(host, request.form());
    const std::lock_guard lock(prodamus_.mutex);
    const auto& of = prodamus_.page(host);
    HtmlPage page(host, link_html("/", "Sandbox") + " · " + link_html("/prodamus/", "Pages"));
    page.notice(request.query.get("said"));
    page.paragraph_html("Secret key <code id=\"secret\">" + html_escape(of.key) + "</code>");
    show_settings(page, of);
    show_orders(page, host);
    show_club(page, host);
    return HttpResponse::html(200, page.text());
}

void ProdamusPages::show_settings(HtmlPage& page, const ProdamusPage& of) const {
    HtmlForm form("/prodamus/" + of.host + "/cabinet", "settings");
    const auto& set = of.switches;
    form.field("Addresses for payments", "urls", set.text("urls"), 60)
        .field("Addresses for subscriptions", "subscriptionUrls", set.text("subscriptionUrls"), 60)
        .select("Currency", "currency",
                {{"rub", "rub"}, {"usd", "usd"}, {"eur", "eur"}, {"kzt", "kzt"}},
                set.text("currency"))
        .field("Methods", "methods", set.text("methods"), 80)
        .field("Smallest order, minor units", "minSum", std::to_string(set.number("minSum")), 8)
        .select("Notifications", "encoding",
                {{"urlencoded", "urlencoded"}, {"multipart", "multipart"}, {"json", "json"}},
                set.text("encoding"))
        .check("Demo mode", "demo", set.on("demo"))
        .check("Live mode switched off by Prodamus", "liveOff", set.on("liveOff"))
        .check("The sum is in the payment's currency", "sumInCurrency", set.on("sumInCurrency"))
        .check("Sign: repeats its name", "repeatSign", set.on("repeatSign"));
    page.heading("Settings").add(form.button("Save", "action", "save"));
}

void ProdamusPages::show_orders(HtmlPage& page, const std::string& host) {
    std::vector<std::vector<std::string>> rows, notices;
    for (auto at = prodamus_.orders.rbegin(); at != prodamus_.orders.rend() && rows.size() < 100;
         ++at) {
        const auto& order = at->second;
        if (order.host != host) continue;
        const auto link = prodamus_.links.find(order.link);
        const bool known = link != prodamus_.links.end();
        rows.push_back({std::to_string(order.id),
                        known ? html_escape(get(link->second.request, "order_id")) : "",
                        amount_text(order.amount), html_escape(order.method),
                        html_escape(order.state),
                        known ? link_html(prodamus_.link_url(order.link), order.link) : ""});
    }
    page.heading("Orders").table({"No", "Order", "Sum", "Method", "State", "Link"}, rows, "orders");
    for (const auto& delivery : deliveries_.list(0, 50, {{"host", host}})) {
        const auto& attempts = delivery.at("attempts");
        notices.push_back(
            {html_escape(text_of(delivery, "at")), html_escape(text_of(delivery, "event")),
             html_escape(text_of(delivery, "orderId")), html_escape(text_of(delivery, "url")),
             html_escape(text_of(delivery, "state")), std::to_string(attempts.size()),
             by_click("resend", host, "notice", text_of(delivery, "id"), "Resend notification")});
    }
    page.heading("Notifications")
        .table({"When", "Event", "Order", "Address", "State", "Attempts", ""}, notices, "notices");
}

void ProdamusPages::show_club(HtmlPage& page, const std::string& host) {
    std::vector<std::vector<std::string>> products, profiles;
    for (const auto& [id, product] : prodamus_.products)
        if (product.host == host)
            products.push_back({std::to_string(id), html_escape(product.name),
                                amount_text(product.price), product.period});
    page.heading("Subscriptions").table({"Id", "Name", "Price", "Period"}, products, "products");
    page.add(HtmlForm("/prodamus/" + host + "/cabinet", "new-product")
                 .field("Name", "name", "")
                 .field("Price", "price", "100", 8)
                 .select("Period", "period",
                         {{"day", "day"}, {"week", "week"}, {"month", "month"}, {"year", "year"}},
                         "month")
                 .field("Days of trial", "trialDays", "0", 4)
                 .field("Limit of charges", "limit", "0", 4)
                 .button("Create", "action", "product"));
    for (const auto& [id, profile] : prodamus_.profiles) {
        if (profile.host != host) continue;
        const auto key = std::to_string(id);
        const bool on = profile.active_manager && profile.active_user;
        std::string buttons;
        if (!profile.ended)
            buttons = by_click("charge", host, "profile", key, "Charge now") +
                      by_click("fail", host, "profile", key, "Fail a charge") +
                      by_click("remind", host, "profile", key, "Remind") +
                      by_click(on ? "deactivate" : "reactivate", host, "profile", key,
                               on ? "Deactivate" : "Reactivate") +
                      by_click("finish", host, "profile", key, "Finish");
        profiles.push_back({key, std::to_string(profile.product), html_escape(profile.phone),
                            profile.ended ? "ended"
                            : on          ? "active"
                                          : "deactivated",
                            std::to_string(profile.payments),
                            profile.next == 0 ? "" : moscow_text(profile.next), buttons});
    }
    page.table({"Profile", "Subscription", "Phone", "State", "Payments", "Next", ""}, profiles,
               "profiles");
}

HttpResponse ProdamusPages::change(const std::string& host, const Fields& form) {
    const auto action = form.get("action");
    std::string said;
    if (action == "resend") {
        const auto answer = deliveries_.resend(form.get("notice"));
        said = "The answer was " + text_of(answer, "status");
    } else {
        const std::lock_guard lock(prodamus_.mutex);
        auto& page = prodamus_.page(host);
        if (action == "save") {
            said = change_settings(page, form);
        } else if (action == "product") {
            add_product(host, form);
        } else {
            const auto profile = prodamus_.profiles.find(
                std::strtoll(form.get("profile", "0").c_str(), nullptr, 10));
            if (profile == prodamus_.profiles.end() || profile->second.host != host)
                throw ControlError("no such profile", 404);
            said = club_.act(profile->second, action, "", false);
        }
    }
    const auto here = "/prodamus/" + host + "/cabinet";
    return HttpResponse::see_other(said.empty() ? here : here + "?said=" + url_encode(said));
}

std::string ProdamusPages::change_settings(ProdamusPage& page, const Fields& form) {
    const auto least = parse_count(form.get("minSum", "0"));
    if (!least) return "The smallest order is no number";
    Json set = {{"minSum", *least}};
    for (const char* name : kTexts) set[name] = spaced(form.get(name));
    for (const char* name : kFlags) set[name] = form.has(name);
    page.switches.set(set);
    return "Saved";
}

void ProdamusPages::add_product(const std::string& host, const Fields& form) {
    ProdamusProduct product;
    product.host = host;
    product.name = form.get("name", "Subscription");
    product.price = parse_amount(form.get("price")).value_or(0);
    product.period = form.get("period", "month");
    product.trial_days = parse_count(form.get("trialDays", "0")).value_or(0);
    product.limit = parse_count(form.get("limit", "0")).value_or(0);
    if (product.price <= 0) throw ControlError("price: above 0");
    prodamus_.add_product(product);
}

}  // namespace tillbridge::sandbox
