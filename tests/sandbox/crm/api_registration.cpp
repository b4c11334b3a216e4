// Registration of modules, their scopes, and the references (retailcrm.md §1).
#include <set>

#include "tests/sandbox/crm/api.hpp"
#include "tests/sandbox/crm/checks.hpp"
#include "tests/sandbox/crm/views.hpp"

namespace tillbridge::sandbox {

HttpResponse CrmApi::integration(const Call& call) {
    const auto& parts = call.parts;
    if (parts.size() == 2 && call.method == "GET") {
        if (!allowed(call, "integration_read", "/api/integration-modules/{code}"))
            return denied(call, "integration_read");
        const std::lock_guard lock(crm_.mutex);
        Account& account = crm_.get(call.account);
        auto found = account.modules.find(parts[1]);
        if (found == account.modules.end()) return crm_failure(404, "Not found");
        return crm_success({{"integrationModule", found->second}});
    }
    if (parts.size() == 3 && call.method == "POST" && parts[2] == "edit") {
        if (!allowed(call, "integration_write", "/api/integration-modules/{code}/edit"))
            return denied(call, "integration_write");
        return edit_module(call);
    }
    if (parts.size() == 3 && call.method == "POST" && parts[2] == "update-scopes")
        return update_scopes(call);
    return crm_failure(404, "API method not found");
}

HttpResponse CrmApi::edit_module(const Call& call) {
    Json module;
    if (auto refused = json_field(call, "integrationModule", module)) return *refused;
    const auto& code = call.parts[1];
    const Json errors = check_registration(module, code);
    const int status = errors.empty() ? 0 : 400;
    bool created = false;
    std::vector<std::string> vanished;
    if (status == 0) {
        const std::lock_guard lock(crm_.mutex);
        Account& account = crm_.get(call.account);
        created = account.modules.count(code) == 0;
        account.modules[code] = module;
        for (const auto& [type_code, type] : account.types)
            if (type.module == code && account.shop(code, type.shop) == nullptr)
                vanished.push_back(type.shop);
    }
    const int answer = status != 0 ? status : created ? 201 : 200;
    crm_.registrations.add({{"at", iso_utc(crm_.world.clock.now())},
                            {"account", call.account},
                            {"code", code},
                            {"integrationModule", module},
                            {"answerStatus", answer}});
    crm_.world.bell.ring();
    for (const auto& shop : vanished)
        crm_.world.violation(
            "crm", call.account, "shop.vanished",
            "a payment type is linked to a shop that is no longer registered: " + shop, module);
    if (status != 0) {
        crm_.world.violation("crm", call.account, "registration", dump(errors), module);
        return crm_failure(400, "Errors in the entity format", errors);
    }
    return crm_success({{"info", Json::array()}}, answer);
}

HttpResponse CrmApi::update_scopes(const Call& call) {
    if (!allowed(call, "integration_write", "/api/integration-modules/{code}/edit"))
        return denied(call, "integration_write");
    Json wanted;
    if (auto refused = json_field(call, "requires", wanted)) return *refused;
    if (!has(wanted, "scopes") || !wanted.at("scopes").is_array())
        return crm_failure(400, "Errors in the entity format", {{"scopes", "must be a list"}});
    const std::lock_guard lock(crm_.mutex);
    Account& account = crm_.get(call.account);
    if (account.modules.count(call.parts[1]) == 0) return crm_failure(404, "Not found");
    const auto way = account.switches.text("scopeChange");
    ApiKey* key = account.key(call.key);
    if (way == "refuse" || key == nullptr) return crm_failure(403, "Access denied.");
    std::set<std::string> scopes(key->scopes.begin(), key->scopes.end());
    for (const auto& scope : wanted.at("scopes"))
        if (scope.is_string()) scopes.insert(scope.get<std::string>());
    key->scopes.assign(scopes.begin(), scopes.end());
    Json answer = Json::object();
    if (way == "newKey") answer["apiKey"] = key->key = crm_.world.random.text(32);
    return crm_success(answer);
}

HttpResponse CrmApi::reference(const Call& call) {
    const auto& parts = call.parts;
    const bool get = call.method == "GET" && parts.size() == 2;
    if (get && parts[1] == "sites") {
        if (!allowed(call, "reference_read", "") && !allowed(call, "store_read", ""))
            return denied(call, "reference_read");
        const std::lock_guard lock(crm_.mutex);
        Json sites = Json::object();
        for (const auto& site : crm_.get(call.account).sites) sites[text_of(site, "code")] = site;
        return crm_success({{"sites", sites}});
    }
    if (get && (parts[1] == "payment-types" || parts[1] == "payment-statuses")) {
        if (!allowed(call, "reference_read", "")) return denied(call, "reference_read");
        const std::lock_guard lock(crm_.mutex);
        Account& account = crm_.get(call.account);
        if (parts[1] == "payment-types")
            return crm_success({{"paymentTypes", payment_types_api(account)}});
        Json statuses = Json::object();
        for (const char* code :
             {"not-paid", "invoice", "wait-approved", "paid", "returned", "canceled", "rejected"})
            statuses[code] = {{"code", code},
                              {"name", code},
                              {"active", true},
                              {"paymentComplete", std::string(code) == "paid"}};
        return crm_success({{"paymentStatuses", statuses}});
    }
    if (call.method == "POST" && parts.size() == 4 && parts[1] == "payment-types" &&
        parts[3] == "edit") {
        if (!allowed(call, "reference_write", "/api/reference/payment-types/{code}/edit"))
            return denied(call, "reference_write");
        return edit_payment_type(call);
    }
    return crm_failure(404, "API method not found");
}

// integrationModule is the module's code, or {"code","shop"}; the shop may also stand beside it.
HttpResponse CrmApi::edit_payment_type(const Call& call) {
    Json wanted;
    if (auto refused = json_field(call, "paymentType", wanted)) return *refused;
    const auto& code = call.parts[2];
    std::string module, shop = text_of(wanted, "shop");
    if (has(wanted, "integrationModule")) {
        const Json& link = wanted.at("integrationModule");
        module = link.is_object() ? text_of(link, "code") : text_of(wanted, "integrationModule");
        if (link.is_object() && has(link, "shop")) shop = text_of(link, "shop");
    }
    const std::lock_guard lock(crm_.mutex);
    Account& account = crm_.get(call.account);
    const bool created = account.types.count(code) == 0;
    Json errors = Json::object();
    if (created && text_of(wanted, "name").empty())
        errors["name"] = "This value should not be blank.";
    if (has(wanted, "code") && text_of(wanted, "code") != code) errors["code"] = "differs";
    if (!module.empty() && account.shop(module, shop) == nullptr)
        errors["integrationModule"] = "no such shop is registered";
    auto present = account.types.find(code);
    if (!created && !module.empty() && !present->second.module.empty() &&
        (present->second.module != module || present->second.shop != shop))
        errors["integrationModule"] = "cannot be changed after saving";
    if (!errors.empty()) {
        crm_.world.violation("crm", call.account, "paymentType", dump(errors), wanted);
        return crm_failure(400, "Errors in the entity format", errors);
    }
    PaymentType& type = account.types[code];
    type.code = code;
    type.name = text_of(wanted, "name", type.name);
    type.active = bool_of(wanted, "active", type.active);
    if (!module.empty()) type.module = module, type.shop = shop;
    type.extra = wanted;
    crm_.world.bell.ring();
    return crm_success({}, created ? 201 : 200);
}

}  // namespace tillbridge::sandbox
