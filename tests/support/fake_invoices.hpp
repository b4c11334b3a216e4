// Invoices in memory, and what arrives for them. The journal only counts its lines.
#pragma once

#include "tests/support/fake_data.hpp"

namespace tillbridge::test {

class FakeInvoices : public port::Invoices {
  public:
    explicit FakeInvoices(FakeData& data) : d_(data) {}
    void insert(const domain::Invoice& i) override;
    void save(domain::Invoice& i) override;
    std::optional<domain::Invoice> find(const ConnectionId&, const InvoiceId& id) const override;
    std::optional<domain::Invoice> by_uuid(const ConnectionId& connection,
                                           const domain::InvoiceUuid& uuid) const override;
    std::optional<domain::Invoice> by_slug(const domain::Slug& slug) const override;
    std::optional<domain::Invoice> by_gateway_invoice(const ConnectionId&, const MerchantId&,
                                                      const domain::GatewayId& id) const override;
    std::optional<domain::Invoice> by_external_id(const ConnectionId&, const MerchantId&,
                                                  std::string_view name) const override;
    void link_order(const ConnectionId& connection, std::int64_t order, const InvoiceId& id,
                    std::int64_t payment) override;
    std::vector<port::OrderInvoice> of_order(const ConnectionId& connection, std::int64_t order,
                                             int) const override;
    std::vector<domain::Invoice> search(std::string_view, int) const override;
    std::vector<Key> stale_pending(UtcTime before, int limit) const override;
    std::vector<Key> link_expired(UtcTime before, int limit) const override;
    std::vector<Key> hold_ending(UtcTime warn, UtcTime act, int limit) const override;
    void looked_at(const Key& key, UtcTime at) override;
    std::int64_t count_open(const ConnectionId&, const MerchantId& merchant) const override;
    bool any_paid(const ConnectionId&) const override;

  private:
    FakeData& d_;
};

class FakeInbox : public port::Inbox {
  public:
    explicit FakeInbox(FakeData& data) : d_(data) {}
    bool add(const port::InboxEvent& event) override;
    std::vector<port::InboxEvent> list(const ConnectionId&, const InvoiceId&) const override;

  private:
    FakeData& d_;
};

struct FakeJournal : port::Journal {
    std::int64_t add(const port::JournalLine&) override;
    std::vector<port::JournalLine> list(const ConnectionId&, const InvoiceId&) const override;
    std::int64_t last_ = 0;
};

}  // namespace tillbridge::test
