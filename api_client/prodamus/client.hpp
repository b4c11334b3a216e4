// The one call that there is: a signed form with `do=link` to a merchant's page, and what its
// answer says (PROTOCOL.md §2.5, §2.6).
#pragma once

#include <string>

#include "api_client/http/client.hpp"
#include "api_client/prodamus/page.hpp"
#include "api_client/prodamus/tree.hpp"
#include "module/domain/secret.hpp"
#include "module/domain/time.hpp"
#include "module/port/gateway.hpp"

namespace tillbridge::prodamus {

struct Account {
    std::string host;  // `demo.payform.ru`
    domain::Secret key;
};

struct LinkAnswer {
    enum class End {
        link,
        bad_signature,  // another key
        no_page,        // nobody answers for this page
        no_host,        // its name leads nowhere; nothing was sent
        refused,
        not_done,  // nothing was sent, or the page is too busy
        unknown,   // a link may have been made; it moves no money
    };
    End end = End::unknown;
    std::string link;
    std::string words;  // the page's own, masked; where it said nothing, ours
};

class Client {
  public:
    Client(http::Sender& sender, const BaseUrl& base, bool allow_private_networks,
           domain::Span timeout)
        : sender_(sender),
          base_(base),
          allow_private_networks_(allow_private_networks),
          timeout_(timeout) {}

    // Signs and sends; the exchange goes to the log as `what`.
    LinkAnswer ask_for_link(const Account& account, Tree parameters, const char* what,
                            port::CallLog& log) const;

  private:
    http::Sender& sender_;
    const BaseUrl& base_;
    const bool allow_private_networks_;
    const domain::Span timeout_;
};

}  // namespace tillbridge::prodamus
