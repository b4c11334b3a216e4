// The CRM's half of a panel's backend call (retailcrm-embed-ui.md §5): the panel's page asks
// `/embed-proxy/{clientId}/{action}`, as the vendor's sandbox does; the CRM's server adds the
// connection's `clientId`, leaves everything of the browser behind, and asks the module.
#pragma once

#include <string>
#include <vector>

#include "tests/sandbox/crm/calls.hpp"

namespace tillbridge::sandbox {

class EmbedProxy {
  public:
    explicit EmbedProxy(Crm& crm) : crm_(crm) {}

    // path: the segments after "embed-proxy".
    HttpResponse handle(const std::vector<std::string>& path, const HttpRequest& request);

  private:
    HttpResponse forward(const std::string& client_id, const std::string& action,
                         const HttpRequest& request);

    Crm& crm_;
};

}  // namespace tillbridge::sandbox
