#include "handlers/settings/access.hpp"

#include <algorithm>

namespace tillbridge::handlers::settings {

using nlohmann::json;

namespace {

// The method that makes payment types, of keys that have no scopes.
constexpr std::string_view kTypesMethod = "/api/reference/payment-types/{code}/edit";

bool names_methods(const domain::Connection& connection) {
    return std::any_of(connection.scopes.begin(), connection.scopes.end(),
                       [](const std::string& scope) { return scope.starts_with('/'); });
}

void list(json& out, const std::vector<std::string>& scopes, const char* use,
          const std::vector<std::string>* among) {
    for (const std::string& scope : scopes) {
        const bool granted =
            among != nullptr && std::find(among->begin(), among->end(), scope) != among->end();
        out.push_back({{"scope", scope},
                       {"use", scope == kTypesMethod ? "paymentTypes" : use},
                       {"granted", granted}});
    }
}

}  // namespace

json access_of(const domain::Connection& connection, const Scopes& scopes) {
    json out = json::array();
    if (names_methods(connection)) {
        list(out, connection.missing_scopes, "payments", nullptr);
        list(out, connection.scopes, "payments", &connection.scopes);
        return out;
    }
    list(out, scopes.required, "payments", &connection.scopes);
    list(out, scopes.payment_types, "paymentTypes", &connection.scopes);
    list(out, scopes.panel, "panel", &connection.scopes);
    list(out, scopes.subscriptions, "subscriptions", &connection.scopes);
    return out;
}

}  // namespace tillbridge::handlers::settings
