// Telling the CRM of a payment that it did not ask for: a subscription's renewal. Until then it
// has no name for the invoice, so nothing else of it goes out before (the order key is the same).
#include <nlohmann/json.hpp>

#include "module/port/crash_point.hpp"
#include "module/port/json.hpp"
#include "module/service/effects.hpp"
#include "module/service/problems.hpp"

namespace tillbridge::service {
namespace {

using port::Delivery;
using port::HostResult;

struct Renewal {
    std::optional<domain::Connection> connection;
    std::optional<domain::Invoice> invoice;
    std::optional<domain::Invoice> first;
    domain::SubscriptionId subscription;
};

Renewal load_renewal(const port::Store& store, const port::OutboxRow& row) {
    return port::look_up(store, [&](const port::Tx& tx) {
        const domain::InvoiceId id{row.subject};
        Renewal it{
            tx.connections().find(row.connection), tx.invoices().find(row.connection, id), {}, {}};
        if (const auto of = tx.subscriptions().by_invoice(row.connection, id)) {
            it.subscription = of->id;
            it.first = tx.invoices().find(row.connection, of->invoice);
        }
        return it;
    });
}

std::string told(const port::HostReply<port::Imported>& reply, const port::OutboxRow& row) {
    return port::to_text({{"try", row.tries + 1},
                          {"status", reply.answer.exchange.http_status},
                          {"took_us", reply.answer.exchange.took.count()},
                          {"outcome", reply.answer.exchange.outcome},
                          {"detail", reply.answer.exchange.detail},
                          {"order", reply.value.order},
                          {"payment", reply.value.payment}});
}

void write_lines(port::Tx& tx, const port::OutboxRow& row, const Renewal& loaded,
                 const std::string& detail, domain::UtcTime at) {
    port::JournalLine line;
    line.connection = row.connection;
    line.invoice = domain::InvoiceId{row.subject};
    line.at = at;
    line.kind = row.kind;
    line.summary = "succeeded";
    line.detail = detail;
    line.request = row.request;
    line.cause = row.cause;
    tx.journal().add(line);
    if (loaded.subscription.empty()) return;
    port::SubscriptionLine story;
    story.connection = row.connection;
    story.subscription = loaded.subscription;
    story.at = at;
    story.kind = row.kind;
    story.summary = row.subject;
    story.detail = detail;
    story.request = row.request;
    tx.subscriptions().add_line(story);
}

// The CRM's names for it, so that whatever becomes of it later finds it there.
void take_names(port::Tx& tx, const port::OutboxRow& row, const port::Imported& names) {
    const domain::InvoiceId id{row.subject};
    auto invoice = tx.invoices().find(row.connection, id).value();
    if (invoice.uuid.empty() && !names.uuid.empty() &&
        !tx.invoices().by_uuid(row.connection, names.uuid)) {
        invoice.uuid = names.uuid;
        tx.invoices().save(invoice);
    }
    if (names.order != 0) tx.invoices().link_order(row.connection, names.order, id, names.payment);
    clear_problem(tx, row.connection, "subscription.not_in_crm", row.subject);
}

}  // namespace

Delivery ImportHandler::deliver(const port::OutboxRow& row) {
    const auto loaded = load_renewal(context_.store, row);
    if (!loaded.connection || !loaded.invoice || !loaded.first) {
        Delivery delivery;
        delivery.outcome = port::Outcome::parked;
        delivery.code = "payment.unknown";
        return delivery;
    }
    if (!loaded.invoice->uuid.empty() || loaded.first->uuid.empty()) return {};
    port::crash_point("import.before_send");
    const auto reply =
        context_.host.import_paid(*loaded.connection, *loaded.invoice, loaded.first->uuid);
    port::crash_point("import.after_answer");
    auto delivery = delivery_of(reply.answer);
    const auto at = context_.clock.now();
    delivery.record = [row, loaded, reply, at](port::Tx& tx) {
        write_lines(tx, row, loaded, told(reply, row), at);
        judge_host(tx, at, row.connection, reply.answer, row.tries);
        if (reply.answer.result == HostResult::ok) take_names(tx, row, reply.value);
    };
    return delivery;
}

void ImportHandler::parked(port::Tx& tx, const port::OutboxRow& row, const std::string& code) {
    raise_problem(tx, context_.clock.now(), row.connection, "subscription.not_in_crm", row.subject,
                  code);
}

}  // namespace tillbridge::service
