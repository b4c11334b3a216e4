#include "tests/support/fake_gateway.hpp"

#include <utility>

namespace tillbridge::test {

FakeGateway::FakeGateway() {
    about_.code = domain::GatewayCode("uapay");
    about_.currencies = {"UAH", "USD"};
    about_.capabilities.two_stage = true;
    about_.capabilities.status_query = true;
    about_.fields.resize(2);
    about_.fields[0].code = "shopId";
    about_.fields[1].code = "secretKey";
}

FakeGateway::~FakeGateway() = default;

const port::GatewayDescription& FakeGateway::description() const {
    return about_;
}

domain::Result<void> FakeGateway::try_credentials(const domain::Credentials& given,
                                                  port::CallLog& log) {
    tried.push_back(given);
    if (while_trying) std::exchange(while_trying, nullptr)();
    log.clock_offset = clock_offset;
    return credentials;
}

port::OperationAnswer FakeGateway::create(const domain::Merchant&, const port::CreateOrder&) {
    port::OperationAnswer it;
    it.result = domain::OperationState::succeeded;
    it.gateway_invoice = domain::GatewayId("g1");
    it.pay_url = "https://pay.example/1";
    return it;
}

domain::Result<std::string> FakeGateway::baseline(const domain::Merchant&, const domain::Invoice&,
                                                  const domain::Operation&, port::CallLog&) {
    return mark;
}

port::OperationAnswer FakeGateway::perform(const domain::Merchant&, const domain::Invoice&,
                                           const domain::Operation& op) {
    return performing ? performing(op) : port::OperationAnswer{};
}

port::OperationAnswer FakeGateway::resolve(const domain::Merchant&, const domain::Invoice&,
                                           const domain::Operation& op, bool long_ago) {
    settled = long_ago;
    return resolving ? resolving(op) : port::OperationAnswer{};
}

port::ReportAnswer FakeGateway::ask(const domain::Merchant&, const domain::Invoice& invoice) {
    ++asked;
    if (asking) return {asking(invoice), {}};
    if (report) return {*report, {}};
    return {domain::fail("gateway.silent"), {}};
}

domain::Credentials FakeGateway::tidy(domain::Credentials typed) const {
    return tidying ? tidying(std::move(typed)) : typed;
}

port::SubscriptionAnswer FakeGateway::set_subscription(const domain::Merchant& merchant,
                                                       const port::SubscriptionChange& change) {
    set.push_back(change);
    return setting ? setting(change) : port::Gateway::set_subscription(merchant, change);
}

domain::Result<port::HookFact> FakeGateway::read_hook(const domain::Merchant&,
                                                      const port::RawHook&) {
    return hook;
}

port::Gateway* FakeGateways::find(const domain::GatewayCode& code) {
    return code.value == "uapay" ? &uapay : nullptr;
}

std::vector<port::Gateway*> FakeGateways::all() {
    return {&uapay};
}

}  // namespace tillbridge::test
