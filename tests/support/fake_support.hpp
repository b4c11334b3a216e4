// Support in memory: users with their sessions, the audit, and of the search what it is fed with.
#pragma once

#include "tests/support/fake_data.hpp"

namespace tillbridge::test {

class FakeSupport : public port::SupportUsers {
  public:
    explicit FakeSupport(FakeData& data) : d_(data) {}
    void insert(const port::SupportUser& it) override;
    void update(const port::SupportUser& it) override;
    std::optional<port::SupportUser> find(std::string_view name) const override;
    std::vector<port::SupportUser> list() const override;
    void add_session(const port::SupportSession& it) override;
    std::optional<port::SupportSession> session(std::string_view fingerprint) const override;
    void end_session(std::string_view fingerprint) override;
    void end_sessions(std::string_view user) override;
    port::SignInFailures failures(std::string_view of) const override;
    void put_failures(std::string_view of, const port::SignInFailures& it) override;
    void forget_failures(std::string_view of) override;
    void purge(UtcTime now, UtcTime before) override;

  private:
    FakeData& d_;
};

class FakeAudit : public port::Audit {
  public:
    explicit FakeAudit(FakeData& data) : d_(data) {}
    port::AuditRow add(const port::AuditRow& given) override;
    std::vector<port::AuditRow> list(std::int64_t, int) const override;
    port::AuditCheck verify() const override;

  private:
    FakeData& d_;
};

class FakeSearch : public port::Search {
  public:
    explicit FakeSearch(FakeData& data) : d_(data) {}
    void remember_contact(const ConnectionId&, const InvoiceId& invoice,
                          std::string_view fingerprint) override;
    std::vector<domain::Invoice> invoices(std::string_view, const std::vector<std::string>&, int,
                                          int) const override;
    std::vector<port::AccountLine> accounts(std::string_view, int, int) const override;
    std::vector<port::OutboxRow> outbox(const port::OutboxFilter&, std::int64_t,
                                        int) const override;
    std::vector<port::OutboxGroup> parked() const override;
    port::OutboxStats outbox_of(const ConnectionId&,
                                const std::vector<std::string>&) const override;
    void recent_journal(const ConnectionId&, int,
                        const std::function<void(const port::JournalLine&)>&) const override;

  private:
    FakeData& d_;
};

}  // namespace tillbridge::test
