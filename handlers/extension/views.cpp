#include "handlers/extension/views.hpp"

#include "handlers/settings/views.hpp"

namespace tillbridge::handlers::extension {

using nlohmann::json;
using service::Panel;

namespace {

json moment(domain::UtcTime at) {
    return at ? json(settings::iso_time(at)) : json();
}

json payment_view(const Panel::State& state) {
    const domain::Invoice& it = *state.invoice;
    const auto sum = [&](std::int64_t minor) {
        return domain::to_decimal({minor, it.amount.currency});
    };
    json timeline = json::array();
    for (const auto& step : state.timeline)
        timeline.push_back({{"at", moment(step.at)}, {"text", step.text}});
    return {{"id", it.id.value},
            {"state", std::string(domain::to_word(it.state))},
            {"amount", sum(it.amount.minor)},
            {"currency", it.amount.currency.code()},
            {"authorized", sum(it.authorized)},
            {"captured", sum(it.captured)},
            {"refunded", sum(it.refunded)},
            {"refundable", sum(it.refundable())},
            {"busy", it.busy() != nullptr},
            {"reason", state.reason},
            {"link", state.link},
            {"store", state.store},
            {"createdAt", moment(it.created_at)},
            {"linkExpiresAt", moment(it.link_expires_at)},
            {"holdEndsAt",
             it.state == domain::InvoiceState::authorized ? moment(it.hold_ends_at) : json()},
            {"paidAt", moment(it.paid_at)},
            {"timeline", std::move(timeline)}};
}

json subscription_view(const Panel::State& state) {
    const domain::Subscription& it = *state.subscription;
    const bool priced = !it.cost.currency.code().empty();
    return {
        {"id", it.id.value},
        {"name", it.name},
        {"state", std::string(domain::to_word(it.state))},
        {"label", state.subscription_label},
        {"due", priced ? json(domain::to_decimal({domain::due(it), it.cost.currency})) : json()},
        {"currency", it.cost.currency.code()},
        {"paymentsMade", it.payments_made},
        {"nextPaymentAt", moment(it.next_payment_at)},
        {"error", it.error.empty() ? it.error_code : it.error}};
}

json offer_view(const Panel::Offer& offer) {
    json view{{"action", offer.action}};
    if (offer.action == "check") return view;
    view["key"] = offer.key.value;
    view["token"] = offer.token;
    if (offer.action == "cancel") return view;
    if (offer.most.currency.code().empty()) return view;
    view["max"] = domain::to_decimal(offer.most);
    view["currency"] = offer.most.currency.code();
    if (offer.action == "create") {
        view["payment"] = offer.payment;
        view["store"] = offer.store;
    } else {
        view["part"] = offer.part;
    }
    return view;
}

}  // namespace

json view_of(const Panel::State& state) {
    json others = json::array();
    for (const auto& other : state.others)
        others.push_back({{"id", other.id.value},
                          {"label", other.label},
                          {"amount", domain::to_decimal(other.amount)},
                          {"currency", other.amount.currency.code()},
                          {"createdAt", moment(other.created_at)}});
    json actions = json::array();
    for (const auto& offer : state.offers) actions.push_back(offer_view(offer));
    return {{"order", {{"id", state.order}, {"number", state.number}}},
            {"label", state.label},
            {"payment", state.invoice ? payment_view(state) : json()},
            {"others", std::move(others)},
            {"actions", std::move(actions)},
            {"notes", state.notes},
            {"subscription", state.subscription ? subscription_view(state) : json()},
            {"moving", state.moving}};
}

}  // namespace tillbridge::handlers::extension
