#include "module/store/reading.hpp"
#include "module/store/tx.hpp"

namespace tillbridge::store {
namespace {

const Sql kAdd{
    "INSERT INTO inbox (connection_id, merchant_id, digest, invoice_id, word, summary, at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7)"
    " ON CONFLICT (invoice_id, digest, connection_id, merchant_id) DO NOTHING"};
const Sql kList{
    "SELECT connection_id, merchant_id, invoice_id, digest, word, summary, at FROM inbox"
    " WHERE connection_id = $1 AND invoice_id = $2 ORDER BY at, digest"};

}  // namespace

bool Inbox::add(const port::InboxEvent& event) {
    return ground_.db.run(kAdd, event.connection, event.merchant, event.digest, event.invoice,
                          event.word, event.summary, event.at) == 1;
}

std::vector<port::InboxEvent> Inbox::list(const domain::ConnectionId& connection,
                                          const domain::InvoiceId& invoice) const {
    std::vector<port::InboxEvent> events;
    ground_.db.each(
        kList,
        [&](const Row& row) {
            Columns next(row);
            port::InboxEvent event;
            next.id(event.connection);
            next.id(event.merchant);
            next.id(event.invoice);
            event.digest = next.text();
            event.word = next.text();
            event.summary = next.text();
            event.at = next.time();
            events.push_back(std::move(event));
        },
        connection, invoice);
    return events;
}

}  // namespace tillbridge::store
