#include "api_client/retailcrm/read.hpp"

#include <algorithm>

#include "api_client/retailcrm/wire.hpp"
#include "module/port/json.hpp"

namespace tillbridge::retailcrm {
namespace {

using nlohmann::json;

constexpr const char* kEditTypesScope = "reference_write";
constexpr const char* kEditTypesMethod = "/api/reference/payment-types/{code}/edit";

bool contains(const std::vector<std::string>& list, const std::string& word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

std::vector<std::string> texts(const json& list) {
    std::vector<std::string> found;
    for (const json& entry : list) {
        if (entry.is_string()) found.push_back(entry.get<std::string>());
    }
    return found;
}

// A setting is its value, or an object with the value and when it changed.
std::string setting(const json& settings, const char* name) {
    const json* found = port::member(settings, name);
    if (found == nullptr) return {};
    return found->is_string() ? found->get<std::string>() : port::text_at(*found, "value");
}

// A text, or the code of an object.
std::string code_of(const json* value) {
    if (value == nullptr) return {};
    return value->is_string() ? value->get<std::string>() : port::text_at(*value, "code");
}

// The module that a type is linked to: its code, or an object that carries it; older answers have
// the module's name alone.
bool is_ours(const json& type, const ModuleFacts& facts) {
    const json* module = port::member(type, "integrationModule");
    if (module == nullptr) return false;
    const std::string code = code_of(module);
    if (!code.empty()) return code == facts.code;
    const std::string integration = port::text_at(*module, "integrationCode");
    if (!integration.empty()) return integration == facts.integration_code;
    return !facts.name.empty() && port::text_at(*module, "name") == facts.name;
}

// Where the answer names the shop, and how, no source says: beside the module or inside it. A shop
// that is named decides, whatever else would fit.
std::optional<std::string> named_shop(const json& type) {
    const json* module = port::member(type, "integrationModule");
    for (const char* name : {"integrationModuleShop", "shop", "shopCode", "shopId"}) {
        for (const json* holder : {&type, module}) {
            const json* value = holder == nullptr ? nullptr : port::member(*holder, name);
            const std::string code = code_of(value);
            if (!code.empty()) return code;
        }
    }
    return {};
}

// Empty rather than a guess: a wrong link would hide that a store has no payment type.
domain::MerchantId linked(const json& type, const std::string& code, const ModuleFacts& facts,
                          const std::vector<domain::Merchant>& ours) {
    if (!is_ours(type, facts)) return {};
    const auto shop = named_shop(type);
    for (const domain::Merchant& merchant : ours) {
        // Without a shop: the types that we made tell by their code, and where there has only ever
        // been one store there is no other to choose.
        const bool fits = shop ? *shop == merchant.id.value
                               : code == payment_type_code(facts, merchant.id) || ours.size() == 1;
        if (fits) return merchant.id;
    }
    return {};
}

}  // namespace

std::optional<port::AccountInfo> read_credentials(const json& body, const ModuleFacts& facts) {
    const json* scopes = port::member(body, "scopes");
    const json* methods = port::member(body, "credentials");
    const bool has_scopes = scopes != nullptr && scopes->is_array();
    if (!has_scopes && (methods == nullptr || !methods->is_array())) return {};
    port::AccountInfo info;
    info.scopes = texts(has_scopes ? *scopes : *methods);
    for (const std::string& needed : has_scopes ? facts.required_scopes : facts.required_methods) {
        if (!contains(info.scopes, needed)) info.missing_scopes.push_back(needed);
    }
    info.may_edit_payment_types =
        contains(info.scopes, has_scopes ? kEditTypesScope : kEditTypesMethod);
    return info;
}

port::AccountSettings read_settings(const json& body) {
    const json* settings = port::member(body, "settings");
    if (settings == nullptr) return {};
    return {setting(*settings, "default_currency"), setting(*settings, "system_language"),
            setting(*settings, "timezone")};
}

std::optional<port::Order> read_order(const json& body) {
    const json* found = port::member(body, "order");
    const auto id = found == nullptr ? std::nullopt : port::integer_at(*found, "id");
    if (!id) return {};
    port::Order order;
    order.id = *id;
    order.number = port::text_at(*found, "number");
    order.currency = port::text_at(*found, "currency");
    order.site = port::text_at(*found, "site");
    // A list, or a map by id; an empty map comes as an empty list.
    const json* payments = port::member(*found, "payments");
    if (payments == nullptr) return order;
    for (const json& payment : *payments) {
        const auto number = port::integer_at(payment, "id");
        if (!number) continue;
        const json* amount = port::member(payment, "amount");
        order.payments.push_back({*number, port::text_at(payment, "type"),
                                  amount == nullptr ? "" : port::decimal_text(*amount).value_or(""),
                                  !port::text_at(payment, "paidAt").empty(),
                                  port::text_at(payment, "externalId")});
    }
    return order;
}

std::optional<std::vector<port::PaymentType>> read_payment_types(
    const json& body, const ModuleFacts& facts, const std::vector<domain::Merchant>& ours) {
    const json* list = port::member(body, "paymentTypes");
    // An empty map comes as an empty list.
    if (list == nullptr || !(list->is_object() || list->is_array())) return {};
    std::vector<port::PaymentType> types;
    for (const auto& [key, type] : list->items()) {
        if (!type.is_object()) continue;
        port::PaymentType read;
        read.code = port::text_at(type, "code");
        if (read.code.empty() && list->is_object()) read.code = key;
        read.name = port::text_at(type, "name");
        const json* active = port::member(type, "active");
        read.active = active == nullptr || !active->is_boolean() || active->get<bool>();
        read.merchant = linked(type, read.code, facts, ours);
        types.push_back(std::move(read));
    }
    return types;
}

}  // namespace tillbridge::retailcrm
