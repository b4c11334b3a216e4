// A gateway that does as it is told; what it was not told is an answer that got lost.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "module/port/gateway.hpp"

namespace tillbridge::test {

class FakeGateway : public port::Gateway {
  public:
    // What the next calls answer.
    port::GatewayDescription about_;
    domain::Result<void> credentials;
    std::optional<domain::Span> clock_offset;
    std::function<void()> while_trying;
    std::function<domain::Credentials(domain::Credentials)> tidying;
    // What a payment's life needs; without them every answer is lost.
    std::function<port::OperationAnswer(const domain::Operation&)> performing, resolving;
    domain::Result<std::string> mark = std::string();
    std::function<domain::Result<domain::fact::GatewayReport>(const domain::Invoice&)> asking;
    std::optional<domain::fact::GatewayReport> report;  // neither: it is silent
    std::function<port::SubscriptionAnswer(const port::SubscriptionChange&)> setting;
    domain::Result<port::HookFact> hook = domain::fail("hook.unreadable");
    // What they were given.
    std::vector<domain::Credentials> tried;
    bool settled = false;  // as the last resolve was told
    int asked = 0;
    std::vector<port::SubscriptionChange> set;

    FakeGateway();
    ~FakeGateway() override;

    const port::GatewayDescription& description() const override;
    domain::Result<void> try_credentials(const domain::Credentials& given,
                                         port::CallLog& log) override;
    domain::Credentials tidy(domain::Credentials typed) const override;
    port::OperationAnswer create(const domain::Merchant&, const port::CreateOrder&) override;
    domain::Result<std::string> baseline(const domain::Merchant&, const domain::Invoice&,
                                         const domain::Operation&, port::CallLog&) override;
    port::OperationAnswer perform(const domain::Merchant&, const domain::Invoice&,
                                  const domain::Operation& op) override;
    port::OperationAnswer resolve(const domain::Merchant&, const domain::Invoice&,
                                  const domain::Operation& op, bool long_ago) override;
    port::ReportAnswer ask(const domain::Merchant&, const domain::Invoice& invoice) override;
    port::SubscriptionAnswer set_subscription(const domain::Merchant& merchant,
                                              const port::SubscriptionChange& change) override;
    domain::Result<port::HookFact> read_hook(const domain::Merchant&,
                                             const port::RawHook&) override;
};

class FakeGateways : public port::Gateways {
  public:
    FakeGateway uapay;

    port::Gateway* find(const domain::GatewayCode& code) override;
    std::vector<port::Gateway*> all() override;
};

}  // namespace tillbridge::test
