// The control interface under /_control: what tests drive the sandbox with. README.md defines it.
#pragma once

#include <functional>

#include "tests/sandbox/bot/site.hpp"
#include "tests/sandbox/control/control_prodamus.hpp"
#include "tests/sandbox/crm/actions.hpp"
#include "tests/sandbox/uapay/payments.hpp"

namespace tillbridge::sandbox {

class Control {
  public:
    Control(World& world, Crm& crm, CrmActions& actions, Uapay& uapay, UapayPayments& payments,
            Hooks& hooks, ProdamusSite& prodamus, BotSite& bots)
        : world_(world),
          crm_(crm),
          actions_(actions),
          uapay_(uapay),
          payments_(payments),
          hooks_(hooks),
          prodamus_site_(prodamus),
          prodamus_(prodamus),
          bots_(bots) {}

    // path: the segments after "_control".
    HttpResponse handle(const std::vector<std::string>& path, const HttpRequest& request);
    void reset(std::optional<std::uint64_t> seed);

  private:
    using Path = std::vector<std::string>;
    struct Page {
        std::uint64_t since;
        std::size_t limit;
    };
    static Page page(const HttpRequest& request);
    static Json body(const HttpRequest& request);

    Json world_call(const Path& path, const HttpRequest& request);
    Json clock_call(const HttpRequest& request);
    Json faults_call(const Path& path, const HttpRequest& request);
    Json switches_call(const Json& wanted);
    Json state();

    Json accounts_call(const Path& path, const HttpRequest& request);
    Json save_account(const Json& wanted);
    Json save_key(const std::string& account, const Json& wanted);
    Json save_payment_type(const std::string& account, const Json& wanted);
    Json orders_call(const Path& path, const HttpRequest& request);
    Json invoices(const HttpRequest& request);
    Json crm_log(const std::string& name, const HttpRequest& request);

    Json merchants_call(const Path& path, const HttpRequest& request);
    Json payer(const Json& wanted);
    Json uapay_list(const std::string& what, const HttpRequest& request);
    Json operations(const HttpRequest& request);
    Json hooks_call(const Path& path, const HttpRequest& request);
    Json send_hook(const Json& wanted);

    HttpResponse wait(const HttpRequest& request);
    // Whether the condition holds; fills in what was waited for.
    bool holds(const HttpRequest& request, Json& found);
    bool holds_crm(const std::string& what, const HttpRequest& request, Json& found);
    bool holds_uapay(const std::string& what, const HttpRequest& request, Json& found);

    World& world_;
    Crm& crm_;
    CrmActions& actions_;
    Uapay& uapay_;
    UapayPayments& payments_;
    Hooks& hooks_;
    ProdamusSite& prodamus_site_;
    ProdamusControl prodamus_;
    BotSite& bots_;
};

}  // namespace tillbridge::sandbox
