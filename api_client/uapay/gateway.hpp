// UAPAY as a port::Gateway: one- and two-stage card payments in hryvnias over hosted invoices. It
// decides nothing: a call's outcome is what is known of it, and what is not known is asked for,
// never repeated. Thread-safe; its only state is the client's sessions.
//
// When a capture, a void or a refund counts as done: UAPAY's signed yes carries no status, so the
// payment is read once afterwards. It shows the new state: succeeded. It shows PENDING, the old
// state, or can't be read: pending, and the outbox asks again. A partial refund leaves no trace in
// the words, so there the signed yes is enough unless the word is PENDING.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "api_client/uapay/client.hpp"
#include "api_client/uapay/payment.hpp"
#include "module/domain/money.hpp"
#include "module/port/gateway.hpp"

namespace tillbridge::uapay {

class Gateway final : public port::Gateway {
  public:
    // Sender and clock must outlive it. Throws std::invalid_argument for a base address that is no
    // URL.
    Gateway(http::Sender& sender, const port::Clock& clock, Options options);

    const port::GatewayDescription& description() const override { return description_; }

    // Beside the port's codes: gateway.unsigned, where UAPAY answers without a signature.
    domain::Result<void> try_credentials(const domain::Credentials& credentials,
                                         port::CallLog& log) override;
    port::OperationAnswer create(const domain::Merchant& merchant,
                                 const port::CreateOrder& order) override;
    domain::Result<std::string> baseline(const domain::Merchant& merchant,
                                         const domain::Invoice& invoice,
                                         const domain::Operation& op, port::CallLog& log) override;
    port::OperationAnswer perform(const domain::Merchant& merchant, const domain::Invoice& invoice,
                                  const domain::Operation& op) override;
    port::OperationAnswer resolve(const domain::Merchant& merchant, const domain::Invoice& invoice,
                                  const domain::Operation& op, bool settled) override;
    // Errors: gateway.silent, .unavailable, .refused, .clock_skew; gateway.mismatch where the
    // answer is about another invoice.
    port::ReportAnswer ask(const domain::Merchant& merchant,
                           const domain::Invoice& invoice) override;
    domain::Result<port::HookFact> read_hook(const domain::Merchant& merchant,
                                             const port::RawHook& hook) override;

  private:
    // payments/show: the claims of exactly that payment.
    domain::Result<nlohmann::json> show_payment(const Account& account, const std::string& payment,
                                                std::optional<domain::Span> timeout,
                                                port::CallLog& log);
    port::OperationAnswer perform_refund(const Account& account, const domain::Invoice& invoice,
                                         const domain::Operation& op);
    // A call that moves money: its signed yes for that payment, or how it ended.
    bool accepted(const Account& account, const domain::Invoice& invoice, const Call& call,
                  port::OperationAnswer& answer);
    void resolve_create(const Account& account, const domain::Invoice& invoice,
                        const domain::Operation& op, port::OperationAnswer& answer);
    bool usable_link(const std::string& url) const;
    // When it was paid and what else only payments/show tells.
    void look_closer(const Account& account, const domain::Invoice& invoice,
                     domain::fact::GatewayReport& report, port::CallLog& log);

    Client client_;
    const port::GatewayDescription description_;
    const domain::Currency uah_;
};

// How a failed call ends an operation.
void end_as(const Answer& failed, port::OperationAnswer& answer);

}  // namespace tillbridge::uapay
