#include "module/store/reading.hpp"
#include "module/store/tx.hpp"

namespace tillbridge::store {
namespace {

const Sql kAdd{
    "INSERT INTO journal (connection_id, invoice_id, at, kind, summary, detail, request, cause)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"};
const Sql kList{
    "SELECT id, connection_id, invoice_id, at, kind, summary, detail, request, cause FROM journal"
    " WHERE connection_id = $1 AND invoice_id = $2 ORDER BY id"};

}  // namespace

std::int64_t Journal::add(const port::JournalLine& line) {
    return ground_.db.insert(kAdd, line.connection, line.invoice, line.at, line.kind, line.summary,
                             line.detail, line.request, line.cause);
}

std::vector<port::JournalLine> Journal::list(const domain::ConnectionId& connection,
                                             const domain::InvoiceId& invoice) const {
    std::vector<port::JournalLine> lines;
    ground_.db.each(
        kList,
        [&](const Row& row) {
            Columns next(row);
            port::JournalLine line;
            line.id = next.integer();
            next.id(line.connection);
            next.id(line.invoice);
            line.at = next.time();
            line.kind = next.text();
            line.summary = next.text();
            line.detail = next.text();
            next.id(line.request);
            line.cause = next.integer();
            lines.push_back(std::move(line));
        },
        connection, invoice);
    return lines;
}

}  // namespace tillbridge::store
