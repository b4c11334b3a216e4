#include "module/store/subscriptions.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "module/store/reading.hpp"
#include "module/store/sql_text.hpp"
#include "module/store/tx.hpp"

namespace tillbridge::store {
namespace {

const Names kFixed = {"connection_id", "subscription_id", "merchant_id", "gateway",
                      "product",       "profile",         "created_at"};
const Names kMoving = {"invoice_id",
                       "order_number",
                       "name",
                       "cost",
                       "currency",
                       "discount",
                       "discount_charges",
                       "state",
                       "stopped_by_buyer",
                       "payments_made",
                       "charge_limit",
                       "next_payment_at",
                       "error_code",
                       "error",
                       "seen_at",
                       "updated_at",
                       "version"};
const Names kAll = kFixed + kMoving;
const std::string kColumns = "SELECT " + columns(kAll, "s") + " FROM ";
const std::string kSelect = kColumns + "subscription s ";

const Sql kInsert{"INSERT INTO subscription (" + columns(kAll) + ") VALUES (" +
                  parameters(kAll.size()) + ")"};
// $3 the version that was read
const Sql kSave{"UPDATE subscription SET " + assignments(kMoving, 4) +
                " WHERE connection_id = $1 AND subscription_id = $2 AND version = $3"};
const Sql kFind{kSelect + "WHERE s.connection_id = $1 AND s.subscription_id = $2"};
const Sql kByProfile{kSelect +
                     "WHERE s.product = $1 AND s.profile = $2 AND s.merchant_id = $3"
                     " AND s.connection_id = $4"};
// CROSS JOIN keeps SQLite from turning the order round.
const Sql kByInvoice{kColumns +
                     "subscription_event e CROSS JOIN subscription s WHERE e.invoice_id = $2"
                     " AND e.connection_id = $1 AND s.connection_id = e.connection_id"
                     " AND s.subscription_id = e.subscription_id LIMIT 1"};
const std::string kContacts =
    kColumns +
    "subscription_contact c CROSS JOIN subscription s WHERE c.fingerprint = $1"
    " AND s.connection_id = c.connection_id AND s.subscription_id = c.subscription_id ";
const Sql kByContact{kContacts +
                     "AND c.connection_id = $2 AND s.merchant_id = $3 AND s.product = $4"
                     " ORDER BY c.subscription_id DESC LIMIT $5"};
const Sql kSearchContact{kContacts + "ORDER BY c.subscription_id DESC LIMIT $2"};

const std::string kNewest = " ORDER BY s.subscription_id DESC LIMIT ";
const Sql kList{kSelect + "WHERE s.connection_id = $1 AND s.subscription_id < $2" + kNewest + "$3"};
const Sql kListState{kSelect +
                     "WHERE s.connection_id = $1 AND s.state = $4 AND s.subscription_id < $2" +
                     kNewest + "$3"};
const Sql kListProduct{kSelect +
                       "WHERE s.connection_id = $1 AND s.product = $5 AND s.state = $4"
                       " AND s.subscription_id < $2" +
                       kNewest + "$3"};
const Sql kSearchId{kSelect + "WHERE s.subscription_id = $1 LIMIT $2"};
const Sql kSearchProduct{kSelect + "WHERE s.product = $1 ORDER BY s.profile LIMIT $2"};
const Sql kSearchProfile{kSelect + "WHERE s.profile = $1" + kNewest + "$2"};

const Sql kRemember{
    "INSERT INTO subscription_contact (connection_id, fingerprint, subscription_id)"
    " VALUES ($1, $2, $3) ON CONFLICT (fingerprint, subscription_id, connection_id) DO NOTHING"};

const Names kLine = {"connection_id", "subscription_id", "at",     "kind", "summary",
                     "detail",        "invoice_id",      "charge", "key",  "request"};
const Sql kAddLine{"INSERT INTO subscription_event (" + columns(kLine) + ") VALUES (" +
                   parameters(kLine.size()) + ")"};
const std::string kSelectLine = "SELECT id, " + columns(kLine) + " FROM subscription_event ";
const Sql kLines{kSelectLine +
                 "WHERE subscription_id = $2 AND connection_id = $1 ORDER BY id DESC LIMIT $3"};
const Sql kLineOfKey{kSelectLine +
                     "WHERE subscription_id = $2 AND key = $3 AND connection_id = $1"
                     " ORDER BY id DESC LIMIT 1"};

constexpr int kMostLines = 1000;

domain::Subscription read(const Row& row) {
    Columns next(row);
    domain::Subscription it;
    next.id(it.connection);
    next.id(it.id);
    next.id(it.merchant);
    next.id(it.gateway);
    it.product = next.text();
    it.profile = next.text();
    it.created_at = next.time();
    next.id(it.invoice);
    it.order_number = next.text();
    it.name = next.text();
    it.cost.minor = next.integer();
    if (const auto code = next.view(); !code.empty()) {
        const auto currency = domain::Currency::parse(code);
        if (!currency) throw StoreError("the store holds a currency that is not known");
        it.cost.currency = *currency;
    }
    it.discount = next.integer();
    it.discount_charges = next.integer();
    it.state = next.word(domain::subscription_state);
    it.stopped_by_buyer = next.flag();
    it.payments_made = next.integer();
    it.limit = next.maybe_integer();
    it.next_payment_at = next.time();
    it.error_code = next.text();
    it.error = next.text();
    it.seen_at = next.time();
    it.updated_at = next.time();
    it.version = next.integer();
    return it;
}

port::SubscriptionLine read_line(const Row& row) {
    constexpr int kInvoice = 7, kKey = 9;
    port::SubscriptionLine it;
    it.id = row.integer(0);
    it.connection = row.id<domain::ConnectionId>(1);
    it.subscription = row.id<domain::SubscriptionId>(2);
    it.at = row.time(3);
    it.kind = row.string(4);
    it.summary = row.string(5);
    it.detail = row.string(6);
    if (!row.null(kInvoice)) it.invoice = row.id<domain::InvoiceId>(kInvoice);
    it.charge = row.string(8);
    if (!row.null(kKey)) it.key = row.string(kKey);
    it.request = row.id<domain::RequestId>(10);
    return it;
}

// call(values of kMoving…)
template <class Call>
auto with_moving(const domain::Subscription& it, std::int64_t version, Call call) {
    return call(it.invoice, it.order_number, it.name, it.cost.minor, it.cost.currency.code(),
                it.discount, it.discount_charges, domain::to_word(it.state), it.stopped_by_buyer,
                it.payments_made, it.limit, it.next_payment_at, it.error_code, it.error, it.seen_at,
                it.updated_at, version);
}

constexpr std::array kStates{domain::SubscriptionState::active, domain::SubscriptionState::stopped,
                             domain::SubscriptionState::finished,
                             domain::SubscriptionState::failed};

}  // namespace

template <class... Args>
std::vector<domain::Subscription> Subscriptions::rows(const Sql& sql, const Args&... args) const {
    std::vector<domain::Subscription> found;
    ground_.db.each(
        sql, [&](const Row& row) { found.push_back(read(row)); }, args...);
    return found;
}

void Subscriptions::insert(const domain::Subscription& it) {
    with_moving(it, it.version, [&](const auto&... moving) {
        ground_.db.run(kInsert, it.connection, it.id, it.merchant, it.gateway, it.product,
                       it.profile, it.created_at, moving...);
    });
}

void Subscriptions::save(domain::Subscription& it) {
    const auto saved = with_moving(it, it.version + 1, [&](const auto&... moving) {
        return ground_.db.run(kSave, it.connection, it.id, it.version, moving...);
    });
    if (saved != 1)
        throw VersionConflict("the subscription " + it.id.value + " was changed since it was read");
    ++it.version;
}

std::optional<domain::Subscription> Subscriptions::find(const domain::ConnectionId& connection,
                                                        const domain::SubscriptionId& id) const {
    return ground_.db.first(kFind, read, connection, id);
}

std::optional<domain::Subscription> Subscriptions::by_profile(
    const domain::ConnectionId& connection, const domain::MerchantId& merchant,
    std::string_view product, std::string_view profile) const {
    return ground_.db.first(kByProfile, read, product, profile, merchant, connection);
}

std::optional<domain::Subscription> Subscriptions::by_invoice(
    const domain::ConnectionId& connection, const domain::InvoiceId& invoice) const {
    return ground_.db.first(kByInvoice, read, connection, invoice);
}

std::vector<domain::Subscription> Subscriptions::by_contact(const domain::ConnectionId& connection,
                                                            const domain::MerchantId& merchant,
                                                            std::string_view product,
                                                            std::string_view fingerprint,
                                                            int limit) const {
    return rows(kByContact, fingerprint, connection, merchant, product, limit);
}

std::vector<domain::Subscription> Subscriptions::list(const domain::ConnectionId& connection,
                                                      const port::SubscriptionFilter& filter,
                                                      const domain::SubscriptionId& after,
                                                      int limit) const {
    // Ids are lower-case letters and digits: all are below `~`.
    const std::string below = after.empty() ? "~" : after.value;
    if (filter.product.empty()) {
        if (!filter.state) return rows(kList, connection, below, limit);
        return rows(kListState, connection, below, limit, domain::to_word(*filter.state));
    }
    std::vector<domain::Subscription> found;
    for (const auto state : kStates) {
        if (filter.state && *filter.state != state) continue;
        auto some = rows(kListProduct, connection, below, limit, domain::to_word(state),
                         std::string_view(filter.product));
        std::move(some.begin(), some.end(), std::back_inserter(found));
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.id > b.id; });
    if (std::ssize(found) > limit) found.resize(static_cast<std::size_t>(limit));
    return found;
}

std::vector<domain::Subscription> Subscriptions::search(
    std::string_view text, const std::vector<std::string>& fingerprints, int limit) const {
    std::vector<domain::Subscription> found;
    const auto take = [&](std::vector<domain::Subscription> some) {
        for (auto& it : some) {
            const bool known = std::any_of(found.begin(), found.end(), [&](const auto& other) {
                return other.connection == it.connection && other.id == it.id;
            });
            if (!known && std::ssize(found) < limit) found.push_back(std::move(it));
        }
    };
    if (text.empty()) return found;
    for (const auto* sql : {&kSearchId, &kSearchProfile, &kSearchProduct})
        take(rows(*sql, text, limit));
    for (const auto& fingerprint : fingerprints)
        take(rows(kSearchContact, std::string_view(fingerprint), limit));
    return found;
}

void Subscriptions::remember_contact(const domain::ConnectionId& connection,
                                     const domain::SubscriptionId& id,
                                     std::string_view fingerprint) {
    ground_.db.run(kRemember, connection, fingerprint, id);
}

std::int64_t Subscriptions::add_line(const port::SubscriptionLine& line) {
    return ground_.db.insert(kAddLine, line.connection, line.subscription, line.at, line.kind,
                             line.summary, line.detail, or_null(line.invoice), line.charge,
                             or_null(line.key), line.request);
}

std::vector<port::SubscriptionLine> Subscriptions::lines(const domain::ConnectionId& connection,
                                                         const domain::SubscriptionId& id) const {
    std::vector<port::SubscriptionLine> found;
    ground_.db.each(
        kLines, [&](const Row& row) { found.push_back(read_line(row)); }, connection, id,
        kMostLines);
    std::reverse(found.begin(), found.end());
    return found;
}

std::optional<port::SubscriptionLine> Subscriptions::line_of_key(
    const domain::ConnectionId& connection, const domain::SubscriptionId& id,
    std::string_view key) const {
    return ground_.db.first(kLineOfKey, read_line, connection, id, key);
}

}  // namespace tillbridge::store
