// Durable memory. write() runs a unit of work inside the next group commit and returns once it is
// on disk; a unit that throws is rolled back alone and its exception comes back to the caller.
// read() looks at a recent committed state. Units must be short and touch nothing but the store.
#pragma once

#include <functional>
#include <future>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "module/domain/connection.hpp"
#include "module/domain/invoice.hpp"
#include "module/domain/merchant.hpp"
#include "module/port/records.hpp"
#include "module/port/subscriptions.hpp"
#include "module/port/support.hpp"

namespace tillbridge::port {

using domain::ConnectionId;
using domain::InvoiceId;
using domain::MerchantId;
using domain::UtcTime;

class Connections {
  public:
    virtual ~Connections() = default;
    virtual void insert(const domain::Connection&) = 0;
    virtual void update(const domain::Connection&) = 0;
    virtual std::optional<domain::Connection> find(const ConnectionId&) const = 0;
    virtual std::optional<domain::Connection> by_client_id(std::string_view token) const = 0;
    virtual std::optional<domain::Connection> by_settings_token(std::string_view token) const = 0;
    virtual std::optional<domain::Connection> by_public_url(std::string_view url) const = 0;
    // Whose public URL begins so (not empty, plain characters), in its order.
    virtual std::vector<domain::Connection> by_public_url_prefix(std::string_view prefix,
                                                                 int limit) const = 0;
    virtual std::vector<domain::Connection> list(const ConnectionId& after, int limit) const = 0;
};

class Merchants {
  public:
    virtual ~Merchants() = default;
    virtual void insert(const domain::Merchant&) = 0;
    virtual void update(const domain::Merchant&) = 0;
    virtual std::optional<domain::Merchant> find(const ConnectionId&, const MerchantId&) const = 0;
    virtual std::optional<domain::Merchant> by_hook_token(std::string_view token) const = 0;
    // By creation, oldest first.
    virtual std::vector<domain::Merchant> list(const ConnectionId&) const = 0;
};

// An invoice of one of the CRM's orders; `payment` is the payment on that order, 0: not known.
struct OrderInvoice {
    domain::Invoice invoice;
    std::int64_t payment = 0;
};

class Invoices {
  public:
    virtual ~Invoices() = default;
    virtual void insert(const domain::Invoice&) = 0;
    // With its operations. Throws where the stored version is not the one that was read.
    virtual void save(domain::Invoice&) = 0;
    virtual std::optional<domain::Invoice> find(const ConnectionId&, const InvoiceId&) const = 0;
    virtual std::optional<domain::Invoice> by_uuid(const ConnectionId&,
                                                   const domain::InvoiceUuid&) const = 0;
    virtual std::optional<domain::Invoice> by_slug(const domain::Slug&) const = 0;
    virtual std::optional<domain::Invoice> by_gateway_invoice(const ConnectionId&,
                                                              const MerchantId&,
                                                              const domain::GatewayId&) const = 0;
    // By the external id of one of its creates.
    virtual std::optional<domain::Invoice> by_external_id(const ConnectionId&, const MerchantId&,
                                                          std::string_view external_id) const = 0;
    // The CRM's order that an invoice is for; again with its payment once that is known.
    virtual void link_order(const ConnectionId&, std::int64_t order, const InvoiceId&,
                            std::int64_t payment) = 0;
    virtual std::vector<OrderInvoice> of_order(const ConnectionId&, std::int64_t order,
                                               int limit) const = 0;  // newest first
    // paymentId, invoiceUuid, slug, order number or gateway id, over all connections; support only.
    virtual std::vector<domain::Invoice> search(std::string_view text, int limit) const = 0;

    struct Key {
        ConnectionId connection;
        InvoiceId invoice;
    };
    // All of these: what was not looked at for longest comes first.
    // Pending and not touched since `before`.
    virtual std::vector<Key> stale_pending(UtcTime before, int limit) const = 0;
    virtual std::vector<Key> link_expired(UtcTime before, int limit) const = 0;  // pending only
    // Authorized: a hold that ends by `act`, or by `warn` where nobody was warned of it.
    virtual std::vector<Key> hold_ending(UtcTime warn, UtcTime act, int limit) const = 0;
    // Marks that the reconciler looked, so that it comes to the others too.
    virtual void looked_at(const Key&, UtcTime at) = 0;
    // A reason that this merchant must stay the shop that it is: invoices that can still move. Test
    // links do not count.
    virtual std::int64_t count_open(const ConnectionId&, const MerchantId&) const = 0;
    // Whether money came for any of a sample of the account's invoices; quick however many it has.
    virtual bool any_paid(const ConnectionId&) const = 0;
};

class Inbox {
  public:
    virtual ~Inbox() = default;
    // false: this event is known.
    virtual bool add(const InboxEvent&) = 0;
    virtual std::vector<InboxEvent> list(const ConnectionId&, const InvoiceId&) const = 0;
};

class Outbox {
  public:
    virtual ~Outbox() = default;
    // 0 where a waiting row with the same `coalesce` word made it needless (its due moves to the
    // earlier of both).
    virtual std::int64_t add(const OutboxRow&) = 0;
    // Lanes that have something to do, with the moment of their earliest row.
    struct Lane {
        std::string name;
        UtcTime due;
    };
    virtual std::vector<Lane> lanes() const = 0;
    // Takes up to `limit` due rows of a lane, in order, none whose order_key has an earlier row
    // that is not done (dead ones do not count).
    virtual std::vector<OutboxRow> claim(const std::string& lane, UtcTime now, int limit) = 0;
    virtual std::optional<UtcTime> next_due(const std::string& lane) const = 0;
    virtual void finish(std::int64_t id) = 0;  // carried out: the row goes
    virtual void retry(std::int64_t id, UtcTime due, std::string_view error) = 0;  // ready, tries+1
    virtual void release(std::int64_t id, UtcTime due) = 0;  // ready again, not a try
    // The same for a row that is in good order and only early: its time begins anew.
    virtual void postpone(std::int64_t id, UtcTime due, UtcTime now) = 0;
    virtual void park(std::int64_t id, std::string_view error) = 0;  // dead
    virtual void revive(std::int64_t id, UtcTime due) = 0;           // dead → as if new
    virtual std::int64_t revive_all(const ConnectionId&, std::string_view kind, UtcTime due) = 0;
    // Back-off ends early: what waits in a lane is due now (a key was replaced, a start).
    virtual void hurry(const std::string& lane, UtcTime due) = 0;
    // After a start: leases of dead processes are void. Returns how many there were.
    virtual std::int64_t release_all(UtcTime due) = 0;
    // After a start: what waits of this kind waited for a dead process, and is due now.
    virtual void hurry_kind(std::string_view kind, UtcTime due) = 0;
    // Waiting plain status rows of an order key are stale once a newer one follows. Their payloads
    // hold no refund. Returns what was dropped.
    virtual std::vector<OutboxRow> drop_stale(const std::string& order_key,
                                              std::string_view kind) = 0;
    virtual std::optional<OutboxRow> find(std::int64_t id) const = 0;
    virtual std::vector<OutboxRow> list(std::optional<EffectState>, int limit) const = 0;
    virtual std::vector<OutboxRow> of_subject(const ConnectionId&, std::string_view) const = 0;
    // Of all accounts and states, by id, those above `after`.
    virtual std::vector<OutboxRow> of_kind(std::string_view kind, std::int64_t after,
                                           int limit) const = 0;
    virtual void put_payload(std::int64_t id, std::string_view payload) = 0;
    virtual void add_try(const OutboxTry&) = 0;
    virtual std::vector<OutboxTry> tries(std::int64_t id) const = 0;
    virtual OutboxStats stats() const = 0;
};

class Journal {
  public:
    virtual ~Journal() = default;
    virtual std::int64_t add(const JournalLine&) = 0;
    virtual std::vector<JournalLine> list(const ConnectionId&, const InvoiceId&) const = 0;
};

class Problems {
  public:
    virtual ~Problems() = default;
    // true: it is new (not open before).
    virtual bool raise(const ProblemRow&) = 0;
    virtual bool clear(const ConnectionId&, std::string_view key, std::string_view subject) = 0;
    virtual std::optional<ProblemRow> find(const ConnectionId&, std::string_view key,
                                           std::string_view subject) const = 0;
    virtual std::vector<ProblemRow> list(const ConnectionId&) const = 0;
    virtual std::vector<ProblemRow> all(int limit) const = 0;
};

class Sessions {
  public:
    virtual ~Sessions() = default;
    virtual void insert(const SettingsSession&) = 0;
    virtual std::optional<SettingsSession> find(std::string_view fingerprint) const = 0;
    virtual void end_all(const ConnectionId&) = 0;
    virtual void purge(UtcTime before) = 0;
};

class Tx {
  public:
    virtual ~Tx() = default;
    virtual Connections& connections() = 0;
    virtual Merchants& merchants() = 0;
    virtual Invoices& invoices() = 0;
    virtual Inbox& inbox() = 0;
    virtual Outbox& outbox() = 0;
    virtual Journal& journal() = 0;
    virtual Problems& problems() = 0;
    virtual Sessions& sessions() = 0;
    virtual SupportUsers& support() = 0;
    virtual Audit& audit() = 0;
    virtual Search& search() = 0;
    virtual Subscriptions& subscriptions() = 0;
    virtual const Connections& connections() const = 0;
    virtual const Merchants& merchants() const = 0;
    virtual const Invoices& invoices() const = 0;
    virtual const Inbox& inbox() const = 0;
    virtual const Outbox& outbox() const = 0;
    virtual const Journal& journal() const = 0;
    virtual const Problems& problems() const = 0;
    virtual const Sessions& sessions() const = 0;
    virtual const SupportUsers& support() const = 0;
    virtual const Audit& audit() const = 0;
    virtual const Search& search() const = 0;
    virtual const Subscriptions& subscriptions() const = 0;
};

class Store {
  public:
    virtual ~Store() = default;

    virtual void write(const std::function<void(Tx&)>& unit) = 0;
    virtual std::future<void> write_later(std::function<void(Tx&)> unit) = 0;
    virtual void read(const std::function<void(const Tx&)>& look) const = 0;

    // Called after each commit that added outbox rows, from the writer's thread, with their lanes:
    // must be quick.
    virtual void on_outbox(std::function<void(const std::vector<std::string>& lanes)>) = 0;

    // Re-seals up to `limit` values under the current key; returns how many were left over.
    virtual std::int64_t reseal(int limit) = 0;

    struct Health {
        bool ok = false;
        std::string detail;
        int schema = 0;
    };
    virtual Health health() const = 0;
    virtual std::vector<std::string> check_integrity() const = 0;  // empty: sound
};

// Runs `look` and hands its value out.
template <class Look>
auto look_up(const Store& store, Look look) {
    std::optional<decltype(look(std::declval<const Tx&>()))> value;
    store.read([&](const Tx& tx) { value.emplace(look(tx)); });
    return std::move(*value);
}

// The same for a unit of work.
template <class Unit>
auto commit(Store& store, Unit unit) {
    std::optional<decltype(unit(std::declval<Tx&>()))> value;
    store.write([&](Tx& tx) { value.emplace(unit(tx)); });
    return std::move(*value);
}

}  // namespace tillbridge::port
