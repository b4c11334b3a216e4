#include "tests/sandbox/prodamus/club.hpp"

#include <algorithm>

#include "tests/sandbox/prodamus/links.hpp"
#include "tests/sandbox/prodamus/notices.hpp"
#include "tests/sandbox/prodamus/values.hpp"

namespace tillbridge::sandbox {
namespace {

constexpr Millis kOneHour = 3'600'000;

std::int64_t whole(const Tree& request, const char* name) {
    return parse_count(get(request, name)).value_or(0);
}

}  // namespace

std::string charge_error_text(const std::string& code) {
    static const std::map<std::string, std::string> kTexts{
        {"card_expired", "Срок действия карты истёк."},
        {"operation_rejected", "Операция отклонена. Обратитесь в банк, выпустивший карту."},
        {"insufficient_funds", "Недостаточно средств."},
        {"operation_denied", "Отказ в проведении операции банком эмитентом."},
        {"card_limit", "Превышен лимит по карте."},
        {"card_lost", "Карта утеряна"},
        {"3ds_error", "Отказ в проведении операции банком."},
        {"system_error", "Системная ошибка"}};
    const auto found = kTexts.find(code);
    return found == kTexts.end() ? "" : found->second;
}

std::int64_t ProdamusClub::join(const ProdamusLink& link, const ProdamusOrder& order) {
    const auto& product = prodamus_.products.at(link.product);
    const auto now = prodamus_.world.clock.now();
    ProdamusProfile profile;
    profile.product = product.id;
    profile.host = link.host;
    profile.link = link.code;
    profile.phone = order.phone;
    profile.email = order.email;
    profile.vk_user_id = get(link.request, "vk_user_id");
    profile.tg_user_id = get(link.request, "tg_user_id");
    profile.demo = link.demo;
    profile.first_discount = link.discount;
    const auto limit = whole(link.request, "subscription_limit_autopayments");
    profile.limit = limit < 1 ? product.limit : limit;
    profile.created = profile.first = profile.last = now;
    profile.payments = 1;
    // A date that has passed moves forward by the product's period (§2.2); a trial comes on top.
    auto start = parse_moscow(get(link.request, "subscription_date_start")).value_or(now);
    while (start <= now) start = next_period(product, start);
    const auto trial = link.request.contains("subscription_demo_period")
                           ? whole(link.request, "subscription_demo_period")
                           : product.trial_days;
    profile.next = profile.due = start + trial * kDay;
    auto& stored = prodamus_.add_profile(profile);
    log(stored, "join", order.amount);
    return stored.id;
}

void ProdamusClub::settle() {
    const std::lock_guard lock(prodamus_.mutex);
    for (auto& [id, profile] : prodamus_.profiles) settle_one(profile);
}

// All that became due since the last look, in its order. Several periods may have passed.
void ProdamusClub::settle_one(ProdamusProfile& profile) {
    const auto now = prodamus_.world.clock.now();
    const auto ahead = prodamus_.page(profile.host).switches.number("reminderHours") * kOneHour;
    for (int turns = 0; !profile.ended && turns < 1000; ++turns) {
        const bool on = profile.active_manager && profile.active_user;
        const bool charges_left = profile.limit == 0 || profile.charges < profile.limit;
        if (on && charges_left && !profile.reminded && now >= profile.next - ahead) remind(profile);
        if (now < profile.due) return;
        if (!on)
            finish(profile, false);
        else if (!charges_left)
            finish(profile, true);
        else if (!profile.fails_with.empty())
            fail(profile, profile.fails_with, false);
        else
            charge(profile);
    }
}

ProdamusOrder& ProdamusClub::charge_order(const ProdamusProfile& profile,
                                          const std::string& state) {
    const auto& product = prodamus_.products.at(profile.product);
    ProdamusOrder order;
    order.amount = product.price - profile.next_discount;
    order.profile = profile.id;
    order.link = profile.link;
    order.host = profile.host;
    order.state = state;
    order.phone = profile.phone;
    order.email = profile.email;
    order.paid = state == "success" ? prodamus_.world.clock.now() : 0;
    return prodamus_.add_order(order);
}

void ProdamusClub::charge(ProdamusProfile& profile) {
    const auto now = prodamus_.world.clock.now();
    const auto& order = charge_order(profile, "success");
    ++profile.charges;
    ++profile.payments;
    profile.last = now;
    profile.attempt = 0;
    profile.reminded = false;
    if (profile.next_discount_num > 0 && --profile.next_discount_num == 0)
        profile.next_discount = 0;
    const auto& product = prodamus_.products.at(profile.product);
    profile.next = profile.due = next_period(product, std::max(profile.next, profile.due));
    log(profile, "charge", order.amount);
    notify_subscription(
        prodamus_, deliveries_, profile, "auto_payment",
        {{"type", "action"}, {"action_code", "auto_payment"}, {"payment_date", moscow_minute(now)}},
        &order);
}

void ProdamusClub::fail(ProdamusProfile& profile, const std::string& error_code, bool last) {
    const auto& switches = prodamus_.page(profile.host).switches;
    const auto now = prodamus_.world.clock.now();
    const auto& order = charge_order(profile, "refused");
    ++profile.attempt;
    last = last || profile.attempt >= switches.number("maxAttempts");
    Tree what = {
        {"type", last ? "action" : "notification"},
        {last ? "action_code" : "notification_code", last ? "deactivation" : "auto_payment"},
        {"error_code", error_code},
        {"error", charge_error_text(error_code)},
        {"last_attempt", last ? "yes" : "no"},
        {"attempt_num", std::to_string(profile.attempt)},
        {"payment_date", moscow_text(now)}};
    profile.due = now + switches.number("attemptHours") * kOneHour;
    if (last) {
        profile.active_manager = false;
        profile.ended = true;
        profile.next = profile.due = 0;
        profile.completion = now;
    }
    log(profile, last ? "lastFail" : "fail", order.amount);
    notify_subscription(prodamus_, deliveries_, profile, last ? "deactivation" : "charge_failed",
                        what, &order);
}

void ProdamusClub::remind(ProdamusProfile& profile) {
    profile.reminded = true;
    const auto now = prodamus_.world.clock.now();
    notify_subscription(prodamus_, deliveries_, profile, "auto_payment_reminder",
                        {{"type", "notification"},
                         {"notification_code", "auto_payment_reminder"},
                         {"date", moscow_minute(now)}});
}

void ProdamusClub::finish(ProdamusProfile& profile, bool completed) {
    profile.ended = true;
    profile.completed = completed;
    profile.completion = prodamus_.world.clock.now();
    profile.next = profile.due = 0;
    log(profile, completed ? "completed" : "ended", 0);
    notify_subscription(prodamus_, deliveries_, profile, "finish",
                        {{"type", "action"},
                         {"action_code", "finish"},
                         {"action_reason", completed ? "completed" : "deactivated"},
                         {"date", moscow_minute(profile.completion)}});
}

// The notice goes at once, the subscription lasts to the end of what was paid (§6.1).
std::string ProdamusClub::switch_activity(ProdamusProfile& profile, bool on,
                                          const std::string& by) {
    if (by != "manager" && by != "user") return "by: user or manager";
    // What the buyer ended only the buyer can begin anew (§6.1).
    if (on && !profile.active_user) return "the buyer has to subscribe anew";
    bool& flag = by == "manager" ? profile.active_manager : profile.active_user;
    if (flag == on) return {};
    flag = on;
    log(profile, on ? "reactivate" : "deactivate", 0);
    const char* code = on ? "reactivation" : "deactivation";
    notify_subscription(prodamus_, deliveries_, profile, code,
                        {{"type", "action"},
                         {"action_code", code},
                         {"action_reason", on ? "reactivated" : "deactivated"},
                         {"date", moscow_minute(prodamus_.world.clock.now())}});
    return {};
}

std::string ProdamusClub::act(ProdamusProfile& profile, const std::string& action,
                              const std::string& detail, bool last) {
    if (profile.ended) return "the subscription is over";
    const auto by = detail.empty() ? std::string("manager") : detail;
    if (action == "deactivate") return switch_activity(profile, false, by);
    if (action == "reactivate") return switch_activity(profile, true, by);
    if (action == "remind") {
        remind(profile);
    } else if (action == "finish") {
        finish(profile, profile.active_manager && profile.active_user);
    } else if (action == "charge") {
        charge(profile);
    } else if (action == "fail") {
        const auto code = detail.empty() ? std::string("insufficient_funds") : detail;
        if (charge_error_text(code).empty()) return "unknown error code: " + code;
        fail(profile, code, last);
    } else {
        return "unknown action: " + action;
    }
    return {};
}

void ProdamusClub::log(const ProdamusProfile& profile, const std::string& kind,
                       std::int64_t amount) {
    prodamus_.log_deal(
        kind, profile.host,
        {{"profile", profile.id}, {"subscription", profile.product}, {"amount", amount}});
}

}  // namespace tillbridge::sandbox
