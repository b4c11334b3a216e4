#include "tests/sandbox/crm/pages.hpp"

#include "tests/sandbox/crm/views.hpp"

namespace tillbridge::sandbox {
namespace {

std::string base(const std::string& account) {
    return "/crm/" + account;
}

std::string trail(const std::string& account) {
    const auto at = base(account);
    return link_html("/crm/", "Accounts") + " · " + link_html(at, account) + " · " +
           link_html(at + "/marketplace", "Marketplace") + " · " +
           link_html(at + "/orders", "Orders") + " · " +
           link_html(at + "/payment-types", "Payment types") + " · " +
           link_html(at + "/notices", "Notices") + " · " + link_html(at + "/updates", "Updates");
}

std::string text(const Json& object, const char* name) {
    return html_escape(text_of(object, name));
}

}  // namespace

HttpResponse CrmPages::handle(const std::vector<std::string>& path, const HttpRequest& request) {
    const bool post = request.method == "POST";
    if (path.empty()) return post ? create_account(request.form()) : accounts();
    const auto& name = path[0];
    {
        const std::lock_guard lock(crm_.mutex);
        if (crm_.find(name) == nullptr)
            return HttpResponse::html(404, HtmlPage("Account not found", "").text());
    }
    const auto said = request.query.get("said");
    const std::string page = path.size() > 1 ? path[1] : "";
    if (post && page == "do" && path.size() == 3) return act(name, path[2], request.form());
    if (page.empty()) return home(name, said);
    if (page == "marketplace") return marketplace(name, said);
    if (page == "orders" && path.size() == 3) return order(name, path[2], said);
    if (page == "orders") return orders(name, said);
    if (page == "payment-types") return payment_types(name, said);
    if (page == "notices") return notices(name);
    if (page == "updates") return updates(name);
    if (page == "site") return site(name);
    return HttpResponse::html(404, HtmlPage("Not found", trail(name)).text());
}

Json CrmPages::account(const std::string& name) {
    const std::lock_guard lock(crm_.mutex);
    return account_view(crm_.get(name));
}

HttpResponse CrmPages::accounts() {
    std::vector<std::vector<std::string>> rows;
    {
        const std::lock_guard lock(crm_.mutex);
        for (const auto& [name, account] : crm_.accounts)
            rows.push_back({link_html(base(name), account.title), html_escape(account.currency),
                            html_escape(account.timezone), std::to_string(account.orders.size())});
    }
    HtmlPage page("CRM accounts", link_html("/", "Sandbox"));
    page.table({"Account", "Currency", "Timezone", "Orders"}, rows);
    page.heading("New account")
        .add(HtmlForm("/crm/", "new-account")
                 .field("Name", "name", "")
                 .field("Currency", "currency", "UAH", 4)
                 .field("Timezone", "timezone", "Europe/Kyiv")
                 .field("Language", "language", "en", 4)
                 .button("Create"));
    return HttpResponse::html(200, page.text());
}

HttpResponse CrmPages::create_account(const Fields& form) {
    const std::lock_guard lock(crm_.mutex);
    const auto name = form.get("name");
    if (crm_.find(name) == nullptr) {
        auto& account = crm_.create_account(name);
        account.currency = form.get("currency", "UAH");
        account.timezone = form.get("timezone", "Europe/Kyiv");
        account.language = form.get("language", "en");
    }
    return HttpResponse::see_other(base(name));
}

HttpResponse CrmPages::home(const std::string& name, const std::string& said) {
    const Json view = account(name);
    HtmlPage page(text_of(view, "title"), trail(name));
    page.notice(said);
    page.table({"", ""}, {{"System URL", "<code>" + text(view, "technicalUrl") + "</code>"},
                          {"Public URL", "<code>" + text(view, "publicUrl") + "</code>"},
                          {"Currency", text(view, "currency")},
                          {"Timezone", text(view, "timezone")},
                          {"Language", text(view, "language")},
                          {"Active", text(view, "active")},
                          {"Frozen", text(view, "freeze")}});
    std::vector<std::vector<std::string>> keys;
    for (const auto& key : view.at("keys"))
        keys.push_back({"<code>" + text(key, "apiKey") + "</code>", text(key, "origin"),
                        text(key, "active"), html_escape(dump(key.at("scopes")))});
    page.heading("API keys").table({"Key", "Made by", "Active", "Scopes"}, keys, "keys");
    page.heading("Account settings")
        .add(HtmlForm(base(name) + "/do/settings", "settings")
                 .field("Currency", "currency", text_of(view, "currency"), 4)
                 .field("Language", "language", text_of(view, "language"), 4)
                 .field("Timezone", "timezone", text_of(view, "timezone"))
                 .button("Save and tell the module"));
    page.heading("Activity")
        .add(HtmlForm(base(name) + "/do/activity", "activity")
                 .check("Module is active", "active", bool_of(view, "active"))
                 .check("Account is frozen (unpaid)", "freeze", bool_of(view, "freeze"))
                 .field("System URL", "systemUrl", text_of(view, "technicalUrl"), 50)
                 .button("Tell the module"));
    return HttpResponse::html(200, page.text());
}

HttpResponse CrmPages::marketplace(const std::string& name, const std::string& said) {
    const Json view = account(name);
    const Json config = actions_.run({{"account", name}, {"action", "config"}});
    HtmlPage page("Marketplace: payment module", trail(name));
    page.notice(said);
    if (int_of(config, "status") == 200)
        page.paragraph("The module asks for: " + dump(config.at("body").value("scopes", Json())));
    else
        page.paragraph("The module does not answer at " + crm_.world.options.module_url);
    page.add(HtmlForm(base(name) + "/do/connect", "connect").button("Connect"));
    for (const auto& [code, connection] : view.at("connections").items())
        page.paragraph_html("Connected: " +
                            link_html(text_of(connection, "accountUrl"), "settings of " + code));
    for (const auto& [code, module] : view.at("modules").items()) {
        page.heading("Registered: " + text_of(module, "name"));
        std::vector<std::vector<std::string>> rows;
        const Json::json_pointer place("/integrations/payment/shops");
        if (module.contains(place))
            for (const auto& shop : module.at(place))
                rows.push_back({text(shop, "name"), "<code>" + text(shop, "code") + "</code>",
                                bool_of(shop, "active") ? "active" : "inactive"});
        page.table({"Shop", "Code", "State"}, rows, "shops");
    }
    return HttpResponse::html(200, page.text());
}

HttpResponse CrmPages::payment_types(const std::string& name, const std::string& said) {
    const Json view = account(name);
    std::vector<std::vector<std::string>> rows;
    for (const auto& [code, type] : view.at("paymentTypes").items()) {
        const Json link = type.value("integrationModule", Json::object());
        rows.push_back({html_escape(code), text(type, "name"),
                        bool_of(type, "active") ? "active" : "inactive",
                        has(link, "code")
                            ? text(link, "name") + ", shop <code>" + text(link, "shop") + "</code>"
                            : "–"});
    }
    HtmlPage page("Payment types", trail(name));
    page.notice(said).table({"Code", "Name", "State", "Integrated with"}, rows, "types");
    std::vector<std::pair<std::string, std::string>> shops{{"", "nothing"}};
    const Json::json_pointer place("/integrations/payment/shops");
    for (const auto& [code, module] : view.at("modules").items())
        if (module.contains(place))
            for (const auto& shop : module.at(place))
                shops.emplace_back(code + "\n" + text_of(shop, "code"),
                                   text_of(module, "name") + ": " + text_of(shop, "name"));
    page.heading("New payment type")
        .add(HtmlForm(base(name) + "/do/payment-type", "new-type")
                 .field("Code", "code", "")
                 .field("Name", "name", "")
                 .select("Integrate with", "shop", shops)
                 .button("Save"));
    page.paragraph("The shop cannot be changed after saving.");
    return HttpResponse::html(200, page.text());
}

HttpResponse CrmPages::notices(const std::string& name) {
    HtmlPage page("Notices", trail(name));
    std::vector<std::vector<std::string>> rows;
    const Json list = crm_.notices.list(
        0, 200, [&](const Json& entry) { return text_of(entry, "account") == name; });
    for (const auto& notice : list)
        rows.push_back({text(notice, "at"), text(notice, "type"), text(notice, "message")});
    page.table({"When", "Kind", "Text"}, rows, "notices");
    return HttpResponse::html(200, page.text());
}

HttpResponse CrmPages::updates(const std::string& name) {
    HtmlPage page("Updates received from modules", trail(name));
    std::vector<std::vector<std::string>> rows;
    const Json list = crm_.updates.list(
        0, 200, [&](const Json& entry) { return text_of(entry, "account") == name; });
    for (const auto& update : list)
        rows.push_back({text(update, "seq"), text(update, "at"),
                        "<code>" + html_escape(dump(update.at("body"))) + "</code>",
                        text(update, "answerStatus"),
                        bool_of(update, "applied") ? "" : html_escape(dump(update.at("answer")))});
    page.table({"No", "When", "Update", "Answer", "Refused because"}, rows, "updates");
    return HttpResponse::html(200, page.text());
}

HttpResponse CrmPages::site(const std::string& name) {
    HtmlPage page("The shop's own site", "");
    page.paragraph("Buyers of " + name + " come back here after paying.");
    return HttpResponse::html(200, page.text());
}

}  // namespace tillbridge::sandbox
