// What the panel's buttons do. They take the same road as the CRM's own calls.
#include "module/port/json.hpp"
#include "module/service/account.hpp"
#include "module/service/panel.hpp"
#include "module/service/panel_invoices.hpp"

namespace tillbridge::service {
namespace {

using domain::fail;
using domain::Invoice;
using domain::Operation;
using domain::OperationState;
using domain::Result;
using panel::find;
using panel::is_live;
using panel::live_for;
using panel::payment_mark;

// The second of two clicks on "create" waits so long for the first one's link.
constexpr auto kTurnPatience = std::chrono::seconds(8);

// What became of an operation whose caller comes again.
Result<void> outcome_of(const Operation& op) {
    if (op.state == OperationState::succeeded) return {};
    domain::Error error{"gateway.silent", op.reason, {}, {{"reason", op.reason}}};
    if (op.state == OperationState::refused) error.code = "gateway.refused";
    if (op.state == OperationState::not_done) error.code = "gateway.unavailable";
    if (op.state == OperationState::pending || op.state == OperationState::started ||
        op.state == OperationState::planned)
        error.code = "payment.busy";
    return tl::unexpected(error);
}

}  // namespace

Result<Panel::Answer> Panel::act(const domain::Connection& connection, const Wish& wish) {
    auto invoices = invoices_of(connection, wish.about.order);
    if (wish.action != "create" && find(invoices, wish.about.payment) == nullptr)
        return fail("payment.unknown", {}, "paymentId");
    const auto done = carry_out(connection, wish, invoices);
    invoices = invoices_of(connection, wish.about.order);
    Answer answer{state_of(connection, wish.about, invoices), std::nullopt};
    if (!done) answer.error = done.error();
    return answer;
}

Result<void> Panel::carry_out(const domain::Connection& connection, const Wish& wish,
                              const Invoices& invoices) {
    if (wish.action == "create") return create(connection, wish);
    const auto& invoice = *find(invoices, wish.about.payment);
    if (wish.action == "check") {
        const auto asked = inquiries_.ask(connection.id, invoice.id, "panel", wish.about.request);
        if (!asked) return tl::unexpected(asked.error());
        return {};
    }
    if (of_subscription(wish.action)) return change_subscription(connection, wish, invoice);
    if (const auto* known = invoice.find(wish.key)) return outcome_of(*known);
    const auto fine = check_token(connection, wish, invoice.id.value, Payments::mark_of(invoice));
    return fine ? move(connection, wish, invoice) : fine;
}

Result<void> Panel::move(const domain::Connection& connection, const Wish& wish,
                         const Invoice& invoice) {
    const Payments::Seen seen{wish.key, Payments::mark_of(invoice)};
    const auto& request = wish.about.request;
    // A sum that is none is nobody's wish: nothing is written down of it.
    if (wish.amount && wish.action != "cancel")
        if (const auto sum = read_amount(*wish.amount, invoice.amount.currency); !sum)
            return tl::unexpected(sum.error());
    note_wish(connection, wish, invoice);
    Result<void> result;
    if (wish.action == "capture") {
        result = payments_.approve(connection, invoice.id, wish.amount, request, seen);
    } else if (wish.action == "cancel") {
        result = payments_.cancel(connection, invoice.id, request, seen);
    } else {
        const auto* gateway = context_.gateways.find(invoice.gateway);
        const bool in_parts =
            gateway == nullptr || gateway->description().capabilities.partial_refund;
        if (wish.amount && !in_parts) {
            const auto part = domain::parse_money(*wish.amount, invoice.amount.currency);
            if (!part || part->minor != invoice.refundable())
                return fail("payment.partial_not_supported", {}, "amount");
        }
        const auto refund = payments_.refund(connection, invoice.id, wish.amount, request, seen);
        if (!refund) result = tl::unexpected(refund.error());
    }
    if (!result) return result;
    // The twin of a click that is still under way came through without an outcome of its own.
    const auto now = port::look_up(context_.store, [&](const port::Tx& tx) {
        return tx.invoices().find(connection.id, invoice.id);
    });
    const auto* op = now ? now->find(wish.key) : nullptr;
    return op == nullptr ? Result<void>() : outcome_of(*op);
}

void Panel::note_wish(const domain::Connection& connection, const Wish& wish,
                      const Invoice& invoice) {
    port::JournalLine line;
    line.connection = connection.id;
    line.invoice = invoice.id;
    line.at = context_.clock.now();
    line.kind = "panel." + wish.action;
    if (wish.amount) line.summary = *wish.amount + ' ' + invoice.amount.currency.code();
    line.detail = port::to_text({{"key", wish.key.value}, {"user_unproven", wish.user}});
    line.request = wish.about.request;
    context_.store.write([&](port::Tx& tx) { tx.journal().add(line); });
}

// --- a new link ---

// One at a time for an order, and so many at once for all; as many may wait, each holds a thread.
class Panel::Turn {
  public:
    Turn(Panel& panel, const domain::Connection& connection, std::int64_t order)
        : panel_(panel), key_(connection.id.value, order) {
        std::unique_lock lock(panel_.mutex_);
        if (panel_.waiting_ >= panel_.most_creates_) return;
        ++panel_.waiting_;
        mine_ = panel_.turn_over_.wait_for(lock, kTurnPatience, [&] {
            return panel_.creating_.count(key_) == 0 &&
                   std::ssize(panel_.creating_) < panel_.most_creates_;
        });
        --panel_.waiting_;
        if (mine_) panel_.creating_.insert(key_);
    }
    ~Turn() {
        if (!mine_) return;
        const std::lock_guard lock(panel_.mutex_);
        panel_.creating_.erase(key_);
        panel_.turn_over_.notify_all();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    bool mine() const { return mine_; }

  private:
    Panel& panel_;
    std::pair<std::string, std::int64_t> key_;
    bool mine_ = false;
};

Result<void> Panel::create(const domain::Connection& connection, const Wish& wish) {
    if (connection.frozen) return fail("connection.frozen");
    if (!connection.active) return fail("connection.inactive");
    const Turn turn(*this, connection, wish.about.order);
    if (!turn.mine()) return fail("payment.busy");
    const auto before = invoices_of(connection, wish.about.order);
    if (live_for(before, wish.payment) != nullptr) return {};  // the first of two clicks made it
    const auto fine =
        check_token(connection, wish, payment_mark(wish.payment), panel::mark_of(before));
    return fine ? ask_for_link(connection, wish, before) : fine;
}

// The CRM makes the invoice and calls our own `create`, with amount, items and buyer as it knows
// them: a link from here and one from the CRM's own button are the same thing.
Result<void> Panel::ask_for_link(const domain::Connection& connection, const Wish& wish,
                                 const Invoices& before) {
    const auto order = wish.about.order;
    const auto reply = context_.host.create_invoice(connection, wish.payment);
    orders_.forget(connection, order);
    const auto after = invoices_of(connection, order);
    std::vector<const Invoice*> fresh;
    for (const auto& it : after)
        if (find(before, it.invoice.id) == nullptr) fresh.push_back(&it.invoice);
    // More than one: somebody made a link of another payment; the CRM will tell which is which.
    const Invoice* made = fresh.size() == 1 ? fresh.front() : nullptr;
    if (made != nullptr) {
        context_.store.write([&](port::Tx& tx) {
            tx.invoices().link_order(connection.id, order, made->id, wish.payment);
        });
        note_wish(connection, wish, *made);
    }
    // Whatever the CRM made of our answer: the link is there.
    if (reply.answer.result == port::HostResult::ok || (made != nullptr && is_live(*made)))
        return {};
    if (reply.answer.result == port::HostResult::silent) return fail("panel.create_unclear");
    return tl::unexpected(host_error(reply.answer));
}

}  // namespace tillbridge::service
