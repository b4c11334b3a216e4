#include "module/service/panel.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "module/service/panel_invoices.hpp"

namespace tillbridge::service {
namespace {

using domain::fail;
using domain::Invoice;
using domain::InvoiceState;
using domain::Result;
using panel::find;
using panel::is_live;
using panel::live_for;
using panel::payment_mark;

constexpr int kMostInvoices = 50;

}  // namespace

Panel::Panel(Context context, Payments& payments, Inquiries& inquiries, int most_creates)
    : context_(context),
      payments_(payments),
      inquiries_(inquiries),
      orders_(context),
      subscriptions_(context),
      most_creates_(most_creates) {}

Panel::Invoices Panel::invoices_of(const domain::Connection& connection, std::int64_t order) const {
    return port::look_up(context_.store, [&](const port::Tx& tx) {
        return tx.invoices().of_order(connection.id, order, kMostInvoices);
    });
}

// --- tokens ---

std::string Panel::seal(const domain::Connection& connection, std::int64_t order,
                        const std::string& action, const std::string& about,
                        const domain::OperationId& key, const std::string& mark,
                        std::int64_t until) const {
    return context_.keys.fingerprint(fmt::format("panel offer\n{}\n{}\n{}\n{}\n{}\n{}\n{}",
                                                 connection.client_id.reveal(), order, action,
                                                 about, key.value, until, mark));
}

Panel::Offer Panel::offer(const domain::Connection& connection, std::int64_t order,
                          const char* action, const std::string& about,
                          const std::string& mark) const {
    Offer made;
    made.action = action;
    made.key = domain::OperationId(context_.random.id());
    const auto until = (context_.clock.now() + kOfferLasts).seconds();
    made.token =
        std::to_string(until) + "." + seal(connection, order, action, about, made.key, mark, until);
    return made;
}

// A forged token, one of another order or action, one that is too old and one whose payment has
// changed meanwhile are all the same: look again.
Result<void> Panel::check_token(const domain::Connection& connection, const Wish& wish,
                                const std::string& about, const std::string& mark) const {
    const auto dot = wish.token.find('.');
    std::int64_t until = 0;
    for (const char c : wish.token.substr(0, dot)) {
        if (c < '0' || c > '9' || until > 100'000'000'000) return fail("payment.changed");
        until = until * 10 + (c - '0');
    }
    if (dot == std::string::npos || context_.clock.now().seconds() > until)
        return fail("payment.changed");
    const auto expected =
        seal(connection, wish.about.order, wish.action, about, wish.key, mark, until);
    if (!port::KeyRing::equal_constant_time(expected, std::string_view(wish.token).substr(dot + 1)))
        return fail("payment.changed");
    return {};
}

// --- reading ---

Result<Panel::Answer> Panel::look(const domain::Connection& connection, const Question& question) {
    auto invoices = invoices_of(connection, question.order);
    if (!question.payment.empty() && find(invoices, question.payment) == nullptr)
        return fail("payment.unknown", {}, "paymentId");
    return Answer{state_of(connection, question, invoices), std::nullopt};
}

Panel::State Panel::state_of(const domain::Connection& connection, const Question& question,
                             Invoices& invoices) {
    State state;
    state.order = question.order;
    const auto* chosen = find(invoices, question.payment);
    const auto* about = chosen != nullptr ? chosen : panel::matters_most(invoices);
    const auto& language = question.language;
    for (const auto& it : invoices) {
        if (about != nullptr && it.invoice.id == about->id) continue;
        state.others.push_back({it.invoice.id, label_of(it.invoice, context_.texts, language),
                                it.invoice.amount, it.invoice.created_at});
    }
    if (about != nullptr) {
        state.invoice = *about;
        state.number = about->order_number;
        state.label = label_of(*about, context_.texts, language);
        if (!about->reason.empty())
            state.reason =
                context_.texts.text(language, about->reason, {{"detail", about->reason_detail}});
        state.link = payments_.link(about->slug);
        state.timeline = timeline_of(*about, context_.texts, language);
        state.store = port::look_up(context_.store, [&](const port::Tx& tx) {
            const auto store = tx.merchants().find(connection.id, about->merchant);
            return store ? store->name : std::string();
        });
        offer_moves(connection, *about, language, state);
        offer_subscription(connection, *about, language, state);
    } else {
        state.label = context_.texts.text(language, "panel.state.none");
    }
    offer_creates(connection, question, invoices, state);
    return state;
}

void Panel::offer_moves(const domain::Connection& connection, const Invoice& invoice,
                        const std::string& language, State& state) const {
    const auto* gateway = context_.gateways.find(invoice.gateway);
    if (gateway == nullptr) return;
    const auto& can = gateway->description().capabilities;
    const auto mark = Payments::mark_of(invoice);
    const auto add = [&](const char* action, std::int64_t most, bool part) {
        auto made = offer(connection, state.order, action, invoice.id.value, mark);
        made.most = {most, invoice.amount.currency};
        made.part = part;
        state.offers.push_back(std::move(made));
    };
    const auto* in_flight = invoice.busy();
    const bool busy = in_flight != nullptr;
    if (busy && in_flight->state == domain::OperationState::unknown)
        state.notes.push_back(context_.texts.text(language, "panel.unclear"));
    state.moving =
        busy || invoice.state == InvoiceState::creating || invoice.state == InvoiceState::pending;
    if (!busy && invoice.state == InvoiceState::authorized)
        add("capture", invoice.authorized, can.partial_capture);
    const bool refundable = invoice.state == InvoiceState::paid && invoice.refundable() > 0;
    if (!busy && refundable && can.refund) add("refund", invoice.refundable(), can.partial_refund);
    if (refundable && !can.refund)
        state.notes.push_back(context_.texts.text(language, "payment.refund_not_supported",
                                                  {{"gateway", gateway->description().name}}));
    if (!busy &&
        (invoice.state == InvoiceState::pending || invoice.state == InvoiceState::authorized))
        add("cancel", 0, false);
    if (can.status_query && invoice.state != InvoiceState::refunded &&
        invoice.state != InvoiceState::failed) {
        Offer check;
        check.action = "check";
        state.offers.push_back(std::move(check));
    }
}

// Which payment of the order an invoice is for, only the CRM knows; it is asked once.
void Panel::learn_payments(const domain::Connection& connection, std::int64_t order,
                           Invoices& invoices) const {
    for (auto& it : invoices) {
        if (it.payment != 0 || !is_live(it.invoice)) continue;
        const auto told = context_.host.payment_of(connection, it.invoice.uuid);
        using enum port::HostResult;
        if (told.answer.result != ok && told.answer.result != refused) return;  // asked again later
        if (told.answer.result != ok || told.value <= 0) continue;
        it.payment = told.value;
        context_.store.write([&](port::Tx& tx) {
            tx.invoices().link_order(connection.id, order, it.invoice.id, it.payment);
        });
    }
}

void Panel::offer_creates(const domain::Connection& connection, const Question& question,
                          Invoices& invoices, State& state) {
    if (std::any_of(invoices.begin(), invoices.end(),
                    [](const auto& it) { return panel::is_open(it.invoice); }))
        return;
    const auto note = [&](const std::string& code, const std::string& reason = {}) {
        state.notes.push_back(context_.texts.text(question.language, code, {{"reason", reason}}));
    };
    if (connection.frozen) return note("connection.frozen");
    if (!connection.active) return note("connection.inactive");
    const auto found = orders_.read(connection, question.order);
    if (!found) {
        // Without it everything but a new link works on, so it is said only where one is missing.
        if (invoices.empty()) note(found.error().code, found.error().message);
        return;
    }
    if (!found->number.empty()) state.number = found->number;
    if (found->payable.empty()) {
        if (invoices.empty()) note("panel.no_payment");
        return;
    }
    learn_payments(connection, question.order, invoices);
    const auto mark = panel::mark_of(invoices);
    for (const auto& payable : found->payable) {
        // A paid one of which the CRM does not tell the payment may be this one.
        if (live_for(invoices, payable.payment) != nullptr || live_for(invoices, 0) != nullptr)
            continue;
        auto made = offer(connection, state.order, "create", payment_mark(payable.payment), mark);
        made.most = payable.amount;
        made.payment = payable.payment;
        made.store = payable.store;
        state.offers.push_back(std::move(made));
    }
}

}  // namespace tillbridge::service
