// What the CRM is told of an invoice: update-invoice, payment/check and notices, to the letter.
#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <thread>

#include "api_client/retailcrm/wire.hpp"
#include "tests/contract/retailcrm_fake.hpp"

namespace tillbridge::retailcrm_push_test {

using namespace tillbridge::retailcrm::testing;
using domain::CrmStatus;
using nlohmann::json;
using port::HostResult;

namespace {

port::StatusUpdate update(const std::string& amount, const std::string& currency) {
    port::StatusUpdate made;
    made.invoice.uuid = domain::InvoiceUuid("5b3f7b9c-6a0e-4a57-9a52-1d4a9b5f0001");
    made.invoice.id = domain::InvoiceId("inv1");
    made.invoice.amount = money(amount, currency);
    made.push.status = CrmStatus::succeeded;
    made.push.amount = made.invoice.amount.minor;
    return made;
}

std::string pushed(Account& account, const port::StatusUpdate& what) {
    const auto answer = account.host.push(account.connection, what);
    BOOST_TEST((answer.result == HostResult::ok));
    return account.crm.asked().back().form.at("updateInvoice");
}

std::size_t characters(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
    }));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(retailcrm_push)

BOOST_AUTO_TEST_CASE(a_payment) {
    Account account;
    auto paid = update("19.99", "UAH");
    paid.push.paid_at = utc(2026, 7, 15, 10, 0, 0);
    paid.push.refundable = true;
    BOOST_TEST(pushed(account, paid) ==
               R"({"invoiceUuid":"5b3f7b9c-6a0e-4a57-9a52-1d4a9b5f0001","paymentId":"inv1",)"
               R"("status":"succeeded","amount":19.99,"paidAt":"2026-07-15 13:00:00",)"
               R"("refundable":true,"cancellable":false})");
    const Asked asked = account.crm.only();
    BOOST_TEST(asked.method == "POST");
    BOOST_TEST(asked.path == "/api/v5/payment/update-invoice");
    BOOST_TEST(asked.headers.at("X-API-KEY") == "key-of-the-account-0123456789");
    BOOST_TEST(asked.headers.at("Content-Type") == "application/x-www-form-urlencoded");
    BOOST_TEST(asked.form.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_link) {
    Account account;
    auto pending = update("121.50", "UAH");
    pending.push.status = CrmStatus::pending;
    pending.push.cancellable = true;
    pending.push.expires_at = utc(2026, 1, 15, 10, 0, 0);
    pending.link = "https://pay.example.com/pay/AbCdEfGhIjK";
    pending.push.with_link = true;
    const json with = json::parse(pushed(account, pending));
    BOOST_TEST(with.at("status").get<std::string>() == "pending");
    BOOST_TEST(with.at("invoiceUrl").get<std::string>() == pending.link);
    BOOST_TEST(with.at("expiredAt").get<std::string>() == "2026-01-15 12:00:00");
    BOOST_TEST(with.at("cancellable").get<bool>());
    BOOST_TEST(!with.contains("paidAt"));
    BOOST_TEST(!with.contains("cancellationDetails"));
    BOOST_TEST(!with.contains("refund"));
    pending.push.with_link = false;
    BOOST_TEST(!json::parse(pushed(account, pending)).contains("invoiceUrl"));
}

BOOST_AUTO_TEST_CASE(the_five_statuses) {
    Account account;
    const std::vector<std::pair<CrmStatus, std::string>> table{
        {CrmStatus::pending, "pending"},
        {CrmStatus::waiting_for_capture, "waitingForCapture"},
        {CrmStatus::succeeded, "succeeded"},
        {CrmStatus::canceled, "canceled"},
        {CrmStatus::refund_succeeded, "refundSucceeded"}};
    for (const auto& [status, word] : table) {
        auto what = update("10", "UAH");
        what.push.status = status;
        BOOST_TEST(json::parse(pushed(account, what)).at("status").get<std::string>() == word);
    }
}

BOOST_AUTO_TEST_CASE(amounts_keep_their_digits) {
    Account account;
    const std::vector<std::array<std::string, 3>> table{
        {"19.99", "UAH", "19.99"},
        {"0.01", "UAH", "0.01"},
        {"1234567890.12", "UAH", "1234567890.12"},
        {"9999999999999.99", "UAH", "9999999999999.99"},
        {"500", "JPY", "500"},
        {"100", "UAH", "100.00"},
        {"121.5", "RUB", "121.50"},
        {"0.001", "KWD", "0.001"}};
    for (const auto& [amount, currency, digits] : table) {
        const std::string body = pushed(account, update(amount, currency));
        BOOST_TEST(body.find("\"amount\":" + digits + ",") != std::string::npos, body);
    }
    // Nothing was ever asked: no amount rather than a wrong one.
    auto none = update("10", "UAH");
    none.push.amount = 0;
    BOOST_TEST(!json::parse(pushed(account, none)).contains("amount"));
}

BOOST_AUTO_TEST_CASE(refunds) {
    Account account;
    auto refunded = update("100", "UAH");
    refunded.push.refund = domain::effect::RefundBlock{domain::OperationId("op7"), true, 2050, ""};
    std::string body = pushed(account, refunded);
    BOOST_TEST(body.ends_with(R"("refund":{"id":"op7","status":"succeeded","amount":20.50}})"));
    refunded.push.refund->succeeded = false;
    refunded.push.refund->comment = "Шлюз отказал";
    body = pushed(account, refunded);
    BOOST_TEST(body.ends_with(
        R"("refund":{"id":"op7","status":"canceled","amount":20.50,"comment":"Шлюз отказал"}})"));
    refunded.push.refund->comment = std::string(400, 'x');
    const json cut = json::parse(pushed(account, refunded));
    BOOST_TEST(characters(cut.at("refund").at("comment").get<std::string>()) == 255U);
}

BOOST_AUTO_TEST_CASE(reasons_are_cut_between_characters) {
    Account account;
    auto canceled = update("10", "UAH");
    canceled.push.status = CrmStatus::canceled;
    const auto sent = [&](const std::string& reason) {
        canceled.reason_text = reason;
        return json::parse(pushed(account, canceled)).at("cancellationDetails").get<std::string>();
    };
    std::string exact;
    for (int i = 0; i < 255; ++i) exact += "ж";
    BOOST_TEST(sent(exact) == exact);
    const std::string cut = sent(exact + "ж");
    BOOST_TEST(characters(cut) == 255U);
    BOOST_TEST(cut == exact.substr(0, 254 * 2) + "…");
    BOOST_TEST(sent("Отклонён менеджером") == "Отклонён менеджером");
    BOOST_TEST(sent("a \"b\" \\ </script>\n\t&=+%") == "a \"b\" \\ </script>\n\t&=+%");
    // Half a character of a gateway's text.
    BOOST_TEST(sent("ок\xd0") == "ок\ufffd");
    BOOST_TEST(characters(sent(std::string(300, '\xd0'))) == 255U);
}

BOOST_AUTO_TEST_CASE(times_are_the_accounts) {
    Account account;
    const std::vector<std::pair<std::string, std::string>> table{
        {"Europe/Kyiv", "2026-07-15 13:00:00"},  {"Europe/Moscow", "2026-07-15 13:00:00"},
        {"Asia/Almaty", "2026-07-15 15:00:00"},  {"America/Mexico_City", "2026-07-15 04:00:00"},
        {"Asia/Kolkata", "2026-07-15 15:30:00"}, {"UTC", "2026-07-15 10:00:00"}};
    for (const auto& [zone, local] : table) {
        account.connection.timezone = zone;
        auto paid = update("10", "UAH");
        paid.push.paid_at = utc(2026, 7, 15, 10, 0, 0);
        BOOST_TEST(json::parse(pushed(account, paid)).at("paidAt").get<std::string>() == local);
    }
}

BOOST_AUTO_TEST_CASE(an_unknown_timezone_is_told) {
    Account account;
    account.connection.timezone = "Mars/Base";
    auto paid = update("10", "UAH");
    paid.push.paid_at = utc(2026, 7, 15, 10, 0, 0);
    const auto answer = account.host.push(account.connection, paid);
    BOOST_TEST((answer.result == HostResult::ok));
    BOOST_TEST(answer.exchange.detail == "unknown timezone Mars/Base, times are in UTC");
    BOOST_TEST(
        json::parse(account.crm.only().form.at("updateInvoice")).at("paidAt").get<std::string>() ==
        "2026-07-15 10:00:00");
}

BOOST_AUTO_TEST_CASE(the_question_before_a_capture) {
    Account account;
    const auto invoice = update("1234567890.12", "UAH").invoice;
    account.crm.answer("/check", {200, R"({"success":true,"result":{"success":true}})"});
    auto reply = account.host.check_payment(account.connection, invoice);
    BOOST_TEST((reply.answer.result == HostResult::ok));
    BOOST_TEST(!reply.value.has_value());
    const Asked asked = account.crm.only();
    BOOST_TEST(asked.path == "/api/v5/payment/check");
    BOOST_TEST(asked.form.at("check") == R"({"invoiceUuid":"5b3f7b9c-6a0e-4a57-9a52-1d4a9b5f0001",)"
                                         R"("amount":1234567890.12,"currency":"UAH"})");

    account.crm.answer("/check", {200, R"({"success":true,"result":{"success":false,)"
                                       R"("errorMsg":"The order is cancelled"}})"});
    reply = account.host.check_payment(account.connection, invoice);
    BOOST_TEST((reply.answer.result == HostResult::ok));
    BOOST_TEST(reply.value.value() == "The order is cancelled");

    // A refusal without words is a refusal all the same.
    account.crm.answer("/check", {200, R"({"success":true,"result":{"success":false}})"});
    reply = account.host.check_payment(account.connection, invoice);
    BOOST_TEST((reply.answer.result == HostResult::ok));
    BOOST_TEST(reply.value.value() == "");
}

// Money must not move on an answer that does not say yes.
BOOST_AUTO_TEST_CASE(an_answer_without_a_result_is_no_consent) {
    Account account;
    for (const char* body :
         {R"({"success":true})", R"({"success":true,"result":[]})",
          R"({"success":true,"result":{}})", R"({"success":true,"result":{"success":"true"}})"}) {
        account.crm.answer("/check", {200, body});
        const auto reply =
            account.host.check_payment(account.connection, update("1", "UAH").invoice);
        BOOST_TEST((reply.answer.result == HostResult::silent), body);
        BOOST_TEST(reply.answer.exchange.outcome == "crm.unreachable");
    }
}

BOOST_AUTO_TEST_CASE(notices_are_escaped) {
    Account account;
    BOOST_TEST((account.host
                    .notify(account.connection,
                            "Tillbridge: <script>alert('1')</script> & \"x\"\n\nвторая", true)
                    .result == HostResult::ok));
    Asked asked = account.crm.only();
    BOOST_TEST(asked.path == "/api/v5/notifications/send");
    const json notice = json::parse(asked.form.at("notification"));
    BOOST_TEST(notice.at("type").get<std::string>() == "api.error");
    BOOST_TEST(notice.at("message").get<std::string>() ==
               "<p>Tillbridge: &lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; "
               "&quot;x&quot;</p><p>вторая</p>");
    BOOST_TEST((notice.at("userGroups") == json::array({"superadmins"})));
    account.host.notify(account.connection, "ok", false);
    BOOST_TEST(json::parse(account.crm.asked().back().form.at("notification"))
                   .at("type")
                   .get<std::string>() == "api.info");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::retailcrm_push_test
