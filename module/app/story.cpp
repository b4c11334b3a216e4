// `invoice show`: the whole story of one payment, in the order in which it happened.
#include <nlohmann/json.hpp>

#include "module/app/commands.hpp"
#include "module/port/json.hpp"
#include "module/service/support_views.hpp"

namespace tillbridge::app {
namespace {

using nlohmann::json;
namespace view = service::view;

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
        json journal = json::array();
        for (const auto& line : tx.journal().list(invoice.connection, invoice.id))
            journal.push_back(view::line(line));
        return done({{"invoice", view::invoice(invoice)},
                     {"journal", journal},
                     {"waiting", waiting_json(tx, invoice)},
                     {"problems", problems}});
    });
}

}  // namespace tillbridge::app
