#include "module/app/commands.hpp"

#include <functional>
#include <map>

#include "module/port/json.hpp"

namespace tillbridge::app {
namespace {

using nlohmann::json;

std::string text(const json& args, const char* name) {
    return port::text_at(args, name);
}

json row_json(const port::OutboxRow& row) {
    const char* states[] = {"ready", "leased", "dead"};
    return {{"id", row.id},
            {"connection", row.connection.value},
            {"kind", row.kind},
            {"subject", row.subject},
            {"state", states[static_cast<int>(row.state)]},
            {"tries", row.tries},
            {"created", iso_time(row.created)},
            {"due", iso_time(row.due)},
            {"error", row.last_error}};
}

std::optional<port::EffectState> state_of(const std::string& word) {
    if (word == "ready") return port::EffectState::ready;
    if (word == "leased") return port::EffectState::leased;
    if (word == "dead") return port::EffectState::dead;
    return std::nullopt;
}

void replay(port::Tx& tx, const port::OutboxRow& row, domain::UtcTime now) {
    tx.outbox().revive(row.id, now);
    tx.problems().clear(row.connection, "outbox.dead", row.subject);
}

// Empty filters take everything.
std::int64_t replay_all(port::Tx& tx, const std::string& connection, const std::string& kind,
                        domain::UtcTime now) {
    constexpr int kMost = 100'000;
    std::int64_t count = 0;
    for (const auto& row : tx.outbox().list(port::EffectState::dead, kMost)) {
        if (!connection.empty() && row.connection.value != connection) continue;
        if (!kind.empty() && row.kind != kind) continue;
        replay(tx, row, now);
        ++count;
    }
    return count;
}

}  // namespace

json done(json result) {
    return {{"exit", 0}, {"result", std::move(result)}};
}

json refused(const std::string& code, const std::string& message) {
    return {{"exit", 1}, {"error", {{"code", code}, {"message", message}}}};
}

json execute(Program& program, const json& request) {
    static const std::map<std::string, std::function<json(Program&, const json&)>> commands{
        {"connect", connect_command},         {"doctor", doctor_command},
        {"invoice.show", invoice_command},    {"reconcile", reconcile_command},
        {"outbox.list", outbox_list_command}, {"outbox.replay", outbox_replay_command},
        {"keys.rotate", keys_rotate_command}, {"support.find", support_find_command},
    };
    const auto name = text(request, "command");
    const auto found = commands.find(name);
    if (found == commands.end()) return refused("command.unknown", name);
    try {
        const auto* args = port::member(request, "args");
        return found->second(program, args != nullptr ? *args : json::object());
    } catch (const std::exception& failure) {
        return {{"exit", 3}, {"error", {{"code", "internal"}, {"message", failure.what()}}}};
    }
}

json connect_command(Program& program, const json& args) {
    const auto connected =
        program.connections().connect(domain::Secret(text(args, "key")), text(args, "crm"));
    if (!connected) {
        auto params = connected.error().params;
        params.emplace("reason", connected.error().message);
        return refused(connected.error().code,
                       program.texts().text("en", connected.error().code, params));
    }
    return done({{"connectionId", connected->connection.id.value},
                 {"crmUrl", connected->connection.public_url},
                 {"accountUrl", connected->account_url},
                 {"created", connected->created}});
}

json reconcile_command(Program& program, const json& args) {
    const auto id = text(args, "invoice");
    if (id.empty()) return done({{"asked", program.reconciler().round()}});
    const auto found = port::look_up(
        program.store(), [&](const port::Tx& tx) { return tx.invoices().search(id, 2); });
    if (found.size() != 1) return refused("payment.unknown", "no single payment matches " + id);
    const auto answer =
        program.inquiries().ask(found[0].connection, found[0].id, "operator", domain::RequestId{});
    if (!answer) return refused(answer.error().code, answer.error().message);
    return done({{"paymentId", found[0].id.value},
                 {"before", domain::to_word(found[0].state)},
                 {"after", domain::to_word(answer->invoice.state)}});
}

json outbox_list_command(Program& program, const json& args) {
    return port::look_up(program.store(), [&](const port::Tx& tx) {
        json rows = json::array();
        for (const auto& row : tx.outbox().list(state_of(text(args, "state")), 1000))
            rows.push_back(row_json(row));
        const auto stats = tx.outbox().stats();
        return done({{"ready", stats.ready},
                     {"leased", stats.leased},
                     {"dead", stats.dead},
                     {"oldest", stats.oldest ? json(iso_time(stats.oldest)) : json()},
                     {"rows", rows}});
    });
}

json outbox_replay_command(Program& program, const json& args) {
    const auto now = program.clock().now();
    const auto id = port::integer_at(args, "id").value_or(0);
    const auto replayed = port::commit(program.store(), [&](port::Tx& tx) -> std::int64_t {
        if (id == 0) return replay_all(tx, text(args, "connection"), text(args, "kind"), now);
        const auto row = tx.outbox().find(id);
        if (!row || row->state != port::EffectState::dead) return 0;
        replay(tx, *row, now);
        return 1;
    });
    if (id != 0 && replayed == 0)
        return refused("outbox.not_parked", "no parked effect has this number");
    return done({{"replayed", replayed}});
}

json keys_rotate_command(Program& program, const json&) {
    const auto resealed = program.rotate_keys();
    return done({{"resealed", resealed}, {"key", program.keys().current_key_id()}});
}

json support_find_command(Program& program, const json& args) {
    return port::look_up(program.store(), [&](const port::Tx& tx) {
        json rows = json::array();
        for (const auto& invoice : tx.invoices().search(text(args, "text"), 50))
            rows.push_back({{"paymentId", invoice.id.value},
                            {"invoiceUuid", invoice.uuid.value},
                            {"connection", invoice.connection.value},
                            {"order", invoice.order_number},
                            {"state", domain::to_word(invoice.state)},
                            {"amount", to_decimal(invoice.amount)},
                            {"currency", invoice.amount.currency.code()},
                            {"created", iso_time(invoice.created_at)}});
        return done({{"invoices", rows}});
    });
}

}  // namespace tillbridge::app
