// The audit log. Each row's hash is a keyed digest of the row and of the hash before it, so that a
// row that was changed, left out or put between is noticed also where the triggers were not there.
// The number and hash of the last row stand in `meta`: a tail that was cut off is missed.
#include <limits>
#include <nlohmann/json.hpp>

#include "module/store/reading.hpp"
#include "module/store/sql_text.hpp"
#include "module/store/tx.hpp"

namespace tillbridge::store {
namespace {

const Names kNames = {"id",      "at",     "actor",   "role", "address", "act", "connection_id",
                      "subject", "detail", "request", "hash"};
const std::string kSelect = "SELECT " + columns(kNames) + " FROM audit ";

const Sql kAdd{"INSERT INTO audit (" + columns(kNames) + ") VALUES (" + parameters(kNames.size()) +
               ")"};
const Sql kLast{kSelect + "ORDER BY id DESC LIMIT 1"};
const Sql kList{kSelect + "WHERE id < $1 ORDER BY id DESC LIMIT $2"};
const Sql kAll{kSelect + "ORDER BY id"};
const Sql kHead{"SELECT value FROM meta WHERE name = 'audit_head'"};
const Sql kKeepHead{
    "INSERT INTO meta (name, value) VALUES ('audit_head', $1)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value"};

port::AuditRow read(const Row& row) {
    Columns next(row);
    port::AuditRow it;
    it.id = next.integer();
    it.at = next.time();
    it.actor = next.text();
    it.role = next.text();
    it.address = next.text();
    it.act = next.text();
    next.id(it.connection);
    it.subject = next.text();
    it.detail = next.text();
    next.id(it.request);
    it.hash = next.text();
    return it;
}

std::string head_of(const port::AuditRow& last) {
    return std::to_string(last.id) + ' ' + last.hash;
}

}  // namespace

std::string Audit::chained(const port::AuditRow& it, std::string_view previous) const {
    const nlohmann::json fields = {
        it.id,   it.at.micros,        it.actor,   it.role,   it.address,
        it.act,  it.connection.value, it.subject, it.detail, it.request.value,
        previous};
    return ground_.sealing.fingerprint(
        "audit:" + fields.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace));
}

port::AuditRow Audit::add(const port::AuditRow& given) {
    const auto last = ground_.db.first(kLast, read).value_or(port::AuditRow{});
    auto it = given;
    it.id = last.id + 1;
    it.hash = chained(it, last.hash);
    ground_.db.run(kAdd, it.id, it.at, it.actor, it.role, it.address, it.act, it.connection,
                   it.subject, it.detail, it.request, it.hash);
    const auto head = head_of(it);
    ground_.db.run(kKeepHead, Blob{head});
    return it;
}

std::vector<port::AuditRow> Audit::list(std::int64_t before, int limit) const {
    std::vector<port::AuditRow> rows;
    ground_.db.each(
        kList, [&](const Row& row) { rows.push_back(read(row)); },
        before > 0 ? before : std::numeric_limits<std::int64_t>::max(), limit);
    return rows;
}

port::AuditCheck Audit::verify() const {
    port::AuditCheck check;
    port::AuditRow last;
    ground_.db.each(kAll, [&](const Row& row) {
        if (check.wrong != 0) return;
        auto it = read(row);
        if (it.id != last.id + 1) {
            check.wrong = last.id + 1;
            check.why = "it is missing";
        } else if (it.hash != chained(it, last.hash)) {
            check.wrong = it.id;
            check.why = "it is not as it was written";
        }
        ++check.rows;
        last = std::move(it);
    });
    check.last_hash = last.hash;
    const auto head =
        ground_.db.first(kHead, [](const Row& row) { return std::string(row.blob(0)); })
            .value_or("0 ");
    if (check.wrong == 0 && head != head_of(last)) {
        check.wrong = last.id + 1;
        check.why = "it is missing at the end";
    }
    return check;
}

}  // namespace tillbridge::store
