// Telling the CRM: statuses, and its consent before a hold is captured.
#include <nlohmann/json.hpp>

#include "module/port/crash_point.hpp"
#include "module/port/json.hpp"
#include "module/service/effects.hpp"
#include "module/service/problems.hpp"

namespace tillbridge::service {
namespace {

using port::Delivery;
using port::HostResult;
using port::Outcome;

struct Loaded {
    std::optional<domain::Connection> connection;
    std::optional<domain::Invoice> invoice;
};

Loaded load(const port::Store& store, const port::OutboxRow& row) {
    return port::look_up(store, [&](const port::Tx& tx) {
        return Loaded{tx.connections().find(row.connection),
                      tx.invoices().find(row.connection, domain::InvoiceId{row.subject})};
    });
}

port::JournalLine line_of(const port::OutboxRow& row, const char* what, const std::string& summary,
                          const port::HostAnswer& answer, domain::UtcTime at) {
    port::JournalLine line;
    line.connection = row.connection;
    line.invoice = domain::InvoiceId{row.subject};
    line.at = at;
    line.kind = what;
    line.summary = summary;
    line.detail = port::to_text({{"try", row.tries + 1},
                                 {"status", answer.exchange.http_status},
                                 {"took_us", answer.exchange.took.count()},
                                 {"outcome", answer.exchange.outcome},
                                 {"detail", answer.exchange.detail}});
    line.request = row.request;
    line.cause = row.cause;
    return line;
}

Delivery gone() {
    Delivery delivery;
    delivery.outcome = Outcome::parked;
    delivery.code = "payment.unknown";
    return delivery;
}

std::string reason_text(const port::Texts& texts, const std::string& language,
                        const domain::effect::PushStatus& push) {
    if (push.reason.empty()) return {};
    return texts.text(language, push.reason, {{"detail", push.reason_detail}});
}

}  // namespace

Delivery delivery_of(const port::HostAnswer& answer) {
    Delivery delivery;
    delivery.code = answer.code;
    delivery.detail = answer.message;
    delivery.http_status = answer.exchange.http_status;
    delivery.retry_after = answer.retry_after;
    delivery.overloaded = answer.timed_out || answer.result == HostResult::overloaded;
    switch (answer.result) {
        case HostResult::ok:
            delivery.outcome = Outcome::done;
            break;
        case HostResult::refused:
            delivery.outcome = Outcome::parked;
            break;
        case HostResult::forbidden:
        case HostResult::key_rejected:
        case HostResult::overloaded:
        case HostResult::silent:
            delivery.outcome = Outcome::again;
            break;
    }
    return delivery;
}

void judge_host(port::Tx& tx, domain::UtcTime at, const domain::ConnectionId& connection,
                const port::HostAnswer& answer, int tries) {
    constexpr int kPatience = 3;
    if (answer.result == HostResult::ok || answer.result == HostResult::refused) {
        clear_problem(tx, connection, "crm.key_rejected", "");
        clear_problem(tx, connection, "crm.unreachable", "");
    } else if (answer.result == HostResult::key_rejected) {
        raise_problem(tx, at, connection, "crm.key_rejected", "", answer.message);
    } else if (tries + 1 >= kPatience) {
        raise_problem(tx, at, connection, "crm.unreachable", "", answer.code);
    }
}

Delivery PushHandler::deliver(const port::OutboxRow& row) {
    const auto loaded = load(context_.store, row);
    if (!loaded.connection || !loaded.invoice) return gone();
    port::StatusUpdate update;
    update.invoice = *loaded.invoice;
    update.push = read_push(row.payload);
    const auto& language = loaded.connection->locale;
    update.reason_text = reason_text(context_.texts, language, update.push);
    if (update.push.refund && !update.push.refund->comment.empty())
        update.push.refund->comment = context_.texts.text(language, update.push.refund->comment);
    update.link = context_.settings.public_url + "/pay/" + loaded.invoice->slug.value;

    port::crash_point("push.before_send");
    const auto answer = context_.host.push(*loaded.connection, update);
    port::crash_point("push.after_answer");
    auto delivery = delivery_of(answer);
    std::string summary(domain::to_word(update.push.status));
    if (update.push.refund) summary += ", refund " + update.push.refund->id.value;
    const auto at = context_.clock.now();
    delivery.record = [row, summary, answer, at](port::Tx& tx) {
        tx.journal().add(line_of(row, "crm.push", summary, answer, at));
        judge_host(tx, at, row.connection, answer, row.tries);
    };
    return delivery;
}

void PushHandler::parked(port::Tx& tx, const port::OutboxRow& row, const std::string& code) {
    raise_problem(tx, context_.clock.now(), row.connection, "outbox.dead", row.subject, code);
}

Delivery ConsentHandler::deliver(const port::OutboxRow& row) {
    const auto loaded = load(context_.store, row);
    if (!loaded.connection || !loaded.invoice) return gone();
    if (loaded.invoice->consent != domain::Consent::asked ||
        loaded.invoice->state != domain::InvoiceState::authorized)
        return {};  // settled by something else meanwhile
    const auto reply = context_.host.check_payment(*loaded.connection, *loaded.invoice);
    auto delivery = delivery_of(reply.answer);
    const auto at = context_.clock.now();
    const domain::OperationId fresh{context_.random.id()};
    delivery.record = [this, row, reply, at, fresh](port::Tx& tx) {
        const auto cause = tx.journal().add(
            line_of(row, "crm.check", reply.value.value_or("agreed"), reply.answer, at));
        judge_host(tx, at, row.connection, reply.answer, row.tries);
        if (reply.answer.result != HostResult::ok) return;
        domain::Fact fact{at, fresh, domain::fact::ConsentGiven{}};
        if (reply.value) fact.what = domain::fact::ConsentRefused{*reply.value};
        const auto before =
            tx.invoices().find(row.connection, domain::InvoiceId{row.subject}).value();
        auto decision = domain::decide(before, fact);
        apply(context_, tx, fact, before, decision, row.request, cause);
    };
    return delivery;
}

void ConsentHandler::parked(port::Tx& tx, const port::OutboxRow& row, const std::string& code) {
    raise_problem(tx, context_.clock.now(), row.connection, "outbox.dead", row.subject, code);
}

}  // namespace tillbridge::service
