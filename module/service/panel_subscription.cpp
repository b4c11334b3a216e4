// What the panel shows of the subscription that a payment belongs to, and what may be done about
// it. Its acts carry key and token like those that move money.
#include <array>

#include "module/port/json.hpp"
#include "module/service/panel.hpp"
#include "module/service/subscription_desk.hpp"

namespace tillbridge::service {
namespace {

using domain::fail;
using domain::Result;
using domain::Subscription;
using domain::SubscriptionState;

constexpr std::array kPanelActs = {"stop", "resume", "discount", "next-date"};

std::string about_of(const Subscription& it) {
    return "subscription:" + it.id.value;
}

bool may(const Subscription& it, std::string_view act) {
    if (it.state == SubscriptionState::finished) return false;
    if (act == "resume") return it.state != SubscriptionState::active && !it.stopped_by_buyer;
    return it.state == SubscriptionState::active;
}

}  // namespace

bool Panel::of_subscription(const std::string& action) {
    for (const auto* act : kPanelActs)
        if (action == act) return true;
    return false;
}

void Panel::offer_subscription(const domain::Connection& connection, const domain::Invoice& invoice,
                               const std::string& language, State& state) const {
    auto it = subscriptions_.of_invoice(invoice.connection, invoice.id);
    if (!it) return;
    const auto* gateway = context_.gateways.find(it->gateway);
    const bool can = gateway != nullptr && gateway->description().capabilities.subscriptions;
    for (const auto* act : kPanelActs) {
        if (!can || !may(*it, act)) continue;
        auto made = offer(connection, state.order, act, about_of(*it), Subscriptions::mark_of(*it));
        made.most = it->cost;
        state.offers.push_back(std::move(made));
    }
    state.subscription_label = context_.texts.text(
        language, "panel.subscription." + std::string(domain::to_word(it->state)));
    state.subscription = std::move(it);
}

Result<void> Panel::change_subscription(const domain::Connection& connection, const Wish& wish,
                                        const domain::Invoice& invoice) {
    const auto it = subscriptions_.of_invoice(connection.id, invoice.id);
    if (!it) return fail("subscription.unknown");
    SubscriptionWish said{wish.action,   wish.amount.value_or(""), wish.charges, wish.date, false,
                          wish.key.value};
    auto wanted = read_wish(said);
    if (!wanted) return tl::unexpected(wanted.error());
    wanted->by = "panel, user " + wish.user + " (unproven)";
    const bool repeated = port::look_up(context_.store, [&](const port::Tx& tx) {
        return tx.subscriptions().line_of_key(it->connection, it->id, wish.key.value).has_value();
    });
    if (!repeated) {
        const auto fine = check_token(connection, wish, about_of(*it), Subscriptions::mark_of(*it));
        if (!fine) return fine;
    }
    const auto changed = subscriptions_.change(*it, *wanted, wish.about.request);
    if (changed) return {};
    auto error = changed.error();
    if (error.field == "discount") error.field = "amount";  // as the panel calls it
    return tl::unexpected(error);
}

}  // namespace tillbridge::service
