#include "module/service/subscriptions.hpp"

#include <nlohmann/json.hpp>

#include "module/domain/card_mask.hpp"
#include "module/port/crash_point.hpp"
#include "module/port/json.hpp"
#include "module/service/problems.hpp"
#include "module/service/support_contacts.hpp"

namespace tillbridge::service {
namespace {

using domain::fail;
using domain::OperationState;
using domain::Result;
using domain::Subscription;
using domain::SubscriptionState;
using Kind = port::SubscriptionChange::Kind;

constexpr std::int64_t kMostCharges = 1000;

const char* kind_of(Kind kind) {
    switch (kind) {
        case Kind::activity:
            return "change.activity";
        case Kind::discount:
            return "change.discount";
        case Kind::next_payment:
            break;
    }
    return "change.next_payment";
}

std::string in_words(const Subscriptions::Wanted& wanted) {
    switch (wanted.kind) {
        case Kind::activity:
            return wanted.active ? "on" : wanted.by_buyer ? "off, for the buyer" : "off";
        case Kind::discount:
            return wanted.discount +
                   (wanted.charges > 0 ? " × " + std::to_string(wanted.charges) : std::string());
        case Kind::next_payment:
            break;
    }
    return std::to_string(wanted.next_payment.seconds());
}

// The discount in the currency of what is subscribed to; roubles where that is not known.
Result<domain::Money> discount_of(const Subscription& it, const std::string& text) {
    auto currency = it.cost.currency;
    if (currency.code().empty()) currency = domain::Currency::parse("RUB").value();
    return domain::parse_money(text, currency);
}

Result<void> check_discount(const Subscription& it, const Subscriptions::Wanted& wanted) {
    const auto sum = discount_of(it, wanted.discount);
    const bool over = sum && it.cost.minor > 0 && sum->minor > it.cost.minor;
    if (!sum || sum->minor <= 0 || over)
        return fail("subscription.discount_invalid", {}, "discount");
    if (wanted.charges < 0 || wanted.charges > kMostCharges)
        return fail("subscription.discount_invalid", {}, "charges");
    return {};
}

domain::Error error_of(const port::SubscriptionAnswer& answer) {
    domain::Error error{answer.code, answer.reason, answer.field, {{"reason", answer.reason}}};
    // Unlike a payment's: nothing tells later, and a repeat says the same.
    if (error.code.empty() || error.code == "gateway.silent") error.code = "gateway.change_unclear";
    return error;
}

void take(Subscription& it, const Subscriptions::Wanted& wanted) {
    switch (wanted.kind) {
        case Kind::activity:
            if (wanted.active) {
                it.state = SubscriptionState::active;
                it.error_code.clear();
                it.error.clear();
            } else if (it.state == SubscriptionState::active) {
                it.state = SubscriptionState::stopped;
            }
            if (!wanted.active && wanted.by_buyer) it.stopped_by_buyer = true;
            break;
        case Kind::discount:
            it.discount = discount_of(it, wanted.discount).value().minor;
            it.discount_charges = wanted.charges;
            break;
        case Kind::next_payment:
            it.next_payment_at = domain::by_the_minute(wanted.next_payment);
            break;
    }
}

port::SubscriptionLine line_of(const Subscription& it, const Subscriptions::Wanted& wanted,
                               domain::UtcTime at, const domain::RequestId& request) {
    port::SubscriptionLine line;
    line.connection = it.connection;
    line.subscription = it.id;
    line.at = at;
    line.kind = kind_of(wanted.kind);
    line.summary = in_words(wanted);
    line.key = wanted.key;
    line.request = request;
    return line;
}

std::string call_detail(const port::SubscriptionAnswer& answer) {
    nlohmann::json detail{{"result", domain::to_word(answer.result)}, {"code", answer.code}};
    if (!answer.reason.empty()) detail["reason"] = domain::mask_cards(answer.reason);
    for (const auto& exchange : answer.log.exchanges) {
        detail["status"] = exchange.http_status;
        detail["took_us"] = exchange.took.count();
        detail["call"] = exchange.what;
    }
    return port::to_text(detail);
}

// What became of the same wish before; none where it is not known to have ended.
std::optional<Result<Subscriptions::Changed>> ended_before(const port::Tx& tx,
                                                           const Subscription& it,
                                                           const Subscriptions::Wanted& wanted) {
    if (wanted.key.empty()) return {};
    const auto line = tx.subscriptions().line_of_key(it.connection, it.id, wanted.key);
    if (!line) return {};
    // A key names one wish: with another it is somebody's mistake, or worse.
    if (line->kind != kind_of(wanted.kind) || line->summary != in_words(wanted))
        return fail("payment.changed");
    const auto detail = nlohmann::json::parse(line->detail);
    const auto result = detail.value("result", std::string());
    const auto reason = detail.value("reason", std::string());
    if (result == domain::to_word(OperationState::succeeded))
        return Subscriptions::Changed{it, reason, true};
    if (result == domain::to_word(OperationState::refused))
        return tl::unexpected(
            domain::Error{detail.value("code", std::string()), reason, {}, {{"reason", reason}}});
    return {};
}

}  // namespace

std::string Subscriptions::mark_of(const Subscription& it) {
    return std::string(domain::to_word(it.state)) + ' ' + std::to_string(it.payments_made) + ' ' +
           std::to_string(it.discount) + ' ' + std::to_string(it.discount_charges) + ' ' +
           std::to_string(it.next_payment_at.micros) + ' ' + std::to_string(it.version);
}

Result<void> Subscriptions::may_change(const Subscription& it, const Wanted& wanted) const {
    const auto* gateway = context_.gateways.find(it.gateway);
    if (gateway == nullptr || !gateway->description().capabilities.subscriptions)
        return fail("gateway.unsupported");
    if (it.state == SubscriptionState::finished) return fail("subscription.finished");
    switch (wanted.kind) {
        case Kind::activity:
            if (!wanted.active) return {};
            if (wanted.by_buyer) return fail("subscription.request_invalid", {}, "by_buyer");
            if (it.stopped_by_buyer) return fail("subscription.stopped_by_buyer");
            return {};
        case Kind::discount:
            return check_discount(it, wanted);
        case Kind::next_payment:
            break;
    }
    const auto at = domain::by_the_minute(wanted.next_payment);
    if (at <= context_.clock.now() || at < domain::by_the_minute(it.next_payment_at))
        return fail("subscription.date_invalid", {}, "date");
    return {};
}

Result<Subscriptions::Changed> Subscriptions::change(const Subscription& it, const Wanted& wanted,
                                                     const domain::RequestId& request) {
    port::SubscriptionIdentity who;
    who.profile = it.profile;
    return carry_out(it, who, wanted, request);
}

Result<Subscriptions::Changed> Subscriptions::carry_out(const Subscription& it,
                                                        const port::SubscriptionIdentity& who,
                                                        const Wanted& wanted,
                                                        const domain::RequestId& request) {
    struct Begun {
        std::optional<Result<Changed>> ended;
        std::optional<domain::Merchant> merchant;
    };
    const auto begun = port::commit(context_.store, [&](port::Tx& tx) -> Begun {
        const auto now = tx.subscriptions().find(it.connection, it.id);
        if (!now) return {Result<Changed>(fail("subscription.unknown")), {}};
        if (auto before = ended_before(tx, *now, wanted)) return {std::move(before), {}};
        if (auto fine = may_change(*now, wanted); !fine)
            return {Result<Changed>(tl::unexpected(fine.error())), {}};
        auto line = line_of(*now, wanted, context_.clock.now(), request);
        line.detail = port::to_text({{"result", "started"}, {"by", wanted.by}});
        tx.subscriptions().add_line(line);
        return {{}, tx.merchants().find(it.connection, it.merchant)};
    });
    if (begun.ended) return *begun.ended;
    if (!begun.merchant) return fail("merchant.unknown");
    port::crash_point("subscription.intent_committed");

    const auto answer =
        context_.gateways.find(it.gateway)
            ->set_subscription(*begun.merchant, request_of(it.product, who, wanted));
    port::crash_point("subscription.after_call");
    const bool done = answer.result == OperationState::succeeded;
    const auto after = port::commit(context_.store, [&](port::Tx& tx) {
        auto now = tx.subscriptions().find(it.connection, it.id).value();
        auto line = line_of(now, wanted, context_.clock.now(), request);
        line.detail = call_detail(answer);
        tx.subscriptions().add_line(line);
        if (!done) return now;
        const auto before = now;
        take(now, wanted);
        if (now != before) {
            now.updated_at = context_.clock.now();
            tx.subscriptions().save(now);
        }
        if (wanted.kind == Kind::activity && !now.invoice.empty())
            clear_problem(tx, now.connection, "subscription.charge_failed", now.invoice.value);
        return now;
    });
    if (!done) return tl::unexpected(error_of(answer));
    return Changed{after, answer.reason, false};
}

port::SubscriptionChange Subscriptions::request_of(const std::string& product,
                                                   const port::SubscriptionIdentity& who,
                                                   const Wanted& wanted) {
    port::SubscriptionChange change;
    change.product = product;
    change.who = who;
    change.kind = wanted.kind;
    change.active = wanted.active;
    change.by_buyer = wanted.by_buyer;
    change.discount = wanted.discount;
    change.charges = wanted.charges;
    change.next_payment = wanted.next_payment;
    return change;
}

Result<Subscriptions::Changed> Subscriptions::change(const domain::ConnectionId& connection,
                                                     const domain::MerchantId& merchant,
                                                     const std::string& product,
                                                     const port::SubscriptionIdentity& who,
                                                     const Wanted& wanted,
                                                     const domain::RequestId& request) {
    if (who.empty()) return fail("subscription.identity_missing");
    struct Found {
        std::optional<domain::Merchant> merchant;
        std::optional<Subscription> subscription;
    };
    const auto found = port::look_up(context_.store, [&](const port::Tx& tx) {
        Found it{tx.merchants().find(connection, merchant), {}};
        if (!who.profile.empty()) {
            it.subscription =
                tx.subscriptions().by_profile(connection, merchant, product, who.profile);
            return it;
        }
        for (const auto& contact : {who.phone, who.email}) {
            for (const auto& print : contact_fingerprints(context_.keys, contact)) {
                const auto some =
                    tx.subscriptions().by_contact(connection, merchant, product, print, 1);
                if (!some.empty() && !it.subscription) it.subscription = some.front();
            }
        }
        return it;
    });
    if (!found.merchant) return fail("merchant.unknown");
    if (found.subscription) return carry_out(*found.subscription, who, wanted, request);
    auto* gateway = context_.gateways.find(found.merchant->gateway);
    if (gateway == nullptr) return fail("gateway.unsupported");
    const auto answer =
        gateway->set_subscription(*found.merchant, request_of(product, who, wanted));
    if (answer.result != OperationState::succeeded) return tl::unexpected(error_of(answer));
    return Changed{{}, answer.reason, false};
}

// --- reading ---

std::optional<Subscriptions::Story> Subscriptions::find(const domain::ConnectionId& connection,
                                                        const domain::SubscriptionId& id) const {
    return port::look_up(context_.store, [&](const port::Tx& tx) -> std::optional<Story> {
        auto it = tx.subscriptions().find(connection, id);
        if (!it) return {};
        return Story{std::move(*it), tx.subscriptions().lines(connection, id)};
    });
}

std::optional<Subscription> Subscriptions::of_invoice(const domain::ConnectionId& connection,
                                                      const domain::InvoiceId& invoice) const {
    return port::look_up(context_.store, [&](const port::Tx& tx) {
        return tx.subscriptions().by_invoice(connection, invoice);
    });
}

std::vector<Subscription> Subscriptions::list(const domain::ConnectionId& connection,
                                              const port::SubscriptionFilter& filter,
                                              const domain::SubscriptionId& after,
                                              int limit) const {
    return port::look_up(context_.store, [&](const port::Tx& tx) {
        return tx.subscriptions().list(connection, filter, after, limit);
    });
}

std::vector<Subscription> Subscriptions::search(const std::string& text, int limit) const {
    const auto prints = contact_fingerprints(context_.keys, text);
    return port::look_up(context_.store, [&](const port::Tx& tx) {
        return tx.subscriptions().search(text, prints, limit);
    });
}

}  // namespace tillbridge::service
