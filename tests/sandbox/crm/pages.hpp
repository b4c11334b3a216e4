// The CRM's pages for people: accounts, the marketplace card, orders and the order card, payment
// types, notices, received updates. Plain HTML and forms, no script.
#pragma once

#include "tests/sandbox/base/html.hpp"
#include "tests/sandbox/crm/actions.hpp"

namespace tillbridge::sandbox {

class CrmPages {
  public:
    CrmPages(Crm& crm, CrmActions& actions) : crm_(crm), actions_(actions) {}

    // path: the segments after "crm".
    HttpResponse handle(const std::vector<std::string>& path, const HttpRequest& request);

  private:
    HttpResponse accounts();
    HttpResponse create_account(const Fields& form);
    HttpResponse home(const std::string& name, const std::string& said);
    HttpResponse marketplace(const std::string& name, const std::string& said);
    HttpResponse orders(const std::string& name, const std::string& said);
    HttpResponse order(const std::string& name, const std::string& id, const std::string& said);
    HttpResponse payment_types(const std::string& name, const std::string& said);
    HttpResponse notices(const std::string& name);
    HttpResponse updates(const std::string& name);
    HttpResponse site(const std::string& name);
    HttpResponse act(const std::string& name, const std::string& what, const Fields& form);
    HttpResponse card_action(const std::string& name, const std::string& action,
                             const Fields& form);
    void payment_block(HtmlPage& page, const std::string& name, const Json& order,
                       const Json& payment) const;
    Json account(const std::string& name);

    Crm& crm_;
    CrmActions& actions_;
};

}  // namespace tillbridge::sandbox
