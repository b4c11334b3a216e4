// Which event a notice of a subscription is, and that none of them moves an order's payment.
#include <boost/test/unit_test.hpp>
#include <map>
#include <string>

#include "api_client/prodamus/subscription_event.hpp"
#include "tests/contract/prodamus_notice.hpp"

namespace tillbridge::prodamus_subscription_test {

using namespace prodamus_test;
using prodamus::SubscriptionWhat;
using Fields = std::map<std::string, std::string>;

namespace {

struct Subscribed : Notice {
    Subscribed() {
        block({{"id", "593600"},
               {"profile_id", "77"},
               {"payment_num", "2"},
               {"current_attempt", "1"},
               {"date", "2026-11-22 12:35"},
               {"autopayment", "1"},
               {"active_user", "1"},
               {"date_next_payment", "2026-12-22 12:30:37"}});
    }
    void block(const Fields& given) {
        for (const auto& [name, value] : given) fields.level("subscription").set(name, value);
    }
    SubscriptionWhat what(const Fields& given, const char* status = nullptr) {
        const auto saved = fields;
        block(given);
        fields.erase("payment_status");
        if (status != nullptr) fields.set("payment_status", status);
        const auto found = prodamus::read_subscription(fields).what;
        fields = saved;
        return found;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(prodamus_subscription, Subscribed)

BOOST_AUTO_TEST_CASE(rows) {
    using What = SubscriptionWhat;
    struct Case {
        Fields block;
        const char* status;
        What what;
    };
    for (const auto& one : {
             Case{{{"action_code", "finish"}, {"action_reason", "completed"}},
                  nullptr,
                  What::completed},
             Case{{{"action_code", "finish"}, {"action_reason", "deactivated"}},
                  nullptr,
                  What::ended},
             Case{{{"action_code", "finish"}, {"action_reason", "x"}}, nullptr, What::unknown},
             Case{{{"action_code", "deactivation"}, {"error_code", "card_lost"}},
                  nullptr,
                  What::charge_failed_last},
             Case{{{"action_code", "deactivation"}}, nullptr, What::deactivated},
             Case{{{"action_code", "reactivation"}}, nullptr, What::reactivated},
             Case{{{"notification_code", "auto_payment_reminder"}}, nullptr, What::upcoming_charge},
             Case{{{"notification_code", "auto_payment"}, {"error_code", "system_error"}},
                  nullptr,
                  What::charge_failed},
             Case{{{"notification_code", "auto_payment"}}, "success", What::unknown},
             Case{{{"action_code", "auto_payment"}}, nullptr, What::renewed},
             Case{{{"action_code", "auto_payment"}}, "success", What::renewed},
             Case{{{"action_code", "something"}}, "success", What::unknown},
             Case{{{"autopayment", "0"}}, "success", What::first_payment},
             Case{{{"autopayment", ""}}, "success", What::first_payment},
             // An automatic charge is never the payment of a link.
             Case{{{"autopayment", "1"}}, "success", What::renewed},
             Case{{{"autopayment", "1"}}, "order_denied", What::unknown},
             Case{{{"autopayment", "0"}}, "order_denied", What::ordinary_payment},
             Case{{{"autopayment", "0"}}, nullptr, What::unknown},
         })
        BOOST_TEST(to_word(what(one.block, one.status)) == to_word(one.what));
    fields.erase("subscription");
    BOOST_TEST((prodamus::read_subscription(fields).what == What::ordinary_payment));
    fields.set("subscription", "593600");
    BOOST_TEST((prodamus::read_subscription(fields).what == What::ordinary_payment));
}

BOOST_AUTO_TEST_CASE(what_it_tells) {
    fields.erase("payment_status");
    block({{"action_code", "deactivation"},
           {"error_code", "insufficient_funds"},
           {"error", "Недостаточно средств."},
           {"cost", "100.00"},
           {"currency", "rub"},
           {"active_user", "0"},
           {"demo", "1"}});
    auto event = prodamus::read_subscription(fields);
    BOOST_TEST(event.id == "593600");
    BOOST_TEST(event.profile == "77");
    BOOST_TEST(event.code == "deactivation");
    BOOST_TEST(event.error_code == "insufficient_funds");
    BOOST_TEST(event.error == "Недостаточно средств.");
    BOOST_TEST(event.last_attempt);
    BOOST_TEST(!event.by_buyer);  // a failed charge is nobody's wish
    BOOST_TEST(event.payment_num == "2");
    BOOST_TEST(event.current_attempt == "1");
    BOOST_TEST(event.date == "2026-11-22 12:35");
    BOOST_TEST((event.next_payment == domain::UtcTime::from_seconds(1797931837)));
    BOOST_TEST(event.cost == "100.00");
    BOOST_TEST(event.demo);
    fields.level("subscription").erase("error_code");
    event = prodamus::read_subscription(fields);
    BOOST_TEST(event.by_buyer);
    BOOST_TEST(!event.last_attempt);
}

BOOST_AUTO_TEST_CASE(no_event_moves_the_order) {
    const std::map<std::string, Fields> events{
        {"subscription.renewed", {{"action_code", "auto_payment"}}},
        {"subscription.deactivated", {{"action_code", "deactivation"}}},
        {"subscription.reactivated", {{"action_code", "reactivation"}}},
        {"subscription.completed", {{"action_code", "finish"}, {"action_reason", "completed"}}},
        {"subscription.upcoming_charge", {{"notification_code", "auto_payment_reminder"}}},
        {"subscription.unknown", {{"action_code", "x"}}}};
    for (const auto& [word, given] : events) {
        auto before = fields;
        block(given);
        const auto hook = read();
        BOOST_TEST(hook.word == word);
        BOOST_TEST((hook.fact.status == domain::GatewayStatus::processing));
        BOOST_TEST(!hook.report.has_value(), word);
        BOOST_TEST(!hook.fact.amount.has_value(), word);
        BOOST_TEST(hook.understood == (word != "subscription.unknown"));
        fields = before;
    }
}

BOOST_AUTO_TEST_CASE(first_payment_is_a_payment) {
    block({{"autopayment", "0"}, {"payment_num", "1"}});
    const auto hook = read();
    BOOST_TEST((hook.report->status == domain::GatewayStatus::paid));
    BOOST_TEST(hook.word == "success");
}

BOOST_AUTO_TEST_CASE(one_event) {
    block({{"action_code", "auto_payment"}});
    const auto key = read().event_key;
    fields.set("attempt", "9");
    fields.set("date", "2026-11-23T12:31:01+03:00");
    BOOST_TEST(read().event_key == key);
    for (const auto& [name, value] : Fields{{"id", "1"},
                                            {"payment_num", "3"},
                                            {"current_attempt", "2"},
                                            {"date", "2026-12-22 12:35"},
                                            {"profile_id", "78"}}) {
        const auto before = fields;
        block({{name, value}});
        BOOST_TEST(read().event_key != key, name);
        fields = before;
    }
    block({{"action_code", "deactivation"}});
    BOOST_TEST(read().event_key != key);
}

BOOST_AUTO_TEST_CASE(an_end_by_the_buyer_is_another_than_one_by_a_manager_in_the_same_minute) {
    block({{"action_code", "deactivation"}, {"active_manager", "0"}, {"active_user", "1"}});
    const auto by_manager = read();
    block({{"active_user", "0"}});
    const auto by_buyer = read();
    BOOST_TEST(by_buyer.event_key != by_manager.event_key);
    BOOST_TEST(by_buyer.subscription->by_buyer);
    BOOST_TEST(!by_manager.subscription->by_buyer);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::prodamus_subscription_test
