// What a verified message says of a subscription, made durable in its unit of work. A renewal
// becomes a paid invoice of its own; its external id is made of what the gateway names the charge
// by, so that however often and by however many messages it is told, it is booked once.
#include <map>
#include <nlohmann/json.hpp>

#include "module/domain/card_mask.hpp"
#include "module/port/json.hpp"
#include "module/service/effects.hpp"
#include "module/service/problems.hpp"
#include "module/service/subscriptions.hpp"
#include "module/service/support_contacts.hpp"

namespace tillbridge::service {
namespace {

using domain::Invoice;
using domain::Subscription;
using domain::SubscriptionEvent;
using domain::SubscriptionWhat;

constexpr const char* kChargeFailed = "subscription.charge_failed";
constexpr const char* kAmountDiffers = "subscription.amount_differs";
constexpr const char* kAmountUnreadable = "subscription.amount_unreadable";

std::string in_words(const domain::Money& money) {
    return domain::to_decimal(money) + ' ' + money.currency.code();
}

// A charge by the gateway's number of it and its place in the row: either alone may be missing.
std::string charge_of(const SubscriptionEvent& event) {
    if (event.what != SubscriptionWhat::renewed) return {};
    const std::string number = event.payment_num ? std::to_string(*event.payment_num) : "";
    const std::string when = std::to_string(event.at.seconds());
    if (!event.payment.empty())
        return "charge/" + event.payment.value + "/" + (number.empty() ? when : number);
    return "charge/" + event.product + "/" + event.profile + "/" + number + "/" + when;
}

std::optional<std::int64_t> number_of(const port::SubscriptionLine& line) {
    return port::integer_at(nlohmann::json::parse(line.detail), "number");
}

// Told once with its place in the row and once without, it is one charge all the same: the name it
// has already, else that of the event.
std::string charge_name(const port::Tx& tx, const Subscription& it,
                        const SubscriptionEvent& event) {
    const auto name = charge_of(event);
    if (name.empty() || event.payment.empty()) return name;
    const auto payment = "charge/" + event.payment.value + "/";
    std::map<std::string, std::optional<std::int64_t>> known;  // by name, with its place
    for (const auto& line : tx.subscriptions().lines(it.connection, it.id)) {
        if (!line.charge.starts_with(payment)) continue;
        auto& number = known[line.charge];
        if (const auto told = number_of(line)) number = told;
    }
    if (known.count(name) != 0) return name;
    for (const auto& [charge, number] : known)
        if (!number || !event.payment_num || *number == *event.payment_num) return charge;
    return name;
}

Subscription newborn(const Context& context, const domain::Merchant& merchant,
                     const SubscriptionEvent& event) {
    Subscription it;
    it.connection = merchant.connection;
    it.merchant = merchant.id;
    it.gateway = merchant.gateway;
    it.product = event.product;
    it.profile = event.profile;
    it.created_at = it.updated_at = context.clock.now();
    it.id = domain::SubscriptionId{context.random.id_at(it.created_at)};
    return it;
}

// A charge as its line keeps it: enough to book it later.
struct Charge {
    std::string external_id;
    domain::Money amount;
    domain::GatewayId payment;
    domain::UtcTime at;
    std::string number;
};

std::string line_detail(const Subscription& before, const domain::SubscriptionDecision& decision,
                        const SubscriptionEvent& event) {
    const auto& after = decision.subscription;
    nlohmann::json detail{{"verdict", domain::to_word(decision.verdict)}};
    if (before.version == 0 || before.state != after.state)
        detail["to"] = domain::to_word(after.state);
    if (event.at) detail["at"] = event.at.micros;
    if (event.charged) {
        detail["minor"] = event.charged->minor;
        detail["currency"] = event.charged->currency.code();
    }
    if (!event.payment.empty()) detail["payment"] = event.payment.value;
    if (event.payment_num) detail["number"] = *event.payment_num;
    if (!event.attempt.empty()) detail["attempt"] = event.attempt;
    if (!event.error_code.empty()) detail["error"] = event.error_code;
    if (event.next_payment_at) detail["next"] = event.next_payment_at.micros;
    if (event.by_buyer) detail["byBuyer"] = true;
    if (decision.expected) detail["expected"] = in_words(*decision.expected);
    return port::to_text(detail);
}

std::string line_summary(const SubscriptionEvent& event) {
    if (event.charged) return in_words(*event.charged);
    return domain::mask_cards(event.error.empty() ? event.error_code : event.error);
}

std::optional<Charge> charge_in(const port::SubscriptionLine& line) {
    if (line.charge.empty() || !line.invoice.empty()) return {};
    const auto detail = nlohmann::json::parse(line.detail);
    if (!detail.contains("minor")) return {};
    const auto currency = domain::Currency::parse(detail.at("currency").get<std::string>());
    if (!currency) return {};
    Charge charge{
        line.charge, {detail.at("minor").get<std::int64_t>(), *currency}, {}, line.at, {}};
    charge.payment = domain::GatewayId{detail.value("payment", std::string())};
    if (detail.contains("at")) charge.at = {detail.at("at").get<std::int64_t>()};
    if (detail.contains("number"))
        charge.number = std::to_string(detail.at("number").get<std::int64_t>());
    return charge;
}

// One unit of work's writing: the rows that a message leaves behind.
class Writing {
  public:
    Writing(const Context& context, port::Tx& tx, const domain::Merchant& merchant,
            const domain::RequestId& request)
        : context_(context), tx_(tx), merchant_(merchant), request_(request) {}

    port::SubscriptionLine line(const Subscription& it, std::string kind) const {
        port::SubscriptionLine line;
        line.connection = it.connection;
        line.subscription = it.id;
        line.at = context_.clock.now();
        line.kind = std::move(kind);
        line.request = request_;
        return line;
    }

    // The invoice of a charge that was made; the one that is there where it was told before.
    domain::InvoiceId book(const Subscription& it, const Charge& charge) {
        if (const auto known =
                tx_.invoices().by_external_id(it.connection, it.merchant, charge.external_id))
            return known->id;
        const auto first = tx_.invoices().find(it.connection, it.invoice).value();
        const auto invoice = paid_invoice(first, charge);
        tx_.invoices().insert(invoice);
        const auto cause = write_birth(invoice, it, charge);
        if (!first.test) want_import(invoice, cause);
        context_.meter.count("invoice_state_changes_total", {{"from", "creating"}, {"to", "paid"}});
        return invoice.id;
    }

    // Charges that were told before anybody knew what they belong to.
    void book_earlier(const Subscription& it) {
        for (const auto& earlier : tx_.subscriptions().lines(it.connection, it.id)) {
            const auto charge = charge_in(earlier);
            if (!charge) continue;
            auto booked = line(it, "subscription.booked");
            booked.summary = in_words(charge->amount);
            booked.detail = port::to_text({{"told", earlier.id}});
            booked.charge = charge->external_id;
            booked.invoice = book(it, *charge);
            tx_.subscriptions().add_line(booked);
        }
    }

    void judge(const domain::SubscriptionDecision& decision, const SubscriptionEvent& event) {
        const auto& it = decision.subscription;
        if (it.invoice.empty()) return;  // not one of ours
        const auto raise = [&](const char* key, const std::string& detail) {
            raise_problem(tx_, context_.clock.now(), it.connection, key, it.invoice.value,
                          domain::mask_cards(it.name + ": " + detail));
        };
        const auto clear = [&](const char* key) {
            clear_problem(tx_, it.connection, key, it.invoice.value);
        };
        if (decision.needs_person)
            raise(kChargeFailed, it.error.empty() ? it.error_code : it.error);
        else if (decision.healthy)
            clear(kChargeFailed);
        if (event.what != SubscriptionWhat::renewed) return;
        if (!event.charged)
            raise(kAmountUnreadable, event.payment.value);
        else if (decision.expected)
            raise(kAmountDiffers, in_words(*event.charged) + " ≠ " + in_words(*decision.expected));
        else
            clear(kAmountDiffers);
    }

    // Taken out anew: what was wrong with the one before is nobody's business any more.
    void forget_troubles(const Subscription& before) {
        if (before.invoice.empty()) return;
        for (const auto* key : {kChargeFailed, kAmountDiffers})
            clear_problem(tx_, before.connection, key, before.invoice.value);
    }

    void remember(const Subscription& it, const SubscriptionEvent& event) {
        for (const auto& text : {event.customer_phone, event.customer_email})
            for (const auto& print : contact_fingerprints(context_.keys, text))
                tx_.subscriptions().remember_contact(it.connection, it.id, print);
    }

  private:
    Invoice paid_invoice(const Invoice& first, const Charge& charge) const {
        const auto now = context_.clock.now();
        Invoice it;
        it.connection = first.connection;
        it.id = domain::InvoiceId{context_.random.id_at(now)};
        it.merchant = merchant_.id;
        it.gateway = merchant_.gateway;
        it.slug = domain::Slug{context_.random.slug()};
        it.amount = charge.amount;
        it.state = domain::InvoiceState::paid;
        it.test = first.test;
        it.authorized = it.captured = charge.amount.minor;
        it.gateway_invoice = domain::GatewayId{charge.external_id};
        it.gateway_payment = charge.payment;
        it.order_number = first.order_number;
        it.description = first.description;
        it.locale = first.locale;
        it.created_at = it.updated_at = it.observed_at = now;
        it.paid_at = charge.at ? charge.at : now;
        domain::Operation made;
        made.id = domain::OperationId{context_.random.id()};
        made.kind = domain::OperationKind::create;
        made.state = domain::OperationState::succeeded;
        made.amount = charge.amount.minor;
        made.external_id = charge.external_id;
        made.created_at = made.started_at = made.ended_at = now;
        made.tries = 1;
        it.operations.push_back(made);
        return it;
    }

    std::int64_t write_birth(const Invoice& invoice, const Subscription& it, const Charge& charge) {
        port::JournalLine line;
        line.connection = invoice.connection;
        line.invoice = invoice.id;
        line.at = invoice.created_at;
        line.kind = "subscription.renewed";
        line.summary = in_words(charge.amount);
        line.detail = port::to_text({{"verdict", "applied"},
                                     {"to", "paid"},
                                     {"subscription", it.id.value},
                                     {"product", it.product},
                                     {"number", charge.number}});
        line.request = request_;
        return tx_.journal().add(line);
    }

    void want_import(const Invoice& invoice, std::int64_t cause) {
        port::OutboxRow row;
        row.connection = invoice.connection;
        row.lane = crm_lane(invoice.connection);
        row.order_key = "crm:" + invoice.id.value;
        row.kind = kind::kImport;
        row.subject = invoice.id.value;
        row.payload = "{}";
        row.due = row.created = invoice.created_at;
        row.cause = cause;
        row.request = request_;
        tx_.outbox().add(row);
    }

    const Context& context_;
    port::Tx& tx_;
    const domain::Merchant& merchant_;
    const domain::RequestId& request_;
};

}  // namespace

Subscriptions::Receipt Subscriptions::receive(port::Tx& tx, const domain::Merchant& merchant,
                                              const port::HookFact& hook,
                                              const std::optional<domain::Invoice>& first,
                                              const domain::RequestId& request) {
    const auto& event = hook.subscription.value();
    if (event.demo) return Receipt::unmatched;
    auto known = tx.subscriptions().by_profile(merchant.connection, merchant.id, event.product,
                                               event.profile);
    const bool fresh = !known;
    const auto before = known ? *known : newborn(context_, merchant, event);
    auto decision = domain::decide(before, event, context_.clock.now());
    auto& it = decision.subscription;
    const bool begins =
        event.what == SubscriptionWhat::first_payment && first &&
        (before.invoice.empty() || decision.verdict == domain::SubscriptionVerdict::applied);
    if (begins) {
        it.invoice = first->id;
        it.order_number = first->order_number;
    }
    if (fresh) {
        it.version = 1;
        tx.subscriptions().insert(it);
    } else if (it != before) {
        tx.subscriptions().save(it);
    }

    Writing writing(context_, tx, merchant, request);
    writing.remember(it, event);
    auto line = writing.line(it, std::string(domain::to_word(event.what)));
    line.summary = line_summary(event);
    line.detail = line_detail(before, decision, event);
    line.charge = charge_name(tx, it, event);
    if (event.what == SubscriptionWhat::first_payment && first) line.invoice = first->id;
    if (!line.charge.empty() && event.charged && !it.invoice.empty())
        line.invoice =
            writing.book(it, {line.charge, *event.charged, event.payment, event.at,
                              event.payment_num ? std::to_string(*event.payment_num) : ""});
    tx.subscriptions().add_line(line);
    if (begins && before.invoice.empty() && !fresh) writing.book_earlier(it);
    if (begins) writing.forget_troubles(before);
    writing.judge(decision, event);
    return it.invoice.empty() ? Receipt::unmatched : Receipt::recorded;
}

}  // namespace tillbridge::service
