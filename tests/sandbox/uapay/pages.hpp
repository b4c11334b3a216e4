// UAPAY for people: the merchant's cabinet, and the payment page with its 3DS step. Plain HTML.
#pragma once

#include "tests/sandbox/base/html.hpp"
#include "tests/sandbox/uapay/payments.hpp"

namespace tillbridge::sandbox {

class UapayPages {
  public:
    UapayPages(Uapay& uapay, UapayPayments& payments, Hooks& hooks)
        : uapay_(uapay), payments_(payments), hooks_(hooks) {}

    // path: the segments after "uapay".
    HttpResponse handle(const std::vector<std::string>& path, const HttpRequest& request);

  private:
    HttpResponse cabinet(const HttpRequest& request);
    HttpResponse merchant(const std::string& client_id, const std::string& said);
    HttpResponse act(const std::string& client_id, const Fields& form);
    HttpResponse payment_page(const std::string& id, const std::string& said);
    HttpResponse pay(const std::string& id, const Fields& form);
    HttpResponse qr(const std::string& id) const;

    Uapay& uapay_;
    UapayPayments& payments_;
    Hooks& hooks_;
};

}  // namespace tillbridge::sandbox
