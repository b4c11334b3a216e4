// The three calls that change a subscription (§6): what goes out for each identity and change, what
// is made of every answer, and notices in the core's words.
#include <boost/test/unit_test.hpp>
#include <functional>
#include <string>
#include <vector>

#include "api_client/http/form.hpp"
#include "api_client/prodamus/body.hpp"
#include "api_client/prodamus/gateway.hpp"
#include "api_client/prodamus/signature.hpp"
#include "api_client/prodamus/subscriptions.hpp"
#include "tests/contract/prodamus_notice.hpp"

namespace tillbridge::prodamus_rest_test {

using namespace prodamus_test;
using domain::OperationState;
using Kind = port::SubscriptionChange::Kind;

namespace {

constexpr domain::UtcTime kNoon{1'795'348'800'000'000};  // 2026-11-22T12:00:00Z

struct TestClock : port::Clock {
    domain::UtcTime now() const override { return kNoon; }
};

struct FakeSender : http::Sender {
    http::Outcome answer;
    std::vector<http::Request> asked;

    http::Outcome send(const http::Request& request, const http::AddressGuard& guard) override {
        BOOST_TEST(guard.check(http::parse_url(request.url).value()).has_value());
        asked.push_back(request);
        return answer;
    }
};

http::Outcome answered(const std::string& body, int status = 200) {
    http::Outcome outcome;
    outcome.delivery = http::Delivery::answered;
    outcome.status = status;
    outcome.body = body;
    return outcome;
}

struct Calling : Notice {
    TestClock clock;
    FakeSender sender;
    prodamus::Gateway gateway{sender, clock, {}};
    port::SubscriptionChange change;

    Calling() {
        sender.answer = answered("success");
        change.product = "593600";
        change.who.profile = "77";
    }
    port::SubscriptionAnswer call() { return gateway.set_subscription(merchant, change); }
    prodamus::Tree sent() {
        BOOST_REQUIRE(!sender.asked.empty());
        return prodamus::parse_body(sender.asked.back().body, "application/x-www-form-urlencoded")
            .value();
    }
    std::string field(const char* name) { return sent().at(name); }
    std::string refused_field() {
        sender.asked.clear();
        const auto answer = call();
        BOOST_CHECK(answer.result == OperationState::refused);
        BOOST_TEST(sender.asked.empty());
        BOOST_TEST(answer.code == "subscription.request_invalid");
        return answer.field;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(prodamus_rest, Calling)

BOOST_AUTO_TEST_CASE(activity) {
    BOOST_CHECK(call().result == OperationState::succeeded);
    const auto& request = sender.asked.back();
    BOOST_TEST(request.method == "POST");
    BOOST_TEST(request.url == "https://demo.payform.ru/rest/setActivity/");
    BOOST_TEST(field("subscription") == "593600");
    BOOST_TEST(field("profile") == "77");
    BOOST_TEST(field("active_manager") == "0");
    BOOST_TEST(field("active_user") == "");
    auto tree = sent();
    tree.erase("signature");
    BOOST_TEST(field("signature") == hmac(signed_text(tree), "key-for-tests"));
    change.active = true;
    call();
    BOOST_TEST(field("active_manager") == "1");
    change.active = false;
    change.by_buyer = true;
    call();
    BOOST_TEST(field("active_user") == "0");
    BOOST_TEST(field("active_manager") == "");
    change.active = true;  // nobody comes back so
    BOOST_TEST(refused_field() == "active_user");
}

BOOST_AUTO_TEST_CASE(whose_it_is) {
    struct Case {
        std::string port::SubscriptionIdentity::*where;
        const char* given;
        const char* name;
        const char* sent;
    };
    using Who = port::SubscriptionIdentity;
    for (const auto& one :
         {Case{&Who::profile, "77", "profile", "77"},
          Case{&Who::phone, "+7 (999) 123-45-67", "customer_phone", "+79991234567"},
          Case{&Who::phone, "89991234567", "customer_phone", "+79991234567"},
          Case{&Who::phone, "79000000000", "customer_phone", "+79000000000"},
          Case{&Who::email, "buyer@example.com", "customer_email", "buyer@example.com"},
          Case{&Who::vk, "12345", "vk_user_id", "12345"},
          Case{&Who::tg, "67890", "tg_user_id", "67890"}}) {
        change.who = {};
        change.who.*one.where = one.given;
        for (const auto kind : {Kind::activity, Kind::discount, Kind::next_payment}) {
            change.kind = kind;
            change.discount = "10";
            change.next_payment = kNoon;
            BOOST_CHECK(call().result == OperationState::succeeded);
            BOOST_TEST(field(one.name) == one.sent, one.name << ' ' << one.given);
            BOOST_TEST(field("auth_type") == (kind == Kind::next_payment ? one.name : ""));
        }
    }
    change.kind = Kind::activity;
    change.who = {};
    BOOST_TEST(refused_field() == "profile");
    change.who.phone = "12345";
    BOOST_TEST(refused_field() == "customer_phone");
    change.who = {};
    change.who.email = "nobody";
    BOOST_TEST(refused_field() == "customer_email");
    change.who = {};
    change.who.profile = "7 7";
    BOOST_TEST(refused_field() == "profile");
    change.who.profile = "77";
    change.product = "";
    BOOST_TEST(refused_field() == "subscription");
}

BOOST_AUTO_TEST_CASE(discount) {
    change.kind = Kind::discount;
    change.discount = "99.50";
    change.charges = 3;
    call();
    BOOST_TEST(sender.asked.back().url == "https://demo.payform.ru/rest/setSubscriptionDiscount/");
    BOOST_TEST(field("discount_value") == "99.50");
    BOOST_TEST(field("num") == "3");
    change.charges = 0;  // for good
    call();
    BOOST_TEST(field("num") == "0");
    for (const char* bad : {"", "0", "0.00", "-5", "1.005", "1,5", "1e2", "x"}) {
        change.discount = bad;
        BOOST_TEST(refused_field() == "discount_value", bad);
    }
    change.discount = "5";
    change.charges = -1;
    BOOST_TEST(refused_field() == "num");
}

BOOST_AUTO_TEST_CASE(next_date_in_moscow) {
    change.kind = Kind::next_payment;
    change.next_payment = kNoon;
    call();
    BOOST_TEST(sender.asked.back().url ==
               "https://demo.payform.ru/rest/setSubscriptionPaymentDate/");
    BOOST_TEST(field("date") == "2026-11-22 15:00");
    BOOST_TEST(field("auth_type") == "profile");
    change.next_payment = {};
    BOOST_TEST(refused_field() == "date");
}

BOOST_AUTO_TEST_CASE(every_answer) {
    struct Case {
        std::string body;
        int status;
        OperationState result;
        const char* code;
        const char* reason;
    };
    using enum OperationState;
    for (const auto& one : {
             Case{"success", 200, succeeded, "", ""},
             Case{"success\n", 200, succeeded, "", ""},
             Case{R"({"status":"success"})", 200, succeeded, "", ""},
             Case{"signature not found in request", 400, refused, "gateway.refused",
                  "signature not found in request"},
             Case{"signature incorrect", 400, refused, "gateway.refused", "signature incorrect"},
             Case{"subscription 593600 completed, data modification is prohibited", 400, refused,
                  "gateway.refused",
                  "subscription 593600 completed, data modification is prohibited"},
             Case{"subscription not found", 400, refused, "gateway.refused",
                  "subscription not found"},
             Case{"client not found", 400, refused, "gateway.refused", "client not found"},
             Case{"required parameter missing: date", 400, refused, "gateway.refused",
                  "required parameter missing: date"},
             Case{"invalid value: num", 400, refused, "gateway.refused", "invalid value: num"},
             // A text is what counts, whatever the status is.
             Case{"subscription not found", 200, refused, "gateway.refused",
                  "subscription not found"},
             Case{R"({"status":"error"})", 200, refused, "gateway.refused",
                  R"({"status":"error"})"},
             Case{"success", 400, refused, "gateway.refused", "success"},
             Case{"", 200, refused, "gateway.refused", "HTTP 200"},
             Case{"", 302, refused, "gateway.refused", "HTTP 302"},
             Case{"later", 429, not_done, "gateway.unavailable", "too many requests"},
             Case{"success", 502, unknown, "gateway.silent", "HTTP 502"},
         }) {
        sender.answer = answered(one.body, one.status);
        const auto answer = call();
        BOOST_CHECK(answer.result == one.result);
        BOOST_TEST(answer.code == one.code, one.body);
        BOOST_TEST(answer.reason == one.reason);
        BOOST_REQUIRE_EQUAL(answer.log.exchanges.size(), 1U);
        BOOST_TEST(answer.log.exchanges[0].what == "rest/setActivity");
        BOOST_TEST(answer.log.exchanges[0].http_status == one.status);
    }
    sender.answer = {};
    sender.answer.delivery = http::Delivery::not_sent;
    sender.answer.error = "http.connect_failed";
    BOOST_CHECK(call().result == not_done);
    sender.answer.delivery = http::Delivery::unknown;
    sender.answer.error = "http.timeout";
    const auto silent = call();
    BOOST_CHECK(silent.result == unknown);
    BOOST_TEST(silent.code == "gateway.silent");
}

BOOST_AUTO_TEST_CASE(what_others_write_is_masked) {
    sender.answer = answered("card 4242424242424242 refused", 400);
    BOOST_TEST(call().reason.find("4242424242424242") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_renewal_in_the_cores_words) {
    auto& block = fields.level("subscription");
    for (const auto& [name, value] : {std::pair<const char*, const char*>{"id", "593600"},
                                      {"profile_id", "77"},
                                      {"name", "Клуб"},
                                      {"type", "action"},
                                      {"action_code", "auto_payment"},
                                      {"payment_date", "2026-11-22 12:31"},
                                      {"cost", "990.00"},
                                      {"currency", "rub"},
                                      {"next_payment_discount", "50.00"},
                                      {"next_payment_discount_num", "2"},
                                      {"limit_autopayments", "12"},
                                      {"payment_num", "3"},
                                      {"date_next_payment", "2026-12-22 12:30:00"}})
        block.set(name, value);
    fields.erase("payment_status");
    fields.set("sum", "940.00");
    const auto hook = read();
    BOOST_TEST(!hook.report.has_value());
    BOOST_REQUIRE(hook.subscription.has_value());
    const auto& event = *hook.subscription;
    BOOST_CHECK(event.what == domain::SubscriptionWhat::renewed);
    BOOST_TEST(event.product == "593600");
    BOOST_TEST(event.profile == "77");
    BOOST_CHECK(event.charged == money(94'000));
    BOOST_CHECK(event.cost == money(99'000));
    BOOST_TEST(event.payment.value == "300155");
    BOOST_TEST(event.discount.value() == 5'000);
    BOOST_TEST(event.discount_charges.value() == 2);
    BOOST_TEST(event.limit.value() == 12);
    BOOST_TEST(event.payment_num.value() == 3);
    BOOST_TEST(event.at.seconds() == 1'795'339'860);  // 12:31 in Moscow
    BOOST_TEST(event.next_payment_at.seconds() == 1'797'931'800);
    BOOST_TEST(event.customer_phone == "+79991234567");
    BOOST_TEST(!event.demo);

    // Two charges are two events, whatever else they share.
    const auto key = hook.event_key;
    fields.set("attempt", "2");
    BOOST_TEST(read().event_key == key);
    fields.set("order_id", "300156");
    BOOST_TEST(read().event_key != key);

    fields.level("subscription").set("demo", "1");
    BOOST_TEST(read().subscription->demo);
    merchant.options.extra["demo"] = "true";
    BOOST_TEST(!read().subscription->demo);
}

BOOST_AUTO_TEST_CASE(a_first_payment_is_both) {
    auto& block = fields.level("subscription");
    block.set("id", "593600");
    block.set("profile_id", "77");
    block.set("autopayment", "0");
    block.set("cost", "1500.00");
    const auto hook = read();
    BOOST_REQUIRE(hook.report.has_value());
    BOOST_CHECK(hook.report->status == domain::GatewayStatus::paid);
    BOOST_REQUIRE(hook.subscription.has_value());
    BOOST_CHECK(hook.subscription->what == domain::SubscriptionWhat::first_payment);
    BOOST_CHECK(hook.subscription->charged == money(150'000));
    // What names no buyer is an ordinary payment and nothing more.
    fields.level("subscription").erase("profile_id");
    BOOST_TEST(!read().subscription.has_value());
    BOOST_TEST(read().report.has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::prodamus_rest_test
