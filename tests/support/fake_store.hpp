// A store in memory for tests of the outbox and of services: connections, merchants, outbox,
// problems and sessions as the port says; of invoices only what a lookup by id needs. A unit that
// throws is rolled back. One writer at a time; reads see the last committed state.
#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "module/port/store.hpp"
#include "tests/support/fake_subscriptions.hpp"

namespace tillbridge::test {

struct FakeData {
    FakeSubscriptionData subscriptions;
    std::map<std::string, domain::Connection> connections;
    std::vector<domain::Merchant> merchants;
    std::map<std::string, domain::Invoice> invoices;
    std::map<std::string, domain::UtcTime> looked_at;  // by the reconciler
    // connection, order, invoice → the CRM's payment
    std::map<std::tuple<std::string, std::int64_t, std::string>, std::int64_t> order_invoices;
    std::map<std::int64_t, port::OutboxRow> rows;
    std::vector<port::OutboxTry> tries;
    std::vector<port::ProblemRow> problems;
    std::map<std::string, port::SettingsSession> sessions;
    std::map<std::string, port::SupportUser> support_users;
    std::map<std::string, port::SupportSession> support_sessions;
    std::map<std::string, port::SignInFailures> failures;
    std::vector<port::AuditRow> audit;
    std::set<std::pair<std::string, std::string>> contacts;  // fingerprint, invoice
    std::set<std::pair<std::string, std::string>> events;    // of hooks: merchant, digest
    std::int64_t last_id = 0;
};

using domain::ConnectionId;
using domain::InvoiceId;
using domain::MerchantId;
using domain::UtcTime;

[[noreturn]] inline void missing() {
    throw std::logic_error("not in the fake store");
}

class FakeConnections : public port::Connections {
  public:
    explicit FakeConnections(FakeData& data) : d_(data) {}
    void insert(const domain::Connection& c) override {
        if (by_public_url(c.public_url)) throw std::runtime_error("public_url is not unique");
        d_.connections[c.id.value] = c;
    }
    void update(const domain::Connection& c) override { d_.connections.at(c.id.value) = c; }
    std::optional<domain::Connection> find(const ConnectionId& id) const override {
        return first([&](const auto& c) { return c.id == id; });
    }
    std::optional<domain::Connection> by_client_id(std::string_view token) const override {
        return first([&](const auto& c) { return c.client_id.reveal() == token; });
    }
    std::optional<domain::Connection> by_settings_token(std::string_view token) const override {
        return first([&](const auto& c) { return c.settings_token.reveal() == token; });
    }
    std::optional<domain::Connection> by_public_url(std::string_view url) const override {
        return first([&](const auto& c) { return c.public_url == url; });
    }
    std::vector<domain::Connection> list(const ConnectionId& after, int most) const override {
        std::vector<domain::Connection> page;
        for (auto at = d_.connections.upper_bound(after.value);
             at != d_.connections.end() && std::ssize(page) < most; ++at)
            page.push_back(at->second);
        return page;
    }
    template <class Is>
    std::optional<domain::Connection> first(Is is) const {
        for (const auto& [id, c] : d_.connections)
            if (is(c)) return c;
        return std::nullopt;
    }

  private:
    FakeData& d_;
};

class FakeMerchants : public port::Merchants {
  public:
    explicit FakeMerchants(FakeData& data) : d_(data) {}
    void insert(const domain::Merchant& m) override { d_.merchants.push_back(m); }
    void update(const domain::Merchant& m) override {
        for (auto& known : d_.merchants)
            if (known.id == m.id) known = m;
    }
    std::optional<domain::Merchant> find(const ConnectionId& connection,
                                         const MerchantId& id) const override {
        for (const auto& m : d_.merchants)
            if (m.connection == connection && m.id == id) return m;
        return std::nullopt;
    }
    std::optional<domain::Merchant> by_hook_token(std::string_view token) const override {
        for (const auto& m : d_.merchants)
            if (m.hook_token.reveal() == token) return m;
        return std::nullopt;
    }
    std::vector<domain::Merchant> list(const ConnectionId& connection) const override {
        std::vector<domain::Merchant> found;
        for (const auto& m : d_.merchants)
            if (m.connection == connection) found.push_back(m);
        return found;
    }

  private:
    FakeData& d_;
};

class FakeInvoices : public port::Invoices {
  public:
    explicit FakeInvoices(FakeData& data) : d_(data) {}
    void insert(const domain::Invoice& i) override { d_.invoices[i.id.value] = i; }
    void save(domain::Invoice& i) override { d_.invoices[i.id.value] = i; }
    std::optional<domain::Invoice> find(const ConnectionId&, const InvoiceId& id) const override {
        const auto found = d_.invoices.find(id.value);
        if (found == d_.invoices.end()) return std::nullopt;
        return found->second;
    }
    std::optional<domain::Invoice> by_uuid(const ConnectionId& connection,
                                           const domain::InvoiceUuid& uuid) const override {
        return first([&](const auto& i) { return i.connection == connection && i.uuid == uuid; });
    }
    std::optional<domain::Invoice> by_slug(const domain::Slug& slug) const override {
        return first([&](const auto& i) { return i.slug == slug; });
    }
    std::optional<domain::Invoice> by_gateway_invoice(const ConnectionId&, const MerchantId&,
                                                      const domain::GatewayId& id) const override {
        return first([&](const auto& i) { return i.gateway_invoice == id; });
    }
    std::optional<domain::Invoice> by_external_id(const ConnectionId&, const MerchantId&,
                                                  std::string_view name) const override {
        return first([&](const auto& i) {
            return std::any_of(i.operations.begin(), i.operations.end(), [&](const auto& op) {
                return op.kind == domain::OperationKind::create && op.external_id == name;
            });
        });
    }
    template <class Is>
    std::optional<domain::Invoice> first(Is is) const {
        for (const auto& [id, invoice] : d_.invoices)
            if (is(invoice)) return invoice;
        return std::nullopt;
    }
    void link_order(const ConnectionId& connection, std::int64_t order, const InvoiceId& id,
                    std::int64_t payment) override {
        d_.order_invoices[{connection.value, order, id.value}] = payment;
    }
    std::vector<port::OrderInvoice> of_order(const ConnectionId& connection, std::int64_t order,
                                             int) const override {
        std::vector<port::OrderInvoice> found;
        for (const auto& [key, payment] : d_.order_invoices)
            if (std::get<0>(key) == connection.value && std::get<1>(key) == order)
                found.push_back({d_.invoices.at(std::get<2>(key)), payment});
        std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
            return a.invoice.created_at > b.invoice.created_at;
        });
        return found;
    }
    std::vector<domain::Invoice> search(std::string_view, int) const override { missing(); }
    std::vector<Key> stale_pending(UtcTime before, int limit) const override {
        return keys(limit, [&](const domain::Invoice& i) {
            const auto looked = d_.looked_at.find(i.id.value);
            const auto touched = looked == d_.looked_at.end()
                                     ? i.updated_at
                                     : std::max(i.updated_at, looked->second);
            return i.state == domain::InvoiceState::pending && touched < before;
        });
    }
    std::vector<Key> link_expired(UtcTime before, int limit) const override {
        return keys(limit, [&](const domain::Invoice& i) {
            return i.state == domain::InvoiceState::pending && i.link_expires_at &&
                   i.link_expires_at <= before;
        });
    }
    std::vector<Key> hold_ending(UtcTime warn, UtcTime act, int limit) const override {
        return keys(limit, [&](const domain::Invoice& i) {
            return i.state == domain::InvoiceState::authorized && i.hold_ends_at &&
                   (i.hold_ends_at <= act || (!i.hold_warned && i.hold_ends_at <= warn));
        });
    }
    void looked_at(const Key& key, UtcTime at) override { d_.looked_at[key.invoice.value] = at; }
    template <class Is>
    std::vector<Key> keys(int limit, Is is) const {
        std::vector<Key> found;
        for (const auto& [id, invoice] : d_.invoices)
            if (is(invoice) && static_cast<int>(found.size()) < limit)
                found.push_back({invoice.connection, invoice.id});
        return found;
    }
    std::int64_t count_open(const ConnectionId&, const MerchantId& merchant) const override {
        using domain::InvoiceState;
        const auto open = keys(1'000'000, [&](const domain::Invoice& i) {
            const bool moves = i.state == InvoiceState::creating ||
                               i.state == InvoiceState::pending ||
                               i.state == InvoiceState::authorized || i.busy() != nullptr;
            return i.merchant == merchant && !i.test && moves;
        });
        return static_cast<std::int64_t>(open.size());
    }
    bool any_paid(const ConnectionId&) const override { missing(); }

  private:
    FakeData& d_;
};

class FakeInbox : public port::Inbox {
  public:
    explicit FakeInbox(FakeData& data) : d_(data) {}
    bool add(const port::InboxEvent& event) override {
        return d_.events.emplace(event.merchant.value, event.digest).second;
    }
    std::vector<port::InboxEvent> list(const ConnectionId&, const InvoiceId&) const override {
        missing();
    }

  private:
    FakeData& d_;
};

struct FakeJournal : port::Journal {
    std::int64_t add(const port::JournalLine&) override { return ++last_; }
    std::vector<port::JournalLine> list(const ConnectionId&, const InvoiceId&) const override {
        missing();
    }
    std::int64_t last_ = 0;
};

class FakeOutbox : public port::Outbox {
  public:
    explicit FakeOutbox(FakeData& data) : d_(data) {}
    std::set<std::string> added;  // lanes

    std::int64_t add(const port::OutboxRow& row) override {
        for (auto& [id, known] : d_.rows)
            if (!row.coalesce.empty() && known.coalesce == row.coalesce &&
                known.state == port::EffectState::ready) {
                if (known.tries == 0) known.due = std::min(known.due, row.due);
                added.insert(row.lane);
                return 0;
            }
        auto copy = row;
        copy.id = ++d_.last_id;
        d_.rows[copy.id] = copy;
        added.insert(row.lane);
        return copy.id;
    }
    std::vector<Lane> lanes() const override {
        std::map<std::string, UtcTime> due;
        for (const auto& [id, row] : d_.rows)
            if (row.state == port::EffectState::ready) {
                const auto [at, fresh] = due.try_emplace(row.lane, row.due);
                if (!fresh) at->second = std::min(at->second, row.due);
            }
        std::vector<Lane> out;
        for (const auto& [name, at] : due) out.push_back({name, at});
        return out;
    }
    std::vector<port::OutboxRow> claim(const std::string& lane, UtcTime now, int limit) override {
        std::set<std::string> before;
        std::vector<port::OutboxRow> taken;
        for (auto& [id, row] : d_.rows) {
            if (static_cast<int>(taken.size()) == limit) break;
            if (row.lane != lane || row.state == port::EffectState::dead) continue;
            const bool first = row.order_key.empty() || before.insert(row.order_key).second;
            if (!first || row.state != port::EffectState::ready || row.due > now) continue;
            row.state = port::EffectState::leased;
            taken.push_back(row);
        }
        return taken;
    }
    std::optional<UtcTime> next_due(const std::string& lane) const override {
        std::optional<UtcTime> soonest;
        for (const auto& [id, row] : d_.rows)
            if (row.lane == lane && row.state == port::EffectState::ready &&
                (!soonest || row.due < *soonest))
                soonest = row.due;
        return soonest;
    }
    void finish(std::int64_t id) override { d_.rows.erase(id); }
    void retry(std::int64_t id, UtcTime due, std::string_view error) override {
        auto& row = d_.rows.at(id);
        row.state = port::EffectState::ready;
        row.due = due;
        row.last_error = error;
        ++row.tries;
    }
    void release(std::int64_t id, UtcTime due) override {
        d_.rows.at(id).state = port::EffectState::ready;
        d_.rows.at(id).due = due;
    }
    void postpone(std::int64_t id, UtcTime due, UtcTime now) override {
        release(id, due);
        d_.rows.at(id).created = now;
        d_.rows.at(id).tries = 0;
    }
    void park(std::int64_t id, std::string_view error) override {
        d_.rows.at(id).state = port::EffectState::dead;
        ++d_.rows.at(id).tries;
        d_.rows.at(id).last_error = error;
    }
    void revive(std::int64_t id, UtcTime due) override {
        auto& row = d_.rows.at(id);
        row.state = port::EffectState::ready;
        row.due = row.created = due;
        row.tries = 0;
        added.insert(row.lane);
    }
    std::int64_t revive_all(const ConnectionId&, std::string_view, UtcTime) override { missing(); }
    void hurry(const std::string& lane, UtcTime due) override {
        for (auto& [id, row] : d_.rows)
            if (row.lane == lane && row.state == port::EffectState::ready && row.tries > 0)
                row.due = std::min(row.due, due);
    }
    std::int64_t release_all(UtcTime due) override {
        std::int64_t count = 0;
        for (auto& [id, row] : d_.rows)
            if (row.state == port::EffectState::leased) {
                row.state = port::EffectState::ready;
                row.due = due;
                ++count;
            }
        return count;
    }
    void hurry_kind(std::string_view kind, UtcTime due) override {
        for (auto& [id, row] : d_.rows)
            if (row.kind == kind && row.state == port::EffectState::ready)
                row.due = std::min(row.due, due);
    }
    std::vector<port::OutboxRow> drop_stale(const std::string& order_key,
                                            std::string_view kind) override {
        std::vector<port::OutboxRow> dropped;
        std::erase_if(d_.rows, [&](const auto& entry) {
            const auto& row = entry.second;
            const bool stale = row.order_key == order_key && row.kind == kind &&
                               row.state == port::EffectState::ready;
            if (stale) dropped.push_back(row);
            return stale;
        });
        return dropped;
    }
    std::optional<port::OutboxRow> find(std::int64_t id) const override {
        const auto found = d_.rows.find(id);
        if (found == d_.rows.end()) return std::nullopt;
        return found->second;
    }
    std::vector<port::OutboxRow> list(std::optional<port::EffectState> state,
                                      int limit) const override {
        std::vector<port::OutboxRow> out;
        for (const auto& [id, row] : d_.rows)
            if ((!state || row.state == *state) && static_cast<int>(out.size()) < limit)
                out.push_back(row);
        return out;
    }
    std::vector<port::OutboxRow> of_subject(const ConnectionId& connection,
                                            std::string_view subject) const override {
        std::vector<port::OutboxRow> out;
        for (const auto& [id, row] : d_.rows)
            if (row.connection == connection && row.subject == subject) out.push_back(row);
        return out;
    }
    void add_try(const port::OutboxTry& attempt) override { d_.tries.push_back(attempt); }
    std::vector<port::OutboxTry> tries(std::int64_t id) const override {
        std::vector<port::OutboxTry> out;
        for (const auto& attempt : d_.tries)
            if (attempt.row == id) out.push_back(attempt);
        return out;
    }
    port::OutboxStats stats() const override {
        port::OutboxStats out;
        for (const auto& [id, row] : d_.rows) {
            if (row.state == port::EffectState::ready) ++out.ready;
            if (row.state == port::EffectState::leased) ++out.leased;
            if (row.state == port::EffectState::dead) ++out.dead;
            const bool waits = row.state != port::EffectState::dead;
            if (waits && (!out.oldest || row.created < out.oldest)) out.oldest = row.created;
        }
        return out;
    }

  private:
    FakeData& d_;
};

class FakeProblems : public port::Problems {
  public:
    explicit FakeProblems(FakeData& data) : d_(data) {}
    bool raise(const port::ProblemRow& row) override {
        for (auto& known : d_.problems)
            if (same(known, row.connection, row.key, row.subject)) {
                known.last = row.last;
                known.detail = row.detail;
                ++known.times;
                return false;
            }
        d_.problems.push_back(row);
        return true;
    }
    bool clear(const ConnectionId& connection, std::string_view key,
               std::string_view subject) override {
        return std::erase_if(d_.problems, [&](const auto& row) {
                   return same(row, connection, key, subject);
               }) > 0;
    }
    bool is_open(const ConnectionId& connection, std::string_view key,
                 std::string_view subject) const override {
        return std::any_of(d_.problems.begin(), d_.problems.end(),
                           [&](const auto& row) { return same(row, connection, key, subject); });
    }
    static bool same(const port::ProblemRow& row, const ConnectionId& connection,
                     std::string_view key, std::string_view subject) {
        return row.connection == connection && row.key == key && row.subject == subject;
    }
    std::vector<port::ProblemRow> list(const ConnectionId& connection) const override {
        std::vector<port::ProblemRow> out;
        for (const auto& row : d_.problems)
            if (row.connection == connection) out.push_back(row);
        return out;
    }
    std::vector<port::ProblemRow> all(int) const override { return d_.problems; }

  private:
    FakeData& d_;
};

class FakeSessions : public port::Sessions {
  public:
    explicit FakeSessions(FakeData& data) : d_(data) {}
    void insert(const port::SettingsSession& it) override { d_.sessions[it.fingerprint] = it; }
    std::optional<port::SettingsSession> find(std::string_view fingerprint) const override {
        const auto found = d_.sessions.find(std::string(fingerprint));
        if (found == d_.sessions.end()) return std::nullopt;
        return found->second;
    }
    void end_all(const ConnectionId& connection) override {
        std::erase_if(d_.sessions,
                      [&](const auto& s) { return s.second.connection == connection; });
    }
    void purge(UtcTime before) override {
        std::erase_if(d_.sessions, [&](const auto& s) { return s.second.expires < before; });
    }

  private:
    FakeData& d_;
};

class FakeSupport : public port::SupportUsers {
  public:
    explicit FakeSupport(FakeData& data) : d_(data) {}
    void insert(const port::SupportUser& it) override { d_.support_users[it.name] = it; }
    void update(const port::SupportUser& it) override { d_.support_users.at(it.name) = it; }
    std::optional<port::SupportUser> find(std::string_view name) const override {
        const auto found = d_.support_users.find(std::string(name));
        if (found == d_.support_users.end()) return std::nullopt;
        return found->second;
    }
    std::vector<port::SupportUser> list() const override {
        std::vector<port::SupportUser> all;
        for (const auto& [name, user] : d_.support_users) all.push_back(user);
        return all;
    }
    void add_session(const port::SupportSession& it) override {
        d_.support_sessions[it.fingerprint] = it;
    }
    std::optional<port::SupportSession> session(std::string_view fingerprint) const override {
        const auto found = d_.support_sessions.find(std::string(fingerprint));
        if (found == d_.support_sessions.end()) return std::nullopt;
        return found->second;
    }
    void end_session(std::string_view fingerprint) override {
        d_.support_sessions.erase(std::string(fingerprint));
    }
    void end_sessions(std::string_view user) override {
        std::erase_if(d_.support_sessions, [&](const auto& s) { return s.second.user == user; });
    }
    port::SignInFailures failures(std::string_view of) const override {
        const auto found = d_.failures.find(std::string(of));
        return found == d_.failures.end() ? port::SignInFailures{} : found->second;
    }
    void put_failures(std::string_view of, const port::SignInFailures& it) override {
        d_.failures[std::string(of)] = it;
    }
    void forget_failures(std::string_view of) override { d_.failures.erase(std::string(of)); }
    void purge(UtcTime now, UtcTime before) override {
        std::erase_if(d_.support_sessions, [&](const auto& s) { return s.second.expires <= now; });
        std::erase_if(d_.failures, [&](const auto& f) { return f.second.last < before; });
    }

  private:
    FakeData& d_;
};

class FakeAudit : public port::Audit {
  public:
    explicit FakeAudit(FakeData& data) : d_(data) {}
    port::AuditRow add(const port::AuditRow& given) override {
        auto row = given;
        row.id = static_cast<std::int64_t>(d_.audit.size()) + 1;
        d_.audit.push_back(row);
        return row;
    }
    std::vector<port::AuditRow> list(std::int64_t, int) const override {
        return {d_.audit.rbegin(), d_.audit.rend()};
    }
    port::AuditCheck verify() const override { return {}; }

  private:
    FakeData& d_;
};

class FakeSearch : public port::Search {
  public:
    explicit FakeSearch(FakeData& data) : d_(data) {}
    void remember_contact(const ConnectionId&, const InvoiceId& invoice,
                          std::string_view fingerprint) override {
        d_.contacts.emplace(std::string(fingerprint), invoice.value);
    }
    std::vector<domain::Invoice> invoices(std::string_view, const std::vector<std::string>&, int,
                                          int) const override {
        missing();
    }
    std::vector<port::AccountLine> accounts(std::string_view, int, int) const override {
        missing();
    }
    std::vector<port::OutboxRow> outbox(const port::OutboxFilter&, std::int64_t,
                                        int) const override {
        missing();
    }
    std::vector<port::OutboxGroup> parked() const override { missing(); }
    port::OutboxStats outbox_of(const ConnectionId&,
                                const std::vector<std::string>&) const override {
        missing();
    }
    void recent_journal(const ConnectionId&, int,
                        const std::function<void(const port::JournalLine&)>&) const override {
        missing();
    }

  private:
    FakeData& d_;
};

class FakeTx : public port::Tx {
  public:
    explicit FakeTx(FakeData& data)
        : connections_(data),
          merchants_(data),
          invoices_(data),
          inbox_(data),
          outbox_(data),
          problems_(data),
          sessions_(data),
          support_(data),
          audit_(data),
          search_(data),
          subscriptions_(data.subscriptions) {}
    const std::set<std::string>& added() const { return outbox_.added; }

    port::Connections& connections() override { return connections_; }
    const port::Connections& connections() const override { return connections_; }
    port::Merchants& merchants() override { return merchants_; }
    const port::Merchants& merchants() const override { return merchants_; }
    port::Invoices& invoices() override { return invoices_; }
    const port::Invoices& invoices() const override { return invoices_; }
    port::Inbox& inbox() override { return inbox_; }
    const port::Inbox& inbox() const override { return inbox_; }
    port::Outbox& outbox() override { return outbox_; }
    const port::Outbox& outbox() const override { return outbox_; }
    port::Journal& journal() override { return journal_; }
    const port::Journal& journal() const override { return journal_; }
    port::Problems& problems() override { return problems_; }
    const port::Problems& problems() const override { return problems_; }
    port::Sessions& sessions() override { return sessions_; }
    const port::Sessions& sessions() const override { return sessions_; }
    port::SupportUsers& support() override { return support_; }
    const port::SupportUsers& support() const override { return support_; }
    port::Audit& audit() override { return audit_; }
    const port::Audit& audit() const override { return audit_; }
    port::Search& search() override { return search_; }
    const port::Search& search() const override { return search_; }
    port::Subscriptions& subscriptions() override { return subscriptions_; }
    const port::Subscriptions& subscriptions() const override { return subscriptions_; }

  private:
    FakeConnections connections_;
    FakeMerchants merchants_;
    FakeInvoices invoices_;
    FakeInbox inbox_;
    FakeOutbox outbox_;
    FakeJournal journal_;
    FakeProblems problems_;
    FakeSessions sessions_;
    FakeSupport support_;
    FakeAudit audit_;
    FakeSearch search_;
    FakeSubscriptions subscriptions_;
};

class FakeStore : public port::Store {
  public:
    void write(const std::function<void(port::Tx&)>& unit) override {
        std::vector<std::string> lanes;
        {
            const std::lock_guard lock(mutex_);
            if (broken) throw std::runtime_error("the store is down");
            auto copy = data_;
            FakeTx tx(copy);
            unit(tx);
            data_ = std::move(copy);
            lanes.assign(tx.added().begin(), tx.added().end());
        }
        const std::lock_guard lock(callback_mutex_);
        if (!lanes.empty() && on_outbox_) on_outbox_(lanes);
    }
    std::future<void> write_later(std::function<void(port::Tx&)> unit) override {
        std::promise<void> done;
        try {
            write(unit);
            done.set_value();
        } catch (...) {
            done.set_exception(std::current_exception());
        }
        return done.get_future();
    }
    void read(const std::function<void(const port::Tx&)>& look) const override {
        const std::lock_guard lock(mutex_);
        auto copy = data_;
        const FakeTx tx(copy);
        look(tx);
    }
    void on_outbox(std::function<void(const std::vector<std::string>&)> call) override {
        const std::lock_guard lock(callback_mutex_);
        on_outbox_ = std::move(call);
    }
    std::int64_t reseal(int) override { return 0; }
    Health health() const override { return {true, "", 1}; }
    std::vector<std::string> check_integrity() const override { return {}; }

    FakeData data() const {
        const std::lock_guard lock(mutex_);
        return data_;
    }
    std::atomic<bool> broken{false};

  private:
    mutable std::mutex mutex_;
    std::mutex callback_mutex_;
    FakeData data_;
    std::function<void(const std::vector<std::string>&)> on_outbox_;
};

}  // namespace tillbridge::test
