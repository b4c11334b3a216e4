#include "module/store/reading.hpp"
#include "module/store/tx.hpp"

namespace tillbridge::store {
namespace {

const std::string kThis = " WHERE connection_id = $1 AND key = $2 AND subject = $3";
const std::string kSelect =
    "SELECT connection_id, key, subject, detail, since, last, times, announced FROM problem";

// The first sight of it stays; a notice once sent stays sent.
const Sql kSeenAgain{
    "UPDATE problem SET detail = $4, last = $5, times = times + $6,"
    " announced = CASE WHEN announced <> 0 THEN announced ELSE $7 END" +
    kThis};
const Sql kInsert{
    "INSERT INTO problem (connection_id, key, subject, detail, since, last, times, announced)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"};
const Sql kClear{"DELETE FROM problem" + kThis};
const Sql kFind{kSelect + kThis};
const Sql kList{kSelect + " WHERE connection_id = $1 ORDER BY since, key, subject"};
const Sql kAll{kSelect + " ORDER BY since, connection_id, key, subject LIMIT $1"};

port::ProblemRow read(const Row& row) {
    Columns next(row);
    port::ProblemRow it;
    next.id(it.connection);
    it.key = next.text();
    it.subject = next.text();
    it.detail = next.text();
    it.since = next.time();
    it.last = next.time();
    it.times = next.integer();
    it.announced = next.flag();
    return it;
}

}  // namespace

bool Problems::raise(const port::ProblemRow& it) {
    if (ground_.db.run(kSeenAgain, it.connection, it.key, it.subject, it.detail, it.last, it.times,
                       it.announced) != 0) {
        return false;
    }
    ground_.db.run(kInsert, it.connection, it.key, it.subject, it.detail, it.since, it.last,
                   it.times, it.announced);
    return true;
}

bool Problems::clear(const domain::ConnectionId& connection, std::string_view key,
                     std::string_view subject) {
    return ground_.db.run(kClear, connection, key, subject) != 0;
}

std::optional<port::ProblemRow> Problems::find(const domain::ConnectionId& connection,
                                               std::string_view key,
                                               std::string_view subject) const {
    return ground_.db.first(kFind, read, connection, key, subject);
}

std::vector<port::ProblemRow> Problems::list(const domain::ConnectionId& connection) const {
    std::vector<port::ProblemRow> rows;
    ground_.db.each(
        kList, [&](const Row& row) { rows.push_back(read(row)); }, connection);
    return rows;
}

std::vector<port::ProblemRow> Problems::all(int limit) const {
    std::vector<port::ProblemRow> rows;
    ground_.db.each(
        kAll, [&](const Row& row) { rows.push_back(read(row)); }, limit);
    return rows;
}

}  // namespace tillbridge::store
