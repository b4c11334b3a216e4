// What a bot asks for: links, and changes of its buyers' subscriptions.
#include <algorithm>

#include "module/service/bot_events.hpp"
#include "module/service/bots.hpp"

namespace tillbridge::service {
namespace {

using domain::Connection;
using domain::fail;
using domain::Merchant;
using domain::Money;
using domain::Result;

bool takes(const port::GatewayDescription& gateway, const std::string& currency) {
    const auto& known = gateway.currencies;
    return std::find(known.begin(), known.end(), currency) != known.end();
}

std::string upper(std::string text) {
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

Result<Money> money_of(const std::string& text, const domain::Currency& currency,
                       const std::string& field) {
    auto money = domain::parse_money(text, currency);
    if (!money) money.error().field = field;
    return money;
}

// A gateway without discounts of its own is asked for what is left.
Result<Money> asked_sum(const BotLink& link, const domain::Currency& currency, bool discounts) {
    const auto sum = money_of(link.sum, currency, link.sum_field);
    if (!sum) return sum;
    if (link.discount.empty()) return sum;
    const auto discount = money_of(link.discount, currency, "discount_value");
    if (!discount) return discount;
    if (discount->minor >= sum->minor) return fail("bot.discount_too_large", {}, "discount_value");
    if (discounts) return sum;
    return Money{sum->minor - discount->minor, currency};
}

// A subscription for its product's price, which only the gateway knows.
Result<Money> open_price(const BotLink& link, const domain::Currency& currency) {
    if (!link.discount.empty())
        if (const auto discount = money_of(link.discount, currency, "discount_value"); !discount)
            return discount;
    return Money{0, currency};
}

std::string value_of(const BotVariables& given, const char* name, const char* other = "") {
    for (const char* each : {name, other})
        if (const auto at = given.find(each); at != given.end() && !is_skipped(at->second))
            return at->second;
    return {};
}

domain::Error in_bots_words(domain::Error error, const BotLink& link) {
    if (error.field == "amount") error.field = link.sum_field;
    if (error.field == "shopId") error.field = "store";
    return error;
}

}  // namespace

std::string default_currency(const Connection& connection, const Merchant& merchant,
                             const port::GatewayDescription& gateway) {
    const auto own = merchant.options.extra.find("currency");
    std::vector<std::string> wishes;
    if (own != merchant.options.extra.end()) wishes.push_back(upper(own->second));
    wishes.push_back(connection.currency);
    wishes.emplace_back("RUB");
    for (const auto& wish : wishes)
        if (takes(gateway, wish)) return wish;
    return gateway.currencies.empty() ? "RUB" : gateway.currencies.front();
}

Result<Merchant> Bots::store_of(const Connection& connection, const std::string& id,
                                bool with_subscriptions) const {
    const auto all = port::look_up(
        context_.store, [&](const port::Tx& tx) { return tx.merchants().list(connection.id); });
    std::vector<Merchant> fit;
    for (const auto& merchant : all) {
        if (!id.empty() && merchant.id.value == id) return merchant;
        const auto* gateway = context_.gateways.find(merchant.gateway);
        if (!merchant.active || gateway == nullptr) continue;
        if (with_subscriptions && !gateway->description().capabilities.subscriptions) continue;
        fit.push_back(merchant);
    }
    if (!id.empty()) return fail("merchant.unknown", {}, "store");
    if (fit.size() == 1) return std::move(fit.front());
    if (fit.empty() && with_subscriptions) return fail("bot.subscription_not_supported");
    auto error = fail(fit.empty() ? "bot.store_missing" : "bot.store_ambiguous", {}, "store");
    std::string names;
    for (const auto& merchant : fit)
        names += (names.empty() ? "" : ", ") + merchant.id.value + " (" + merchant.name + ")";
    error.value().params["stores"] = names;
    return error;
}

Result<Bots::Link> Bots::make_link(const Connection& connection, const BotVariables& given,
                                   const std::string& key, const domain::RequestId& request) {
    const auto read = read_bot_link(given, connection.bot->style,
                                    context_.random.id().substr(0, 10), context_.clock.now());
    if (!read) return tl::unexpected(read.error());
    if (const auto works = may_sell(connection); !works) return tl::unexpected(works.error());
    const auto& link = *read;
    const auto store = store_of(connection, link.store, !link.subscription.empty());
    if (!store) return tl::unexpected(store.error());
    const auto* gateway = context_.gateways.find(store->gateway);
    if (gateway == nullptr) return fail("gateway.unknown", {}, "store");
    const auto& description = gateway->description();
    const bool own_terms = description.capabilities.parameters;
    if (!link.subscription.empty() && !own_terms)
        return fail("bot.subscription_not_supported", {}, "prodamus_subscription");

    Payments::CreateRequest order;
    order.currency =
        link.currency.empty() ? default_currency(connection, *store, description) : link.currency;
    const auto currency = domain::Currency::parse(order.currency);
    if (!currency) return fail("money.currency_unknown", {}, "currency");
    order.open_price = link.sum.empty();
    const auto sum =
        order.open_price ? open_price(link, *currency) : asked_sum(link, *currency, own_terms);
    if (!sum) return tl::unexpected(sum.error());

    const auto name = key.empty() ? context_.random.id()
                                  : context_.keys.fingerprint(connection.id.value + ':' + key);
    order.uuid = bot_uuid(link.whole_key, name);
    // The same key with the other kind of sum is another wish.
    const auto other = bot_uuid(!link.whole_key, name);
    if (port::look_up(context_.store, [&](const port::Tx& tx) {
            return tx.invoices().by_uuid(connection.id, other).has_value();
        }))
        return fail("payment.conflict", {}, link.sum_field);
    order.shop = store->id;
    if (!order.open_price) order.amount = domain::to_decimal(*sum);
    order.order_number = link.order_id;
    order.customer_email = link.email;
    order.customer_phone = link.phone;
    order.request = request;
    order.description = link.product_name;
    order.link_expires_at = link.expires_at;
    if (own_terms) order.parameters = link.parameters;
    const auto made = payments_.create(connection, order);
    if (!made) return tl::unexpected(in_bots_words(made.error(), link));
    const auto invoice = port::look_up(context_.store, [&](const port::Tx& tx) {
        return tx.invoices().find(connection.id, made->id);
    });
    return Link{*made, invoice ? invoice->order_number : link.order_id};
}

namespace {

Result<Subscriptions::Wanted> wanted_of(Bots::Call call, const BotVariables& given) {
    Subscriptions::Wanted wanted;
    using Kind = port::SubscriptionChange::Kind;
    const auto missing = [](const char* field) { return fail("request.field_missing", {}, field); };
    const auto invalid = [](const char* field) { return fail("request.field_invalid", {}, field); };
    switch (call) {
        case Bots::Call::switch_on_off: {
            const auto on = value_of(given, "switcher");
            if (on.empty()) return missing("switcher");
            if (on != "0" && on != "1") return invalid("switcher");
            wanted.kind = Kind::activity;
            wanted.active = on == "1";
            break;
        }
        case Bots::Call::discount: {
            wanted.kind = Kind::discount;
            wanted.discount = value_of(given, "discount");
            if (wanted.discount.empty()) return missing("discount");
            if (!is_decimal(wanted.discount)) return invalid("discount");
            const auto num = value_of(given, "num");
            if (num.size() > 6 || num.find_first_not_of("0123456789") != std::string::npos)
                return invalid("num");
            wanted.charges = num.empty() ? 0 : std::stol(num);
            break;
        }
        case Bots::Call::payment_date: {
            wanted.kind = Kind::next_payment;
            const auto date = value_of(given, "date");
            if (date.empty()) return missing("date");
            const auto at = read_moscow(date);
            if (!at) return invalid("date");
            wanted.next_payment = *at;
            break;
        }
    }
    wanted.by = "bot";
    return wanted;
}

// What a gateway or our own rules said no to, in words: an answer, not an error of the request.
bool is_answer(const std::string& code) {
    return code == "gateway.refused" || code == "gateway.unsupported" ||
           code.compare(0, 13, "subscription.") == 0;
}

}  // namespace

Result<std::string> Bots::change_subscription(const Connection& connection, Call call,
                                              const BotVariables& given,
                                              const domain::RequestId& request) {
    const auto product = value_of(given, "subscription_id", "id_subscription");
    if (product.empty()) return fail("request.field_missing", {}, "subscription_id");
    if (product.size() > 20 || product.find_first_not_of("0123456789") != std::string::npos)
        return fail("request.field_invalid", {}, "subscription_id");
    port::SubscriptionIdentity who;
    who.profile = value_of(given, "profile_id");
    // A profile says it all; the older variables may be left over from another buyer.
    if (who.profile.empty()) who.phone = value_of(given, "customer_phone");
    if (who.profile.empty() && who.phone.empty()) who.email = value_of(given, "customer_email");
    if (who.profile.empty() && who.phone.empty() && who.email.empty())
        return fail("request.field_missing", {}, "customer_phone");
    // The gateway is asked about buyers that we don't know: by a name that can be one.
    if (!who.profile.empty() && !is_profile(who.profile))
        return fail("request.field_invalid", {}, "profile_id");
    if (!who.phone.empty() && !is_phone(who.phone))
        return fail("request.field_invalid", {}, "customer_phone");
    if (!who.email.empty() && !is_email(who.email))
        return fail("request.field_invalid", {}, "customer_email");
    if (!who.phone.empty() && who.phone.front() != '+') who.phone.insert(0, "+");
    auto wanted = wanted_of(call, given);
    if (!wanted) return tl::unexpected(wanted.error());
    const auto store = store_of(connection, value_of(given, "store"), true);
    if (!store) return tl::unexpected(store.error());
    if (!change_subscription_) return fail("bot.subscription_not_supported");
    const auto changed = [&]() -> Result<void> {
        // Of a subscription that we know, our rules say so later; of others nobody would.
        if (call == Call::payment_date && wanted->next_payment <= context_.clock.now())
            return fail("subscription.date_invalid", {}, "date");
        return change_subscription_(connection.id, store->id, product, who, *wanted, request)
            .map([](const Subscriptions::Changed&) {});
    }();
    if (changed) return std::string();
    const auto& error = changed.error();
    if (!is_answer(error.code)) return tl::unexpected(error);
    if (!error.message.empty()) return error.message;
    port::TextParams params(error.params.begin(), error.params.end());
    if (!error.field.empty()) params.try_emplace("field", error.field);
    return context_.texts.text(asked_language(given, connection.locale), error.code, params);
}

}  // namespace tillbridge::service
