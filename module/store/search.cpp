// Support's look-ups over all connections. A name is found through an index that begins with it,
// the newest first, since our ids begin with their time. Only the CRM's invoiceUuid has no such
// index: it is looked for with one look into an index an account, where nothing else has the name
// (CROSS JOIN keeps SQLite from turning the order round).
#include <set>
#include <tuple>

#include "module/store/reading.hpp"
#include "module/store/sql_text.hpp"
#include "module/store/tx.hpp"

namespace tillbridge::store {
namespace {

const std::string kKeyOf = "SELECT f.connection_id, f.invoice_id, f.created_at FROM ";
const std::string kNewest = " ORDER BY f.invoice_id DESC LIMIT $2";
const std::string kPerAccount =
    kKeyOf + "connection c CROSS JOIN invoice f WHERE f.connection_id = c.connection_id AND ";
const Sql kById{kKeyOf +
                "invoice f WHERE f.invoice_id = $1 AND f.connection_id ="
                " (SELECT connection_id FROM journal WHERE invoice_id = $1 LIMIT 1)" +
                kNewest};
const Sql kBySlug{kKeyOf + "invoice f WHERE f.slug = $1" + kNewest};
const Sql kByOrder{kKeyOf + "invoice f WHERE f.order_number = $1" + kNewest};
const Sql kByGatewayInvoice{kKeyOf + "invoice f WHERE f.gateway_invoice = $1" + kNewest};
const Sql kByPayment{kKeyOf + "invoice f WHERE f.gateway_payment = $1" + kNewest};
const Sql kByUuid{kPerAccount + "f.uuid = $1" + kNewest};
const Sql kByContact{kKeyOf +
                     "contact k CROSS JOIN invoice f WHERE k.fingerprint = $1"
                     " AND f.connection_id = k.connection_id AND f.invoice_id = k.invoice_id"
                     " ORDER BY k.invoice_id DESC LIMIT $2"};

const Sql kRememberContact{
    "INSERT INTO contact (connection_id, fingerprint, invoice_id) VALUES ($1, $2, $3)"
    " ON CONFLICT (fingerprint, invoice_id, connection_id) DO NOTHING"};

const std::string kAccountColumns =
    "SELECT connection_id, coalesce(public_url, ''), system_url, active, frozen, currency,"
    " created_at FROM connection ";
const Sql kAccounts{kAccountColumns + "ORDER BY public_url, connection_id LIMIT $1 OFFSET $2"};
const Sql kAccountsWith{kAccountColumns +
                        "WHERE connection_id = $1 OR lower(public_url) LIKE $2 ESCAPE '!'"
                        " OR lower(system_url) LIKE $2 ESCAPE '!'"
                        " ORDER BY public_url, connection_id LIMIT $3 OFFSET $4"};

// The unary plus keeps SQLite from reading all that waits by number to find the few that are
// parked.
const std::string kFilter =
    " AND ($1 = '' OR connection_id = $1) AND ($2 = '' OR kind = $2)"
    " AND ($3 = '' OR last_error = $3)";
const Sql kParkedRows{"SELECT id FROM outbox WHERE state = 'dead'" + kFilter +
                      " AND +id > $4 ORDER BY +id LIMIT $5"};
const Sql kRows{"SELECT id FROM outbox WHERE id > $4" + kFilter + " ORDER BY id LIMIT $5"};
const Sql kRowsOfState{"SELECT id FROM outbox WHERE id > $4" + kFilter +
                       " AND state = $6 ORDER BY id LIMIT $5"};
const Sql kParked{
    "SELECT kind, last_error, count(*), min(created) FROM outbox WHERE state = 'dead'"
    " GROUP BY kind, last_error ORDER BY count(*) DESC, kind, last_error"};
const Sql kWaiting{
    "SELECT count(*), min(CASE WHEN created > 0 THEN created ELSE due END) FROM outbox"
    " WHERE state = 'ready' AND head IN (0, 1) AND lane = $1"};
const Sql kLeased{"SELECT count(*) FROM outbox WHERE state = 'leased' AND connection_id = $1"};
const Sql kDead{"SELECT count(*) FROM outbox WHERE state = 'dead' AND connection_id = $1"};

const Sql kNewestInvoices{
    "SELECT invoice_id FROM invoice WHERE connection_id = $1 ORDER BY invoice_id DESC LIMIT $2"};
const Sql kJournal{
    "SELECT id, at, kind, summary, detail, request, cause FROM journal"
    " WHERE connection_id = $1 AND invoice_id = $2 ORDER BY id"};

constexpr std::size_t kIdLength = 24;
constexpr std::size_t kSlugLength = 11;
constexpr std::size_t kLongestUuid = 64;

bool all_of(std::string_view text, std::string_view alphabet) {
    return text.find_first_not_of(alphabet) == std::string_view::npos;
}

// Ids that we make ourselves tell by their form that they are none.
bool may_be_id(std::string_view text) {
    return text.size() == kIdLength && all_of(text, "0123456789abcdefghijklmnopqrstuvwxyz");
}

bool may_be_slug(std::string_view text) {
    return text.size() == kSlugLength;
}

// An external id is the payment's own, and `-2`, `-3` … for attempts after the first.
std::string without_attempt(std::string_view text) {
    const auto dash = text.rfind('-');
    if (dash == std::string_view::npos || dash + 1 == text.size() ||
        !all_of(text.substr(dash + 1), "0123456789"))
        return std::string(text);
    return std::string(text.substr(0, dash));
}

struct Hit {
    std::string connection;
    std::string invoice;
    std::int64_t created = 0;
    bool operator<(const Hit& other) const {
        if (created != other.created) return created > other.created;
        return std::tie(invoice, connection) < std::tie(other.invoice, other.connection);
    }
};

std::string pattern_of(std::string_view text) {
    std::string pattern = "%";
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '!') pattern += '!';
        pattern += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
    return pattern + '%';
}

}  // namespace

void Search::remember_contact(const domain::ConnectionId& connection,
                              const domain::InvoiceId& invoice, std::string_view fingerprint) {
    ground_.db.run(kRememberContact, connection, fingerprint, invoice);
}

std::vector<domain::Invoice> Search::invoices(std::string_view text,
                                              const std::vector<std::string>& fingerprints,
                                              int offset, int limit) const {
    std::set<Hit> hits;
    const auto look = [&](const Sql& sql, std::string_view name) {
        ground_.db.each(
            sql,
            [&](const Row& row) {
                hits.insert({row.string(0), row.string(1), row.integer(2)});
            },
            name, offset + limit);
    };
    if (const auto id = without_attempt(text); may_be_id(id)) look(kById, id);
    if (may_be_slug(text)) look(kBySlug, text);
    // What is ours alone needs no look at what others name: nothing else has that form.
    if (hits.empty() && !text.empty()) {
        look(kByOrder, text);
        look(kByGatewayInvoice, text);
        look(kByPayment, text);
    }
    for (const auto& fingerprint : fingerprints) look(kByContact, fingerprint);
    if (hits.empty() && fingerprints.empty() && text.size() <= kLongestUuid && !text.empty())
        look(kByUuid, text);

    const Invoices invoices(ground_);
    std::vector<domain::Invoice> found;
    int place = 0;
    for (const auto& hit : hits) {
        if (place++ < offset) continue;
        if (std::ssize(found) == limit) break;
        found.push_back(
            invoices.find(domain::ConnectionId(hit.connection), domain::InvoiceId(hit.invoice))
                .value());
    }
    return found;
}

std::vector<port::AccountLine> Search::accounts(std::string_view text, int offset,
                                                int limit) const {
    std::vector<port::AccountLine> lines;
    const auto take = [&](const Row& row) {
        Columns next(row);
        port::AccountLine it;
        next.id(it.id);
        it.public_url = next.text();
        it.system_url = next.text();
        it.active = next.flag();
        it.frozen = next.flag();
        it.currency = next.text();
        it.created_at = next.time();
        lines.push_back(std::move(it));
    };
    if (text.empty())
        ground_.db.each(kAccounts, take, limit, offset);
    else
        ground_.db.each(kAccountsWith, take, text, pattern_of(text), limit, offset);
    return lines;
}

std::vector<port::OutboxRow> Search::outbox(const port::OutboxFilter& filter, std::int64_t after,
                                            int limit) const {
    std::vector<std::int64_t> numbers;
    const auto take = [&](const Row& row) { numbers.push_back(row.integer(0)); };
    const auto& [state, connection, kind, reason] = filter;
    if (!state)
        ground_.db.each(kRows, take, connection, kind, reason, after, limit);
    else if (*state == port::EffectState::dead)
        ground_.db.each(kParkedRows, take, connection, kind, reason, after, limit);
    else
        ground_.db.each(kRowsOfState, take, connection, kind, reason, after, limit,
                        *state == port::EffectState::ready ? "ready" : "leased");
    const Outbox outbox(ground_);
    std::vector<port::OutboxRow> rows;
    for (const auto number : numbers) rows.push_back(outbox.find(number).value());
    return rows;
}

std::vector<port::OutboxGroup> Search::parked() const {
    std::vector<port::OutboxGroup> groups;
    ground_.db.each(kParked, [&](const Row& row) {
        groups.push_back({row.string(0), row.string(1), row.integer(2), row.time(3)});
    });
    return groups;
}

port::OutboxStats Search::outbox_of(const domain::ConnectionId& connection,
                                    const std::vector<std::string>& lanes) const {
    port::OutboxStats stats;
    for (const auto& lane : lanes) {
        ground_.db.each(
            kWaiting,
            [&](const Row& row) {
                stats.ready += row.integer(0);
                const auto oldest = row.time(1);
                if (oldest && (!stats.oldest || oldest < stats.oldest)) stats.oldest = oldest;
            },
            lane);
    }
    stats.leased = ground_.db.number(kLeased, connection);
    stats.dead = ground_.db.number(kDead, connection);
    return stats;
}

void Search::recent_journal(const domain::ConnectionId& connection, int most,
                            const std::function<void(const port::JournalLine&)>& look) const {
    std::vector<std::string> invoices;
    ground_.db.each(
        kNewestInvoices, [&](const Row& row) { invoices.push_back(row.string(0)); }, connection,
        most);
    for (const auto& invoice : invoices) {
        ground_.db.each(
            kJournal,
            [&](const Row& row) {
                Columns next(row);
                port::JournalLine line;
                line.connection = connection;
                line.invoice = domain::InvoiceId(invoice);
                line.id = next.integer();
                line.at = next.time();
                line.kind = next.text();
                line.summary = next.text();
                line.detail = next.text();
                next.id(line.request);
                line.cause = next.integer();
                look(line);
            },
            connection, invoice);
    }
}

}  // namespace tillbridge::store
