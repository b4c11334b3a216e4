// `invoice show`: the whole story of one payment, in the order in which it happened.
#include <nlohmann/json.hpp>

#include "module/app/commands.hpp"
#include "module/port/json.hpp"

namespace tillbridge::app {
namespace {

using domain::to_decimal;
using nlohmann::json;

json when(domain::UtcTime at) {
    return at ? json(iso_time(at)) : json();
}

json operation_json(const domain::Operation& op, const domain::Currency& currency) {
    return {{"id", op.id.value},
            {"kind", domain::to_word(op.kind)},
            {"origin", domain::to_word(op.origin)},
            {"state", domain::to_word(op.state)},
            {"amount", domain::to_decimal({op.amount, currency})},
            {"reason", op.reason},
            {"tries", op.tries},
            {"created", when(op.created_at)},
            {"ended", when(op.ended_at)}};
}

json invoice_json(const domain::Invoice& invoice) {
    const auto& currency = invoice.amount.currency;
    json operations = json::array();
    for (const auto& op : invoice.operations) operations.push_back(operation_json(op, currency));
    return {{"paymentId", invoice.id.value},
            {"invoiceUuid", invoice.uuid.value},
            {"connection", invoice.connection.value},
            {"merchant", invoice.merchant.value},
            {"gateway", invoice.gateway.value},
            {"slug", invoice.slug.value},
            {"order", invoice.order_number},
            {"state", domain::to_word(invoice.state)},
            {"amount", to_decimal(invoice.amount)},
            {"currency", currency.code()},
            {"authorized", domain::to_decimal({invoice.authorized, currency})},
            {"captured", domain::to_decimal({invoice.captured, currency})},
            {"refunded", domain::to_decimal({invoice.refunded, currency})},
            {"reason", invoice.reason},
            {"reasonDetail", invoice.reason_detail},
            {"gatewayInvoice", invoice.gateway_invoice.value},
            {"gatewayPayment", invoice.gateway_payment.value},
            {"created", when(invoice.created_at)},
            {"updated", when(invoice.updated_at)},
            {"linkExpires", when(invoice.link_expires_at)},
            {"holdEnds", when(invoice.hold_ends_at)},
            {"paid", when(invoice.paid_at)},
            {"operations", operations}};
}

json journal_json(const std::vector<port::JournalLine>& lines) {
    json rows = json::array();
    for (const auto& line : lines) {
        const auto detail = json::parse(line.detail, nullptr, false);
        rows.push_back({{"id", line.id},
                        {"at", iso_time(line.at)},
                        {"kind", line.kind},
                        {"summary", line.summary},
                        {"detail", detail.is_discarded() ? json(line.detail) : detail},
                        {"requestId", line.request.value},
                        {"cause", line.cause}});
    }
    return rows;
}

json waiting_json(const port::Tx& tx, const domain::Invoice& invoice) {
    json rows = json::array();
    for (const auto& row : tx.outbox().of_subject(invoice.connection, invoice.id.value)) {
        json tries = json::array();
        for (const auto& each : tx.outbox().tries(row.id))
            tries.push_back({{"number", each.number},
                             {"at", iso_time(each.at)},
                             {"took_us", each.took.count()},
                             {"status", each.http_status},
                             {"outcome", each.outcome},
                             {"detail", each.detail}});
        rows.push_back({{"id", row.id},
                        {"kind", row.kind},
                        {"parked", row.state == port::EffectState::dead},
                        {"due", iso_time(row.due)},
                        {"error", row.last_error},
                        {"tries", tries}});
    }
    return rows;
}

}  // namespace

json invoice_command(Program& program, const json& args) {
    const auto id = port::text_at(args, "id");
    return port::look_up(program.store(), [&](const port::Tx& tx) {
        const auto found = tx.invoices().search(id, 2);
        if (found.empty()) return refused("payment.unknown", "no payment has this id: " + id);
        if (found.size() > 1)
            return refused("payment.ambiguous",
                           "several payments match, give the paymentId: " + id);
        const auto& invoice = found.front();
        json problems = json::array();
        for (const auto& row : tx.problems().list(invoice.connection))
            if (row.subject == invoice.id.value)
                problems.push_back({{"key", row.key}, {"detail", row.detail}});
        return done({{"invoice", invoice_json(invoice)},
                     {"journal", journal_json(tx.journal().list(invoice.connection, invoice.id))},
                     {"waiting", waiting_json(tx, invoice)},
                     {"problems", problems}});
    });
}

}  // namespace tillbridge::app
