// A CRM account that does as it is told and remembers what it was given.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "module/port/host.hpp"

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
    port::HostReply<port::Order> orders;
    port::HostReply<port::Imported> importing{ok(), {}};
    std::function<void()> while_registering;
    std::function<port::HostReply<std::string>(const domain::Connection&, std::int64_t)>
        while_creating;
    // What they were given.
    std::vector<std::pair<domain::Connection, port::Registration>> registered;
    std::vector<domain::Connection> checked;
    std::vector<std::string> notices;
    int order_reads = 0;
    std::vector<std::int64_t> invoices_wanted;
    std::map<std::string, std::int64_t> payments;  // invoice uuid → the CRM's payment
    std::vector<domain::effect::PushStatus> pushed;
    std::vector<domain::Invoice> imported;

    FakeHost();
    ~FakeHost() override;

    static port::HostAnswer ok();
    static port::HostAnswer answer(port::HostResult result, std::string code, int status = 0);

    domain::Result<std::string> normalize_url(const std::string& text) override;
    port::HostReply<port::AccountInfo> check_account(const domain::Connection& c) override;
    port::HostReply<port::AccountSettings> settings(const domain::Connection&) override;
    port::HostAnswer register_module(const domain::Connection& c,
                                     const port::Registration& r) override;
    port::HostAnswer push(const domain::Connection&, const port::StatusUpdate& update) override;
    port::HostReply<std::optional<std::string>> check_payment(const domain::Connection&,
                                                              const domain::Invoice&) override;
    port::HostReply<std::vector<port::PaymentType>> payment_types(
        const domain::Connection&, const std::vector<domain::Merchant>&) override;
    port::HostAnswer create_payment_type(const domain::Connection&,
                                         const domain::Merchant&) override;
    port::HostReply<port::Order> order(const domain::Connection&, std::int64_t id) override;
    port::HostReply<std::string> create_invoice(const domain::Connection& c,
                                                std::int64_t payment) override;
    port::HostReply<std::int64_t> payment_of(const domain::Connection&,
                                             const domain::InvoiceUuid& uuid) override;
    port::HostReply<port::Imported> import_paid(const domain::Connection&,
                                                const domain::Invoice& invoice,
                                                const domain::InvoiceUuid&) override;
    port::HostAnswer notify(const domain::Connection&, const std::string& text, bool) override;
};

}  // namespace tillbridge::test
