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
#include <utility>
#include <vector>

#include "module/port/store.hpp"

namespace tillbridge::test {

struct FakeData {
    std::map<std::string, domain::Connection> connections;
    std::vector<domain::Merchant> merchants;
    std::map<std::string, domain::Invoice> invoices;
    std::map<std::int64_t, port::OutboxRow> rows;
    std::vector<port::OutboxTry> tries;
    std::vector<port::ProblemRow> problems;
    std::map<std::string, port::SettingsSession> sessions;
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
    std::vector<domain::Connection> list(const ConnectionId&, int) const override { missing(); }
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
                                                  std::string_view) const override {
        missing();
    }
    template <class Is>
    std::optional<domain::Invoice> first(Is is) const {
        for (const auto& [id, invoice] : d_.invoices)
            if (is(invoice)) return invoice;
        return std::nullopt;
    }
    std::vector<domain::Invoice> search(std::string_view, int) const override { missing(); }
    std::vector<Key> stale_pending(UtcTime, int) const override { missing(); }
    std::vector<Key> link_expired(UtcTime, int) const override { missing(); }
    std::vector<Key> hold_ending(UtcTime, int) const override { missing(); }
    void looked_at(const Key&, UtcTime) override { missing(); }
    std::int64_t count_open(const ConnectionId&, const MerchantId&) const override { missing(); }

  private:
    FakeData& d_;
};

struct FakeInbox : port::Inbox {
    bool add(const port::InboxEvent&) override { missing(); }
    std::vector<port::InboxEvent> list(const ConnectionId&, const InvoiceId&) const override {
        missing();
    }
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
                known.due = std::min(known.due, row.due);
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
    void park(std::int64_t id, std::string_view error) override {
        d_.rows.at(id).state = port::EffectState::dead;
        d_.rows.at(id).last_error = error;
    }
    void revive(std::int64_t, UtcTime) override { missing(); }
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

class FakeTx : public port::Tx {
  public:
    explicit FakeTx(FakeData& data)
        : connections_(data),
          merchants_(data),
          invoices_(data),
          outbox_(data),
          problems_(data),
          sessions_(data) {}
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

  private:
    FakeConnections connections_;
    FakeMerchants merchants_;
    FakeInvoices invoices_;
    FakeInbox inbox_;
    FakeOutbox outbox_;
    FakeJournal journal_;
    FakeProblems problems_;
    FakeSessions sessions_;
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
