// Prodamus for people, plain HTML: the payment page behind a short link, and the merchant's
// cabinet with settings, orders and subscriptions.
#pragma once

#include "tests/sandbox/base/html.hpp"
#include "tests/sandbox/prodamus/buyer.hpp"

namespace tillbridge::sandbox {

class ProdamusPages {
  public:
    ProdamusPages(Prodamus& prodamus, ProdamusDeliveries& deliveries, ProdamusClub& club,
                  ProdamusBuyer& buyer)
        : prodamus_(prodamus), deliveries_(deliveries), club_(club), buyer_(buyer) {}

    HttpResponse index(const HttpRequest& request);  // all pages
    HttpResponse shop(const std::string& host);      // a page without an order
    HttpResponse link(const std::string& code, const HttpRequest& request);
    HttpResponse cabinet(const std::string& host, const HttpRequest& request);

  private:
    void show_order(HtmlPage& page, ProdamusLink& link, ProdamusOrder& order,
                    const std::string& action);
    void show_choice(HtmlPage& page, ProdamusLink& link, const std::string& action);
    HttpResponse take(const std::string& code, const Fields& form);

    HttpResponse change(const std::string& host, const Fields& form);
    std::string change_settings(ProdamusPage& page, const Fields& form);
    void add_product(const std::string& host, const Fields& form);
    void show_settings(HtmlPage& page, const ProdamusPage& of) const;
    void show_orders(HtmlPage& page, const std::string& host);
    void show_club(HtmlPage& page, const std::string& host);

    Prodamus& prodamus_;
    ProdamusDeliveries& deliveries_;
    ProdamusClub& club_;
    ProdamusBuyer& buyer_;
};

}  // namespace tillbridge::sandbox
