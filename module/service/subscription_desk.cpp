#include "module/service/subscription_desk.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "module/port/json.hpp"
#include "module/service/support_views.hpp"

namespace tillbridge::service {
namespace {

using domain::fail;
using domain::Result;
using domain::Subscription;
using nlohmann::json;
using Kind = port::SubscriptionChange::Kind;

json decimal(std::int64_t minor, const domain::Currency& currency) {
    if (currency.code().empty()) return nullptr;
    return domain::to_decimal({minor, currency});
}

// A number of exactly `digits` digits at the front of `text`, which it takes off.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
    int value = 0;
    if (text.size() < digits) return {};
    const auto read = std::from_chars(text.data(), text.data() + digits, value);
    if (read.ec != std::errc() || read.ptr != text.data() + digits || value < 0) return {};
    text.remove_prefix(digits);
    return value;
}

bool take(std::string_view& text, std::string_view one_of) {
    if (text.empty() || one_of.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<domain::UtcTime> read_date(std::string_view text) {
    const auto year = take_number(text, 4);
    if (!year || !take(text, "-")) return {};
    const auto month = take_number(text, 2);
    if (!month || !take(text, "-")) return {};
    const auto day = take_number(text, 2);
    if (!day) return {};
    std::optional<int> hour = 0, minute = 0;
    if (!text.empty()) {
        if (!take(text, "T ")) return {};
        hour = take_number(text, 2);
        if (!hour || !take(text, ":")) return {};
        minute = take_number(text, 2);
        if (!minute) return {};
        if (take(text, ":") && !take_number(text, 2)) return {};
        take(text, "Z");
    }
    const std::chrono::year_month_day date{std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok() || !text.empty() || *hour > 23 || *minute > 59) return {};
    const auto at =
        std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute);
    return domain::UtcTime::from_seconds(
        std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count());
}

// For asking whether it would be taken at all.
Subscriptions::Wanted sample(const Subscription& it, std::string_view act, domain::UtcTime now) {
    Subscriptions::Wanted wanted;
    if (act == "resume") wanted.active = true;
    if (act == "discount") {
        wanted.kind = Kind::discount;
        wanted.discount = "0.01";
    }
    if (act == "next-date") {
        wanted.kind = Kind::next_payment;
        wanted.next_payment = std::max(now, it.next_payment_at) + std::chrono::hours(1);
    }
    return wanted;
}

constexpr std::array kActs = {"stop", "resume", "discount", "next-date"};

}  // namespace

json view::subscription(const Subscription& it) {
    const auto& currency = it.cost.currency;
    return {{"id", it.id.value},
            {"connection", it.connection.value},
            {"merchant", it.merchant.value},
            {"gateway", it.gateway.value},
            {"product", it.product},
            {"profile", it.profile},
            {"name", it.name},
            {"invoice", it.invoice.empty() ? json() : json(it.invoice.value)},
            {"orderNumber", it.order_number},
            {"state", domain::to_word(it.state)},
            {"stoppedByBuyer", it.stopped_by_buyer},
            {"cost", decimal(it.cost.minor, currency)},
            {"currency", currency.code()},
            {"discount", it.discount == 0 ? json() : decimal(it.discount, currency)},
            {"discountCharges", it.discount_charges},
            {"due", decimal(domain::due(it), currency)},
            {"paymentsMade", it.payments_made},
            {"limit", it.limit ? json(*it.limit) : json()},
            {"nextPaymentAt", when(it.next_payment_at)},
            {"errorCode", it.error_code},
            {"error", it.error},
            {"createdAt", when(it.created_at)},
            {"updatedAt", when(it.updated_at)}};
}

json view::line(const port::SubscriptionLine& line) {
    return {{"id", line.id},
            {"at", iso_time(line.at)},
            {"kind", line.kind},
            {"summary", line.summary},
            {"detail", json::parse(line.detail, nullptr, false)},
            {"invoice", line.invoice.empty() ? json() : json(line.invoice.value)},
            {"requestId", line.request.value}};
}

Result<Subscriptions::Wanted> read_wish(const SubscriptionWish& wish) {
    Subscriptions::Wanted wanted;
    wanted.key = wish.key;
    if (wish.act == "stop") {
        wanted.by_buyer = wish.by_buyer;
    } else if (wish.act == "resume") {
        wanted.active = true;
    } else if (wish.act == "discount") {
        wanted.kind = Kind::discount;
        wanted.discount = wish.discount;
        wanted.charges = wish.charges;
    } else if (wish.act == "next-date") {
        const auto date = read_date(wish.date);
        if (!date) return fail("subscription.date_invalid", {}, "date");
        wanted.kind = Kind::next_payment;
        wanted.next_payment = *date;
    } else {
        return fail("subscription.request_invalid", {}, "act");
    }
    return wanted;
}

Result<json> SubscriptionDesk::list(const std::string& connection,
                                    const port::SubscriptionFilter& filter,
                                    const std::string& after, int limit) const {
    const domain::ConnectionId id{connection};
    const bool known = port::look_up(
        context_.store, [&](const port::Tx& tx) { return tx.connections().find(id).has_value(); });
    if (!known) return fail("connection.unknown");
    auto rows = subscriptions_.list(id, filter, domain::SubscriptionId{after}, limit + 1);
    const bool more = std::ssize(rows) > limit;
    if (more) rows.resize(static_cast<std::size_t>(limit));
    json out = json::array();
    for (const auto& it : rows) out.push_back(view::subscription(it));
    return json{{"subscriptions", std::move(out)}, {"more", more}};
}

json SubscriptionDesk::find(const std::string& text, int limit) const {
    json out = json::array();
    for (const auto& it : subscriptions_.search(text, limit)) out.push_back(view::subscription(it));
    return out;
}

Result<Subscription> SubscriptionDesk::one(const std::string& name) const {
    const auto found = subscriptions_.search(name, 2);
    if (found.empty()) return fail("subscription.unknown");
    if (found.size() > 1 && found.front().id.value != name) return fail("subscription.ambiguous");
    return found.front();
}

json SubscriptionDesk::acts_of(const Subscription& it) const {
    json acts;
    for (const auto* act : kActs) {
        // Only what runs has a next charge, or can be stopped.
        const bool runs = it.state == domain::SubscriptionState::active;
        const bool moot = (std::string_view(act) == "resume") == runs;
        acts[act] =
            !moot &&
            subscriptions_.may_change(it, sample(it, act, context_.clock.now())).has_value();
    }
    return acts;
}

Result<json> SubscriptionDesk::show(const std::string& name) const {
    const auto found = one(name);
    if (!found) return tl::unexpected(found.error());
    const auto story = subscriptions_.find(found->connection, found->id);
    if (!story) return fail("subscription.unknown");
    json lines = json::array();
    for (const auto& line : story->lines) lines.push_back(view::line(line));
    return json{{"subscription", view::subscription(story->subscription)},
                {"journal", std::move(lines)},
                {"acts", acts_of(story->subscription)}};
}

Result<json> SubscriptionDesk::act(const Actor& actor, const std::string& name,
                                   const SubscriptionWish& wish, const SupportActs::Mode& mode) {
    const auto it = one(name);
    if (!it) return tl::unexpected(it.error());
    auto wanted = read_wish(wish);
    if (!wanted) return tl::unexpected(wanted.error());
    wanted->by = actor.name;
    if (const auto fine = subscriptions_.may_change(*it, *wanted); !fine)
        return tl::unexpected(fine.error());
    auto key = "support.would.subscription." + wish.act;
    std::replace(key.begin(), key.end(), '-', '_');
    const port::TextParams params{{"name", it->name.empty() ? it->product : it->name},
                                  {"profile", it->profile},
                                  {"gateway", it->gateway.value},
                                  {"discount", wish.discount},
                                  {"charges", std::to_string(wish.charges)},
                                  {"date", wish.date}};
    json out{{"act", wish.act},
             {"dryRun", mode.dry_run},
             {"would", json::array({context_.texts.text(mode.language, key, params)})}};
    if (mode.dry_run) return out;
    context_.store.write([&](port::Tx& tx) {
        write_audit(context_, tx, actor, "subscription." + wish.act, it->connection, it->id.value,
                    {{"discount", wish.discount},
                     {"charges", wish.charges},
                     {"date", wish.date},
                     {"byBuyer", wish.by_buyer}});
    });
    const auto changed = subscriptions_.change(*it, *wanted, actor.request);
    if (!changed) return tl::unexpected(changed.error());
    out["before"] = domain::to_word(it->state);
    out["subscription"] = view::subscription(changed->subscription.value());
    out["after"] = domain::to_word(changed->subscription->state);
    return out;
}

}  // namespace tillbridge::service
