// Telling the CRM what the module is: its registration, and its problems as notices.
#include <nlohmann/json.hpp>

#include "module/port/crash_point.hpp"
#include "module/port/json.hpp"
#include "module/service/account.hpp"
#include "module/service/effects.hpp"
#include "module/service/problems.hpp"

namespace tillbridge::service {
namespace {

using port::Delivery;
using port::HostResult;
using port::Outcome;

// One at a time and in order for an account: each sends all of what is known, the last one counts.
port::OutboxRow registration_row(domain::UtcTime now, const domain::ConnectionId& connection,
                                 bool moved) {
    port::OutboxRow row;
    row.connection = connection;
    row.lane = crm_lane(connection);
    row.order_key = "register:" + connection.value;
    row.kind = kind::kRegister;
    row.subject = connection.value;
    row.payload = moved ? R"({"moved":true})" : "{}";
    row.coalesce = (moved ? "move:" : "register:") + connection.value;
    row.due = now;
    row.created = now;
    return row;
}

bool moved(const port::OutboxRow& row) {
    const auto payload = nlohmann::json::parse(row.payload, nullptr, false);
    return payload.is_object() && payload.value("moved", false);
}

void note_registered(port::Tx& tx, domain::UtcTime at, const domain::ConnectionId& id,
                     const std::string& public_url) {
    auto connection = tx.connections().find(id);
    if (!connection) return;
    connection->registered_at = at;
    if (!public_url.empty() && !tx.connections().by_public_url(public_url))
        connection->public_url = public_url;
    tx.connections().update(*connection);
    clear_problem(tx, id, "crm.register_refused", "");
    clear_problem(tx, id, "outbox.dead", "");
    want_types(tx, at, id, at + kTypesGrace);
}

}  // namespace

void want_registration(port::Tx& tx, domain::UtcTime now, const domain::ConnectionId& connection) {
    tx.outbox().add(registration_row(now, connection, false));
}

void want_registration_after_move(port::Tx& tx, domain::UtcTime now,
                                  const domain::ConnectionId& connection) {
    tx.outbox().add(registration_row(now, connection, true));
}

void want_types(port::Tx& tx, domain::UtcTime now, const domain::ConnectionId& connection,
                domain::UtcTime due) {
    port::OutboxRow row;
    row.connection = connection;
    row.lane = crm_lane(connection);
    row.kind = kind::kTypes;
    row.subject = connection.value;
    row.payload = "{}";
    row.coalesce = "types:" + connection.value;
    row.due = due;
    row.created = now;
    tx.outbox().add(row);
}

Delivery RegisterHandler::deliver(const port::OutboxRow& row) {
    std::optional<domain::Connection> connection;
    std::vector<domain::Merchant> merchants;
    context_.store.read([&](const port::Tx& tx) {
        connection = tx.connections().find(row.connection);
        if (connection) merchants = tx.merchants().list(row.connection);
    });
    if (!connection) return {};

    port::crash_point("register.before_send");
    const auto answer = context_.host.register_module(
        *connection, registration_of(context_, *connection, std::move(merchants)));
    port::crash_point("register.after_answer");
    std::string public_url;
    if (answer.result == HostResult::ok && moved(row)) {
        const auto account = context_.host.check_account(*connection);
        if (account.answer.result == HostResult::ok) public_url = account.value.public_url;
    }
    auto delivery = delivery_of(answer);
    const auto at = context_.clock.now();
    delivery.record = [row, answer, at, public_url](port::Tx& tx) {
        judge_host(tx, at, row.connection, answer, row.tries);
        if (answer.result == HostResult::ok)
            note_registered(tx, at, row.connection, public_url);
        else if (answer.result == HostResult::refused)
            raise_problem(tx, at, row.connection, "crm.register_refused", "", answer.message);
    };
    return delivery;
}

void RegisterHandler::parked(port::Tx& tx, const port::OutboxRow& row, const std::string& code) {
    for (const auto& open : tx.problems().list(row.connection))
        if (open.key == "crm.register_refused") return;  // says more
    raise_problem(tx, context_.clock.now(), row.connection, "outbox.dead", "", code);
}

// The texts are found when it is sent: in the account's language of that day.
Delivery NoticeHandler::deliver(const port::OutboxRow& row) {
    const auto payload = port::parse_json(row.payload);
    if (!payload) {
        Delivery broken;
        broken.outcome = Outcome::parked;
        broken.code = payload.error().code;
        return broken;
    }
    port::ProblemRow problem;
    problem.key = port::text_at(*payload, "key");
    problem.subject = port::text_at(*payload, "subject");
    problem.detail = port::text_at(*payload, "detail");

    std::optional<domain::Connection> connection;
    bool open = false;
    std::string about;
    context_.store.read([&](const port::Tx& tx) {
        connection = tx.connections().find(row.connection);
        for (const auto& known : tx.problems().list(row.connection))
            open = open || (known.key == problem.key && known.subject == problem.subject);
        if (!connection || problem.subject.empty()) return;
        if (const auto merchant =
                tx.merchants().find(row.connection, domain::MerchantId(problem.subject)))
            about = merchant->name;
        else if (const auto invoice =
                     tx.invoices().find(row.connection, domain::InvoiceId(problem.subject)))
            about = invoice->order_number;
    });
    if (!connection || !open) return {};  // it was put right before anybody heard of it

    const auto view = describe(context_.texts, connection->locale, {problem}).front();
    auto text = view.what + " " + view.todo;
    if (!about.empty()) text = about + ": " + text;
    text = context_.texts.text(connection->locale, "notice.prefix", {{"text", text}});
    const auto answer = context_.host.notify(*connection, text, true);
    auto delivery = delivery_of(answer);
    const auto at = context_.clock.now();
    delivery.record = [row, answer, at](port::Tx& tx) {
        judge_host(tx, at, row.connection, answer, row.tries);
    };
    return delivery;
}

// The problem itself stays on the settings page: a notice that is lost is no problem of its own.
void NoticeHandler::parked(port::Tx&, const port::OutboxRow& row, const std::string& code) {
    context_.log.warn("a notice could not be shown in the CRM",
                      {{"connectionId", row.connection.value}, {"code", code}});
}

}  // namespace tillbridge::service
