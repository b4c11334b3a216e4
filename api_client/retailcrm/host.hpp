// RetailCRM as the side that asks to be paid (PROTOCOL.md §1). Each call is one request, never
// repeated here; the account's key travels in a header, so that no address carries it. Safe from
// any thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "api_client/http/address_guard.hpp"
#include "api_client/http/client.hpp"
#include "api_client/http/form.hpp"
#include "api_client/retailcrm/answer.hpp"
#include "api_client/retailcrm/module_facts.hpp"
#include "api_client/retailcrm/pace.hpp"
#include "api_client/retailcrm/zone.hpp"
#include "module/port/host.hpp"

namespace tillbridge::retailcrm {

struct HostOptions {
    http::OutboundPolicy outbound;
    domain::Span timeout = std::chrono::seconds(15);
    ModuleFacts module;
    std::string zone_directory = "/usr/share/zoneinfo";
    std::size_t requests_per_second = 0;  // to one account, of all kinds together; 0: no limit
};

class Host : public port::Host {
  public:
    // The sender must outlive it.
    Host(http::Sender& sender, HostOptions options);

    // Errors: crm.url_invalid, crm.host_not_allowed, crm.address_forbidden.
    domain::Result<std::string> normalize_url(const std::string& url) override;

    // Codes of every answer: empty where ok; crm.refused; crm.key_rejected, crm.account_unknown
    // (both key_rejected); crm.overloaded; crm.unreachable (silent); crm.url_invalid,
    // crm.host_not_allowed, crm.address_forbidden (all forbidden).
    port::HostReply<port::AccountInfo> check_account(const domain::Connection&) override;
    port::HostReply<port::AccountSettings> settings(const domain::Connection&) override;
    port::HostAnswer register_module(const domain::Connection&, const port::Registration&) override;
    // A timezone that is not known: times go out in UTC, and the exchange's detail says so.
    port::HostAnswer push(const domain::Connection&, const port::StatusUpdate&) override;
    port::HostReply<std::optional<std::string>> check_payment(const domain::Connection&,
                                                              const domain::Invoice&) override;
    port::HostReply<std::vector<port::PaymentType>> payment_types(
        const domain::Connection&, const std::vector<domain::Merchant>& ours) override;
    // Refused with payment_type.forbidden where the key may not.
    port::HostAnswer create_payment_type(const domain::Connection&,
                                         const domain::Merchant&) override;
    port::HostReply<port::Order> order(const domain::Connection&, std::int64_t id) override;
    port::HostReply<std::string> create_invoice(const domain::Connection&,
                                                std::int64_t payment) override;
    port::HostReply<std::int64_t> payment_of(const domain::Connection&,
                                             const domain::InvoiceUuid&) override;
    port::HostReply<port::Imported> import_paid(const domain::Connection&, const domain::Invoice&,
                                                const domain::InvoiceUuid& like) override;
    port::HostAnswer notify(const domain::Connection&, const std::string& text,
                            bool alarm) override;

  private:
    // `path` from the account's address on; `what` names the call in the journal.
    Reading get(const domain::Connection&, const std::string& path, const std::string& what);
    Reading post(const domain::Connection&, const std::string& path, const std::string& what,
                 const http::Fields& fields);
    Reading send(const domain::Connection&, http::Request request, const std::string& what);
    port::HostReply<std::int64_t> create_payment(const domain::Connection&, const port::Order&,
                                                 const std::string& payment);
    port::HostReply<port::Imported> import_invoice(const domain::Connection&,
                                                   const domain::Invoice&, port::Imported);

    http::Sender& sender_;
    const HostOptions options_;
    const http::AddressGuard guard_;
    Zones zones_;
    Pace pace_;
};

}  // namespace tillbridge::retailcrm
