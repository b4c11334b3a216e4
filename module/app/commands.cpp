#include "module/app/commands.hpp"

#include <filesystem>
#include <functional>
#include <map>

#include "module/port/json.hpp"
#include "module/store/open.hpp"

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

}  // namespace

json done(json result) {
    return {{"exit", 0}, {"result", std::move(result)}};
}

json refused(const std::string& code, const std::string& message) {
    return {{"exit", 1}, {"error", {{"code", code}, {"message", message}}}};
}

json execute(Program& program, const json& request) {
    static const std::map<std::string, std::function<json(Program&, const json&)>> commands{
        {"connect", connect_command},
        {"connect.bot", connect_bot_command},
        {"doctor", doctor_command},
        {"invoice.show", invoice_command},
        {"reconcile", reconcile_command},
        {"invoice.settle", settle_command},
        {"outbox.list", outbox_list_command},
        {"outbox.replay", outbox_replay_command},
        {"keys.rotate", keys_rotate_command},
        {"backup", backup_command},
        {"store.schema", schema_command},
        {"subscription.list", subscription_list_command},
        {"subscription.show", subscription_show_command},
        {"subscription.act", subscription_act_command},
        {"support.find", support_find_command},
        {"support.connections", support_connections_command},
        {"support.connection", support_connection_command},
        {"support.invoice", support_invoice_command},
        {"support.problems", support_problems_command},
        {"support.outbox", support_outbox_command},
        {"support.ask", support_ask_command},
        {"support.push", support_push_command},
        {"support.replay", support_replay_command},
        {"support.dismiss", support_dismiss_command},
        {"support.bundle", support_bundle_command},
        {"support.audit", support_audit_command},
        {"support.user", support_user_command},
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

// A new settings address of a bot that is there, for when the old one was lost.
json renew_bot_link(Program& program, const std::string& name) {
    const auto known = port::look_up(program.store(), [&](const port::Tx& tx) {
        return tx.connections().by_public_url("bot:" + name);
    });
    if (!known) return refused("connection.unknown", "no bot is called " + name);
    const auto url = program.admins().renew_link(known->id);
    if (!url) return refused(url.error().code, url.error().message);
    return done({{"connectionId", known->id.value}, {"name", name}, {"accountUrl", *url}});
}

json connect_bot_command(Program& program, const json& args) {
    if (const auto* wanted = port::member(args, "newLink"); wanted != nullptr && *wanted == true)
        return renew_bot_link(program, text(args, "name"));
    service::Bots::Draft draft;
    draft.name = text(args, "name");
    draft.callback_url = text(args, "callback");
    if (!text(args, "language").empty()) draft.language = text(args, "language");
    draft.style = domain::bot_style(text(args, "style")).value_or(draft.style);
    const auto connected = program.bots().connect(draft);
    if (!connected)
        return refused(connected.error().code,
                       program.texts().text("en", connected.error().code,
                                            {{"name", draft.name}, {"url", draft.callback_url}}));
    const auto& made = connected->connection;
    return done({{"connectionId", made.id.value},
                 {"name", draft.name},
                 {"accountUrl", connected->account_url},
                 {"token", made.client_id.reveal()},
                 {"signingSecret", made.bot->signing_secrets.front().reveal()}});
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

json settle_command(Program& program, const json& args) {
    const auto id = text(args, "id");
    const auto found = port::look_up(
        program.store(), [&](const port::Tx& tx) { return tx.invoices().search(id, 2); });
    if (found.size() != 1) return refused("payment.unknown", "no single payment matches " + id);
    const domain::OperationId op(text(args, "operation"));
    const auto settled = program.operations().settle(
        found[0].connection, found[0].id, op, text(args, "outcome") == "done", text(args, "by"));
    if (!settled) return refused(settled.error().code, settled.error().message);
    return done({{"paymentId", found[0].id.value},
                 {"operation", op.value},
                 {"result", domain::to_word(settled->find(op)->state)},
                 {"state", domain::to_word(settled->state)}});
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
    const service::Actor actor{"cli:" + text(args, "login"), {}, {}, {}};
    const service::SupportActs::Mode mode{false, "en"};
    auto& acts = program.desk().acts;
    if (const auto id = port::integer_at(args, "id").value_or(0); id != 0) {
        const auto replayed = acts.replay(actor, id, mode);
        if (!replayed) return refused("outbox.not_parked", "no parked effect has this number");
        return done({{"replayed", 1}});
    }
    port::OutboxFilter filter;
    filter.connection = text(args, "connection");
    filter.kind = text(args, "kind");
    std::int64_t count = 0;
    for (bool left = true; left;) {
        const auto round = acts.replay_all(actor, filter, mode);
        count += round.at("replayed").get<std::int64_t>();
        left = round.at("left").get<bool>();
    }
    return done({{"replayed", count}});
}

json backup_command(Program& program, const json& args) {
    const std::filesystem::path file = text(args, "file");
    if (!file.is_absolute()) return refused("backup.path", "the copy needs its whole path");
    if (std::filesystem::exists(file))
        return refused("backup.exists", file.string() + " is there already");
    store::backup_to(program.config().store.url, file.string());
    return done({{"file", file.string()},
                 {"bytes", std::filesystem::file_size(file)},
                 {"schema", program.store().health().schema}});
}

json schema_command(Program& program, const json&) {
    return done({{"schema", program.store().health().schema}});
}

json keys_rotate_command(Program& program, const json&) {
    const auto resealed = program.rotate_keys();
    if (!resealed) {
        auto answer = refused(
            resealed.error().code,
            resealed.error().message +
                ". Nothing was changed. The master key has to lie in a folder that Tillbridge may"
                " write, as a file that is not mounted by itself: move it there (beside the store,"
                " say), set security.master_key_file to its new place, restart, and rotate again");
        answer["exit"] = 3;
        return answer;
    }
    return done({{"resealed", *resealed}, {"key", program.keys().current_key_id()}});
}

}  // namespace tillbridge::app
