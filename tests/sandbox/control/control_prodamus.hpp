// The control interface's Prodamus part, under /_control/prodamus: pages, links, orders, the buyer,
// notifications, subscriptions. README.md defines it.
#pragma once

#include "tests/sandbox/prodamus/site.hpp"

namespace tillbridge::sandbox {

class ProdamusControl {
  public:
    explicit ProdamusControl(ProdamusSite& site) : site_(site) {}

    // path: the segments after "prodamus". Throws ControlError.
    Json handle(const std::vector<std::string>& path, const HttpRequest& request);
    Json pages();                                             // of all
    Json switches(const std::string& host, const Json& set);  // "*": of all pages
    // Whether a condition of /_control/wait holds; fills in what was waited for.
    bool holds(const std::string& what, const HttpRequest& request, Json& found);
    static bool knows_condition(const std::string& what);

  private:
    Json pages_call(const std::string& host, const Json* wanted);
    Json links(const HttpRequest& request);
    Json orders(const HttpRequest& request);
    Json deals(const HttpRequest& request) const;
    Json payer(const Json& wanted);
    Json deliveries(const std::string& act, const Json& wanted);
    Json send(const Json& wanted);
    Json receive(const std::string& host, const HttpRequest& request);
    Json sign(const Json& wanted) const;
    Json check(const Json& wanted) const;
    Json products(const Json* wanted);
    Json subscriptions(const HttpRequest& request);
    Json act(const Json& wanted);

    ProdamusSite& site_;
};

}  // namespace tillbridge::sandbox
