// The queue of effects. `head` marks the row of an order key that may go; it is settled anew by
// every change that can pass it on, so that claiming looks at nothing that has to wait.
#include <set>

#include "module/store/reading.hpp"
#include "module/store/sql_text.hpp"
#include "module/store/tx.hpp"

namespace tillbridge::store {
namespace {

const Names kNames = {"connection_id", "lane",       "order_key", "kind",    "subject",
                      "payload",       "same_as",    "due",       "created", "tries",
                      "state",         "last_error", "cause",     "request"};
const std::string kSelect = "SELECT id, " + columns(kNames) + " FROM outbox ";
const std::string kTouched = " RETURNING lane, order_key";
const std::string kWaiting = "order_key IS NOT NULL AND state <> 'dead'";

const Sql kAdd{"INSERT INTO outbox (" + columns(kNames) + ", head) VALUES (" +
               parameters(kNames.size()) +
               ", CASE WHEN EXISTS (SELECT 1 FROM outbox WHERE order_key = $3 AND " + kWaiting +
               ") THEN 0 ELSE 1 END)"};
// Rows of one word have one subject, whose index serves: an index for words would cost every hook a
// page. What backs off keeps its moment: nobody else's question makes the peer answer sooner.
const Sql kSameWaits{
    "UPDATE outbox SET due = CASE WHEN due > $3 AND tries = 0 THEN $3 ELSE due END WHERE id ="
    " (SELECT min(id) FROM outbox WHERE connection_id = $1 AND subject = $4"
    " AND same_as = $2 AND state = 'ready')"};

// Steps from lane to lane through the index instead of reading all that waits.
const Sql kLanes{
    "WITH RECURSIVE step (name) AS ("
    " SELECT min(lane) FROM outbox WHERE state = 'ready' AND head = 1"
    " UNION ALL SELECT (SELECT min(lane) FROM outbox"
    " WHERE state = 'ready' AND head = 1 AND lane > step.name) FROM step"
    " WHERE step.name IS NOT NULL)"
    " SELECT name, (SELECT min(due) FROM outbox"
    " WHERE state = 'ready' AND head = 1 AND lane = step.name) FROM step WHERE name IS NOT NULL"};
const Sql kDue{kSelect +
               "WHERE lane = $1 AND state = 'ready' AND head = 1 AND due <= $2"
               " ORDER BY due, id LIMIT $3"};
const Sql kNextDue{"SELECT min(due) FROM outbox WHERE lane = $1 AND state = 'ready' AND head = 1"};
const Sql kLease{"UPDATE outbox SET state = 'leased' WHERE id = $1"};

const Sql kFinish{"DELETE FROM outbox WHERE id = $1" + kTouched};
const Sql kRetry{
    "UPDATE outbox SET state = 'ready', due = $2, last_error = $3, tries = tries + 1"
    " WHERE id = $1 AND state <> 'dead'" +
    kTouched};
const Sql kRelease{
    "UPDATE outbox SET state = 'ready', due = $2 WHERE id = $1 AND state = 'leased'" + kTouched};
const Sql kPostpone{
    "UPDATE outbox SET state = 'ready', due = $2, created = $3, tries = 0"
    " WHERE id = $1 AND state = 'leased'" +
    kTouched};
const Sql kPark{
    "UPDATE outbox SET state = 'dead', head = 0, last_error = $2, tries = tries + 1"
    " WHERE id = $1" +
    kTouched};
const std::string kReviveRow =
    "UPDATE outbox SET state = 'ready', head = CASE WHEN order_key IS NULL"
    " THEN 1 ELSE 0 END, tries = 0, ";
const Sql kRevive{kReviveRow + "due = $2, created = $2 WHERE id = $1 AND state = 'dead'" +
                  kTouched};
const Sql kReviveAll{
    kReviveRow +
    "due = $3, created = $3 WHERE connection_id = $1 AND kind = $2 AND state = 'dead'" + kTouched};
const Sql kHurry{
    "UPDATE outbox SET due = $2 WHERE head IN (0, 1) AND lane = $1 AND state = 'ready'"
    " AND tries > 0 AND due > $2" +
    kTouched};
const Sql kReleaseAll{"UPDATE outbox SET state = 'ready', due = $1 WHERE state = 'leased'" +
                      kTouched};
const Sql kHurryKind{"UPDATE outbox SET due = $2 WHERE kind = $1 AND state = 'ready' AND due > $2" +
                     kTouched};
const std::string kStaleRows =
    "order_key = $1 AND order_key IS NOT NULL AND kind = $2 AND state = 'ready'";
const Sql kStale{kSelect + "WHERE " + kStaleRows + " AND state <> 'dead' ORDER BY id"};
const Sql kDropStale{"DELETE FROM outbox WHERE id = $1"};

// Who may go: what is under way, else the earliest that waits.
const std::string kHeadOf = "(SELECT id FROM outbox WHERE order_key = $1 AND " + kWaiting +
                            " ORDER BY CASE state WHEN 'leased' THEN 0 ELSE 1 END, id LIMIT 1)";
const Sql kUnhead{"UPDATE outbox SET head = 0 WHERE order_key = $1 AND " + kWaiting +
                  " AND head = 1 AND id <> " + kHeadOf};
const Sql kHead{"UPDATE outbox SET head = 1 WHERE id = " + kHeadOf +
                " AND head = 0 RETURNING lane"};

const Sql kFind{kSelect + "WHERE id = $1"};
const Sql kList{kSelect + "ORDER BY id LIMIT $1"};
const Sql kListState{kSelect + "WHERE state = $1 ORDER BY id LIMIT $2"};
const Sql kOfSubject{kSelect + "WHERE connection_id = $1 AND subject = $2 ORDER BY id"};
const Sql kOfKind{kSelect + "WHERE id > $2 AND kind = $1 ORDER BY id LIMIT $3"};
const Sql kPutPayload{"UPDATE outbox SET payload = $2 WHERE id = $1"};
const Sql kAddTry{
    "INSERT INTO outbox_try (connection_id, outbox_id, number, at, took, http_status, outcome,"
    " detail) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"};
const Sql kTries{
    "SELECT outbox_id, connection_id, number, at, took, http_status, outcome, detail"
    " FROM outbox_try WHERE outbox_id = $1 ORDER BY id"};
const Sql kStats{
    "SELECT state, count(*), min(CASE WHEN created > 0 THEN created ELSE due END) FROM outbox"
    " GROUP BY state"};

std::string_view to_word(port::EffectState state) {
    switch (state) {
        case port::EffectState::ready:
            return "ready";
        case port::EffectState::leased:
            return "leased";
        case port::EffectState::dead:
            return "dead";
    }
    throw StoreError("an effect without a state");
}

std::optional<port::EffectState> effect_state(std::string_view word) {
    if (word == "ready") return port::EffectState::ready;
    if (word == "leased") return port::EffectState::leased;
    if (word == "dead") return port::EffectState::dead;
    return std::nullopt;
}

port::OutboxRow read(const Row& row) {
    Columns next(row);
    port::OutboxRow it;
    it.id = next.integer();
    next.id(it.connection);
    it.lane = next.text();
    it.order_key = next.text();
    it.kind = next.text();
    it.subject = next.text();
    it.payload = next.text();
    it.coalesce = next.text();
    it.due = next.time();
    it.created = next.time();
    it.tries = next.small();
    it.state = next.word(effect_state);
    it.last_error = next.text();
    it.cause = next.integer();
    next.id(it.request);
    return it;
}

}  // namespace

std::int64_t Outbox::add(const port::OutboxRow& it) {
    if (!it.coalesce.empty() &&
        ground_.db.run(kSameWaits, it.connection, it.coalesce, it.due, it.subject) != 0) {
        ground_.lanes.push_back(it.lane);
        return 0;
    }
    const auto id =
        ground_.db.insert(kAdd, it.connection, it.lane, or_null(it.order_key), it.kind, it.subject,
                          it.payload, or_null(it.coalesce), it.due, it.created, it.tries,
                          to_word(it.state), it.last_error, it.cause, it.request);
    ground_.lanes.push_back(it.lane);
    return id;
}

std::vector<port::Outbox::Lane> Outbox::lanes() const {
    std::vector<Lane> lanes;
    ground_.db.each(kLanes, [&](const Row& row) { lanes.push_back({row.string(0), row.time(1)}); });
    return lanes;
}

std::vector<port::OutboxRow> Outbox::claim(const std::string& lane, domain::UtcTime now,
                                           int limit) {
    auto due = rows(kDue, lane, now, limit);
    for (auto& row : due) {
        ground_.db.run(kLease, row.id);
        row.state = port::EffectState::leased;
    }
    return due;
}

std::optional<domain::UtcTime> Outbox::next_due(const std::string& lane) const {
    return ground_.db
        .first(
            kNextDue,
            [](const Row& row) { return row.null(0) ? std::nullopt : std::optional(row.time(0)); },
            lane)
        .value_or(std::nullopt);
}

template <class... Args>
std::int64_t Outbox::change(bool gives_work, const Sql& sql, const Args&... args) {
    std::set<std::string> order_keys;
    std::set<std::string> lanes;
    std::int64_t count = 0;
    ground_.db.each(
        sql,
        [&](const Row& row) {
            ++count;
            lanes.insert(row.string(0));
            if (!row.null(1)) order_keys.insert(row.string(1));
        },
        args...);
    for (const auto& key : order_keys) settle_head(key);
    if (gives_work) ground_.lanes.insert(ground_.lanes.end(), lanes.begin(), lanes.end());
    return count;
}

void Outbox::settle_head(std::string_view order_key) {
    ground_.db.run(kUnhead, order_key);
    ground_.db.each(
        kHead, [&](const Row& row) { ground_.lanes.push_back(row.string(0)); }, order_key);
}

void Outbox::finish(std::int64_t id) {
    change(false, kFinish, id);
}

void Outbox::retry(std::int64_t id, domain::UtcTime due, std::string_view error) {
    change(false, kRetry, id, due, error);
}

void Outbox::release(std::int64_t id, domain::UtcTime due) {
    change(false, kRelease, id, due);
}

void Outbox::postpone(std::int64_t id, domain::UtcTime due, domain::UtcTime now) {
    change(false, kPostpone, id, due, now);
}

void Outbox::park(std::int64_t id, std::string_view error) {
    change(false, kPark, id, error);
}

void Outbox::revive(std::int64_t id, domain::UtcTime due) {
    change(true, kRevive, id, due);
}

std::int64_t Outbox::revive_all(const domain::ConnectionId& connection, std::string_view kind,
                                domain::UtcTime due) {
    return change(true, kReviveAll, connection, kind, due);
}

void Outbox::hurry(const std::string& lane, domain::UtcTime due) {
    // No row changes its turn, so heads stay as they are.
    bool any = false;
    ground_.db.each(
        kHurry, [&](const Row&) { any = true; }, lane, due);
    if (any) ground_.lanes.push_back(lane);
}

std::int64_t Outbox::release_all(domain::UtcTime due) {
    return change(true, kReleaseAll, due);
}

void Outbox::hurry_kind(std::string_view kind, domain::UtcTime due) {
    change(true, kHurryKind, kind, due);
}

std::vector<port::OutboxRow> Outbox::drop_stale(const std::string& order_key,
                                                std::string_view kind) {
    auto dropped = rows(kStale, order_key, kind);
    for (const auto& row : dropped) ground_.db.run(kDropStale, row.id);
    if (!dropped.empty()) settle_head(order_key);
    return dropped;
}

template <class... Args>
std::vector<port::OutboxRow> Outbox::rows(const Sql& sql, const Args&... args) const {
    std::vector<port::OutboxRow> all;
    ground_.db.each(
        sql, [&](const Row& row) { all.push_back(read(row)); }, args...);
    return all;
}

std::optional<port::OutboxRow> Outbox::find(std::int64_t id) const {
    return ground_.db.first(kFind, read, id);
}

std::vector<port::OutboxRow> Outbox::list(std::optional<port::EffectState> state, int limit) const {
    return state ? rows(kListState, to_word(*state), limit) : rows(kList, limit);
}

std::vector<port::OutboxRow> Outbox::of_subject(const domain::ConnectionId& connection,
                                                std::string_view subject) const {
    return rows(kOfSubject, connection, subject);
}

std::vector<port::OutboxRow> Outbox::of_kind(std::string_view kind, std::int64_t after,
                                             int limit) const {
    return rows(kOfKind, kind, after, limit);
}

void Outbox::put_payload(std::int64_t id, std::string_view payload) {
    ground_.db.run(kPutPayload, id, payload);
}

void Outbox::add_try(const port::OutboxTry& it) {
    ground_.db.run(kAddTry, it.connection, it.row, it.number, it.at, it.took.count(),
                   it.http_status, it.outcome, it.detail);
}

std::vector<port::OutboxTry> Outbox::tries(std::int64_t id) const {
    std::vector<port::OutboxTry> tries;
    ground_.db.each(
        kTries,
        [&](const Row& row) {
            Columns next(row);
            port::OutboxTry it;
            it.row = next.integer();
            next.id(it.connection);
            it.number = next.small();
            it.at = next.time();
            it.took = domain::Span{next.integer()};
            it.http_status = next.small();
            it.outcome = next.text();
            it.detail = next.text();
            tries.push_back(std::move(it));
        },
        id);
    return tries;
}

port::OutboxStats Outbox::stats() const {
    port::OutboxStats stats;
    ground_.db.each(kStats, [&](const Row& row) {
        const auto state = effect_state(row.text(0));
        const auto count = row.integer(1);
        if (state == port::EffectState::dead) {
            stats.dead = count;
        } else if (state == port::EffectState::leased) {
            stats.leased = count;
        } else {
            stats.ready = count;
            stats.oldest = row.time(2);
        }
    });
    return stats;
}

}  // namespace tillbridge::store
