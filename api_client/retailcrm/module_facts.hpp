// What the CRM is told of the module itself. The program fills it from the manifest, which this
// room may not read.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace tillbridge::retailcrm {

// The extension that the CRM's page loads from us (`integrations.embedJs`).
struct EmbedFacts {
    std::string entrypoint;  // paths below baseUrl; empty: there is none
    std::string stylesheet;
    std::vector<std::string> targets;
};

struct ModuleFacts {
    std::string code;              // `tillbridge`: the {code} of integration-modules/{code}/edit
    std::string integration_code;  // integrationCode
    std::string name;
    std::string logo_url;  // absolute https, SVG; empty: none
    std::vector<std::string> countries;
    std::vector<std::string> currencies;
    std::vector<std::string> invoice_types{"link"};
    std::map<std::string, std::string> actions;          // activity, settings → path
    std::map<std::string, std::string> payment_actions;  // create, approve, … → path
    EmbedFacts embed;
    std::vector<std::string> required_scopes;
    std::vector<std::string> required_methods;  // keys of accounts that have no scopes
};

}  // namespace tillbridge::retailcrm
