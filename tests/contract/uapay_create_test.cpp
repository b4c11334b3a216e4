// A link: what is asked, what is made of each kind of answer, and how a lost one is found again.
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <thread>
#include <vector>

#include "tests/contract/uapay_fake.hpp"

namespace tillbridge::uapay_create_test {

namespace {

using namespace uapay_test;
using domain::OperationKind;
using domain::OperationState;

constexpr auto kCreate = "invoicer/invoices/create";
constexpr auto kList = "invoicer/invoices/show/list";
const std::string kLink = "https://pay.demo.uapay.example/invoice/" + kInvoice;

struct Creating : World {
    Creating() { fake.on(kCreate, yes(made())); }

    static json made() {
        return {{"id", kInvoice}, {"paymentPageUrl", kLink}, {"paymentPageUrlQR", kLink + "/qr"}};
    }
    port::CreateOrder order() const {
        port::CreateOrder order;
        order.external_id = "CRM-100045";
        order.amount = {125050, uah()};
        order.description = "Order CRM-100045";
        order.locale = "uk_UA";
        order.hook_url = "https://pay.example.com/hooks/uapay/token";
        order.return_url = "https://pay.example.com/pay/slug/return";
        return order;
    }
    port::OperationAnswer create() { return gateway.create(merchant, order()); }
    port::OperationAnswer create_with(const Reply& reply) {
        fake.on(kCreate, reply);
        return create();
    }
    void expect(const port::OperationAnswer& answer, OperationState state, const char* code) {
        BOOST_TEST(to_word(answer.result) == to_word(state));
        BOOST_TEST(answer.code == code);
        if (state != OperationState::succeeded) BOOST_TEST(answer.pay_url == "");
    }

    domain::Operation lost_create() const {
        auto op = operation(OperationKind::create, 125050);
        op.external_id = "CRM-100045";
        return op;
    }
    json listed() const {
        json one = invoice(json::array());
        one["paymentPageUrl"] = kLink;
        return one;
    }
    port::OperationAnswer resolve_with(const Reply& reply) {
        fake.on(kList, reply);
        return gateway.resolve(merchant, World::invoice(domain::InvoiceState::creating),
                               lost_create(), true);
    }
    static json invoice(const json& payments) { return uapay_test::invoice(payments); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(uapay_create, Creating)

BOOST_AUTO_TEST_CASE(asks_for_an_invoice) {
    const auto answer = create();
    expect(answer, OperationState::succeeded, "");
    BOOST_TEST(answer.gateway_invoice.value == kInvoice);
    BOOST_TEST(answer.pay_url == kLink);
    const auto seen = fake.seen(kCreate);
    BOOST_REQUIRE(seen.size() == 1U);
    BOOST_TEST(
        seen[0].claims ==
        json({{"params", {{"sessionId", "0000-1"}, {"systemType", "ECOM"}, {"locale", "uk"}}},
              {"data",
               {{"externalId", "CRM-100045"},
                {"type", "PAY"},
                {"amount", 125050},
                {"description", "Order CRM-100045"},
                {"reusability", false},
                {"redirectUrl", "https://pay.example.com/pay/slug/return"},
                {"callbackUrl", "https://pay.example.com/hooks/uapay/token"}}},
              {"iat", 1795338000}}));
    json outside = seen[0].body;
    outside.erase("token");
    BOOST_TEST(outside == seen[0].claims);
    BOOST_TEST(seen[0].body.at("token") == seen[0].signature_of);
    BOOST_TEST(answer.log.exchanges.size() == 2U);
}

BOOST_AUTO_TEST_CASE(what_else_can_be_asked) {
    auto wanted = order();
    wanted.two_stage = true;
    wanted.customer_email = "buyer@example.com";
    wanted.expires_at = domain::UtcTime::from_seconds(1795338000);
    wanted.description = "  Замовлення\n" + std::string(400, 'x');
    wanted.locale = "es";
    const auto answer = gateway.create(merchant, wanted);
    BOOST_TEST((answer.expires_at == wanted.expires_at));
    const json data = fake.seen(kCreate).at(0).claims.at("data");
    BOOST_TEST(data.at("type") == "HOLD");
    BOOST_TEST(data.at("email") == "buyer@example.com");
    BOOST_TEST(data.at("payExpiresAt") == "2026-11-22 11:00:00");
    BOOST_TEST(data.at("description") == "Замовлення " + std::string(244, 'x'));
    BOOST_TEST(fake.seen(kCreate).at(0).claims.at("params").at("locale") == "en");
}

BOOST_AUTO_TEST_CASE(hryvnias_only) {
    auto wanted = order();
    wanted.amount = {125050, domain::Currency::parse("USD").value()};
    expect(gateway.create(merchant, wanted), OperationState::refused, "currency.not_supported");
    wanted.amount = {0, uah()};
    expect(gateway.create(merchant, wanted), OperationState::refused, "currency.not_supported");
    BOOST_TEST(fake.seen().empty());
}

BOOST_AUTO_TEST_CASE(one_session_serves_several_calls_for_a_while) {
    create();
    create();
    BOOST_TEST(fake.count("sessions/create") == 1U);
    clock.advance(std::chrono::minutes(3));
    create();
    BOOST_TEST(fake.count("sessions/create") == 2U);
    merchant.credentials["shopId"] = domain::Secret("1002");
    create();
    BOOST_TEST(fake.count("sessions/create") == 3U);
    BOOST_TEST(fake.seen(kCreate).at(3).claims.at("params").at("sessionId") == "0000-3");
}

BOOST_AUTO_TEST_CASE(a_dead_session_is_replaced_once) {
    create();
    fake.script(kCreate, {no("SESSION_NOT_FOUND"), yes(made())});
    expect(create(), OperationState::succeeded, "");
    BOOST_TEST(fake.count("sessions/create") == 2U);
    // By field, whatever its code.
    fake.script(kCreate, {raw(R"({"error":{"code":"E7","fields":{"params":{"sessionId":"I"}}}})"),
                          yes(made())});
    expect(create(), OperationState::succeeded, "");
    // A new one that is refused too is UAPAY's last word.
    fake.on(kCreate, no("SESSION_NOT_FOUND"));
    const auto before = fake.count(kCreate);
    expect(create(), OperationState::refused, "gateway.refused");
    BOOST_TEST(fake.count(kCreate) == before + 2);
    expect(create(), OperationState::refused, "gateway.refused");
    BOOST_TEST(fake.count(kCreate) == before + 3);
}

BOOST_AUTO_TEST_CASE(another_refusal_is_not_repeated) {
    create();
    const auto answer = create_with(no("WRONG_AMOUNT", "Amount is too small"));
    expect(answer, OperationState::refused, "gateway.refused");
    BOOST_TEST(answer.reason == "WRONG_AMOUNT: Amount is too small");
    BOOST_TEST(fake.count(kCreate) == 2U);
}

BOOST_AUTO_TEST_CASE(nothing_happened_without_a_session) {
    for (const auto& reply : {lost(), raw("<html>", 500), no("CLIENT_NOT_FOUND"),
                              yes({{"id", "x"}}, "another key"), raw("", 429)}) {
        fake.on("sessions/create", reply);
        BOOST_TEST(to_word(create().result) == "not_done");
    }
    BOOST_TEST(fake.count(kCreate) == 0U);
}

BOOST_AUTO_TEST_CASE(from_many_threads) {
    create();
    std::atomic<int> succeeded = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            for (int n = 0; n < 10; ++n)
                if (create().result == OperationState::succeeded) ++succeeded;
        });
    for (auto& thread : threads) thread.join();
    BOOST_TEST(succeeded == 40);
    BOOST_TEST(fake.count(kCreate) == 41U);
    BOOST_TEST(fake.count("sessions/create") == 1U);
}

BOOST_AUTO_TEST_CASE(nobody_listens) {
    auto closed = options();
    closed.base_url = "http://127.0.0.1:1/api/";
    uapay::Gateway nowhere(http, clock, closed);
    expect(nowhere.create(merchant, order()), OperationState::not_done, "gateway.unavailable");
    closed.allow_private_networks = false;
    uapay::Gateway forbidden(http, clock, closed);
    expect(forbidden.create(merchant, order()), OperationState::not_done, "gateway.unavailable");
}

BOOST_AUTO_TEST_CASE(refused_before_it_was_done) {
    expect(create_with(raw("", 429)), OperationState::not_done, "gateway.unavailable");
    expect(create_with(raw(R"({"error":{"code":"TIMELIMIT_ERROR"}})")), OperationState::not_done,
           "gateway.clock_skew");
    BOOST_TEST(fake.count(kCreate) == 2U);
}

BOOST_AUTO_TEST_CASE(an_invoice_may_stand_there_now) {
    const auto unknown = [&](const Reply& reply) {
        expect(create_with(reply), OperationState::unknown, "gateway.silent");
    };
    unknown(lost());
    unknown(raw("", 500));
    unknown(raw("<html>Bad gateway</html>", 502));
    unknown(raw(R"({"error":"Internal Server Error","status":500})", 500));
    unknown(raw("{", 200));
    unknown(raw(R"({"status":1,"data":{"id":"x","paymentPageUrl":"https://a.example/"}})"));
    unknown(yes(made(), "another key"));
    unknown(token(jwt(made().dump(), kKey, R"({"alg":"none"})")));
    BOOST_TEST(fake.count(kCreate) == 8U);  // none was sent twice
}

BOOST_AUTO_TEST_CASE(a_slow_answer_is_a_lost_one) {
    auto quick = options();
    quick.timeout = std::chrono::milliseconds(300);
    uapay::Gateway hasty(http, clock, quick);
    fake.on("sessions/create", yes({{"id", "0000-1"}}));
    fake.on(kCreate, silence());
    const auto answer = hasty.create(merchant, order());
    expect(answer, OperationState::unknown, "gateway.silent");
    BOOST_TEST(answer.log.exchanges.at(1).outcome == "http.timeout");
}

BOOST_AUTO_TEST_CASE(wrong_ids_and_links) {
    const auto unknown = [&](const char* member, const json& value) {
        json claims = made();
        claims[member] = value;
        const auto answer = create_with(yes(claims));
        expect(answer, OperationState::unknown, "gateway.silent");
        BOOST_TEST(answer.log.exchanges.back().outcome == "gateway.mismatch");
    };
    unknown("id", "");
    unknown("id", 5);
    unknown("id", "a/b");
    unknown("externalId", "CRM-100046");
    unknown("paymentPageUrl", nullptr);
    unknown("paymentPageUrl", "/invoice/1");
    unknown("paymentPageUrl", "javascript:alert(1)");
    unknown("paymentPageUrl", "https://user@pay.example/");
    unknown("paymentPageUrl", "https://pay.example/\r\nSet-Cookie: a=b");
    unknown("paymentPageUrl", "ftp://pay.example/");
    json fine = made();
    fine["externalId"] = "CRM-100045";
    fine["paymentPageUrl"] = kLink + "#form";
    expect(create_with(yes(fine)), OperationState::succeeded, "");
}

BOOST_AUTO_TEST_CASE(a_plain_link_only_from_a_plain_base) {
    json claims = made();
    claims["paymentPageUrl"] = "http://127.0.0.1:8090/uapay/invoice/1";
    expect(create_with(yes(claims)), OperationState::succeeded, "");
}

BOOST_AUTO_TEST_CASE(a_lost_answer_is_found) {
    const auto answer = resolve_with(yes({{"invoices", json::array({listed()})}}));
    expect(answer, OperationState::succeeded, "");
    BOOST_TEST(answer.gateway_invoice.value == kInvoice);
    BOOST_TEST(answer.pay_url == kLink);
    BOOST_TEST(fake.seen(kList).at(0).claims.at("params").at("externalIds") ==
               json::array({"CRM-100045"}));
    json capital = listed();
    capital["Id"] = capital.at("id");
    capital.erase("id");
    json other = listed();
    other["externalId"] = "CRM-1";
    BOOST_TEST(resolve_with(yes({{"invoices", {other, capital}}})).gateway_invoice.value ==
               kInvoice);
}

BOOST_AUTO_TEST_CASE(what_can_not_be_used_is_abandoned) {
    const auto abandoned = [&](const json& invoices) {
        expect(resolve_with(yes({{"invoices", invoices}})), OperationState::not_done,
               "gateway.unavailable");
    };
    abandoned(json::array());
    const auto changed = [&](const char* member, const json& value) {
        json one = listed();
        one[member] = value;
        return json::array({one});
    };
    abandoned(changed("paymentPageUrl", nullptr));
    abandoned(changed("paymentPageUrl", "nonsense"));
    abandoned(changed("externalId", "CRM-1"));
    abandoned(changed("externalId", nullptr));
    abandoned(changed("amount", 125051));
    abandoned(changed("amount", "x"));
    abandoned(changed("invoiceStatus", "INACTIVE"));
    abandoned(changed("id", nullptr));
}

BOOST_AUTO_TEST_CASE(a_search_that_fails_tells_nothing) {
    for (const auto& reply :
         {lost(), raw("", 500), no("X"), yes({{"list", 1}}), yes({{"invoices", nullptr}}),
          raw("", 429), yes({{"invoices", json::array({listed()})}}, "another key")})
        BOOST_TEST(to_word(resolve_with(reply).result) == "unknown");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::uapay_create_test
