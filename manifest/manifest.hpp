// What the marketplace and the CRM see of the module: code, name, scopes, currencies, countries,
// actions, listing texts, logo. Read once at start from the copy that is compiled in; `parse` is
// there for tests and for `tillbridge manifest`. A mistake in the files is a broken build, so it
// throws std::runtime_error with `FILE:LINE: key: why`.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "module/domain/money.hpp"

namespace tillbridge::manifest {

struct Listing {
    std::string name;
    std::string short_description;  // one sentence, at most 140 characters
    std::string description;
};

struct Manifest {
    std::string code;              // integration module code at the CRM
    std::string integration_code;  // integrationCode at the CRM
    std::string name;
    std::string logo_path;  // below server.public_url, `/manifest/logo.svg`
    std::vector<std::string> required_scopes;
    std::vector<std::string> optional_scopes;
    std::vector<std::string> panel_scopes;         // asked for too, but nothing is refused without
    std::vector<std::string> subscription_scopes;  // the same, for renewals on orders
    std::vector<std::string> required_methods;     // accounts whose keys have no scopes yet
    std::vector<domain::Currency> currencies;
    std::vector<std::string> countries;                  // ISO 3166-1 alpha-2, lower case
    std::map<std::string, std::string> actions;          // activity, settings → path
    std::map<std::string, std::string> payment_actions;  // create, approve, cancel, refund, status
    std::vector<std::string> invoice_types;              // `link`
    std::string extension_id;                            // the order card's panel, a UUID
    std::vector<std::string> extension_targets;
    std::map<std::string, Listing> listings;  // by locale: ru, uk, kk, en, es
};

// The compiled-in copy.
Manifest load();
std::string_view logo_svg();

// `locales`: locale → YAML text.
Manifest parse(const std::string& module_yaml, const std::map<std::string, std::string>& locales);

}  // namespace tillbridge::manifest
