// Reading where a payment stands.
#include <boost/test/unit_test.hpp>

#include "tests/contract/uapay_fake.hpp"

namespace tillbridge::uapay_ask_test {

namespace {

using namespace uapay_test;
using domain::InvoiceState;

constexpr auto kShow = "invoicer/invoices/show";
constexpr auto kShowPayment = "invoicer/payments/show";

json entry(const std::string& id, int number, const std::string& status,
           const std::string& payment_status, std::int64_t amount = 125050) {
    return {{"invoiceId", kInvoice},
            {"paymentId", id},
            {"number", number},
            {"amount", amount},
            {"currency", 980},
            {"status", status},
            {"paymentStatus", payment_status}};
}

struct Asking : World {
    Asking() { fake.on(kShowPayment, yes(payment("FINISHED", "FINISHED"))); }

    port::ReportAnswer ask(const json& payments, const std::string& status = "ACTIVE",
                           InvoiceState state = InvoiceState::pending) {
        fake.on(kShow, yes(uapay_test::invoice(payments, status)));
        return gateway.ask(merchant, known(state));
    }
    std::string word(const json& payments, const std::string& status = "ACTIVE",
                     InvoiceState state = InvoiceState::pending) {
        const auto answer = ask(payments, status, state);
        if (!answer.report) return answer.report.error().code;
        return std::string(to_word(answer.report->status)) +
               (answer.report->in_progress ? "+" : "");
    }
    static domain::Invoice known(InvoiceState state) {
        auto invoice = World::invoice(state);
        invoice.gateway_payment = {};
        domain::Operation create;
        create.kind = domain::OperationKind::create;
        create.external_id = "CRM-100045";
        invoice.operations.push_back(create);
        return invoice;
    }
    std::string error_of(const Reply& reply) {
        fake.on(kShow, reply);
        const auto answer = gateway.ask(merchant, known(InvoiceState::pending));
        return answer.report ? "ok" : answer.report.error().code;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(uapay_ask, Asking)

BOOST_AUTO_TEST_CASE(nobody_has_begun) {
    const auto answer = ask(json::array());
    BOOST_REQUIRE(answer.report.has_value());
    BOOST_TEST(to_word(answer.report->status) == "processing");
    BOOST_TEST(!answer.report->in_progress);
    BOOST_TEST(answer.report->amount.minor == 125050);
    BOOST_TEST((answer.report->asked_at == clock.now()));
    BOOST_TEST(fake.seen(kShow).at(0).claims.at("params") ==
               json({{"sessionId", "0000-1"}, {"id", kInvoice}}));
    BOOST_TEST(fake.count(kShowPayment) == 0U);
    BOOST_TEST(word(json::array(), "INACTIVE") == "processing");
}

// No list says nothing about money: neither that it came nor that it did not.
BOOST_AUTO_TEST_CASE(an_answer_without_payments) {
    BOOST_TEST(word(nullptr) == "gateway.mismatch");
    BOOST_TEST(word(json::object()) == "gateway.mismatch");
    json claims = uapay_test::invoice(json::array());
    claims.erase("payments");
    BOOST_TEST(error_of(yes(claims)) == "gateway.mismatch");
}

BOOST_AUTO_TEST_CASE(paid) {
    const auto answer = ask(json::array({entry(kPayment, 1, "FINISHED", "FINISHED")}), "INACTIVE");
    BOOST_REQUIRE(answer.report.has_value());
    const auto& report = *answer.report;
    BOOST_TEST(to_word(report.status) == "paid");
    BOOST_TEST((report.amount == domain::Money{125050, uah()}));
    BOOST_TEST(report.payment.value == kPayment);
    BOOST_TEST(report.paid_at.micros == 1'795'337'981'250'000);
    BOOST_TEST(!report.refunded.has_value());
    BOOST_TEST(answer.log.exchanges.size() == 3U);
}

BOOST_AUTO_TEST_CASE(paid_without_its_time) {
    fake.on(kShowPayment, lost());
    const auto answer = ask(json::array({entry(kPayment, 1, "FINISHED", "FINISHED")}));
    BOOST_REQUIRE(answer.report.has_value());
    BOOST_TEST(to_word(answer.report->status) == "paid");
    BOOST_TEST(!answer.report->paid_at);
}

BOOST_AUTO_TEST_CASE(the_time_is_asked_for_once) {
    auto invoice = known(InvoiceState::paid);
    invoice.paid_at = domain::UtcTime::from_seconds(1795000000);
    fake.on(kShow,
            yes(uapay_test::invoice(json::array({entry(kPayment, 1, "FINISHED", "FINISHED")}))));
    const auto answer = gateway.ask(merchant, invoice);
    BOOST_TEST((answer.report->paid_at == invoice.paid_at));
    BOOST_TEST(fake.count(kShowPayment) == 0U);
}

BOOST_AUTO_TEST_CASE(held) {
    const auto answer = ask(json::array({entry(kPayment, 1, "PAID", "HOLDED")}));
    BOOST_TEST(to_word(answer.report->status) == "held");
    BOOST_TEST(
        (answer.report->hold_ends_at - answer.report->paid_at == std::chrono::hours(7 * 24)));
    fake.on(kShowPayment, lost());
    const auto again = ask(json::array({entry(kPayment, 1, "PAID", "HOLDED")}));
    BOOST_TEST((again.report->hold_ends_at - clock.now() == std::chrono::hours(7 * 24)));
    BOOST_TEST(word(json::array({entry(kPayment, 1, "NEW", "HOLDED")})) == "processing+");
}

BOOST_AUTO_TEST_CASE(refunded) {
    const auto answer = ask(json::array({entry(kPayment, 1, "REVERSED", "REVERSED")}), "INACTIVE",
                            InvoiceState::paid);
    BOOST_TEST(to_word(answer.report->status) == "refunded");
    BOOST_TEST(answer.report->refunded.value() == 125050);
}

// Whether a payment stays FINISHED after a partial refund is not documented (§6.3).
BOOST_AUTO_TEST_CASE(reversed_after_a_partial_refund_of_ours) {
    auto invoice = known(InvoiceState::paid);
    invoice.refunded = 10000;
    invoice.paid_at = domain::UtcTime::from_seconds(1795337981);
    auto refund = operation(domain::OperationKind::refund, 10000);
    refund.state = domain::OperationState::succeeded;
    refund.ended_at = domain::UtcTime::from_seconds(1795338000);
    invoice.operations.push_back(refund);
    fake.on(kShow,
            yes(uapay_test::invoice(json::array({entry(kPayment, 1, "REVERSED", "REVERSED")}))));
    const auto reversed_at = [&](const json& at) {
        json claims = payment("REVERSED", "REVERSED");
        claims["reversedAt"] = at;
        fake.on(kShowPayment, yes(claims));
        const auto answer = gateway.ask(merchant, invoice);
        return std::string(to_word(answer.report->status)) + " " + answer.report->reason;
    };
    BOOST_TEST(reversed_at("2026-11-22T08:59:59.900Z") == "paid ");
    BOOST_TEST(reversed_at("2026-11-22T09:30:00.000Z") == "refunded ");
    BOOST_TEST(reversed_at(nullptr) == "processing REVERSED");
    // Its answer was lost, and it took an hour to find out: what went back within it may be ours or
    // the cabinet's.
    auto& lost = invoice.operations.back();
    lost.started_at = domain::UtcTime::from_seconds(1795338000);
    lost.ended_at = domain::UtcTime::from_seconds(1795338000 + 3600);
    BOOST_TEST(reversed_at("2026-11-22T09:01:00.000Z") == "paid ");
    BOOST_TEST(reversed_at("2026-11-22T09:30:00.000Z") == "processing REVERSED");
    BOOST_TEST(reversed_at("2026-11-22T10:30:00.000Z") == "refunded ");
}

BOOST_AUTO_TEST_CASE(declined_and_voided) {
    const json rejected = json::array({entry(kPayment, 1, "CANCELED", "REJECTED")});
    BOOST_TEST(word(rejected) == "declined");
    BOOST_TEST(word(rejected, "INACTIVE") == "declined_final");
    const json canceled = json::array({entry(kPayment, 1, "CANCELED", "CANCELED")});
    BOOST_TEST(word(canceled) == "declined");
    BOOST_TEST(word(canceled, "INACTIVE") == "declined_final");
    BOOST_TEST(word(canceled, "INACTIVE", InvoiceState::authorized) == "voided");
    // Money that came to a link which was canceled before, and was held.
    auto late = known(InvoiceState::canceled);
    late.held_at = clock.now();
    fake.on(kShow, yes(uapay_test::invoice(canceled, "INACTIVE")));
    BOOST_TEST(to_word(gateway.ask(merchant, late).report->status) == "voided");
    late.captured = 125050;
    BOOST_TEST(to_word(gateway.ask(merchant, late).report->status) == "declined_final");
}

BOOST_AUTO_TEST_CASE(unclear) {
    for (const auto* second : {"RETURNED", "CLOSED", "SOMETHING"}) {
        const auto answer = ask(json::array({entry(kPayment, 1, "FINISHED", second)}));
        BOOST_TEST(to_word(answer.report->status) == "processing");
        BOOST_TEST(answer.report->reason == std::string("FINISHED/") + second);
    }
    BOOST_TEST(word(json::array({entry(kPayment, 1, "NEW", "NEEDS_CONFIRMATION")})) ==
               "processing+");
}

BOOST_AUTO_TEST_CASE(several_payments) {
    const auto chosen = [&](const json& payments) {
        const auto answer = ask(payments);
        return answer.report->payment.value + " " + std::string(to_word(answer.report->status));
    };
    const json paid = entry("paid", 2, "FINISHED", "FINISHED");
    const json held = entry("held", 2, "PAID", "HOLDED");
    const json back = entry("back", 5, "REVERSED", "REVERSED");
    const json old = entry("old", 1, "CANCELED", "REJECTED");
    const json later = entry("later", 3, "CANCELED", "CANCELED");
    const json busy = entry("busy", 2, "NEW", "PENDING");
    BOOST_TEST(chosen(json::array({later, paid, old})) == "paid paid");
    BOOST_TEST(chosen(json::array({old, held, later})) == "held held");
    BOOST_TEST(chosen(json::array({back, later})) == "back refunded");
    BOOST_TEST(chosen(json::array({back, paid})) == "paid paid");
    BOOST_TEST(chosen(json::array({later, busy, old})) == "busy processing");
    BOOST_TEST(chosen(json::array({old, later})) == "later declined");
    BOOST_TEST(chosen(json::array({later, old})) == "later declined");
    json first = old;
    json second = later;
    first.erase("number");
    second.erase("number");
    BOOST_TEST(chosen(json::array({second, first})) == "later declined");  // newest first
}

BOOST_AUTO_TEST_CASE(two_payments_with_money_are_both_told) {
    const auto second = [&](const json& payments) {
        return ask(payments).report->second_payment.value;
    };
    const json paid = entry("paid", 2, "FINISHED", "FINISHED");
    const json held = entry("held", 1, "PAID", "HOLDED");
    const json back = entry("back", 5, "REVERSED", "REVERSED");
    BOOST_TEST(second(json::array({paid})) == "");
    BOOST_TEST(second(json::array({paid, back})) == "");
    BOOST_TEST(second(json::array({back, paid})) == "");
    BOOST_TEST(second(json::array({paid, held})) == "held");
    BOOST_TEST(second(json::array({held, back, paid})) == "held");
}

BOOST_AUTO_TEST_CASE(the_payment_that_we_know_goes_on_counting) {
    auto invoice = known(InvoiceState::paid);
    invoice.gateway_payment = domain::GatewayId("back");
    fake.on(kShow,
            yes(uapay_test::invoice(json::array({entry("other", 9, "FINISHED", "FINISHED"),
                                                 entry("back", 5, "REVERSED", "REVERSED")}))));
    BOOST_TEST(gateway.ask(merchant, invoice).report->payment.value == "back");
}

BOOST_AUTO_TEST_CASE(sums_that_do_not_fit) {
    const auto sum = [&](const char* member, const json& value) {
        json one = entry(kPayment, 1, "FINISHED", "FINISHED");
        one[member] = value;
        return ask(json::array({one})).report->amount;
    };
    const domain::Money right{125050, uah()};
    BOOST_TEST((sum("currency", 980) == right));
    BOOST_TEST((sum("currency", "980") == right));
    BOOST_TEST((sum("currency", "UAH") == right));
    BOOST_TEST((sum("currency", nullptr) == right));
    BOOST_TEST((sum("amount", "125050") == right));
    BOOST_TEST((sum("currency", 840) != right));
    BOOST_TEST(sum("currency", 978).currency.code() == "EUR");
    BOOST_TEST((sum("currency", 999) != right));
    BOOST_TEST((sum("currency", json::object()) != right));
    BOOST_TEST((sum("amount", 1250.5) != right));
    BOOST_TEST((sum("amount", 125050.5) != right));
    BOOST_TEST((sum("amount", nullptr) != right));
    BOOST_TEST((sum("amount", -125050) != right));
    BOOST_TEST(sum("amount", 100000).minor == 100000);
}

BOOST_AUTO_TEST_CASE(about_another_invoice) {
    const auto error = [&](const char* member, const json& value) {
        json claims = uapay_test::invoice(json::array());
        claims[member] = value;
        return error_of(yes(claims));
    };
    BOOST_TEST(error("id", "another") == "gateway.mismatch");
    BOOST_TEST(error("id", nullptr) == "gateway.mismatch");
    BOOST_TEST(error("externalId", "CRM-1") == "gateway.mismatch");
    BOOST_TEST(error("externalId", 5) == "gateway.mismatch");
    BOOST_TEST(error("externalId", nullptr) == "ok");
}

BOOST_AUTO_TEST_CASE(no_answer) {
    BOOST_TEST(error_of(lost()) == "gateway.silent");
    BOOST_TEST(error_of(raw("", 500)) == "gateway.silent");
    BOOST_TEST(error_of(raw(R"({"status":1,"data":{"id":"x"}})")) == "gateway.silent");
    BOOST_TEST(error_of(yes(json::object(), "another key")) == "gateway.silent");
    BOOST_TEST(error_of(raw("", 429)) == "gateway.unavailable");
    BOOST_TEST(error_of(no("INVOICE_NOT_FOUND")) == "gateway.refused");
    BOOST_TEST(error_of(no("TIMELIMIT_ERROR")) == "gateway.clock_skew");
}

BOOST_AUTO_TEST_CASE(a_refused_question_is_asked_again_in_a_new_session) {
    ask(json::array());
    fake.script(kShow, {no("E17"), yes(uapay_test::invoice(json::array()))});
    BOOST_TEST(gateway.ask(merchant, known(InvoiceState::pending)).report.has_value());
    BOOST_TEST(fake.count("sessions/create") == 2U);
}

BOOST_AUTO_TEST_CASE(records_hold_no_card) {
    json one = entry(kPayment, 1, "FINISHED", "FINISHED");
    one["cardFromMasked"] = "4111111111111111";
    one["email"] = "buyer@example.com";
    const auto answer = ask(json::array({one}));
    for (const auto& exchange : answer.log.exchanges) {
        BOOST_TEST(exchange.detail.find("4111") == std::string::npos);
        BOOST_TEST(exchange.detail.find("buyer") == std::string::npos);
    }
    BOOST_TEST(answer.log.exchanges.at(1).detail.find("paymentStatus=FINISHED") !=
               std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::uapay_ask_test
