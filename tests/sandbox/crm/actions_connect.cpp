// The marketplace card: reading the module's configuration and the Connect button (retailcrm.md
// §3).
#include "tests/sandbox/base/jwt.hpp"
#include "tests/sandbox/crm/actions.hpp"
#include "tests/sandbox/crm/views.hpp"

namespace tillbridge::sandbox {

Json CrmActions::config(const Json& command) {
    ModuleCall call;
    {
        const std::lock_guard lock(crm_.mutex);
        call = prepare(command, crm_.get(text_of(command, "account", "demo")), "config");
    }
    call.method = "GET";
    call.repeat = "none";
    call.url = without_slash(crm_.world.options.module_url) + "/marketplace/config";
    const auto answer = call_module(crm_, call);
    const Json body = answer.body();
    if (answer.first.status != 0 &&
        (!answer.ok() || !has(body, "scopes") || !body.at("scopes").is_array() ||
         text_of(body, "registerUrl").empty()))
        crm_.world.violation("crm", call.account, "answer.config",
                             "config must answer success, scopes and registerUrl", body);
    return answered(command, answer, "");
}

std::string CrmActions::register_key(const Json& command, const Json& config) {
    const std::lock_guard lock(crm_.mutex);
    Account& account = crm_.get(text_of(command, "account", "demo"));
    if (has(command, "apiKey")) return text_of(command, "apiKey");
    ApiKey* present = nullptr;
    for (auto& key : account.keys)
        if (key.origin == "marketplace" && key.active) present = &key;
    if (present == nullptr || bool_of(command, "newKey")) {
        account.keys.push_back({});
        present = &account.keys.back();
        present->key = crm_.world.random.text(32);
        present->origin = "marketplace";
        present->methods = account.keys.front().methods;
    }
    const Json* wanted = has(command, "scopes")  ? &command.at("scopes")
                         : has(config, "scopes") ? &config.at("scopes")
                                                 : nullptr;
    present->scopes.clear();
    if (wanted != nullptr && wanted->is_array())
        for (const auto& scope : *wanted)
            if (scope.is_string()) present->scopes.push_back(scope.get<std::string>());
    return present->key;
}

Json CrmActions::connect(const Json& command) {
    const Json configured = config(command);
    const Json none = Json::object();
    const Json& body = configured.at("body").is_object() ? configured.at("body") : none;
    if (int_of(configured, "status") != 200 || text_of(body, "registerUrl").empty())
        return configured;
    const auto api_key = register_key(command, body);
    ModuleCall call;
    {
        const std::lock_guard lock(crm_.mutex);
        Account& account = crm_.get(text_of(command, "account", "demo"));
        call = prepare(command, account, "connect");
        call.url = text_of(body, "registerUrl");
        const auto token = hex(hmac("SHA256", crm_.world.options.marketplace_secret, api_key));
        const Json fields = {{"token", text_of(command, "token", token)},
                             {"apiKey", api_key},
                             {"systemUrl", text_of(command, "systemUrl", account.technical_url)}};
        call.fields.add("register", dump(fields));
    }
    const auto answer = call_module(crm_, call);
    Json result = answered(command, answer, "");
    const auto account_url = text_of(answer.body(), "accountUrl");
    if (!answer.ok()) return result;
    if (account_url.empty()) {
        crm_.world.violation("crm", call.account, "answer.connect", "no accountUrl", answer.body());
        return result;
    }
    result["accountUrl"] = account_url;
    const std::lock_guard lock(crm_.mutex);
    Account& account = crm_.get(call.account);
    const auto code =
        account.modules.empty() ? std::string("module") : account.modules.begin()->first;
    account.connections[code] = {{"accountUrl", account_url},
                                 {"connectedAt", iso_utc(crm_.world.clock.now())}};
    crm_.world.bell.ring();
    return result;
}

}  // namespace tillbridge::sandbox
