// UAPAY's methods over its envelope: sessions, invoices, payments, subscriptions (uapay.md §4 to
// §6).
#pragma once

#include "tests/sandbox/uapay/envelope.hpp"
#include "tests/sandbox/uapay/payments.hpp"

namespace tillbridge::sandbox {

class UapayApi {
  public:
    UapayApi(Uapay& uapay, UapayPayments& payments) : uapay_(uapay), payments_(payments) {}

    // method: what follows "/uapay/api/".
    HttpResponse handle(const std::string& method, const HttpRequest& request);

  private:
    using Outcome = std::variant<Json, UapayError>;  // claims, or a refusal
    Outcome dispatch(const UapayCall& call);
    Outcome create_invoice(const UapayCall& call);
    Outcome show_invoice(const UapayCall& call);
    Outcome list_invoices(const UapayCall& call);
    Outcome change_payment(const UapayCall& call, const std::string& kind);
    Outcome show_payment(const UapayCall& call);
    Outcome update_subscription(const UapayCall& call);
    std::optional<HttpResponse> too_many(const UapayCall& call);
    HttpResponse refused(const UapayCall& call, const UapayError& error,
                         const HttpRequest& request);

    Uapay& uapay_;
    UapayPayments& payments_;
};

}  // namespace tillbridge::sandbox
