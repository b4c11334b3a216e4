#include <algorithm>

#include "module/store/reading.hpp"
#include "module/store/sql_text.hpp"
#include "module/store/tx.hpp"

namespace tillbridge::store {
namespace {

const Names kKey = {"connection_id", "invoice_id"};
// Hardly ever change and stand in indexes: save() leaves them alone unless they did.
const Names kFixed = {"uuid",         "merchant_id",     "gateway",   "slug",
                      "order_number", "gateway_invoice", "created_at"};
const Names kPayment = {"gateway_payment"};  // becomes known with the money
const Names kMoving = {"amount",   "currency",      "state",       "two_stage",   "auto_capture",
                       "hold_end", "test",          "authorized",  "captured",    "refunded",
                       "pay_url",  "description",   "return_url",  "locale",      "consent",
                       "reason",   "reason_detail", "hold_warned", "updated_at",  "link_expires_at",
                       "held_at",  "hold_ends_at",  "paid_at",     "canceled_at", "observed_at",
                       "version",  "payable",       "product"};
const Names kAll = kKey + kFixed + kPayment + kMoving;
const std::string kSelect = "SELECT " + columns(kAll, "i") + " FROM invoice i ";
const std::string kThis = " WHERE connection_id = $1 AND invoice_id = $2";

const Sql kInsert{"INSERT INTO invoice (" + columns(kAll) + ", touched_at) VALUES (" +
                  parameters(kAll.size()) + ", $" + std::to_string(kAll.size() + 1) + ")"};
// $3 the version that was read, $4 touched_at
const Sql kSave{"UPDATE invoice SET " + assignments(kMoving, 5) +
                ", touched_at = CASE WHEN touched_at < $4 THEN $4 ELSE touched_at END" + kThis +
                " AND version = $3"};
const Sql kSavePayment{"UPDATE invoice SET gateway_payment = $3" + kThis +
                       " AND gateway_payment IS DISTINCT FROM $3"};
const Sql kSaveFixed{"UPDATE invoice SET " + assignments(kFixed, 3) + kThis + " AND (" +
                     columns(kFixed) + ") IS DISTINCT FROM (" + parameters(kFixed.size(), 3) + ")"};

const Sql kFind{kSelect + "WHERE i.connection_id = $1 AND i.invoice_id = $2"};
const Sql kByUuid{kSelect + "WHERE i.connection_id = $1 AND i.uuid = $2"};
const Sql kBySlug{kSelect + "WHERE i.slug = $1"};
const Sql kByGatewayInvoice{kSelect +
                            "WHERE i.connection_id = $1 AND i.merchant_id = $2"
                            " AND i.gateway_invoice = $3 LIMIT 1"};
const Sql kByExternalId{kSelect +
                        "JOIN operation o ON o.connection_id = i.connection_id"
                        " AND o.invoice_id = i.invoice_id"
                        " WHERE o.connection_id = $1 AND o.external_id = $3"
                        " AND o.external_id IS NOT NULL"
                        " AND o.kind = 'create' AND i.merchant_id = $2 LIMIT 1"};
// Ids of accounts are looked for with one look into an index an account; what others name has an
// index that begins with the name. CROSS JOIN keeps SQLite from turning the order round.
const Sql kSearch{
    "SELECT " + columns(kAll, "i") +
    " FROM ("
    "SELECT f.connection_id, f.invoice_id FROM connection c CROSS JOIN invoice f"
    " WHERE f.connection_id = c.connection_id AND f.invoice_id = $1"
    " UNION SELECT f.connection_id, f.invoice_id FROM connection c CROSS JOIN invoice f"
    " WHERE f.connection_id = c.connection_id AND f.uuid = $1"
    " UNION SELECT f.connection_id, f.invoice_id FROM invoice f WHERE f.order_number = $1"
    " UNION SELECT f.connection_id, f.invoice_id FROM invoice f WHERE f.gateway_payment = $1"
    " UNION SELECT f.connection_id, f.invoice_id FROM invoice f WHERE f.gateway_invoice = $1"
    " UNION SELECT o.connection_id, o.invoice_id FROM connection c CROSS JOIN operation o"
    " WHERE o.connection_id = c.connection_id AND o.external_id = $1"
    " UNION SELECT f.connection_id, f.invoice_id FROM invoice f WHERE f.slug = $1"
    ") AS k CROSS JOIN invoice i"
    " WHERE i.connection_id = k.connection_id AND i.invoice_id = k.invoice_id"
    " ORDER BY i.created_at DESC, i.invoice_id LIMIT $2"};

const Sql kLinkOrder{
    "INSERT INTO order_invoice (connection_id, order_id, invoice_id, payment_id)"
    " VALUES ($1, $2, $3, $4) ON CONFLICT (connection_id, order_id, invoice_id)"
    " DO UPDATE SET payment_id = $4"};
const Sql kOfOrder{"SELECT " + columns(kAll, "i") +
                   ", k.payment_id FROM order_invoice k CROSS JOIN invoice i"
                   " WHERE k.connection_id = $1 AND k.order_id = $2"
                   " AND i.connection_id = k.connection_id AND i.invoice_id = k.invoice_id"
                   " ORDER BY i.created_at DESC, i.invoice_id LIMIT $3"};

const std::string kSelectKeys = "SELECT connection_id, invoice_id FROM invoice WHERE ";
const Sql kStalePending{kSelectKeys +
                        "state = 'pending' AND touched_at < $1 ORDER BY touched_at LIMIT $2"};
const Sql kLinkExpired{kSelectKeys +
                       "state = 'pending' AND link_expires_at > 0 AND link_expires_at <= $1"
                       " ORDER BY touched_at LIMIT $2"};
// $1 the later of both moments, through the index; $2 warn, $3 act
const Sql kHoldEnding{kSelectKeys +
                      "state = 'authorized' AND hold_ends_at > 0 AND hold_ends_at <= $1"
                      " AND (hold_ends_at <= $3 OR hold_warned = 0 AND hold_ends_at <= $2)"
                      " ORDER BY touched_at LIMIT $4"};
const Sql kLookedAt{"UPDATE invoice SET touched_at = $3" + kThis};
const Sql kCountOpen{
    "SELECT (SELECT count(*) FROM invoice WHERE connection_id = $1 AND merchant_id = $2"
    " AND state IN ('creating', 'pending', 'authorized') AND test = 0) +"
    " (SELECT count(DISTINCT i.invoice_id) FROM operation o CROSS JOIN invoice i"
    " WHERE o.connection_id = $1 AND o.state IN ('planned', 'started', 'pending', 'unknown')"
    " AND i.connection_id = o.connection_id AND i.invoice_id = o.invoice_id"
    " AND i.merchant_id = $2 AND i.state NOT IN ('creating', 'pending', 'authorized'))"};
// Ids are random, so the first ones are a fair sample.
const Sql kAnyPaid{
    "SELECT count(*) FROM (SELECT captured FROM invoice WHERE connection_id = $1"
    " ORDER BY invoice_id LIMIT 200) AS sample WHERE captured > 0"};

const Names kOperationKey = {"connection_id", "invoice_id", "position"};
const Names kOperation = {"operation_id", "kind",        "origin",     "state",   "amount",
                          "requested",    "external_id", "baseline",   "reason",  "told_unknown",
                          "tries",        "created_at",  "started_at", "ended_at"};
const Sql kPutOperation{"INSERT INTO operation (" + columns(kOperationKey + kOperation) +
                        ") VALUES (" + parameters(kOperationKey.size() + kOperation.size()) +
                        ") ON CONFLICT (connection_id, invoice_id, position) DO UPDATE SET " +
                        assignments(kOperation, kOperationKey.size() + 1) + " WHERE (" +
                        columns(kOperation, "operation") + ") IS DISTINCT FROM (" +
                        parameters(kOperation.size(), kOperationKey.size() + 1) + ")"};
const Sql kCutOperations{"DELETE FROM operation" + kThis + " AND position >= $3"};
const Sql kOperations{"SELECT " + columns(kOperation) + " FROM operation" + kThis +
                      " ORDER BY position"};

domain::Invoice read_columns(Columns& next) {
    domain::Invoice it;
    next.id(it.connection);
    next.id(it.id);
    next.id(it.uuid);
    next.id(it.merchant);
    next.id(it.gateway);
    next.id(it.slug);
    it.order_number = next.text();
    next.id(it.gateway_invoice);
    it.created_at = next.time();
    next.id(it.gateway_payment);
    it.amount.minor = next.integer();
    if (const auto code = next.view(); !code.empty()) {
        const auto currency = domain::Currency::parse(code);
        if (!currency) throw StoreError("the store holds a currency that is not known");
        it.amount.currency = *currency;
    }
    it.state = next.word(domain::invoice_state);
    it.two_stage = next.flag();
    it.auto_capture = next.flag();
    it.hold_end = next.word(domain::hold_end);
    it.test = next.flag();
    it.authorized = next.integer();
    it.captured = next.integer();
    it.refunded = next.integer();
    it.pay_url = next.text();
    it.description = next.text();
    it.return_url = next.text();
    it.locale = next.text();
    it.consent = next.word(domain::consent);
    it.reason = next.text();
    it.reason_detail = next.text();
    it.hold_warned = next.flag();
    it.updated_at = next.time();
    it.link_expires_at = next.time();
    it.held_at = next.time();
    it.hold_ends_at = next.time();
    it.paid_at = next.time();
    it.canceled_at = next.time();
    it.observed_at = next.time();
    it.version = next.integer();
    it.payable = next.integer();
    it.product = next.text();
    return it;
}

domain::Invoice read(const Row& row) {
    Columns next(row);
    return read_columns(next);
}

domain::Operation read_operation(const Row& row) {
    Columns next(row);
    domain::Operation it;
    next.id(it.id);
    it.kind = next.word(domain::operation_kind);
    it.origin = next.word(domain::origin);
    it.state = next.word(domain::operation_state);
    it.amount = next.integer();
    it.requested = next.maybe_integer();
    it.external_id = next.text();
    it.baseline = next.text();
    it.reason = next.text();
    it.told_unknown = next.flag();
    it.tries = next.small();
    it.created_at = next.time();
    it.started_at = next.time();
    it.ended_at = next.time();
    return it;
}

// call(values of kFixed…)
template <class Call>
auto with_fixed(const domain::Invoice& it, Call call) {
    return call(or_null(it.uuid), it.merchant, it.gateway, or_null(it.slug),
                or_null(it.order_number), or_null(it.gateway_invoice), it.created_at);
}

// call(values of kMoving…)
template <class Call>
auto with_moving(const domain::Invoice& it, std::int64_t version, Call call) {
    return call(it.amount.minor, it.amount.currency.code(), domain::to_word(it.state), it.two_stage,
                it.auto_capture, domain::to_word(it.hold_end), it.test, it.authorized, it.captured,
                it.refunded, it.pay_url, it.description, it.return_url, it.locale,
                domain::to_word(it.consent), it.reason, it.reason_detail, it.hold_warned,
                it.updated_at, it.link_expires_at, it.held_at, it.hold_ends_at, it.paid_at,
                it.canceled_at, it.observed_at, version, it.payable, it.product);
}

}  // namespace

void Invoices::insert(const domain::Invoice& it) {
    with_fixed(it, [&](const auto&... fixed) {
        with_moving(it, it.version, [&](const auto&... moving) {
            ground_.db.run(kInsert, it.connection, it.id, fixed..., or_null(it.gateway_payment),
                           moving..., it.updated_at);
        });
    });
    put_operations(it);
}

void Invoices::save(domain::Invoice& it) {
    const auto saved = with_moving(it, it.version + 1, [&](const auto&... moving) {
        return ground_.db.run(kSave, it.connection, it.id, it.version, it.updated_at, moving...);
    });
    if (saved != 1) {
        throw VersionConflict("the invoice " + it.id.value + " was changed since it was read");
    }
    with_fixed(it, [&](const auto&... fixed) {
        ground_.db.run(kSaveFixed, it.connection, it.id, fixed...);
    });
    ground_.db.run(kSavePayment, it.connection, it.id, or_null(it.gateway_payment));
    put_operations(it);
    ground_.db.run(kCutOperations, it.connection, it.id,
                   static_cast<std::int64_t>(it.operations.size()));
    ++it.version;
}

void Invoices::put_operations(const domain::Invoice& it) {
    std::int64_t position = 0;
    for (const auto& op : it.operations) {
        ground_.db.run(kPutOperation, it.connection, it.id, position++, op.id,
                       domain::to_word(op.kind), domain::to_word(op.origin),
                       domain::to_word(op.state), op.amount, op.requested, or_null(op.external_id),
                       op.baseline, op.reason, op.told_unknown, op.tries, op.created_at,
                       op.started_at, op.ended_at);
    }
}

void Invoices::add_operations(domain::Invoice& it) const {
    ground_.db.each(
        kOperations, [&](const Row& row) { it.operations.push_back(read_operation(row)); },
        it.connection, it.id);
}

template <class... Args>
std::optional<domain::Invoice> Invoices::one(const Sql& sql, const Args&... args) const {
    auto found = ground_.db.first(sql, read, args...);
    if (found) add_operations(*found);
    return found;
}

std::optional<domain::Invoice> Invoices::find(const domain::ConnectionId& connection,
                                              const domain::InvoiceId& id) const {
    return one(kFind, connection, id);
}

std::optional<domain::Invoice> Invoices::by_uuid(const domain::ConnectionId& connection,
                                                 const domain::InvoiceUuid& uuid) const {
    return one(kByUuid, connection, uuid);
}

std::optional<domain::Invoice> Invoices::by_slug(const domain::Slug& slug) const {
    return one(kBySlug, slug);
}

std::optional<domain::Invoice> Invoices::by_gateway_invoice(
    const domain::ConnectionId& connection, const domain::MerchantId& merchant,
    const domain::GatewayId& gateway_invoice) const {
    return one(kByGatewayInvoice, connection, merchant, gateway_invoice);
}

std::optional<domain::Invoice> Invoices::by_external_id(const domain::ConnectionId& connection,
                                                        const domain::MerchantId& merchant,
                                                        std::string_view external_id) const {
    return one(kByExternalId, connection, merchant, external_id);
}

void Invoices::link_order(const domain::ConnectionId& connection, std::int64_t order,
                          const domain::InvoiceId& id, std::int64_t payment) {
    ground_.db.run(kLinkOrder, connection, order, id, payment);
}

std::vector<port::OrderInvoice> Invoices::of_order(const domain::ConnectionId& connection,
                                                   std::int64_t order, int limit) const {
    std::vector<port::OrderInvoice> found;
    ground_.db.each(
        kOfOrder,
        [&](const Row& row) {
            Columns next(row);
            auto invoice = read_columns(next);
            found.push_back({std::move(invoice), next.integer()});
        },
        connection, order, limit);
    for (auto& it : found) add_operations(it.invoice);
    return found;
}

std::vector<domain::Invoice> Invoices::search(std::string_view text, int limit) const {
    std::vector<domain::Invoice> found;
    ground_.db.each(
        kSearch, [&](const Row& row) { found.push_back(read(row)); }, text, limit);
    for (auto& it : found) add_operations(it);
    return found;
}

template <class... Args>
std::vector<port::Invoices::Key> Invoices::keys(const Sql& sql, const Args&... args) const {
    std::vector<Key> found;
    ground_.db.each(
        sql,
        [&](const Row& row) {
            found.push_back({row.id<domain::ConnectionId>(0), row.id<domain::InvoiceId>(1)});
        },
        args...);
    return found;
}

std::vector<port::Invoices::Key> Invoices::stale_pending(domain::UtcTime before, int limit) const {
    return keys(kStalePending, before, limit);
}

std::vector<port::Invoices::Key> Invoices::link_expired(domain::UtcTime before, int limit) const {
    return keys(kLinkExpired, before, limit);
}

std::vector<port::Invoices::Key> Invoices::hold_ending(domain::UtcTime warn, domain::UtcTime act,
                                                       int limit) const {
    return keys(kHoldEnding, std::max(warn, act), warn, act, limit);
}

void Invoices::looked_at(const Key& key, domain::UtcTime at) {
    ground_.db.run(kLookedAt, key.connection, key.invoice, at);
}

std::int64_t Invoices::count_open(const domain::ConnectionId& connection,
                                  const domain::MerchantId& merchant) const {
    return ground_.db.number(kCountOpen, connection, merchant);
}

bool Invoices::any_paid(const domain::ConnectionId& connection) const {
    return ground_.db.number(kAnyPaid, connection) > 0;
}

}  // namespace tillbridge::store
