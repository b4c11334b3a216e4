// The control interface's CRM part: accounts, orders, invoices and what the module sent.
#include <algorithm>

#include "tests/sandbox/base/local_time.hpp"
#include "tests/sandbox/control/control.hpp"
#include "tests/sandbox/crm/views.hpp"

namespace tillbridge::sandbox {
namespace {

std::vector<std::string> words_of(const Json& list, const char* name) {
    if (!list.is_array()) throw ControlError(std::string(name) + ": a list of texts");
    std::vector<std::string> words;
    for (const auto& word : list) words.push_back(word.is_string() ? word.get<std::string>() : "");
    return words;
}

void fill_key(ApiKey& key, const Json& wanted) {
    if (has(wanted, "apiKey")) key.key = text_of(wanted, "apiKey");
    if (has(wanted, "scopes")) key.scopes = words_of(wanted.at("scopes"), "scopes");
    if (has(wanted, "credentials")) key.methods = words_of(wanted.at("credentials"), "credentials");
}

}  // namespace

Json Control::accounts_call(const Path& path, const HttpRequest& request) {
    if (request.method == "POST") {
        if (path.size() == 1) return save_account(body(request));
        if (path.size() == 3 && path[2] == "keys") return save_key(path[1], body(request));
        if (path.size() == 3 && path[2] == "payment-types")
            return save_payment_type(path[1], body(request));
        throw ControlError("not found", 404);
    }
    const std::lock_guard lock(crm_.mutex);
    if (path.size() == 2) return {{"account", account_view(crm_.get(path[1]))}};
    Json list = Json::array();
    for (const auto& [name, account] : crm_.accounts) list.push_back(account_view(account));
    return {{"accounts", list}};
}

Json Control::save_account(const Json& wanted) {
    const std::lock_guard lock(crm_.mutex);
    const auto name = required_text(wanted, "name");
    const auto timezone = text_of(wanted, "timezone");
    if (!timezone.empty() && !TimeZone::known(timezone))
        throw ControlError("unknown timezone: " + timezone);
    Account* present = crm_.find(name);
    Account& account = present != nullptr ? *present : crm_.create_account(name);
    if (has(wanted, "switches")) account.switches.set(wanted.at("switches"));
    account.title = text_of(wanted, "title", account.title);
    account.timezone = text_of(wanted, "timezone", account.timezone);
    account.currency = text_of(wanted, "currency", account.currency);
    account.language = text_of(wanted, "language", account.language);
    const bool one_address = account.technical_url == account.public_url;
    account.public_url = text_of(wanted, "publicUrl", account.public_url);
    if (one_address) account.technical_url = account.public_url;
    account.technical_url = text_of(wanted, "technicalUrl", account.technical_url);
    account.old_style = bool_of(wanted, "oldStyle", account.old_style);
    if (has(wanted, "sites")) account.sites = wanted.at("sites");
    fill_key(account.keys.front(), wanted);
    if (has(wanted, "statusMap"))
        for (const auto& [status, mapped] : wanted.at("statusMap").items())
            account.status_map[status] = mapped.get<std::string>();
    return {{"account", account_view(account)}};
}

Json Control::save_key(const std::string& name, const Json& wanted) {
    const std::lock_guard lock(crm_.mutex);
    Account& account = crm_.get(name);
    if (has(wanted, "revoke")) {
        ApiKey* key = account.key(text_of(wanted, "revoke"));
        if (key == nullptr) throw ControlError("no such key", 404);
        key->active = false;
    } else {
        ApiKey* present = account.key(text_of(wanted, "apiKey"));
        if (present == nullptr) {
            ApiKey key;
            key.key = world_.random.text(32);
            key.origin = "manual";
            key.scopes = all_scopes();
            key.methods = account.keys.front().methods;
            account.keys.push_back(key);
            present = &account.keys.back();
        }
        fill_key(*present, wanted);
    }
    return {{"account", account_view(account)}};
}

Json Control::save_payment_type(const std::string& name, const Json& wanted) {
    const std::lock_guard lock(crm_.mutex);
    Account& account = crm_.get(name);
    const auto code = required_text(wanted, "code");
    PaymentType type;
    if (auto present = account.types.find(code); present != account.types.end())
        type = present->second;
    type.code = code;
    type.name = text_of(wanted, "name", type.name.empty() ? code : type.name);
    type.active = bool_of(wanted, "active", type.active);
    if (has(wanted, "shop")) {
        const auto module = account.module_code(text_of(wanted, "module"));
        const auto shop = text_of(wanted, "shop");
        if (account.shop(module, shop) == nullptr) throw ControlError("no such shop: " + shop);
        if (!type.module.empty() && (type.module != module || type.shop != shop))
            throw ControlError("a linked payment type cannot be changed after saving");
        type.module = module;
        type.shop = shop;
    }
    account.types[code] = type;
    return {{"account", account_view(account)}};
}

Json Control::orders_call(const Path& path, const HttpRequest& request) {
    const std::lock_guard lock(crm_.mutex);
    if (request.method == "POST") {
        const Json wanted = body(request);
        Account& account = crm_.get(text_of(wanted, "account", "demo"));
        return {{"order", order_view(account, crm_.create_order(account, wanted))}};
    }
    if (path.size() == 3) {
        Account& account = crm_.get(path[1]);
        const Order* order = account.order(std::strtoll(path[2].c_str(), nullptr, 10));
        if (order == nullptr) throw ControlError("no such order", 404);
        return {{"order", order_view(account, *order)}};
    }
    Account& account = crm_.get(request.query.get("account", "demo"));
    Json list = Json::array();
    for (const auto& [id, order] : account.orders) list.push_back(order_view(account, order));
    return {{"orders", list}};
}

Json Control::invoices(const HttpRequest& request) {
    const std::lock_guard lock(crm_.mutex);
    Account& account = crm_.get(request.query.get("account", "demo"));
    Json list = Json::array();
    if (const auto uuid = request.query.get("uuid"); !uuid.empty()) {
        if (const CrmInvoice* invoice = account.invoice(uuid))
            list.push_back(invoice_view(*invoice));
        return {{"invoices", list}};
    }
    for (const auto& uuid : account.invoice_order)
        list.push_back(invoice_view(*account.invoice(uuid)));
    return {{"invoices", list}};
}

Json Control::crm_log(const std::string& name, const HttpRequest& request) {
    const Log& log = name == "updates"         ? crm_.updates
                     : name == "notices"       ? crm_.notices
                     : name == "registrations" ? crm_.registrations
                     : name == "calls"         ? crm_.calls
                     : name == "requests"      ? crm_.requests
                                               : world_.violations;
    const auto account = request.query.get("account"), client = request.query.get("clientId");
    const auto uuid = request.query.get("invoiceUuid"), action = request.query.get("action");
    const auto at = page(request);
    return {{name, log.list(at.since, at.limit, [&](const Json& entry) {
                 const bool scoped = name != "violations";
                 const auto scope = text_of(entry, scoped ? "account" : "scope");
                 return (account.empty() || scope == account) &&
                        (client.empty() || scope == client) &&
                        (uuid.empty() || text_of(entry, "invoiceUuid") == uuid) &&
                        (action.empty() || text_of(entry, "action") == action);
             })}};
}

}  // namespace tillbridge::sandbox
