// `support …` and `support-user …`: diagnostics for people at a terminal and for scripts. The same
// answers as the page's, through the same services; what is done stands in the audit log as
// `cli:<login>`.
#include "module/app/commands.hpp"
#include "module/port/json.hpp"
#include "module/security/encoding.hpp"
#include "module/service/support_views.hpp"

namespace tillbridge::app {
namespace {

using nlohmann::json;

std::string text(const json& args, const char* name) {
    return port::text_at(args, name);
}

std::int64_t number(const json& args, const char* name, std::int64_t otherwise) {
    return port::integer_at(args, name).value_or(otherwise);
}

bool flag(const json& args, const char* name) {
    const auto* value = port::member(args, name);
    return value != nullptr && value->is_boolean() && value->get<bool>();
}

service::Actor actor_of(const json& args) {
    const auto login = text(args, "login");
    return {"cli:" + (login.empty() ? std::string("?") : login), {}, {}, {}};
}

service::Page page_of(const json& args) {
    return {static_cast<int>(number(args, "offset", 0)),
            static_cast<int>(number(args, "limit", 50))};
}

service::SupportActs::Mode mode_of(const json& args) {
    return {flag(args, "dryRun"), "en"};
}

port::OutboxFilter filter_of(const json& args) {
    port::OutboxFilter filter;
    const auto state = text(args, "state");
    if (state == "ready") filter.state = port::EffectState::ready;
    if (state == "leased") filter.state = port::EffectState::leased;
    if (state == "dead") filter.state = port::EffectState::dead;
    filter.connection = text(args, "connection");
    filter.kind = text(args, "kind");
    filter.reason = text(args, "reason");
    return filter;
}

json refusal(Program& program, const domain::Error& error) {
    auto params = error.params;
    params.emplace("reason", error.message);
    return refused(error.code, program.texts().text("en", error.code, params));
}

json answer_of(Program& program, const domain::Result<json>& result) {
    return result ? done(*result) : refusal(program, result.error());
}

json answer_of(Program& program, const domain::Result<void>& result, const std::string& name) {
    return result ? done({{"name", name}}) : refusal(program, result.error());
}

// An id, or an address that only one account has.
std::string connection_id(Program& program, const std::string& name) {
    const auto found = program.desk().show.connections(name, {0, 2}).at("connections");
    return found.size() == 1 ? found.front().at("id").get<std::string>() : name;
}

}  // namespace

json support_find_command(Program& program, const json& args) {
    return done(program.desk().show.find(text(args, "text"), page_of(args)));
}

json support_connections_command(Program& program, const json& args) {
    return done(program.desk().show.connections(text(args, "text"), page_of(args)));
}

json support_connection_command(Program& program, const json& args) {
    const auto id = connection_id(program, text(args, "id"));
    return answer_of(program, program.desk().show.connection(id, "en", page_of(args)));
}

json support_invoice_command(Program& program, const json& args) {
    return answer_of(program,
                     program.desk().show.invoice(text(args, "id"), "en", number(args, "after", 0),
                                                 static_cast<int>(number(args, "limit", 1000))));
}

json support_problems_command(Program& program, const json& args) {
    return done(program.desk().show.problems("en", page_of(args)));
}

json support_outbox_command(Program& program, const json& args) {
    return done(program.desk().show.outbox(filter_of(args), number(args, "after", 0),
                                           static_cast<int>(number(args, "limit", 200))));
}

json support_ask_command(Program& program, const json& args) {
    const auto result =
        program.desk().show.one(text(args, "id")).and_then([&](const domain::Invoice& invoice) {
            return program.desk().acts.ask(actor_of(args), invoice, mode_of(args));
        });
    return answer_of(program, result);
}

json support_push_command(Program& program, const json& args) {
    const auto result =
        program.desk().show.one(text(args, "id")).and_then([&](const domain::Invoice& invoice) {
            return program.desk().acts.push(actor_of(args), invoice, mode_of(args));
        });
    return answer_of(program, result);
}

json support_replay_command(Program& program, const json& args) {
    auto& acts = program.desk().acts;
    const auto id = number(args, "id", 0);
    if (id != 0) return answer_of(program, acts.replay(actor_of(args), id, mode_of(args)));
    return done(acts.replay_all(actor_of(args), filter_of(args), mode_of(args)));
}

json support_dismiss_command(Program& program, const json& args) {
    service::SupportActs::Dismissal wanted;
    // What ends something is for the account that was named, not for one that sounds like it.
    const auto name = text(args, "connection");
    const auto connection = connection_named(program, name);
    wanted.connection = connection ? connection->id : domain::ConnectionId(name);
    wanted.key = text(args, "key");
    wanted.subject = text(args, "subject");
    wanted.last = text(args, "last");
    wanted.note = text(args, "note");
    return answer_of(program, program.desk().acts.dismiss(actor_of(args), wanted, mode_of(args)));
}

json support_bundle_command(Program& program, const json& args) {
    const auto invoice = text(args, "invoice");
    const auto& bundle = program.desk().bundle;
    const auto file =
        invoice.empty()
            ? bundle.of_connection(actor_of(args), connection_id(program, text(args, "connection")))
            : bundle.of_invoice(actor_of(args), invoice);
    if (!file) return refusal(program, file.error());
    return done({{"name", file->name}, {"bytes", security::to_base64(file->bytes)}});
}

json support_audit_command(Program& program, const json& args) {
    const auto& show = program.desk().show;
    if (!flag(args, "verify"))
        return done(
            show.audit(number(args, "before", 0), static_cast<int>(number(args, "limit", 50))));
    auto check = show.verify_audit();
    const int exit = check.at("ok").get<bool>() ? 0 : 1;
    return {{"exit", exit}, {"result", std::move(check)}};
}

json support_user_command(Program& program, const json& args) {
    auto& users = program.desk().users;
    const auto actor = actor_of(args);
    const auto act = text(args, "act");
    const auto name = text(args, "name");
    const domain::Secret password(text(args, "password"));
    if (act == "list") {
        json rows = json::array();
        for (const auto& user : users.list()) rows.push_back(service::view::user(user));
        return done({{"users", std::move(rows)}});
    }
    if (act == "add") {
        const auto role = service::support_role(text(args, "role"));
        if (!role) return refused("support.role_unknown", "a role is viewer or operator");
        return answer_of(program, users.add(actor, name, *role, password), name);
    }
    if (act == "passwd") return answer_of(program, users.set_password(actor, name, password), name);
    if (act == "disable") return answer_of(program, users.set_active(actor, name, false), name);
    if (act == "enable") return answer_of(program, users.set_active(actor, name, true), name);
    if (act == "totp-off") return answer_of(program, users.drop_totp(actor, name), name);
    if (act != "totp") return refused("command.unknown", act);
    const auto url = users.add_totp(actor, name);
    if (!url) return refusal(program, url.error());
    return done({{"name", name}, {"url", *url}});
}

}  // namespace tillbridge::app
