// Prodamus as a port::Gateway: payment links and signed notices, and nothing else (PROTOCOL.md
// §7.1). It decides nothing. Thread-safe: it has no state.
//
// What the API lacks is said and not imitated. A hold can't be made; a refund is the cabinet's
// business; a payment can't be asked about, and what moves money is the notice itself. A link moves
// no money: one whose answer was lost is given up, and the next attempt asks for another.
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "api_client/http/client.hpp"
#include "api_client/prodamus/page.hpp"
#include "module/port/clock.hpp"
#include "module/port/gateway.hpp"

namespace tillbridge::prodamus {

struct Options {
    std::string base_url = "https://{page}/";
    bool allow_private_networks = false;  // a sandbox: plain http and private addresses
    domain::Span timeout = std::chrono::seconds(10);
};

class Gateway final : public port::Gateway {
  public:
    // Sender and clock must outlive it. Throws std::invalid_argument for a base address that is no
    // URL or has no `{page}`.
    Gateway(http::Sender& sender, const port::Clock& clock, Options options);

    const port::GatewayDescription& description() const override { return description_; }

    domain::Result<void> try_credentials(const domain::Credentials& credentials,
                                         port::CallLog& log) override;
    // The page as its host: `demo` and `https://demo.payform.ru/` are one shop.
    domain::Credentials tidy(domain::Credentials typed) const override;
    std::string test_amount(const std::map<std::string, std::string>& options) const override;
    domain::Result<void> check_options(
        const std::map<std::string, std::string>& options) const override;
    // Beside the port's codes: currency.not_supported.
    port::OperationAnswer create(const domain::Merchant& merchant,
                                 const port::CreateOrder& order) override;
    domain::Result<std::string> baseline(const domain::Merchant& merchant,
                                         const domain::Invoice& invoice,
                                         const domain::Operation& op, port::CallLog& log) override;
    // Refused with gateway.unsupported; the reason says, in the payment's language, where in the
    // cabinet it is done.
    port::OperationAnswer perform(const domain::Merchant& merchant, const domain::Invoice& invoice,
                                  const domain::Operation& op) override;
    port::OperationAnswer resolve(const domain::Merchant& merchant, const domain::Invoice& invoice,
                                  const domain::Operation& op, bool settled) override;
    domain::Result<port::HookFact> read_hook(const domain::Merchant& merchant,
                                             const port::RawHook& hook) override;
    port::SubscriptionAnswer set_subscription(const domain::Merchant& merchant,
                                              const port::SubscriptionChange& change) override;

  private:
    http::Sender& sender_;
    const port::Clock& clock_;
    const Options options_;
    const BaseUrl base_;
    const port::GatewayDescription description_;
};

}  // namespace tillbridge::prodamus
