// The CRM's API as modules call it (retailcrm.md §1): keys, scopes, rate limit, error texts, and
// the methods themselves. Answers like the CRM and notes what breaks the protocol as a violation.
#pragma once

#include "tests/sandbox/crm/actions.hpp"
#include "tests/sandbox/crm/state.hpp"

namespace tillbridge::sandbox {

class CrmApi {
  public:
    CrmApi(Crm& crm, CrmActions& actions) : crm_(crm), actions_(actions) {}

    // path: the segments after "api".
    HttpResponse handle(const std::string& account, const std::vector<std::string>& path,
                        const HttpRequest& request);

  private:
    struct Call {
        std::string account, key, method, path;  // path: "v5/payment/check"
        std::vector<std::string> parts;          // without "v5"
        Fields query, form;
    };
    std::optional<HttpResponse> let_in(Call& call, const HttpRequest& request);
    bool allowed(const Call& call, const char* scope, const char* method);
    void log_request(const Call& call, int status);
    HttpResponse dispatch(const Call& call);
    HttpResponse unversioned(const Call& call);
    HttpResponse integration(const Call& call);
    HttpResponse edit_module(const Call& call);
    HttpResponse update_scopes(const Call& call);
    HttpResponse payment(const Call& call);
    HttpResponse check(const Call& call);
    HttpResponse update_invoice(const Call& call);
    HttpResponse create_invoice(const Call& call);
    HttpResponse show_invoice(const Call& call);
    HttpResponse import_invoice(const Call& call);
    HttpResponse reference(const Call& call);
    HttpResponse edit_payment_type(const Call& call);
    HttpResponse notification(const Call& call);
    HttpResponse show_order(const Call& call);
    HttpResponse add_order_payment(const Call& call);
    HttpResponse denied(const Call& call, const std::string& needs);
    // The JSON object of a form field, or the answer that refuses it.
    std::optional<HttpResponse> json_field(const Call& call, const char* name, Json& object);

    Crm& crm_;
    CrmActions& actions_;
};

HttpResponse crm_success(Json extra = Json::object(), int status = 200);
HttpResponse crm_failure(int status, const std::string& message, const Json& errors = Json());

}  // namespace tillbridge::sandbox
