// Error statuses, error bodies, pages and the operators' routes.
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "handlers/crm/answers.hpp"
#include "handlers/error_map.hpp"
#include "handlers/errors.hpp"
#include "handlers/ops/routes.hpp"
#include "handlers/pages.hpp"
#include "handlers/settings/views.hpp"
#include "tests/support/fake_ports.hpp"

namespace tillbridge::handlers::handlers_words_test {

using nlohmann::json;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(handlers_words)

BOOST_AUTO_TEST_CASE(each_code_has_its_status_at_the_crm) {
    const std::pair<const char*, int> rows[] = {
        {"install.bad_token", 401},     {"connection.frozen", 403},
        {"connection.inactive", 403},   {"merchant.inactive", 403},
        {"connection.unknown", 404},    {"merchant.unknown", 404},
        {"payment.unknown", 404},       {"payment.busy", 409},
        {"payment.conflict", 409},      {"gateway.refused", 502},
        {"gateway.unavailable", 502},   {"gateway.clock_skew", 502},
        {"gateway.unsigned", 502},      {"gateway.mismatch", 502},
        {"gateway.silent", 504},        {"internal", 500},
        {"money.too_precise", 400},     {"payment.not_held", 400},
        {"request.field_missing", 400}, {"what.ever", 400},
    };
    for (const auto& [code, status] : rows) BOOST_TEST(crm_status(code) == status, code);
}

BOOST_AUTO_TEST_CASE(errors_keep_their_formats) {
    const test::EchoTexts texts;
    const domain::Error error{"gateway.refused", "Card \"declined\"", "amount", {{"id", "op1"}}};
    const json crm = json::parse(error_answer(Format::crm, 502, error, texts, "uk").body);
    BOOST_TEST(!crm.at("success").get<bool>());
    BOOST_TEST(has(crm.at("errorMsg").get<std::string>(), "Card \"declined\""));
    BOOST_TEST(crm.at("result").at("id").get<std::string>() == "op1");
    const json api = json::parse(error_answer(Format::api, 422, error, texts, "uk").body);
    BOOST_TEST(api.at("error").at("code").get<std::string>() == "gateway.refused");
    BOOST_TEST(api.at("error").at("field").get<std::string>() == "amount");
    const domain::Error plain{"payment.busy", "", "", {}};
    BOOST_TEST(
        !json::parse(error_answer(Format::crm, 409, plain, texts, "ru").body).contains("result"));
    const Answer page = error_answer(Format::page, 404, error, texts, "ru");
    BOOST_TEST(has(page.body, "&quot;declined&quot;"));
    BOOST_TEST(page.content_type == "text/html; charset=utf-8");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_text_do_not_break_an_error) {
    const test::EchoTexts texts;
    const domain::Error error{"gateway.refused", "bad \xff byte", "", {}};
    BOOST_CHECK_NO_THROW(json::parse(error_answer(Format::crm, 502, error, texts, "ru").body));
}

BOOST_AUTO_TEST_CASE(pages_escape_all_they_show) {
    Page page;
    const std::string evil = "<script>\"'&</script>";
    page.title = page.shop = page.link_text = page.contacts_title = evil;
    page.paragraphs = {evil};
    page.contacts = {{evil, "mailto:" + evil}};
    page.link_url = "https://shop.example/?a=1&b=2";
    const std::string html = render(page);
    BOOST_TEST(!has(html, "<script"));
    BOOST_TEST(!has(html, "\"'&<"));
    BOOST_TEST(has(html, "href=\"https://shop.example/?a=1&amp;b=2\""));
    BOOST_TEST(has(html, "width=device-width"));
    for (const char* url : {"javascript:alert(1)", "//x", "https://a\"b", "", "data:text/html,x"}) {
        page.link_url = url;
        BOOST_TEST(!has(render(page), "class=\"back\""), url);
    }
}

BOOST_AUTO_TEST_CASE(the_policy_allows_the_one_style_that_is_there) {
    const Answer answer = page_answer(200, Page{});
    std::string policy;
    for (const auto& [name, value] : answer.headers)
        if (name == "Content-Security-Policy") policy = value;
    BOOST_TEST(has(policy, "default-src 'none'"));
    BOOST_TEST(has(policy, "style-src 'sha256-"));
    const std::size_t from = policy.find("'sha256-") + 8;
    BOOST_TEST(policy.find('\'', from) - from == 44U);  // 32 bytes in base64
    BOOST_TEST(!has(answer.body, "style=\""));
}

BOOST_AUTO_TEST_CASE(contacts_leave_out_what_is_empty) {
    service::Settings settings;
    BOOST_TEST(contacts_of(settings).empty());
    settings.contact_email = "help@example.com";
    settings.contact_telegram = "@help";
    const auto contacts = contacts_of(settings);
    BOOST_REQUIRE(contacts.size() == 2U);
    BOOST_TEST(contacts[0].second == "mailto:help@example.com");
    BOOST_TEST(contacts[1].second == "https://t.me/help");
}

BOOST_AUTO_TEST_CASE(each_state_has_its_word_and_flags) {
    using domain::InvoiceState;
    struct Row {
        InvoiceState state;
        const char* word;
        bool refundable, cancellable;
    };
    const Row rows[] = {
        {InvoiceState::creating, "pending", false, true},
        {InvoiceState::pending, "pending", false, true},
        {InvoiceState::authorized, "waitingForCapture", false, true},
        {InvoiceState::paid, "succeeded", true, false},
        {InvoiceState::refunded, "refundSucceeded", false, false},
        {InvoiceState::canceled, "canceled", false, false},
        {InvoiceState::failed, "canceled", false, false},
    };
    const test::EchoTexts texts;
    domain::Connection connection;
    connection.timezone = "Europe/Kyiv";
    for (const Row& row : rows) {
        service::Payments::StatusAnswer status;
        status.invoice.state = row.state;
        status.invoice.amount = {12150, domain::Currency::parse("UAH").value()};
        status.invoice.paid_at = domain::UtcTime::from_seconds(1);
        const json result =
            json::parse(crm::status(status, connection, texts,
                                    [](domain::UtcTime, const std::string& zone) { return zone; })
                            .body)
                .at("result");
        BOOST_TEST(result.at("status").get<std::string>() == row.word);
        BOOST_TEST(result.at("refundable").get<bool>() == row.refundable, row.word);
        BOOST_TEST(result.at("cancellable").get<bool>() == row.cancellable, row.word);
        BOOST_TEST(result.at("paidAt").get<std::string>() == "Europe/Kyiv");
        BOOST_TEST(result.at("expiredAt").is_null());
    }
}

BOOST_AUTO_TEST_CASE(amounts_are_written_with_their_decimals) {
    const auto text = [](std::int64_t minor, const char* currency) {
        service::Payments::RefundAnswer refund;
        refund.amount = {minor, domain::Currency::parse(currency).value()};
        return crm::refunded(refund).body;
    };
    BOOST_TEST(has(text(10, "UAH"), "\"amount\":0.10,"));
    BOOST_TEST(has(text(500, "JPY"), "\"amount\":500,"));
    BOOST_TEST(has(text(900719925474099301, "UAH"), "\"amount\":9007199254740993.01,"));
}

BOOST_AUTO_TEST_CASE(operators_see_what_is_wrong) {
    bool ok = true;
    const auto routes =
        ops::routes({[&] {
                         return std::vector<ops::Check>{{"store", ok, ok ? "" : "disk full"}};
                     },
                     [] { return std::string("a 1\n"); }});
    Request request;
    const Router router(routes);
    const auto get = [&](const char* path) {
        return router.match("GET", path).route->handle(request);
    };
    BOOST_TEST(get("/health/live").status == 200);
    BOOST_TEST(get("/health/ready").status == 200);
    ok = false;
    const Answer bad = get("/health/ready");
    BOOST_TEST(bad.status == 503);
    BOOST_TEST(has(bad.body, "disk full"));
    BOOST_TEST(get("/metrics").body == "a 1\n");
    const Router degraded(ops::routes({[] {
                                           return std::vector<ops::Check>{
                                               {"store", true, ""},
                                               {"crm", false, "http.timeout", false}};
                                       },
                                       [] { return std::string(); }}));
    const Answer served = degraded.match("GET", "/health/ready").route->handle(request);
    BOOST_TEST(served.status == 200);
    BOOST_TEST(has(served.body, R"("ok":false)"));
    BOOST_TEST(has(served.body, "http.timeout"));
    BOOST_TEST(settings::iso_time(domain::UtcTime::from_seconds(1'795'336'980)) ==
               "2026-11-22T08:43:00Z");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::handlers::handlers_words_test
