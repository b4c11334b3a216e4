// The whole sandbox: every part, built and wired here, and the routes that lead to them.
#pragma once

#include "tests/sandbox/base/server.hpp"
#include "tests/sandbox/bot/site.hpp"
#include "tests/sandbox/control/control.hpp"
#include "tests/sandbox/crm/api.hpp"
#include "tests/sandbox/crm/embed_proxy.hpp"
#include "tests/sandbox/crm/pages.hpp"
#include "tests/sandbox/prodamus/site.hpp"
#include "tests/sandbox/uapay/api.hpp"
#include "tests/sandbox/uapay/pages.hpp"

namespace tillbridge::sandbox {

class Sandbox {
  public:
    explicit Sandbox(Options options);

    // Listens and fills in the first day's state; returns the bound address.
    std::string start(const Json& faults);
    void stop();

  private:
    HttpResponse route(const HttpRequest& request);

    World world_;
    Crm crm_{world_};
    CrmActions actions_{crm_};
    CrmApi crm_api_{crm_, actions_};
    CrmPages crm_pages_{crm_, actions_};
    EmbedProxy embed_proxy_{crm_};
    Uapay uapay_{world_};
    Hooks hooks_{world_};
    UapayPayments payments_{uapay_, hooks_};
    UapayApi uapay_api_{uapay_, payments_};
    UapayPages uapay_pages_{uapay_, payments_, hooks_};
    ProdamusSite prodamus_{world_};
    BotSite bots_{world_};
    Control control_{world_, crm_, actions_, uapay_, payments_, hooks_, prodamus_, bots_};
    std::unique_ptr<Server> server_;
};

}  // namespace tillbridge::sandbox
