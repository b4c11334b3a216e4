// What platforms' documents read out of a notice: the fields by their flat names, applications for
// instalments, and the events of subscriptions. The ids are rows of prodamus-features.md.
#include <boost/test/unit_test.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "api_client/prodamus/times.hpp"
#include "module/domain/bot.hpp"
#include "tests/contract/prodamus_notice.hpp"

namespace tillbridge::prodamus_seed_notices_test {

using namespace prodamus_test;
using domain::GatewayStatus;
using domain::SubscriptionWhat;
using Fields = std::map<std::string, std::string>;
using nlohmann::json;

namespace {

// A page whose notices are a bot's.
struct BotNotice : Notice {
    BotNotice() { merchant.connection = domain::ConnectionId("bot-1"); }

    void block(const Fields& given) {
        for (const auto& [name, value] : given) fields.level("subscription").set(name, value);
    }
    json callback() const { return json::parse(read().notice_json); }
};

struct Subscribed : BotNotice {
    Subscribed() {
        fields.erase("payment_status");
        block({{"id", "618117"}, {"profile_id", "70001"}, {"autopayment", "1"}});
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(prodamus_seed_notices)

// P-65 to P-69, P-205: all nineteen names of the documented sample, none more, each as it came.
BOOST_FIXTURE_TEST_CASE(a_notice_is_kept_by_its_flat_names, BotNotice) {
    const Fields sample{{"date", "2026-11-22T12:31:01+03:00"},
                        {"order_id", "757679"},
                        {"order_num", "pay-1"},
                        {"domain", "demo.payform.ru"},
                        {"sum", "14.50"},
                        {"customer_phone", "+79991234567"},
                        {"customer_extra", "Полная оплата / \"курс\""},
                        {"payment_type", "Visa/Mastercard"},
                        {"commission", "3.5"},
                        {"commission_sum", "0.51"},
                        {"attempt", "1"},
                        {"discount_value", "10.5"},
                        {"products[0][name]", "Курс «Основы»"},
                        {"products[0][price]", "14.50"},
                        {"products[0][quantity]", "1"},
                        {"products[0][sum]", "14.50"},
                        {"payment_status", "success"},
                        {"payment_status_description", "Успешная оплата"},
                        {"payment_init", "manual"}};
    BOOST_TEST(sample.size() == 19U);
    fields = {};
    for (const auto& [name, value] : sample) BOOST_TEST(prodamus::set_by_name(fields, name, value));
    for (const auto how : {Encoding::form, Encoding::multipart, Encoding::json}) {
        encoding = how;
        const auto hook = read();
        BOOST_TEST((hook.fact.amount == money(1450)));
        BOOST_TEST((hook.fact.status == GatewayStatus::paid));
        BOOST_TEST((json::parse(hook.notice_json).get<Fields>() == sample));
    }
    // A CRM has no use for it, and what is not kept can't leak.
    merchant.connection = domain::ConnectionId("c1");
    BOOST_TEST(read().notice_json == "");
}

BOOST_FIXTURE_TEST_CASE(money_of_another_currency_stands_beside_its_roubles, BotNotice) {  // P-180
    fields.set("currency", "eur");
    fields.set("sum", "5990.00");
    fields.set("currency_sum", "65.00");
    BOOST_TEST((read().fact.amount == money(6500, "EUR")));
    const auto callback = this->callback();
    BOOST_TEST(callback.at("currency") == "eur");
    BOOST_TEST(callback.at("currency_sum") == "65.00");
    BOOST_TEST(callback.at("sum") == "5990.00");
}

BOOST_FIXTURE_TEST_CASE(what_it_says_of_an_application, BotNotice) {
    struct Case {
        const char* ids;
        const char* status;
        const char* method;
        const char* said;
        GatewayStatus means;
    };
    for (const auto& one : {Case{"P-15", "success", "Visa/Mastercard", "", GatewayStatus::paid},
                            Case{"P-16", "success", "Рассрочка", "signed", GatewayStatus::paid},
                            Case{"P-17, P-81, P-201", "order_approved", "Рассрочка", "approved",
                                 GatewayStatus::processing},
                            Case{"P-18, P-82, P-202", "order_canceled", "Рассрочка", "canceled",
                                 GatewayStatus::declined},
                            Case{"P-19, P-83, P-203", "order_denied", "Рассрочка", "rejected",
                                 GatewayStatus::declined}}) {
        fields.set("payment_status", one.status);
        fields.set("payment_type", one.method);
        const auto hook = read();
        BOOST_TEST_CONTEXT(one.ids) {
            BOOST_TEST(hook.installment == one.said);
            BOOST_TEST((hook.fact.status == one.means));
            BOOST_TEST((hook.report->status == one.means));
        }
    }
}

BOOST_AUTO_TEST_CASE(five_events_with_one_of_four_actions_each) {  // P-20
    const std::set<std::string> events{"payment.success", "installment.signed",
                                       "installment.approved", "installment.canceled",
                                       "installment.rejected"};
    std::set<std::string> found;
    const domain::Bot bot;
    for (std::size_t at = 0; at < bot.reactions.size(); ++at) {
        const std::string word(domain::to_word(static_cast<domain::BotEvent>(at)));
        BOOST_TEST((domain::bot_event(word) == static_cast<domain::BotEvent>(at)), word);
        found.insert(word);
    }
    BOOST_TEST((found == events));
    for (const char* word : {"call", "message", "variables", "nothing"})
        BOOST_TEST(domain::to_word(domain::bot_action(word).value()) == word);
    for (const char* word : {"", "Call", "email", "all"})
        BOOST_TEST(!domain::bot_action(word).has_value(), word);
}

BOOST_FIXTURE_TEST_CASE(a_success_is_one_event_however_often_it_is_told, BotNotice) {  // P-58, P-62
    const auto key = read().event_key;
    for (const char* attempt : {"2", "24"}) {
        fields.set("attempt", attempt);
        BOOST_TEST(read().event_key == key);
    }
    fields.set("payment_status", "order_canceled");  // P-59
    BOOST_TEST(read().event_key != key);
}

BOOST_FIXTURE_TEST_CASE(the_eight_reasons_of_a_failed_charge, Subscribed) {
    const Fields reasons{{"insufficient_funds", "P-73, P-192"},
                         {"card_expired", "P-74, P-193"},
                         {"card_limit", "P-75, P-194"},
                         {"card_lost", "P-76, P-195"},
                         {"system_error", "P-77, P-196"},
                         {"operation_rejected", "P-197"},
                         {"operation_denied", "P-198"},
                         {"3ds_error", "P-199"},
                         {"a_new_code", "P-80"}};
    for (const auto& [code, ids] : reasons) BOOST_TEST_CONTEXT(ids) {
            const auto before = fields;
            block(
                {{"notification_code", "auto_payment"}, {"error_code", code}, {"error", "Слова"}});
            auto hook = read();
            BOOST_REQUIRE(hook.subscription.has_value());
            BOOST_CHECK(hook.subscription->what == SubscriptionWhat::charge_failed);
            BOOST_TEST(hook.subscription->error_code == code);
            BOOST_TEST(hook.subscription->error == "Слова");
            BOOST_TEST(!hook.report.has_value());
            fields = before;
            // P-78, P-190: no further attempt follows.
            block({{"action_code", "deactivation"}, {"error_code", code}, {"last_attempt", "yes"}});
            hook = read();
            BOOST_CHECK(hook.subscription->what == SubscriptionWhat::charge_failed_last);
            BOOST_TEST(hook.subscription->error_code == code);
            BOOST_TEST(!hook.subscription->by_buyer);
            fields = before;
        }
}

BOOST_FIXTURE_TEST_CASE(a_reminder_tells_the_minute_of_the_charge, Subscribed) {  // P-79, P-200
    block({{"notification_code", "auto_payment_reminder"},
           {"date_next_payment", "2026-12-22 12:30:37"}});
    const auto hook = read();
    BOOST_CHECK(hook.subscription->what == SubscriptionWhat::upcoming_charge);
    BOOST_TEST(prodamus::moscow_text(hook.subscription->next_payment_at) == "22.12.2026 12:30");
}

BOOST_FIXTURE_TEST_CASE(ends_differ_in_the_callback, Subscribed) {
    struct Case {
        const char* ids;
        const char* reason;
        SubscriptionWhat what;
    };
    for (const auto& one : {Case{"P-71, P-191", "completed", SubscriptionWhat::completed},
                            Case{"P-72", "deactivated", SubscriptionWhat::ended}}) {
        block({{"action_code", "finish"}, {"action_reason", one.reason}});
        const auto hook = read();
        BOOST_TEST_CONTEXT(one.ids) {
            BOOST_CHECK(hook.subscription->what == one.what);
            BOOST_TEST(callback().at("subscription[action_reason]") == one.reason);
        }
    }
}

BOOST_FIXTURE_TEST_CASE(a_buyers_stop_and_return, Subscribed) {
    block({{"action_code", "deactivation"},  // P-70, P-188
           {"active_user", "0"},
           {"date_next_payment", "2026-12-22 12:30:37"}});
    auto hook = read();
    BOOST_CHECK(hook.subscription->what == SubscriptionWhat::deactivated);
    BOOST_TEST(hook.subscription->by_buyer);
    BOOST_TEST(prodamus::moscow_text(hook.subscription->next_payment_at) == "22.12.2026 12:30");
    block({{"action_code", "reactivation"}, {"active_user", "1"}});  // P-189
    hook = read();
    BOOST_CHECK(hook.subscription->what == SubscriptionWhat::reactivated);
}

// P-89, P-90, P-135, P-146, P-207, P-211: product, profile and phone come with the first payment.
BOOST_FIXTURE_TEST_CASE(a_first_payment_tells_product_profile_and_phone, Subscribed) {
    fields.set("payment_status", "success");
    block({{"autopayment", "0"}});
    auto hook = read();
    BOOST_TEST((hook.report->status == GatewayStatus::paid));
    BOOST_TEST(hook.subscription->product == "618117");
    BOOST_TEST(hook.subscription->profile == "70001");
    BOOST_TEST(hook.subscription->customer_phone == "+79991234567");
    const auto callback = this->callback();
    BOOST_TEST(callback.at("subscription[id]") == "618117");
    BOOST_TEST(callback.at("subscription[profile_id]") == "70001");
    BOOST_TEST(callback.at("customer_phone") == "+79991234567");
    fields.erase("customer_phone");  // with an address the phone may be missing
    hook = read();
    BOOST_TEST(hook.subscription->customer_phone == "");
    BOOST_TEST(hook.subscription->customer_email == "buyer@example.com");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::prodamus_seed_notices_test
