// Notices: what each one means, what is not believed, and what makes two deliveries one event.
#include <boost/test/unit_test.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tests/contract/prodamus_notice.hpp"

namespace tillbridge::prodamus_hook_test {

using namespace prodamus_test;
using domain::GatewayStatus;

BOOST_FIXTURE_TEST_SUITE(prodamus_hook, Notice)

BOOST_AUTO_TEST_CASE(paid) {
    const auto hook = read();
    BOOST_TEST(hook.external_id == "pay-1");
    BOOST_TEST(hook.gateway_invoice.value == "pay-1");
    BOOST_TEST(hook.gateway_payment.value == "300155");
    BOOST_TEST(hook.word == "success");
    BOOST_TEST(hook.understood);
    BOOST_TEST((hook.fact.status == GatewayStatus::paid));
    BOOST_TEST((hook.fact.amount == money(150000)));
    BOOST_REQUIRE(hook.report.has_value());
    BOOST_TEST((hook.report->status == GatewayStatus::paid));
    BOOST_TEST((hook.report->amount == money(150000)));
    BOOST_TEST(hook.report->payment.value == "300155");
    BOOST_TEST(hook.report->single);
    BOOST_TEST(!hook.report->in_progress);
    BOOST_TEST(hook.report->reason == "");
    BOOST_TEST(!hook.report->refunded.has_value());
    BOOST_TEST((hook.report->paid_at == domain::UtcTime::from_seconds(1795339861)));
    BOOST_TEST(hook.event_key.size() == 64U);
    BOOST_TEST(hook.summary == "success payment 300155 order pay-1 1500.00 RUB");
}

BOOST_AUTO_TEST_CASE(all_three_encodings) {
    for (const auto how : {Encoding::form, Encoding::multipart, Encoding::json}) {
        encoding = how;
        BOOST_TEST((read().fact.amount == money(150000)));
    }
    // Content-Type may be missing or wrong on JSON.
    encoding = Encoding::json;
    auto given = raw();
    given.content_type = "application/x-www-form-urlencoded";
    BOOST_TEST(prodamus::read_hook(merchant, given).has_value());
    given.content_type = "";
    BOOST_TEST(prodamus::read_hook(merchant, given).has_value());
}

BOOST_AUTO_TEST_CASE(statuses) {
    struct Case {
        const char* word;
        GatewayStatus status;
        bool in_progress;
        bool understood;
        const char* reason;
    };
    fields.set("payment_status_description", "Заявка отклонена");
    for (const auto& one : {
             Case{"order_approved", GatewayStatus::processing, true, true, ""},
             Case{"approved", GatewayStatus::processing, true, true, ""},
             Case{"order_canceled", GatewayStatus::declined, false, true,
                  "Заявка отклонена (order_canceled)"},
             Case{"order_denied", GatewayStatus::declined, false, true,
                  "Заявка отклонена (order_denied)"},
             Case{"refund", GatewayStatus::refunded, false, true, ""},
             Case{"refunded", GatewayStatus::refunded, false, true, ""},
             Case{"Success", GatewayStatus::processing, false, false, "Success"},
             Case{"success ", GatewayStatus::processing, false, false, "success"},
             Case{"paid", GatewayStatus::processing, false, false, "paid"},
             Case{"", GatewayStatus::processing, false, false, "no payment_status"},
         }) {
        fields.set("payment_status", one.word);
        const auto hook = read();
        BOOST_TEST_CONTEXT(one.word) {
            BOOST_TEST((hook.fact.status == one.status));
            BOOST_TEST((hook.report->status == one.status));
            BOOST_TEST(hook.report->in_progress == one.in_progress);
            BOOST_TEST(hook.understood == one.understood);
            BOOST_TEST(hook.report->reason == one.reason);
            const bool refunded = one.status == GatewayStatus::refunded;
            BOOST_TEST((hook.report->refunded ==
                        (refunded ? std::optional<std::int64_t>(150000) : std::nullopt)));
        }
    }
}

BOOST_AUTO_TEST_CASE(amounts) {
    struct Case {
        const char* currency;  // null: the field is absent
        const char* sum;
        const char* currency_sum;
        const char* domain;
        std::int64_t minor;  // 0: none
        const char* code;
    };
    for (const auto& one : {
             Case{nullptr, "100.00", nullptr, "demo.payform.ru", 10000, "RUB"},
             Case{"rub", "100.00", nullptr, "demo.payform.ru", 10000, "RUB"},
             Case{"", "100", nullptr, "demo.payform.ru", 10000, "RUB"},
             Case{"RUB", "100.5", "7.00", "demo.payform.ru", 10050, "RUB"},
             Case{"eur", "5990.00", "65.00", "demo.payform.ru", 6500, "EUR"},
             Case{"usd", "5990.00", "65.10", "demo.payform.kz", 6510, "USD"},
             Case{"kzt", "4999.00", "4999.00", "demo.payform.kz", 499900, "KZT"},
             Case{"kzt", "4999.00", nullptr, "demo.payform.kz", 499900, "KZT"},
             Case{"rub", "100.00", nullptr, "demo.payform.kz", 10000, "RUB"},
             // Roubles are never taken for another currency.
             Case{"kzt", "900.00", nullptr, "demo.payform.ru", 0, ""},
             Case{"eur", "5990.00", nullptr, "demo.payform.ru", 0, ""},
             Case{"eur", "5990.00", nullptr, "demo.payform.kz", 0, ""},
             Case{"xyz", "100.00", "100.00", "demo.payform.ru", 0, ""},
             Case{"rub", "", nullptr, "demo.payform.ru", 0, ""},
             Case{"rub", "-100.00", nullptr, "demo.payform.ru", 0, ""},
             Case{"rub", "1e3", nullptr, "demo.payform.ru", 0, ""},
             Case{"rub", "100.001", nullptr, "demo.payform.ru", 0, ""},
             Case{"rub", "100,00", nullptr, "demo.payform.ru", 0, ""},
         }) {
        const auto put = [&](const char* name, const char* value) {
            fields.erase(name);
            if (value != nullptr) fields.set(name, value);
        };
        put("currency", one.currency);
        put("sum", one.sum);
        put("currency_sum", one.currency_sum);
        put("domain", one.domain);
        const auto hook = read();
        BOOST_TEST_CONTEXT((one.currency ? one.currency : "none") << " " << one.sum) {
            if (one.minor > 0) {
                BOOST_TEST((hook.fact.amount == money(one.minor, one.code)));
                BOOST_TEST((hook.report->status == GatewayStatus::paid));
                continue;
            }
            BOOST_TEST(!hook.fact.amount.has_value());
            BOOST_TEST((hook.fact.status == GatewayStatus::processing));
            BOOST_TEST((hook.report->status == GatewayStatus::processing));
            BOOST_TEST(hook.report->reason == "success: no readable sum");
            BOOST_TEST(!hook.understood);
        }
    }
}

BOOST_AUTO_TEST_CASE(numbers) {
    // A page may serve other systems: their numbers are read, and are nobody's here.
    for (const auto* number : {"", "Заказ №5 / 12", "a b"}) {
        fields.set("order_num", number);
        BOOST_TEST(read().external_id == number);
    }
    for (const auto& number :
         {std::string(129, 'x'), std::string(" pay-1"), std::string("pay-1\n")}) {
        fields.set("order_num", number);
        BOOST_TEST(read().external_id == "");
        BOOST_TEST(read().gateway_invoice.empty());
    }
    fields.set("order_num", "pay-1");
    for (const auto* number : {"", "0", "a b", "<x>"}) {
        fields.set("order_id", number);
        const auto hook = read();
        BOOST_TEST(hook.gateway_payment.empty());
        BOOST_TEST((hook.report->status == GatewayStatus::processing));
        BOOST_TEST(hook.report->reason == "success: no readable order_id");
    }
}

BOOST_AUTO_TEST_CASE(time_of_payment) {
    const auto paid_at = [&](const char* text) {
        fields.set("date", text);
        return read().report->paid_at.seconds();
    };
    BOOST_TEST(paid_at("2026-11-22T12:31:01+03:00") == 1795339861);
    BOOST_TEST(paid_at("2026-11-22T09:31:01Z") == 1795339861);
    BOOST_TEST(paid_at("2026-11-22T05:31:01-04:00") == 1795339861);
    for (const auto* text : {"", "2026-11-22 12:31:01", "2026-11-22T12:31:01", "yesterday",
                             "2026-13-22T12:31:01+03:00", "2026-11-22T25:31:01+03:00"})
        BOOST_TEST(paid_at(text) == 0, text);
}

BOOST_AUTO_TEST_CASE(one_event) {
    const auto key = read().event_key;
    fields.set("attempt", "7");
    fields.set("date", "2026-11-23T12:31:01+03:00");
    encoding = Encoding::json;
    BOOST_TEST(read().event_key == key);
    fields.set("payment_status", "order_denied");
    const auto denied = read().event_key;
    BOOST_TEST(denied != key);
    fields.set("payment_status", "success");
    fields.set("order_id", "300156");
    BOOST_TEST(read().event_key != key);
    // Without a number of its own a payment is told by the rest.
    fields.set("order_id", "0");
    const auto unnumbered = read().event_key;
    fields.set("date", "2026-11-24T12:31:01+03:00");
    BOOST_TEST(read().event_key != unnumbered);
}

BOOST_AUTO_TEST_CASE(demo_counts_where_the_store_wants_it) {
    fields.set("demo_mode", "1");
    auto hook = read();
    BOOST_TEST((hook.fact.status == GatewayStatus::processing));
    BOOST_TEST((hook.report->status == GatewayStatus::processing));
    BOOST_TEST(hook.report->reason == "demo");
    BOOST_TEST(hook.report->payment.empty());
    const auto key = hook.event_key;
    merchant.options.extra["demo"] = "true";
    hook = read();
    BOOST_TEST((hook.report->status == GatewayStatus::paid));
    BOOST_TEST(hook.event_key != key);  // its repeat counts, once the store wants it
    merchant.options.extra["demo"] = "false";
    fields.erase("demo_mode");
    fields.level("subscription").set("demo", "1");
    BOOST_TEST(read().report->reason == "demo");
    fields.level("subscription").set("demo", "0");
    BOOST_TEST((read().report->status == GatewayStatus::paid));
}

BOOST_AUTO_TEST_CASE(signatures) {
    const auto code = [&](const port::RawHook& given) {
        const auto hook = prodamus::read_hook(merchant, given);
        return hook ? std::string("ok") : hook.error().code;
    };
    auto given = raw();
    const auto right = given.headers.at("sign");
    for (const auto& value : {"Sign: " + right, "sign:" + right, " " + right + " "}) {
        given.headers["sign"] = value;
        BOOST_TEST(code(given) == "ok", value);
    }
    for (const auto& value :
         {std::string(), std::string("Sign:"), std::string("Sign: Sign: ") + right, right.substr(1),
          right + "0", std::string(64, '0'), std::string(64, 'x'), hmac("", "key-for-tests"),
          hmac("[]", "key-for-tests"), hmac(given.body, "key-for-tests")}) {
        given.headers["sign"] = value;
        BOOST_TEST(code(given) == "hook.signature_mismatch", value);
    }
    given.headers.clear();
    BOOST_TEST(code(given) == "hook.signature_mismatch");

    given = raw();
    given.body += "&sum=1.00";
    BOOST_TEST(code(given) == "hook.signature_mismatch");
    given = raw();
    given.query = "sum=1.00";  // nobody reads it
    BOOST_TEST(code(given) == "ok");
    merchant.credentials["secretKey"] = domain::Secret("");
    BOOST_TEST(code(raw()) == "hook.signature_mismatch");
    merchant.credentials.clear();
    BOOST_TEST(code(raw()) == "hook.signature_mismatch");
}

BOOST_AUTO_TEST_CASE(a_page_that_is_not_live_never_pays) {
    merchant.options.extra["demo"] = "true";
    const auto hook = prodamus::read_hook(merchant, raw("key-for-testsdemo"));
    BOOST_REQUIRE(!hook.has_value());
    BOOST_TEST(hook.error().code == "hook.signature_mismatch");
    BOOST_TEST(hook.error().params.at("reason") == "demo_key");
}

BOOST_AUTO_TEST_CASE(unreadable) {
    std::string many;
    for (int i = 0; i < 1001; ++i) many += "a" + std::to_string(i) + "=1&";
    std::string deep = "a";
    for (int i = 0; i < 40; ++i) deep += "[a]";
    std::string brackets = "{\"a\":";
    for (int i = 0; i < 40; ++i) brackets += "{\"a\":";
    const std::vector<std::pair<std::string, std::string>> bodies{
        {"", ""},
        {"&&&", ""},
        {"{", "application/json"},
        {"{}", "application/json"},
        {"{\"a\":1,\"a\":2}", "application/json"},
        {"{\"a\":1} x", "application/json"},
        {"{\"a\":\"\xFF\"}", "application/json"},
        {brackets, "application/json"},
        {"a=%FF", ""},
        {"a%FF=1", ""},
        {many, ""},
        {deep + "=1", ""},
        {"a=1", "multipart/form-data"},
        {"a=1", "multipart/form-data; boundary=x"},
        {"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1",
         "multipart/form-data; boundary=x"}};
    for (const auto& [body, type] : bodies) {
        const auto hook =
            prodamus::read_hook(merchant, {body, type, {{"sign", hmac("", "key-for-tests")}}, ""});
        BOOST_REQUIRE_MESSAGE(!hook.has_value(), body.substr(0, 60));
        BOOST_TEST(hook.error().code == "hook.unreadable", body.substr(0, 60));
    }
}

BOOST_AUTO_TEST_CASE(no_person_in_the_journal) {
    fields.set("payment_status", "buyer@example.com +79991234567");
    fields.set("payment_status_description", "4111 1111 1111 1111");
    const auto hook = read();
    BOOST_TEST(hook.summary.find("buyer@") == std::string::npos);
    BOOST_TEST(hook.summary.find("9991234567") == std::string::npos);
    fields.set("payment_status", "order_denied");
    BOOST_TEST(read().report->reason.find("4111 1111 1111 1111") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::prodamus_hook_test
