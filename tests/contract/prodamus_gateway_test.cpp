// Calls to a page: what goes out, what is made of each kind of answer, and what Prodamus can't do.
#include <boost/test/unit_test.hpp>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "api_client/http/form.hpp"
#include "api_client/prodamus/body.hpp"
#include "api_client/prodamus/gateway.hpp"
#include "api_client/prodamus/signature.hpp"
#include "tests/contract/prodamus_linking.hpp"

namespace tillbridge::prodamus_gateway_test {

using namespace prodamus_test;
using domain::OperationKind;
using domain::OperationState;

namespace {

const std::string kLink = "https://payform.ru/u8zDE/";
const std::string kKey = "page-secret-for-tests";

struct TestClock : port::Clock {
    domain::UtcTime now() const override { return at(kNoon); }
};

// Stands in for the network: one answer, and what was asked.
struct FakeSender : http::Sender {
    http::Outcome answer;
    std::vector<http::Request> asked;
    bool allowed = true;

    http::Outcome send(const http::Request& request, const http::AddressGuard& guard) override {
        asked.push_back(request);
        allowed = allowed && guard.check(http::parse_url(request.url).value()).has_value();
        return answer;
    }
};

http::Outcome answered(const std::string& body, int status = 200) {
    http::Outcome outcome;
    outcome.delivery = http::Delivery::answered;
    outcome.status = status;
    outcome.headers = {{"Content-Type", "text/html; charset=WINDOWS-1251"}};
    outcome.body = body;
    return outcome;
}

http::Outcome failed(http::Delivery delivery, const char* error) {
    http::Outcome outcome;
    outcome.delivery = delivery;
    outcome.error = error;
    outcome.description = "demo.payform.ru: no answer";
    return outcome;
}

struct Calling : Linking {
    TestClock clock;
    FakeSender sender;
    prodamus::Gateway gateway{sender, clock, {}};
    domain::Merchant merchant;
    port::CallLog log;

    Calling() {
        merchant.credentials = typed("https://Demo.payform.ru/", kKey);
        sender.answer = answered(kLink);
        order.expires_at = at(kNoon + 3600);
    }
    static domain::Credentials typed(const std::string& page, const std::string& key) {
        return {{"page", domain::Secret(page)}, {"secretKey", domain::Secret(key)}};
    }
    port::OperationAnswer create() { return gateway.create(merchant, order); }
    port::OperationAnswer create_with(const http::Outcome& outcome) {
        sender.answer = outcome;
        return create();
    }
    // `code field`
    std::string verdict(const http::Outcome& outcome) {
        sender.answer = outcome;
        const auto tried = gateway.try_credentials(merchant.credentials, log);
        return tried ? "ok" : tried.error().code + " " + tried.error().field;
    }
    std::string verdict(const domain::Credentials& credentials) {
        const auto tried = gateway.try_credentials(credentials, log);
        return tried ? "ok" : tried.error().code + " " + tried.error().field;
    }
    prodamus::Tree seen(std::size_t number = 0) const {
        return prodamus::parse_form(sender.asked.at(number).body).value();
    }
};

void expect(const port::OperationAnswer& answer, OperationState state, const char* code) {
    BOOST_TEST(to_word(answer.result) == to_word(state));
    BOOST_TEST(answer.code == code);
    BOOST_TEST(answer.pay_url == (state == OperationState::succeeded ? kLink : ""));
    BOOST_TEST(answer.gateway_invoice.empty() == (state != OperationState::succeeded));
}

const std::string kBadSignature = "Ошибка подписи передаваемых данных. Оплата отменена";
// The same in WINDOWS-1251.
const std::string kBadSignature1251 =
    "\xCE\xF8\xE8\xE1\xEA\xE0 \xEF\xEE\xE4\xEF\xE8\xF1\xE8 \xEF\xE5\xF0\xE5\xE4\xE0";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(prodamus_gateway, Calling)

BOOST_AUTO_TEST_CASE(what_it_can) {
    const auto& about = gateway.description();
    BOOST_TEST(about.code.value == "prodamus");
    BOOST_TEST(about.name == "Prodamus");
    BOOST_TEST((about.currencies == std::vector<std::string>{"RUB", "USD", "EUR", "KZT"}));
    const auto& can = about.capabilities;
    BOOST_TEST(!(can.two_stage || can.partial_capture || can.refund || can.partial_refund ||
                 can.status_query || can.recover_create));
    BOOST_REQUIRE(about.fields.size() == 2U);
    BOOST_TEST(about.fields[0].code == "page");
    BOOST_TEST(about.fields[0].identity);
    BOOST_TEST(about.fields[1].code == "secretKey");
    BOOST_TEST(about.fields[1].type == "secret");
}

BOOST_AUTO_TEST_CASE(asks_for_a_link) {
    order.customer_phone = "+79991234567";
    const auto answer = create();
    expect(answer, OperationState::succeeded, "");
    BOOST_TEST(answer.gateway_invoice.value == "pay-1");
    BOOST_TEST((answer.expires_at == at(kNoon + 3600)));
    BOOST_TEST(!answer.payable.has_value());
    BOOST_REQUIRE(sender.asked.size() == 1U);
    BOOST_TEST(sender.allowed);
    const auto& request = sender.asked[0];
    BOOST_TEST(request.method == "POST");
    BOOST_TEST(request.url == "https://demo.payform.ru/");
    BOOST_TEST(request.headers[0].second == "application/x-www-form-urlencoded");
    BOOST_TEST(request.body.find("customer_phone=%2B79991234567") != std::string::npos);

    auto sent = seen();
    BOOST_TEST((prodamus::verify(sent, sent.at("signature"), domain::Secret(kKey)) ==
                prodamus::Verdict::genuine));
    sent.erase("signature");
    BOOST_TEST((sent == make()->parameters));

    BOOST_REQUIRE(answer.log.exchanges.size() == 1U);
    BOOST_TEST(answer.log.exchanges[0].what == "link");
    BOOST_TEST(answer.log.exchanges[0].outcome == "ok");
    BOOST_TEST(answer.log.exchanges[0].http_status == 200);
    BOOST_TEST(answer.log.exchanges[0].detail == "order_id=pay-1");
}

BOOST_AUTO_TEST_CASE(tells_what_is_to_be_paid) {
    merchant.options.extra["discount"] = "100";
    BOOST_TEST((create().payable == money(140000)));
}

BOOST_AUTO_TEST_CASE(link_in_the_answer) {
    for (const auto& body : {kLink + "\r\n", "\n  " + kLink, R"({"payment_link":")" + kLink + "\"}",
                             R"({"url":")" + kLink + "\"}", R"({"link":")" + kLink + R"(","x":1})"})
        expect(create_with(answered(body)), OperationState::succeeded, "");
}

BOOST_AUTO_TEST_CASE(no_link_in_the_answer) {
    for (const auto& body :
         {std::string(), std::string("<html>Товар не найден</html>"), std::string("{}"),
          std::string("ftp://payform.ru/a"), std::string("https://evil.example/u8zDE/"),
          "see " + kLink, kLink + " " + kLink, kLink + "<br>"})
        expect(create_with(answered(body)), OperationState::refused, "gateway.refused");
    // Only what was answered in the affirmative counts.
    expect(create_with(answered(kLink, 400)), OperationState::refused, "gateway.refused");
    expect(create_with(answered(kLink, 302)), OperationState::refused, "gateway.refused");
}

BOOST_AUTO_TEST_CASE(words_of_a_refusal) {
    auto answer = create_with(answered("<html><style>p{}</style><p>" + kBadSignature + "</p>"));
    expect(answer, OperationState::refused, "gateway.refused");
    BOOST_TEST(answer.reason == kBadSignature);
    BOOST_TEST(answer.log.exchanges[0].outcome == "credentials.refused");
    answer = create_with(answered(kBadSignature1251));
    BOOST_TEST(answer.reason == "Ошибка подписи переда");
    answer = create_with(answered("link_expired must be in the future\n", 400));
    BOOST_TEST(answer.reason == "link_expired must be in the future");
    answer = create_with(answered("buyer@example.com " + std::string(5000, 'x'), 400));
    BOOST_TEST(answer.reason.find("buyer@") == std::string::npos);
    BOOST_TEST(answer.reason.size() <= 310U);
    answer = create_with(answered("", 403));
    BOOST_TEST(answer.reason == "HTTP 403");
}

BOOST_AUTO_TEST_CASE(not_known) {
    for (const int status : {500, 502, 503, 504})
        expect(create_with(answered("<html>", status)), OperationState::unknown, "gateway.silent");
    expect(create_with(failed(http::Delivery::unknown, "http.timeout")), OperationState::unknown,
           "gateway.silent");
    expect(create_with(failed(http::Delivery::unknown, "http.broken")), OperationState::unknown,
           "gateway.silent");
    BOOST_TEST(sender.asked.size() == 6U);  // nothing is repeated
}

BOOST_AUTO_TEST_CASE(not_done) {
    expect(create_with(answered("", 429)), OperationState::not_done, "gateway.unavailable");
    for (const auto* error : {"http.connect_failed", "http.tls_failed", "http.resolve_failed"})
        expect(create_with(failed(http::Delivery::not_sent, error)), OperationState::not_done,
               "gateway.unavailable");
    expect(create_with(failed(http::Delivery::refused, "http.address_forbidden")),
           OperationState::not_done, "gateway.unavailable");
}

BOOST_AUTO_TEST_CASE(nothing_goes_out) {
    order.amount = money(150000, "UAH");
    expect(create(), OperationState::refused, "currency.not_supported");
    order.amount = money(150000);
    order.parameters["link_expired"] = "tomorrow";
    expect(create(), OperationState::refused, "gateway.refused");
    order.parameters.clear();
    order.parameters["_param_a"] = "\xFF";  // what can't be signed is not sent
    expect(create(), OperationState::refused, "gateway.refused");
    order.parameters.clear();
    merchant.credentials = typed("evil.example", kKey);
    expect(create(), OperationState::refused, "credentials.malformed");
    BOOST_TEST(sender.asked.empty());
}

BOOST_AUTO_TEST_CASE(pages_elsewhere) {
    prodamus::Options elsewhere;
    elsewhere.base_url = "http://127.0.0.1:8090/prodamus/{page}/";
    elsewhere.allow_private_networks = true;
    prodamus::Gateway sandbox(sender, clock, elsewhere);
    sender.answer = answered("http://127.0.0.1:8090/prodamus/l/abcdef/");
    merchant.credentials = typed("shop.payform.kz", kKey);
    const auto answer = sandbox.create(merchant, order);
    BOOST_TEST(answer.pay_url == "http://127.0.0.1:8090/prodamus/l/abcdef/");
    BOOST_TEST(sender.asked[0].url == "http://127.0.0.1:8090/prodamus/shop.payform.kz/");
    BOOST_TEST(sender.allowed);
    elsewhere.base_url = "https://payform.ru/";
    BOOST_CHECK_THROW(prodamus::Gateway(sender, clock, elsewhere), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(form_of_credentials) {
    BOOST_TEST(verdict(domain::Credentials{}) == "credentials.missing page");
    BOOST_TEST(verdict(typed("", kKey)) == "credentials.missing page");
    BOOST_TEST(verdict(typed("demo", "")) == "credentials.missing secretKey");
    BOOST_TEST(verdict(typed("evil.example", kKey)) == "credentials.malformed page");
    for (const auto& key : {std::string(513, 'k'), std::string("a\nb"), std::string("ключ"),
                            std::string("key "), std::string(" key"), std::string("a\0b", 3)})
        BOOST_TEST(verdict(typed("demo", key)) == "credentials.malformed secretKey", key);
    BOOST_TEST(sender.asked.empty());
}

BOOST_AUTO_TEST_CASE(credentials_are_tried_with_a_link) {
    BOOST_TEST(verdict(answered(kLink)) == "ok");
    const auto sent = seen();
    BOOST_TEST(sent.at("do") == "link");
    BOOST_TEST(sent.at("order_id") == "check-" + std::to_string(kNoon * 1'000'000));
    BOOST_TEST(sent.at("link_expired") == "22.11.2026 12:02");
    BOOST_TEST(sent.at("urlNotification") == "");
    BOOST_TEST(sent.find("products")->find("0")->at("price") == "100");
    BOOST_TEST((prodamus::verify(sent, sent.at("signature"), domain::Secret(kKey)) ==
                prodamus::Verdict::genuine));
}

BOOST_AUTO_TEST_CASE(credentials_by_field) {
    BOOST_TEST(verdict(answered(kBadSignature)) == "credentials.refused secretKey");
    BOOST_TEST(verdict(answered(kBadSignature, 400)) == "credentials.refused secretKey");
    BOOST_TEST(verdict(answered(kBadSignature1251)) == "credentials.refused secretKey");
    BOOST_TEST(verdict(answered("signature incorrect", 400)) == "credentials.refused secretKey");
    BOOST_TEST(verdict(answered("Неизвестный запрос")) == "credentials.refused page");
    BOOST_TEST(verdict(answered("", 404)) == "credentials.refused page");
    BOOST_TEST(verdict(answered("", 301)) == "credentials.refused page");
    BOOST_TEST(verdict(failed(http::Delivery::not_sent, "http.resolve_failed")) ==
               "credentials.refused page");
    BOOST_TEST(verdict(answered("no methods", 400)) == "credentials.refused secretKey");
    BOOST_TEST(verdict(failed(http::Delivery::unknown, "http.timeout")) == "gateway.silent ");
    BOOST_TEST(verdict(failed(http::Delivery::not_sent, "http.connect_failed")) ==
               "gateway.silent ");
    BOOST_TEST(verdict(answered("", 503)) == "gateway.silent ");
    BOOST_TEST(verdict(answered("", 429)) == "gateway.silent ");
}

BOOST_AUTO_TEST_CASE(what_it_cannot) {
    domain::Invoice invoice;
    invoice.amount = money(150000);
    invoice.gateway_invoice = domain::GatewayId("pay-1");
    domain::Operation op;
    for (const auto kind :
         {OperationKind::capture, OperationKind::void_hold, OperationKind::refund}) {
        op.kind = kind;
        for (const auto* locale : {"ru", "uk_UA", "kk", "en", "es", "xx", ""}) {
            invoice.locale = locale;
            const auto answer = gateway.perform(merchant, invoice, op);
            expect(answer, OperationState::refused, "gateway.unsupported");
            BOOST_TEST(answer.reason.find("Prodamus") != std::string::npos);
            BOOST_TEST(answer.reason.find("pay-1") != std::string::npos);
        }
        expect(gateway.resolve(merchant, invoice, op, true), OperationState::refused,
               "gateway.unsupported");
    }
    BOOST_TEST(gateway.baseline(merchant, invoice, op, log).value() == "");
    BOOST_TEST(gateway.ask(merchant, invoice).report.error().code == "gateway.unsupported");
    BOOST_TEST(sender.asked.empty());
    op.kind = OperationKind::create;
    BOOST_CHECK_THROW(gateway.perform(merchant, invoice, op), std::logic_error);
}

BOOST_AUTO_TEST_CASE(one_page_is_one_shop_however_it_was_typed) {
    for (const auto* typed : {"demo", " Demo ", "demo.payform.ru", "http://DEMO.payform.ru//",
                              "https://demo.payform.ru/"}) {
        const auto kept = gateway.tidy({{"page", domain::Secret(typed)}});
        BOOST_TEST(kept.at("page").reveal() == "demo.payform.ru");
    }
    const auto other = gateway.tidy({{"page", domain::Secret("demo.payform.kz")}});
    BOOST_TEST(other.at("page").reveal() == "demo.payform.kz");
    // What is no page stays as it is, for the error to speak of.
    const auto odd = gateway.tidy({{"page", domain::Secret("evil.example")}});
    BOOST_TEST(odd.at("page").reveal() == "evil.example");
    BOOST_TEST(gateway.tidy({}).empty());
}

BOOST_AUTO_TEST_CASE(a_test_link_asks_for_what_pages_take_after_the_stores_discount) {
    BOOST_TEST(gateway.test_amount({}) == "100.00");
    BOOST_TEST(gateway.test_amount({{"discount", "150"}}) == "250.00");
    BOOST_TEST(gateway.test_amount({{"discount", ""}}) == "100.00");
    BOOST_TEST(gateway.test_amount({{"subscription", ""}}) == "100.00");
    BOOST_TEST(gateway.test_amount({{"subscription", "593600"}}) == "");  // its product's own
}

BOOST_AUTO_TEST_CASE(a_lost_link_is_given_up) {
    domain::Operation op;
    op.kind = OperationKind::create;
    expect(gateway.resolve(merchant, {}, op, false), OperationState::unknown, "gateway.silent");
    expect(gateway.resolve(merchant, {}, op, true), OperationState::not_done,
           "gateway.unavailable");
    BOOST_TEST(sender.asked.empty());
}

BOOST_AUTO_TEST_CASE(options_are_checked_by_the_fields_first) {
    const auto fault = [&](const char* code, const char* value) {
        const auto fine = gateway.check_options({{code, value}});
        return fine ? "ok" : fine.error().code + " " + fine.error().field;
    };
    BOOST_TEST(fault("taxType", "6") == "ok");
    BOOST_TEST(fault("taxType", "99") == "options.invalid taxType");
    BOOST_TEST(fault("demo", "maybe") == "options.invalid demo");
    BOOST_TEST(fault("discount", "1.234") == "options.invalid discount");
    BOOST_TEST(fault("nonsense", "1") == "options.not_supported nonsense");
}

BOOST_AUTO_TEST_CASE(no_secret_in_a_record) {
    for (const auto& outcome : {answered(kLink), answered(kBadSignature), answered(kKey, 500)}) {
        sender.answer = outcome;
        for (const auto& exchange : create().log.exchanges) {
            BOOST_TEST(exchange.detail.find(kKey) == std::string::npos);
            BOOST_TEST(exchange.detail.find("signature=") == std::string::npos);
        }
    }
    for (const auto& request : sender.asked) {
        BOOST_TEST(request.url.find(kKey) == std::string::npos);
        BOOST_TEST(request.body.find(kKey) == std::string::npos);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::prodamus_gateway_test
