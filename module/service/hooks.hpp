// A gateway's hook: believed where its signature holds, recorded once, and followed by a question
// to the gateway. One transaction; what it returns is durable.
#pragma once

#include <string>

#include "module/domain/result.hpp"
#include "module/service/context.hpp"
#include "module/service/merchant_cache.hpp"
#include "module/service/subscriptions.hpp"

namespace tillbridge::service {

class Hooks {
  public:
    Hooks(Context context, MerchantCache& merchants)
        : context_(context), merchants_(merchants), subscriptions_(context) {}

    enum class Receipt { recorded, repeated, quarantined, unmatched };
    struct Received {
        Receipt receipt = Receipt::recorded;
        std::string_view kind;  // held, paid, …; `unknown` for a word that we do not know
    };

    // Errors: hook.token_unknown (404), hook.signature_mismatch (401), hook.unreadable (400); the
    // last two with the param `connection`, whose hook address it was.
    domain::Result<Received> receive(const std::string& gateway, const std::string& token,
                                     const port::RawHook&, const domain::RequestId&);

  private:
    Context context_;
    MerchantCache& merchants_;
    Subscriptions subscriptions_;
};

}  // namespace tillbridge::service
