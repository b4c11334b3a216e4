// Telling a bot: the event's text, variables and facts, put together when they go out.
#include <nlohmann/json.hpp>

#include "module/port/crash_point.hpp"
#include "module/port/json.hpp"
#include "module/service/bot_events.hpp"
#include "module/service/bot_link.hpp"
#include "module/service/bot_seal.hpp"
#include "module/service/effects.hpp"
#include "module/service/problems.hpp"

namespace tillbridge::service {
namespace {

using domain::Bot;
using domain::BotAction;
using nlohmann::json;
using port::Delivery;
using port::HostResult;
using port::Outcome;

constexpr const char* kBotUnreachable = "bot.unreachable";
constexpr int kQuietTries = 3;

std::string iso_of(domain::UtcTime at) {
    const auto local = moscow_text(at);  // dd.mm.yyyy hh:mm
    const auto seconds = std::to_string(100 + at.seconds() % 60).substr(1);
    return local.substr(6, 4) + '-' + local.substr(3, 2) + '-' + local.substr(0, 2) + 'T' +
           local.substr(11) + ':' + seconds + "+03:00";
}

// One event on its way out.
class Telling {
  public:
    Telling(const Bot& bot, const json& event, const std::optional<domain::Invoice>& invoice,
            const std::string& notice)
        : bot_(bot),
          event_(event),
          invoice_(invoice),
          notice_(port::parse_json(notice).value_or(json::object())),
          type_(port::text_at(event, "type")) {
        if (const auto known = domain::bot_event(type_)) reaction_ = bot.on(*known);
    }

    bool wanted() const { return reaction_.action != BotAction::nothing && !address().empty(); }
    std::string address() const {
        const bool own = reaction_.action == BotAction::call && !reaction_.address.empty();
        return own ? reaction_.address : bot_.callback_url;
    }

    std::string body() const {
        json body{{"type", type_}, {"action", domain::to_word(reaction_.action)}};
        body["timestamp"] = iso_of(at());
        const bool all = reaction_.action == BotAction::call;
        if (const auto text = message(); !text.empty() && reaction_.action != BotAction::variables)
            body["message"] = text;
        if (all || reaction_.action == BotAction::variables) body["variables"] = variables();
        body["data"] = data();
        if (!reaction_.instruction.empty()) body["instruction"] = reaction_.instruction;
        return port::to_text(body);
    }

  private:
    domain::UtcTime at() const {
        return domain::UtcTime{port::integer_at(event_, "at").value_or(0)};
    }
    domain::Money amount() const {
        const auto minor = port::integer_at(event_, "amount").value_or(0);
        return {minor, invoice_ ? invoice_->amount.currency : domain::Currency()};
    }
    std::string field(const char* name) const { return port::text_at(notice_, name); }

    domain::SubscriptionEvent subscription() const {
        domain::SubscriptionEvent it;
        it.error_code = port::text_at(event_, "errorCode");
        it.error = port::text_at(event_, "error");
        it.next_payment_at = domain::UtcTime{port::integer_at(event_, "next").value_or(0)};
        using What = domain::SubscriptionWhat;
        for (const auto what :
             {What::renewed, What::charge_failed, What::charge_failed_last, What::upcoming_charge,
              What::deactivated, What::reactivated, What::ended, What::completed})
            if (domain::to_word(what) == type_) it.what = what;
        return it;
    }

    std::string message() const {
        const auto product = field("subscription[id]");
        if (!invoice_) {
            const auto event = subscription();
            // What the first payment said is not known any more: as the platform does it.
            const BotMark mark{bot_, bot_.style == domain::BotStyle::salebot};
            if (event.what == domain::SubscriptionWhat::renewed)
                return success_text(mark, port::text_at(event_, "product"));
            return subscription_text(bot_.style, event);
        }
        const BotMark mark{bot_, has_whole_key(*invoice_)};
        const auto sum = short_sum(amount());
        if (type_ == "payment.success") return success_text(mark, product.empty() ? sum : product);
        if (type_ == "payment.fail") return fail_text(mark, sum);
        if (type_ == "payment.different_amounts")
            return different_amounts_text(bot_, port::text_at(event_, "payment"));
        constexpr std::string_view kInstallment = "installment.";
        if (type_ == "installment.signed" && reaction_.action != BotAction::message)
            return {};  // payment.success has said it
        if (type_.compare(0, kInstallment.size(), kInstallment) == 0)
            return installment_text(std::string_view(type_).substr(kInstallment.size()));
        return {};
    }

    json variables() const {
        json out = json::object();
        const bool money = type_ == "payment.success";
        if (money) out["prodamus_payment_completed"] = "True";
        if (money && invoice_)
            out["payment_callback"] = json::parse(callback_of(*invoice_, notice_.dump()));
        else if (!notice_.empty())
            out["payment_callback"] = notice_;
        if (const auto phone = field("customer_phone"); !phone.empty())
            out["customer_phone"] = phone;
        if (const auto profile = field("subscription[profile_id]"); !profile.empty())
            out["profile_id"] = profile;
        return out;
    }

    json data() const {
        json out = json::object();
        if (invoice_) {
            out["paymentId"] = invoice_->id.value;
            out["order_id"] = invoice_->order_number;
            out["state"] = port::text_at(event_, "state");
            out["amount"] = domain::to_decimal(amount());
            out["currency"] = invoice_->amount.currency.code();
            if (const auto reason = port::text_at(event_, "reason"); !reason.empty())
                out["reason"] = reason;
            if (const auto detail = port::text_at(event_, "detail"); !detail.empty())
                out["detail"] = detail;
            return out;
        }
        out["subscription_id"] = port::text_at(event_, "product");
        out["profile_id"] = port::text_at(event_, "profile");
        const auto currency = domain::Currency::parse(port::text_at(event_, "currency"));
        if (const auto charged = port::integer_at(event_, "amount"); charged && currency) {
            out["amount"] = domain::to_decimal({*charged, *currency});
            out["currency"] = currency->code();
        }
        const auto event = subscription();
        if (event.next_payment_at) out["next_payment"] = moscow_text(event.next_payment_at);
        if (!event.error_code.empty()) out["error_code"] = event.error_code;
        if (!event.error_code.empty())
            out["last_attempt"] = event.what == domain::SubscriptionWhat::charge_failed_last;
        return out;
    }

    const Bot& bot_;
    const json& event_;
    const std::optional<domain::Invoice>& invoice_;
    json notice_;
    std::string type_;
    domain::BotReaction reaction_;
};

Delivery parked_as(const char* code) {
    Delivery delivery;
    delivery.outcome = Outcome::parked;
    delivery.code = code;
    return delivery;
}

void judge_bot(port::Tx& tx, domain::UtcTime at, const port::OutboxRow& row,
               const port::HostAnswer& answer) {
    if (answer.result == HostResult::ok)
        clear_problem(tx, row.connection, kBotUnreachable, "");
    else if (answer.result != HostResult::refused && row.tries + 1 >= kQuietTries)
        raise_problem(tx, at, row.connection, kBotUnreachable, "",
                      answer.exchange.http_status != 0
                          ? "HTTP " + std::to_string(answer.exchange.http_status)
                          : answer.code);
}

void note(port::Tx& tx, domain::UtcTime at, const port::OutboxRow& row, const std::string& type,
          const port::HostAnswer& answer) {
    port::JournalLine line;
    line.connection = row.connection;
    line.invoice = domain::InvoiceId{row.subject};
    line.at = at;
    line.kind = "bot.call";
    line.summary = type;
    line.detail = port::to_text({{"try", row.tries + 1},
                                 {"status", answer.exchange.http_status},
                                 {"took_us", answer.exchange.took.count()},
                                 {"outcome", answer.exchange.outcome},
                                 {"detail", answer.exchange.detail}});
    line.request = row.request;
    line.cause = row.cause;
    tx.journal().add(line);
}

}  // namespace

std::string callback_of(const domain::Invoice& invoice, const std::string& notice_json) {
    if (!notice_json.empty() && notice_json != "{}") return notice_json;
    const domain::Money paid{invoice.captured, invoice.amount.currency};
    std::string currency = paid.currency.code();
    for (char& c : currency)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const auto sum = domain::to_decimal(paid);
    const auto& payment =
        invoice.gateway_payment.empty() ? invoice.gateway_invoice : invoice.gateway_payment;
    return port::to_text({{"date", iso_of(invoice.paid_at)},
                          {"order_id", payment.value},
                          {"order_num", invoice.order_number},
                          {"sum", sum},
                          {"currency", currency},
                          {"products[0][name]", invoice.description},
                          {"products[0][price]", domain::to_decimal(invoice.amount)},
                          {"products[0][quantity]", "1"},
                          {"products[0][sum]", domain::to_decimal(invoice.amount)},
                          {"payment_status", "success"},
                          {"payment_status_description", "Успешная оплата"}});
}

Delivery BotHandler::deliver(const port::OutboxRow& row) {
    const auto event = port::parse_json(row.payload);
    if (!event) return parked_as("payload");
    std::optional<domain::Connection> connection;
    std::optional<domain::Invoice> invoice;
    context_.store.read([&](const port::Tx& tx) {
        connection = tx.connections().find(row.connection);
        invoice = tx.invoices().find(row.connection, domain::InvoiceId(row.subject));
    });
    if (!connection || !connection->bot) return parked_as("connection.unknown");
    std::string notice;
    if (const auto sealed = port::text_at(*event, "notice"); !sealed.empty())
        notice = open_for_bot(context_.keys, row.connection, sealed).value_or("");
    const Telling telling(*connection->bot, *event, invoice, notice);
    if (!telling.wanted()) return {};

    port::crash_point("push.before_send");
    const auto answer = context_.host.call(
        *connection, {port::text_at(*event, "id"), telling.address(), telling.body()});
    port::crash_point("push.after_answer");
    auto delivery = delivery_of(answer);
    const auto at = context_.clock.now();
    delivery.record = [row, answer, at, type = port::text_at(*event, "type"),
                       of_invoice = invoice.has_value()](port::Tx& tx) {
        if (of_invoice) note(tx, at, row, type, answer);
        judge_bot(tx, at, row, answer);
    };
    return delivery;
}

void BotHandler::parked(port::Tx& tx, const port::OutboxRow& row, const std::string& code) {
    raise_problem(tx, context_.clock.now(), row.connection, "outbox.dead", row.subject, code);
}

}  // namespace tillbridge::service
