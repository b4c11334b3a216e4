// What managers, admins and the CRM itself do with the module: the buttons of the order card and of
// the marketplace card, activity and settings. Commands and answers are those of POST
// /_control/crm.
#pragma once

#include "tests/sandbox/crm/calls.hpp"

namespace tillbridge::sandbox {

class CrmActions {
  public:
    explicit CrmActions(Crm& crm) : crm_(crm) {}

    Json run(const Json& command);  // throws ControlError

  private:
    struct Target {
        std::string uuid, external_id, module;
    };
    ModuleCall prepare(const Json& command, const Account& account,
                       const std::string& action) const;
    std::string action_url(const Account& account, const std::string& module,
                           const std::string& action) const;
    std::string client_id(const Account& account, const std::string& module,
                          const Json& command) const;
    Target target(const Json& command);
    Json answered(const Json& command, const ModuleAnswer& answer, const std::string& uuid);

    Json config(const Json& command);
    Json connect(const Json& command);
    std::string register_key(const Json& command, const Json& config);
    Json create(const Json& command);
    Json create_fields(Account& account, const Order& order, const CrmInvoice& invoice,
                       const Json& command) const;
    Json change(const Json& command, const std::string& action);  // approve, cancel, refund
    Json status(const Json& command);
    Json activity(const Json& command);
    Json settings(const Json& command);
    Json raw(const Json& command);

    Crm& crm_;
};

}  // namespace tillbridge::sandbox
