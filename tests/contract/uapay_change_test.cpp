// Captures, voids and refunds: the calls, their answers, and what is found out afterwards.
#include <boost/test/unit_test.hpp>

#include "tests/contract/uapay_fake.hpp"

namespace tillbridge::uapay_change_test {

namespace {

using namespace uapay_test;
using domain::InvoiceState;
using domain::OperationKind;
using domain::OperationState;

constexpr auto kComplete = "invoicer/payments/complete";
constexpr auto kCancel = "invoicer/payments/cancel";
constexpr auto kReverse = "invoicer/payments/reverse";
constexpr auto kShow = "invoicer/payments/show";
const json kIds = {{"sessionId", "0000-1"}, {"invoiceId", kInvoice}, {"paymentId", kPayment}};

struct Changing : World {
    Changing() {
        for (const auto* method : {kComplete, kCancel, kReverse})
            fake.on(method, yes({{"paymentId", kPayment}}));
    }
    static const char* method_of(OperationKind kind) {
        if (kind == OperationKind::capture) return kComplete;
        return kind == OperationKind::void_hold ? kCancel : kReverse;
    }
    static domain::Invoice invoice_for(OperationKind kind) {
        return invoice(kind == OperationKind::refund ? InvoiceState::paid
                                                     : InvoiceState::authorized);
    }
    port::OperationAnswer perform(OperationKind kind, std::int64_t amount = 125050,
                                  const std::string& baseline = "") {
        auto op = operation(kind, amount);
        op.baseline = baseline;
        return gateway.perform(merchant, invoice_for(kind), op);
    }
    void shows(const json& claims) { fake.on(kShow, yes(claims)); }

    std::string state(OperationKind kind, bool settled, std::int64_t amount = 125050) {
        return std::string(to_word(
            gateway.resolve(merchant, invoice_for(kind), operation(kind, amount), settled).result));
    }
    // A refund of `amount` whose marks before were `before`.
    std::string refund_state(const json& before, bool settled, std::int64_t amount = 10000,
                             OperationState was = OperationState::unknown) {
        auto op = operation(OperationKind::refund, amount);
        op.state = was;
        op.baseline = before.is_null() ? "" : before.dump();
        return std::string(
            to_word(gateway.resolve(merchant, invoice(InvoiceState::paid), op, settled).result));
    }
};

const auto kKinds = {OperationKind::capture, OperationKind::void_hold, OperationKind::refund};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(uapay_change, Changing)

BOOST_AUTO_TEST_CASE(whole_capture) {
    shows(payment("FINISHED", "FINISHED"));
    const auto answer = perform(OperationKind::capture);
    BOOST_TEST(to_word(answer.result) == "succeeded");
    BOOST_TEST(answer.code == "");
    BOOST_TEST(fake.seen(kComplete).at(0).claims == json({{"params", kIds}, {"iat", 1795338000}}));
    BOOST_TEST(answer.log.exchanges.size() == 3U);
    BOOST_TEST(answer.log.exchanges[1].what == kComplete);
}

BOOST_AUTO_TEST_CASE(capture_of_less) {
    shows(payment("FINISHED", "FINISHED", 100000));
    BOOST_TEST(to_word(perform(OperationKind::capture, 100000).result) == "succeeded");
    json params = kIds;
    params["amount"] = 100000;
    BOOST_TEST(fake.seen(kComplete).at(0).claims ==
               json({{"params", params}, {"iat", 1795338000}}));
}

BOOST_AUTO_TEST_CASE(void_of_a_hold) {
    shows(payment("CANCELED", "CANCELED"));
    BOOST_TEST(to_word(perform(OperationKind::void_hold).result) == "succeeded");
    BOOST_TEST(fake.seen(kCancel).at(0).claims == json({{"params", kIds}, {"iat", 1795338000}}));
}

BOOST_AUTO_TEST_CASE(refunds) {
    shows(payment("REVERSED", "REVERSED"));
    BOOST_TEST(to_word(perform(OperationKind::refund).result) == "succeeded");
    BOOST_TEST(fake.seen(kReverse).at(0).claims == json({{"params", kIds}, {"iat", 1795338000}}));

    shows(payment("FINISHED", "FINISHED"));
    BOOST_TEST(to_word(perform(OperationKind::refund, 25050).result) == "succeeded");
    BOOST_TEST(fake.seen(kReverse).at(1).claims.at("data") == json({{"amount", 25050}}));
    BOOST_TEST(!fake.seen(kReverse).at(1).claims.at("params").contains("amount"));

    // The rest after a partial one: by its sum, never "everything".
    auto rest = invoice(InvoiceState::paid);
    rest.refunded = 25050;
    shows(payment("REVERSED", "REVERSED"));
    const auto answer = gateway.perform(merchant, rest, operation(OperationKind::refund, 100000));
    BOOST_TEST(to_word(answer.result) == "succeeded");
    BOOST_TEST(fake.seen(kReverse).at(2).claims.at("data") == json({{"amount", 100000}}));
}

BOOST_AUTO_TEST_CASE(every_change_has_a_session_of_its_own) {
    shows(payment("FINISHED", "FINISHED"));
    perform(OperationKind::capture);
    perform(OperationKind::capture);
    BOOST_TEST(fake.seen(kComplete).at(0).claims.at("params").at("sessionId") == "0000-1");
    BOOST_TEST(fake.seen(kComplete).at(1).claims.at("params").at("sessionId") == "0000-2");
}

BOOST_AUTO_TEST_CASE(refusals_are_passed_on_and_never_repeated) {
    for (const auto kind : kKinds) {
        for (const auto* code : {"WRONG_STATUS", "SESSION_NOT_FOUND"}) {
            fake.on(method_of(kind), no(code, "not now"));
            const auto before = fake.count(method_of(kind));
            const auto answer = perform(kind);
            BOOST_TEST(to_word(answer.result) == "refused");
            BOOST_TEST(answer.code == "gateway.refused");
            BOOST_TEST(answer.reason == std::string(code) + ": not now");
            BOOST_TEST(fake.count(method_of(kind)) == before + 1);
        }
    }
    BOOST_TEST(fake.count(kShow) == 0U);
}

BOOST_AUTO_TEST_CASE(what_is_not_known_is_unknown) {
    for (const auto kind : kKinds) {
        for (const auto& reply :
             {lost(), raw("", 500), raw("<html>", 200), no("E", "", 503), yes({{"paymentId", "x"}}),
              yes(json::object()), yes({{"id", kPayment}}), raw(R"({"status":1,"data":{}})"),
              yes({{"paymentId", kPayment}}, "another key")}) {
            fake.on(method_of(kind), reply);
            const auto before = fake.count(method_of(kind));
            const auto answer = perform(kind);
            BOOST_TEST(to_word(answer.result) == "unknown", reply.body);
            BOOST_TEST(answer.code == "gateway.silent");
            BOOST_TEST(fake.count(method_of(kind)) == before + 1);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_did_not_happen_is_not_done) {
    for (const auto kind : kKinds) {
        fake.on(method_of(kind), raw("", 429));
        BOOST_TEST(perform(kind).code == "gateway.unavailable");
        fake.on(method_of(kind), no("TIMELIMIT_ERROR"));
        BOOST_TEST(perform(kind).code == "gateway.clock_skew");
        BOOST_TEST(to_word(perform(kind).result) == "not_done");
    }
    auto nameless = invoice(InvoiceState::authorized);
    nameless.gateway_payment = {};
    const auto calls = fake.count(kComplete);
    BOOST_TEST(
        to_word(gateway.perform(merchant, nameless, operation(OperationKind::capture, 125050))
                    .result) == "not_done");
    BOOST_TEST(fake.count(kComplete) == calls);
}

BOOST_AUTO_TEST_CASE(accepted_but_not_seen_yet) {
    const auto marks = json({{"reversedAt", nullptr}}).dump();
    for (const auto kind : kKinds) {
        shows(payment("PAID", "PENDING"));
        BOOST_TEST(to_word(perform(kind, 125050, marks).result) == "pending");
        fake.on(kShow, lost());
        BOOST_TEST(to_word(perform(kind, 125050, marks).result) == "pending");
        fake.on(kShow, raw(R"({"status":1,"data":{}})"));
        BOOST_TEST(to_word(perform(kind, 125050, marks).result) == "pending");
        json other = payment("FINISHED", "FINISHED");
        other["paymentId"] = "another";
        shows(other);
        BOOST_TEST(to_word(perform(kind, 125050, marks).result) == "pending");
    }
    shows(payment("PAID", "HOLDED"));
    BOOST_TEST(to_word(perform(OperationKind::capture).result) == "pending");
    BOOST_TEST(to_word(perform(OperationKind::void_hold).result) == "pending");
    shows(payment("FINISHED", "FINISHED"));
    BOOST_TEST(to_word(perform(OperationKind::refund).result) == "pending");
    // Without marks nobody could tell later; the signed yes has to do.
    fake.on(kShow, lost());
    BOOST_TEST(to_word(perform(OperationKind::refund, 10000).result) == "succeeded");
}

BOOST_AUTO_TEST_CASE(create_is_not_performed) {
    BOOST_CHECK_THROW(perform(OperationKind::create), std::logic_error);
}

BOOST_AUTO_TEST_CASE(a_lost_capture) {
    shows(payment("FINISHED", "FINISHED"));
    BOOST_TEST(state(OperationKind::capture, false) == "succeeded");
    // The sum may still be the one that was held, or the cabinet captured it all.
    BOOST_TEST(state(OperationKind::capture, true, 100000) == "unknown");
    auto accepted = operation(OperationKind::capture, 100000);
    accepted.state = OperationState::pending;
    BOOST_TEST(
        to_word(gateway.resolve(merchant, invoice_for(OperationKind::capture), accepted, true)
                    .result) == "succeeded");
    shows(payment("FINISHED", "FINISHED", 100000));
    BOOST_TEST(state(OperationKind::capture, true, 100000) == "succeeded");
    BOOST_TEST(state(OperationKind::capture, true, 90000) == "refused");
    BOOST_TEST(state(OperationKind::capture, true) == "refused");
    shows(payment("PAID", "HOLDED"));
    BOOST_TEST(state(OperationKind::capture, false) == "unknown");
    BOOST_TEST(state(OperationKind::capture, true) == "not_done");
    shows(payment("PAID", "PENDING"));
    BOOST_TEST(state(OperationKind::capture, true) == "pending");
    for (const auto* word : {"CANCELED", "REJECTED", "REVERSED"}) {
        shows(payment("CANCELED", word));
        BOOST_TEST(state(OperationKind::capture, true) == "refused", word);
    }
    for (const auto* word : {"CLOSED", "RETURNED", "OPEN", "PAYED", "SOMETHING", ""}) {
        shows(payment("PAID", word));
        BOOST_TEST(state(OperationKind::capture, true) == "unknown", word);
    }
}

BOOST_AUTO_TEST_CASE(a_lost_void) {
    shows(payment("CANCELED", "CANCELED"));
    BOOST_TEST(state(OperationKind::void_hold, false) == "succeeded");
    shows(payment("PAID", "HOLDED"));
    BOOST_TEST(state(OperationKind::void_hold, false) == "unknown");
    BOOST_TEST(state(OperationKind::void_hold, true) == "not_done");
    shows(payment("PAID", "PENDING"));
    BOOST_TEST(state(OperationKind::void_hold, true) == "pending");
    shows(payment("FINISHED", "FINISHED"));
    BOOST_TEST(state(OperationKind::void_hold, true) == "refused");
    for (const auto* word : {"CLOSED", "RETURNED", "OPEN", "PAYED", "SOMETHING", ""}) {
        shows(payment("PAID", word));
        BOOST_TEST(state(OperationKind::void_hold, true) == "unknown", word);
    }
}

BOOST_AUTO_TEST_CASE(a_lost_refund_is_told_by_its_marks) {
    const json before = payment("FINISHED", "FINISHED");
    shows(before);
    BOOST_TEST(refund_state(before, false) == "unknown");
    BOOST_TEST(refund_state(before, true) == "not_done");

    json after = before;
    after["reversedAt"] = "2026-11-22T09:00:00.100Z";
    after["updatedAt"] = "2026-11-22T09:00:00.100Z";
    shows(after);
    BOOST_TEST(refund_state(before, false) == "succeeded");
    BOOST_TEST(refund_state(before, true) == "succeeded");

    json again = after;
    again["reversedAt"] = "2026-11-22T09:10:00.000Z";
    again["updatedAt"] = "2026-11-22T09:10:00.000Z";
    BOOST_TEST(refund_state(after, true) == "not_done");
    shows(again);
    BOOST_TEST(refund_state(after, true) == "succeeded");

    shows(payment("REVERSED", "REVERSED"));
    BOOST_TEST(refund_state(before, true, 125050) == "succeeded");
    BOOST_TEST(refund_state(before, true) == "succeeded");
    BOOST_TEST(refund_state(nullptr, true, 125050) == "succeeded");
    BOOST_TEST(refund_state(nullptr, true) == "unknown");
    BOOST_TEST(refund_state(payment("REVERSED", "REVERSED"), true) == "not_done");
}

BOOST_AUTO_TEST_CASE(a_lost_refund_is_never_guessed) {
    const json before = payment("FINISHED", "FINISHED");
    shows(before);
    BOOST_TEST(refund_state(nullptr, true) == "unknown");
    json without = before;
    without.erase("reversedAt");
    BOOST_TEST(refund_state(without, true) == "unknown");
    shows(without);
    BOOST_TEST(refund_state(before, true) == "unknown");
    // The payment was touched, and reversedAt does not say by what.
    json touched = before;
    touched["updatedAt"] = "2026-11-22T09:00:00.100Z";
    shows(touched);
    BOOST_TEST(refund_state(before, true) == "unknown");
    touched.erase("updatedAt");
    shows(touched);
    BOOST_TEST(refund_state(before, true) == "unknown");
    // Two refunds within a second, where times are whole seconds.
    json near = before;
    near["reversedAt"] = "2026-11-22T09:00:00.000Z";
    shows(near);
    BOOST_TEST(refund_state(near, true) == "unknown");
    near["reversedAt"] = "2026-11-22T08:59:00.000Z";
    shows(near);
    BOOST_TEST(refund_state(near, true) == "not_done");
    for (const auto* word : {"PENDING", "HOLDED", "CANCELED", "CLOSED", "RETURNED", "X", ""}) {
        shows(payment("FINISHED", word));
        BOOST_TEST(refund_state(before, true) == "unknown", word);
    }
}

BOOST_AUTO_TEST_CASE(an_accepted_refund_is_never_forgotten) {
    const json before = payment("FINISHED", "FINISHED");
    const auto accepted = [&](std::int64_t amount = 10000) {
        return refund_state(before, true, amount, OperationState::pending);
    };
    shows(payment("FINISHED", "PENDING"));
    BOOST_TEST(accepted() == "pending");
    shows(before);
    BOOST_TEST(accepted() == "pending");
    BOOST_TEST(accepted(125050) == "pending");
    json after = before;
    after["reversedAt"] = "2026-11-22T09:00:00.100Z";
    shows(after);
    BOOST_TEST(accepted() == "succeeded");
    json touched = before;
    touched["updatedAt"] = "2026-11-22T09:00:00.100Z";
    shows(touched);
    BOOST_TEST(accepted() == "succeeded");
    fake.on(kShow, lost());
    BOOST_TEST(accepted() == "pending");
    // All that was left had gone back before, and nothing has changed since.
    const json reversed = payment("REVERSED", "REVERSED");
    shows(reversed);
    BOOST_TEST(refund_state(reversed, true, 10000, OperationState::pending) == "pending");
}

BOOST_AUTO_TEST_CASE(marks_before_a_refund) {
    shows(payment("FINISHED", "FINISHED"));
    const auto marks = gateway.baseline(merchant, invoice(InvoiceState::paid),
                                        operation(OperationKind::refund, 1), log);
    BOOST_REQUIRE(marks.has_value());
    BOOST_TEST(json::parse(*marks) == json({{"status", "FINISHED"},
                                            {"paymentStatus", "FINISHED"},
                                            {"reversedAt", nullptr},
                                            {"updatedAt", "2026-11-22T08:59:41.250Z"}}));
    fake.on(kShow, lost());
    BOOST_TEST(!gateway
                    .baseline(merchant, invoice(InvoiceState::paid),
                              operation(OperationKind::refund, 1), log)
                    .has_value());
}

BOOST_AUTO_TEST_CASE(a_question_without_an_answer_tells_nothing) {
    for (const auto kind : kKinds)
        for (const auto& reply : {lost(), raw("", 500), no("PAYMENT_NOT_FOUND"), raw("", 429),
                                  yes({{"paymentId", "x"}, {"paymentStatus", "FINISHED"}}),
                                  yes(payment("FINISHED", "FINISHED"), "another key")}) {
            fake.on(kShow, reply);
            BOOST_TEST(state(kind, true) == "unknown");
        }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::uapay_change_test
