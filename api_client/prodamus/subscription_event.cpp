#include "api_client/prodamus/subscription_event.hpp"

#include <array>

#include "api_client/prodamus/texts.hpp"
#include "api_client/prodamus/times.hpp"
#include "module/domain/words.hpp"

namespace tillbridge::prodamus {
namespace {

using What = SubscriptionWhat;

constexpr std::array<std::string_view, 11> kWords{"payment",
                                                  "subscription.completed",
                                                  "subscription.ended",
                                                  "subscription.charge_failed_last",
                                                  "subscription.deactivated",
                                                  "subscription.reactivated",
                                                  "subscription.upcoming_charge",
                                                  "subscription.charge_failed",
                                                  "subscription.renewed",
                                                  "subscription.first_payment",
                                                  "subscription.unknown"};

constexpr std::size_t kMaxText = 300;

What of_action(const Tree& block, const std::string& action) {
    if (action == "finish") {
        if (block.at("action_reason") == "completed") return What::completed;
        return block.at("action_reason") == "deactivated" ? What::ended : What::unknown;
    }
    if (action == "deactivation")
        return block.at("error_code").empty() ? What::deactivated : What::charge_failed_last;
    if (action == "reactivation") return What::reactivated;
    return action == "auto_payment" ? What::renewed : What::unknown;
}

What of_notification(const Tree& block, const std::string& code) {
    if (code == "auto_payment_reminder") return What::upcoming_charge;
    if (code == "auto_payment" && !block.at("error_code").empty()) return What::charge_failed;
    return What::unknown;
}

// The order of §4.7.
What classify(const Tree& notice, const Tree& block) {
    const std::string& action = block.at("action_code");
    if (!action.empty()) return of_action(block, action);
    const std::string& notification = block.at("notification_code");
    if (!notification.empty()) return of_notification(block, notification);
    const std::string& status = notice.at("payment_status");
    // An automatic charge is never the payment of a link, whatever else is left out.
    const bool automatic = block.at("autopayment") == "1" || notice.at("payment_init") == "auto";
    if (automatic) return status == "success" ? What::renewed : What::unknown;
    if (status == "success") return What::first_payment;
    return status.empty() ? What::unknown : What::ordinary_payment;
}

}  // namespace

std::string_view to_word(SubscriptionWhat what) {
    return domain::word_of(kWords, what);
}

SubscriptionEvent read_subscription(const Tree& notice) {
    SubscriptionEvent event;
    const Tree* found = notice.find("subscription");
    if (found == nullptr || found->is_leaf()) return event;
    const Tree& block = *found;
    const auto text = [&](std::string_view name) { return clean_text(block.at(name), kMaxText); };

    event.what = classify(notice, block);
    event.id = text("id");
    event.profile = text("profile_id");
    event.name = text("name");
    event.code = text("action_code");
    if (event.code.empty()) event.code = text("notification_code");
    event.by_buyer = event.what == What::deactivated && block.at("active_user") == "0";
    event.error_code = text("error_code");
    event.error = text("error");
    event.last_attempt =
        block.at("last_attempt") == "yes" || event.what == What::charge_failed_last;
    event.payment_num = text("payment_num");
    event.current_attempt = text("current_attempt");
    if (event.current_attempt.empty()) event.current_attempt = text("attempt_num");
    for (const auto* name : {"date", "payment_date"})
        if (event.date.empty()) event.date = text(name);
    if (event.date.empty()) event.date = clean_text(notice.at("date"), kMaxText);
    event.next_payment = parse_moscow(block.at("date_next_payment"));
    event.cost = text("cost");
    event.currency = text("currency");
    event.demo = block.at("demo") == "1" || notice.at("demo_mode") == "1";
    return event;
}

}  // namespace tillbridge::prodamus
