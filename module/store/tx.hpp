// One unit of work over one connection: the repositories, each in a file of its own. Works the same
// for the writer and for readers; a reader's connection refuses to write by itself.
#pragma once

#include <string>
#include <vector>

#include "module/port/store.hpp"
#include "module/store/sealing.hpp"
#include "module/store/sql.hpp"
#include "module/store/subscriptions.hpp"

namespace tillbridge::store {

// What the repositories work with. `lanes` collects the outbox lanes that a unit gave work to.
struct Ground {
    Database& db;
    Sealing& sealing;
    std::vector<std::string> lanes = {};
};

class Connections final : public port::Connections {
  public:
    explicit Connections(Ground& ground) : ground_(ground) {}
    void insert(const domain::Connection&) override;
    void update(const domain::Connection&) override;
    std::optional<domain::Connection> find(const domain::ConnectionId&) const override;
    std::optional<domain::Connection> by_client_id(std::string_view token) const override;
    std::optional<domain::Connection> by_settings_token(std::string_view token) const override;
    std::optional<domain::Connection> by_public_url(std::string_view url) const override;
    std::vector<domain::Connection> by_public_url_prefix(std::string_view prefix,
                                                         int limit) const override;
    std::vector<domain::Connection> list(const domain::ConnectionId& after,
                                         int limit) const override;
    // Sealed under another key than the current one.
    std::vector<domain::Connection> outdated(int limit) const;
    std::int64_t count_outdated() const;
    // What no key opens, or what is not found by its token; a sentence each.
    std::vector<std::string> unsound() const;

  private:
    domain::Connection read(const Row& row) const;
    template <class... Args>
    std::optional<domain::Connection> one(const Sql& sql, const Args&... args) const;
    std::int64_t put(const Sql& sql, const domain::Connection&);
    Ground& ground_;
};

class Merchants final : public port::Merchants {
  public:
    explicit Merchants(Ground& ground) : ground_(ground) {}
    void insert(const domain::Merchant&) override;
    void update(const domain::Merchant&) override;
    std::optional<domain::Merchant> find(const domain::ConnectionId&,
                                         const domain::MerchantId&) const override;
    std::optional<domain::Merchant> by_hook_token(std::string_view token) const override;
    std::vector<domain::Merchant> list(const domain::ConnectionId&) const override;
    std::vector<domain::Merchant> outdated(int limit) const;
    std::int64_t count_outdated() const;
    std::vector<std::string> unsound() const;

  private:
    domain::Merchant read(const Row& row) const;
    std::int64_t put(const Sql& sql, const domain::Merchant&);
    Ground& ground_;
};

class Invoices final : public port::Invoices {
  public:
    explicit Invoices(Ground& ground) : ground_(ground) {}
    void insert(const domain::Invoice&) override;
    void save(domain::Invoice&) override;
    std::optional<domain::Invoice> find(const domain::ConnectionId&,
                                        const domain::InvoiceId&) const override;
    std::optional<domain::Invoice> by_uuid(const domain::ConnectionId&,
                                           const domain::InvoiceUuid&) const override;
    std::optional<domain::Invoice> by_slug(const domain::Slug&) const override;
    std::optional<domain::Invoice> by_gateway_invoice(const domain::ConnectionId&,
                                                      const domain::MerchantId&,
                                                      const domain::GatewayId&) const override;
    std::optional<domain::Invoice> by_external_id(const domain::ConnectionId&,
                                                  const domain::MerchantId&,
                                                  std::string_view external_id) const override;
    void link_order(const domain::ConnectionId&, std::int64_t order, const domain::InvoiceId&,
                    std::int64_t payment) override;
    std::vector<port::OrderInvoice> of_order(const domain::ConnectionId&, std::int64_t order,
                                             int limit) const override;
    std::vector<domain::Invoice> search(std::string_view text, int limit) const override;
    std::vector<Key> stale_pending(domain::UtcTime before, int limit) const override;
    std::vector<Key> link_expired(domain::UtcTime before, int limit) const override;
    std::vector<Key> hold_ending(domain::UtcTime warn, domain::UtcTime act,
                                 int limit) const override;
    void looked_at(const Key&, domain::UtcTime at) override;
    std::int64_t count_open(const domain::ConnectionId&, const domain::MerchantId&) const override;
    bool any_paid(const domain::ConnectionId&) const override;

  private:
    template <class... Args>
    std::optional<domain::Invoice> one(const Sql& sql, const Args&... args) const;
    template <class... Args>
    std::vector<Key> keys(const Sql& sql, const Args&... args) const;
    void put_operations(const domain::Invoice&);
    void add_operations(domain::Invoice&) const;
    Ground& ground_;
};

class Inbox final : public port::Inbox {
  public:
    explicit Inbox(Ground& ground) : ground_(ground) {}
    bool add(const port::InboxEvent&) override;
    std::vector<port::InboxEvent> list(const domain::ConnectionId&,
                                       const domain::InvoiceId&) const override;

  private:
    Ground& ground_;
};

class Outbox final : public port::Outbox {
  public:
    explicit Outbox(Ground& ground) : ground_(ground) {}
    std::int64_t add(const port::OutboxRow&) override;
    std::vector<Lane> lanes() const override;
    std::vector<port::OutboxRow> claim(const std::string& lane, domain::UtcTime now,
                                       int limit) override;
    std::optional<domain::UtcTime> next_due(const std::string& lane) const override;
    void finish(std::int64_t id) override;
    void retry(std::int64_t id, domain::UtcTime due, std::string_view error) override;
    void release(std::int64_t id, domain::UtcTime due) override;
    void postpone(std::int64_t id, domain::UtcTime due, domain::UtcTime now) override;
    void park(std::int64_t id, std::string_view error) override;
    void revive(std::int64_t id, domain::UtcTime due) override;
    std::int64_t revive_all(const domain::ConnectionId&, std::string_view kind,
                            domain::UtcTime due) override;
    void hurry(const std::string& lane, domain::UtcTime due) override;
    std::int64_t release_all(domain::UtcTime due) override;
    void hurry_kind(std::string_view kind, domain::UtcTime due) override;
    std::vector<port::OutboxRow> drop_stale(const std::string& order_key,
                                            std::string_view kind) override;
    std::optional<port::OutboxRow> find(std::int64_t id) const override;
    std::vector<port::OutboxRow> list(std::optional<port::EffectState>, int limit) const override;
    std::vector<port::OutboxRow> of_subject(const domain::ConnectionId&,
                                            std::string_view subject) const override;
    std::vector<port::OutboxRow> of_kind(std::string_view kind, std::int64_t after,
                                         int limit) const override;
    void put_payload(std::int64_t id, std::string_view payload) override;
    void add_try(const port::OutboxTry&) override;
    std::vector<port::OutboxTry> tries(std::int64_t id) const override;
    port::OutboxStats stats() const override;

  private:
    template <class... Args>
    std::vector<port::OutboxRow> rows(const Sql& sql, const Args&... args) const;
    // Runs a change that returns (lane, order_key) of the rows that it changed.
    template <class... Args>
    std::int64_t change(bool gives_work, const Sql& sql, const Args&... args);
    void settle_head(std::string_view order_key);
    Ground& ground_;
};

class Journal final : public port::Journal {
  public:
    explicit Journal(Ground& ground) : ground_(ground) {}
    std::int64_t add(const port::JournalLine&) override;
    std::vector<port::JournalLine> list(const domain::ConnectionId&,
                                        const domain::InvoiceId&) const override;

  private:
    Ground& ground_;
};

class Problems final : public port::Problems {
  public:
    explicit Problems(Ground& ground) : ground_(ground) {}
    bool raise(const port::ProblemRow&) override;
    bool clear(const domain::ConnectionId&, std::string_view key,
               std::string_view subject) override;
    std::optional<port::ProblemRow> find(const domain::ConnectionId&, std::string_view key,
                                         std::string_view subject) const override;
    std::vector<port::ProblemRow> list(const domain::ConnectionId&) const override;
    std::vector<port::ProblemRow> all(int limit) const override;

  private:
    Ground& ground_;
};

class Sessions final : public port::Sessions {
  public:
    explicit Sessions(Ground& ground) : ground_(ground) {}
    void insert(const port::SettingsSession&) override;
    std::optional<port::SettingsSession> find(std::string_view fingerprint) const override;
    void end_all(const domain::ConnectionId&) override;
    void purge(domain::UtcTime before) override;

  private:
    Ground& ground_;
};

class SupportUsers final : public port::SupportUsers {
  public:
    explicit SupportUsers(Ground& ground) : ground_(ground) {}
    void insert(const port::SupportUser&) override;
    void update(const port::SupportUser&) override;
    std::optional<port::SupportUser> find(std::string_view name) const override;
    std::vector<port::SupportUser> list() const override;
    void add_session(const port::SupportSession&) override;
    std::optional<port::SupportSession> session(std::string_view fingerprint) const override;
    void end_session(std::string_view fingerprint) override;
    void end_sessions(std::string_view user) override;
    port::SignInFailures failures(std::string_view of) const override;
    void put_failures(std::string_view of, const port::SignInFailures&) override;
    void forget_failures(std::string_view of) override;
    void purge(domain::UtcTime now, domain::UtcTime before) override;
    std::vector<port::SupportUser> outdated(int limit) const;
    std::int64_t count_outdated() const;
    std::vector<std::string> unsound() const;

  private:
    port::SupportUser read(const Row& row) const;
    template <class... Args>
    std::vector<port::SupportUser> rows(const Sql& sql, const Args&... args) const;
    std::int64_t put(const Sql& sql, const port::SupportUser&);
    Ground& ground_;
};

class Audit final : public port::Audit {
  public:
    explicit Audit(Ground& ground) : ground_(ground) {}
    port::AuditRow add(const port::AuditRow&) override;
    std::vector<port::AuditRow> list(std::int64_t before, int limit) const override;
    port::AuditCheck verify() const override;

  private:
    std::string chained(const port::AuditRow&, std::string_view previous) const;
    Ground& ground_;
};

class Search final : public port::Search {
  public:
    explicit Search(Ground& ground) : ground_(ground) {}
    void remember_contact(const domain::ConnectionId&, const domain::InvoiceId&,
                          std::string_view fingerprint) override;
    std::vector<domain::Invoice> invoices(std::string_view text,
                                          const std::vector<std::string>& fingerprints, int offset,
                                          int limit) const override;
    std::vector<port::AccountLine> accounts(std::string_view text, int offset,
                                            int limit) const override;
    std::vector<port::OutboxRow> outbox(const port::OutboxFilter&, std::int64_t after,
                                        int limit) const override;
    std::vector<port::OutboxGroup> parked() const override;
    port::OutboxStats outbox_of(const domain::ConnectionId&,
                                const std::vector<std::string>& lanes) const override;
    void recent_journal(const domain::ConnectionId&, int most,
                        const std::function<void(const port::JournalLine&)>& look) const override;

  private:
    Ground& ground_;
};

class Tx final : public port::Tx {
  public:
    Tx(Database& db, Sealing& sealing) : ground_{db, sealing} {}

    Connections& connections() override { return connections_; }
    Merchants& merchants() override { return merchants_; }
    Invoices& invoices() override { return invoices_; }
    Inbox& inbox() override { return inbox_; }
    Outbox& outbox() override { return outbox_; }
    Journal& journal() override { return journal_; }
    Problems& problems() override { return problems_; }
    Sessions& sessions() override { return sessions_; }
    SupportUsers& support() override { return support_; }
    Audit& audit() override { return audit_; }
    Search& search() override { return search_; }
    Subscriptions& subscriptions() override { return subscriptions_; }
    const Connections& connections() const override { return connections_; }
    const Merchants& merchants() const override { return merchants_; }
    const Invoices& invoices() const override { return invoices_; }
    const Inbox& inbox() const override { return inbox_; }
    const Outbox& outbox() const override { return outbox_; }
    const Journal& journal() const override { return journal_; }
    const Problems& problems() const override { return problems_; }
    const Sessions& sessions() const override { return sessions_; }
    const SupportUsers& support() const override { return support_; }
    const Audit& audit() const override { return audit_; }
    const Search& search() const override { return search_; }
    const Subscriptions& subscriptions() const override { return subscriptions_; }

    std::vector<std::string>& lanes() { return ground_.lanes; }

  private:
    Ground ground_;
    Connections connections_{ground_};
    Merchants merchants_{ground_};
    Invoices invoices_{ground_};
    Inbox inbox_{ground_};
    Outbox outbox_{ground_};
    Journal journal_{ground_};
    Problems problems_{ground_};
    Sessions sessions_{ground_};
    SupportUsers support_{ground_};
    Audit audit_{ground_};
    Search search_{ground_};
    Subscriptions subscriptions_{ground_};
};

}  // namespace tillbridge::store
