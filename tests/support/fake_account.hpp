// A CRM account and a gateway that do as they are told, and a Context that holds them.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "module/port/gateway.hpp"
#include "module/port/host.hpp"
#include "module/service/context.hpp"
#include "tests/support/fake_ports.hpp"
#include "tests/support/fake_store.hpp"

namespace tillbridge::test {

class FakeHost : public port::Host {
  public:
    // What the next calls answer.
    domain::Result<void> url;
    port::HostReply<port::AccountInfo> account;
    port::HostReply<port::AccountSettings> account_settings;
    port::HostAnswer registering;
    port::HostReply<std::vector<port::PaymentType>> types;
    port::HostAnswer creating_type;
    port::HostAnswer noticing;
    port::HostAnswer pushing = ok();
    std::function<void()> while_registering;
    // What they were given.
    std::vector<std::pair<domain::Connection, port::Registration>> registered;
    std::vector<domain::Connection> checked;
    std::vector<std::string> notices;
    port::HostReply<port::Order> orders;
    int order_reads = 0;
    std::vector<std::int64_t> invoices_wanted;
    std::function<port::HostReply<std::string>(const domain::Connection&, std::int64_t)>
        while_creating;
    std::map<std::string, std::int64_t> payments;  // invoice uuid → the CRM's payment
    std::vector<domain::effect::PushStatus> pushed;

    FakeHost() {
        account.answer = account_settings.answer = types.answer = orders.answer = ok();
        registering = creating_type = noticing = ok();
        account.value.public_url = "https://shop.retailcrm.ru";
        account.value.scopes = {"integration_read", "reference_write"};
        account_settings.value = {"UAH", "uk", "Europe/Kyiv"};
    }

    static port::HostAnswer ok() { return answer(port::HostResult::ok, "", 200); }
    static port::HostAnswer answer(port::HostResult result, std::string code, int status = 0) {
        port::HostAnswer it;
        it.result = result;
        it.code = std::move(code);
        it.message = "in its own words";
        it.exchange.http_status = status;
        return it;
    }

    domain::Result<std::string> normalize_url(const std::string& text) override {
        if (!url) return tl::unexpected(url.error());
        return text.ends_with('/') ? text.substr(0, text.size() - 1) : text;
    }
    port::HostReply<port::AccountInfo> check_account(const domain::Connection& c) override {
        checked.push_back(c);
        return account;
    }
    port::HostReply<port::AccountSettings> settings(const domain::Connection&) override {
        return account_settings;
    }
    port::HostAnswer register_module(const domain::Connection& c,
                                     const port::Registration& r) override {
        registered.emplace_back(c, r);
        if (while_registering) std::exchange(while_registering, nullptr)();
        return registering;
    }
    port::HostAnswer push(const domain::Connection&, const port::StatusUpdate& update) override {
        if (pushing.result == port::HostResult::ok) pushed.push_back(update.push);
        return pushing;
    }
    port::HostReply<std::optional<std::string>> check_payment(const domain::Connection&,
                                                              const domain::Invoice&) override {
        return {ok(), std::nullopt};
    }
    port::HostReply<std::vector<port::PaymentType>> payment_types(
        const domain::Connection&, const std::vector<domain::Merchant>&) override {
        return types;
    }
    port::HostAnswer create_payment_type(const domain::Connection&,
                                         const domain::Merchant&) override {
        return creating_type;
    }
    port::HostReply<port::Order> order(const domain::Connection&, std::int64_t id) override {
        ++order_reads;
        auto reply = orders;
        reply.value.id = id;
        return reply;
    }
    port::HostReply<std::string> create_invoice(const domain::Connection& c,
                                                std::int64_t payment) override {
        invoices_wanted.push_back(payment);
        if (while_creating) return while_creating(c, payment);
        return {ok(), "https://till.example/pay/x"};
    }
    port::HostReply<std::int64_t> payment_of(const domain::Connection&,
                                             const domain::InvoiceUuid& uuid) override {
        const auto known = payments.find(uuid.value);
        return {ok(), known == payments.end() ? 0 : known->second};
    }
    port::HostReply<port::Imported> importing{ok(), {}};
    std::vector<domain::Invoice> imported;
    port::HostReply<port::Imported> import_paid(const domain::Connection&,
                                                const domain::Invoice& invoice,
                                                const domain::InvoiceUuid&) override {
        imported.push_back(invoice);
        return importing;
    }
    port::HostAnswer notify(const domain::Connection&, const std::string& text, bool) override {
        notices.push_back(text);
        return noticing;
    }
};

class FakeGateway : public port::Gateway {
  public:
    FakeGateway() {
        about_.code = domain::GatewayCode("uapay");
        about_.currencies = {"UAH", "USD"};
        about_.capabilities.two_stage = true;
        about_.capabilities.status_query = true;
        about_.fields.resize(2);
        about_.fields[0].code = "shopId";
        about_.fields[1].code = "secretKey";
    }
    domain::Result<void> credentials;
    // What a payment's life needs; without them every answer is lost.
    std::function<port::OperationAnswer(const domain::Operation&)> performing, resolving;
    std::function<domain::Result<domain::fact::GatewayReport>(const domain::Invoice&)> asking;
    domain::Result<std::string> mark = std::string();
    std::function<void()> while_trying;
    bool settled = false;  // as the last resolve was told
    std::optional<domain::Span> clock_offset;
    std::vector<domain::Credentials> tried;
    port::GatewayDescription about_;

    const port::GatewayDescription& description() const override { return about_; }
    domain::Result<void> try_credentials(const domain::Credentials& given,
                                         port::CallLog& log) override {
        tried.push_back(given);
        if (while_trying) std::exchange(while_trying, nullptr)();
        log.clock_offset = clock_offset;
        return credentials;
    }
    port::OperationAnswer create(const domain::Merchant&, const port::CreateOrder&) override {
        port::OperationAnswer it;
        it.result = domain::OperationState::succeeded;
        it.gateway_invoice = domain::GatewayId("g1");
        it.pay_url = "https://pay.example/1";
        return it;
    }
    domain::Result<std::string> baseline(const domain::Merchant&, const domain::Invoice&,
                                         const domain::Operation&, port::CallLog&) override {
        return mark;
    }
    port::OperationAnswer perform(const domain::Merchant&, const domain::Invoice&,
                                  const domain::Operation& op) override {
        return performing ? performing(op) : port::OperationAnswer{};
    }
    port::OperationAnswer resolve(const domain::Merchant&, const domain::Invoice&,
                                  const domain::Operation& op, bool long_ago) override {
        settled = long_ago;
        return resolving ? resolving(op) : port::OperationAnswer{};
    }
    std::optional<domain::fact::GatewayReport> report;  // neither: it is silent
    int asked = 0;
    port::ReportAnswer ask(const domain::Merchant&, const domain::Invoice& invoice) override {
        ++asked;
        if (asking) return {asking(invoice), {}};
        if (report) return {*report, {}};
        return {domain::fail("gateway.silent"), {}};
    }
    std::function<domain::Credentials(domain::Credentials)> tidying;
    domain::Credentials tidy(domain::Credentials typed) const override {
        return tidying ? tidying(std::move(typed)) : typed;
    }
    std::function<port::SubscriptionAnswer(const port::SubscriptionChange&)> setting;
    std::vector<port::SubscriptionChange> set;
    port::SubscriptionAnswer set_subscription(const domain::Merchant& merchant,
                                              const port::SubscriptionChange& change) override {
        set.push_back(change);
        return setting ? setting(change) : port::Gateway::set_subscription(merchant, change);
    }
    domain::Result<port::HookFact> hook = domain::fail("hook.unreadable");
    domain::Result<port::HookFact> read_hook(const domain::Merchant&,
                                             const port::RawHook&) override {
        return hook;
    }
};

class FakeGateways : public port::Gateways {
  public:
    FakeGateway uapay;
    port::Gateway* find(const domain::GatewayCode& code) override {
        return code.value == "uapay" ? &uapay : nullptr;
    }
    std::vector<port::Gateway*> all() override { return {&uapay}; }
};

struct FakeInstallation {
    FakeStore store;
    FakeGateways gateways;
    FakeHost host;
    PlainKeys keys;
    ManualClock clock;
    SeededRandom random;
    EchoTexts texts;
    MemoryLog log;
    MemoryMeter meter;
    service::Settings settings;
    service::Context context{store,  gateways, host, keys,  clock,
                             random, texts,    log,  meter, settings};

    FakeInstallation() {
        settings.public_url = "https://till.example";
        settings.marketplace_secret = domain::Secret("market");
    }
    std::vector<port::OutboxRow> waiting(const std::string& kind) const {
        std::vector<port::OutboxRow> rows;
        for (const auto& [id, row] : store.data().rows)
            if (row.kind == kind) rows.push_back(row);
        return rows;
    }
    // `key subject`, sorted.
    std::vector<std::string> problems() const {
        std::vector<std::string> keys_of;
        for (const auto& row : store.data().problems)
            keys_of.push_back(row.subject.empty() ? row.key : row.key + " " + row.subject);
        std::sort(keys_of.begin(), keys_of.end());
        return keys_of;
    }
};

}  // namespace tillbridge::test
