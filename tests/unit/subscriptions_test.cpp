// Subscriptions in the services, on a store in memory: what a notice makes of them, that a renewal
// is booked once however it is told, and what a wish does at the gateway.
#include "module/service/subscriptions.hpp"

#include <boost/test/unit_test.hpp>

#include "module/service/connections.hpp"
#include "module/service/effects.hpp"
#include "module/service/hooks.hpp"
#include "module/service/merchants.hpp"
#include "tests/support/fake_account.hpp"

namespace tillbridge::subscriptions_test {

using namespace std::chrono_literals;
using domain::Secret;
using domain::SubscriptionState;
using domain::SubscriptionWhat;
using Kind = port::SubscriptionChange::Kind;
using Receipt = service::Hooks::Receipt;

namespace {

struct Club : test::FakeInstallation {
    service::Operations operations{context};
    service::Payments payments{context, operations};
    service::MerchantCache cache{context};
    service::Hooks hooks{context, cache};
    service::Subscriptions subscriptions{context};
    service::ImportHandler import{context};
    domain::Connection connection;
    domain::Merchant merchant;
    domain::InvoiceId first;
    int events = 0;

    Club() {
        gateways.uapay.about_.capabilities.subscriptions = true;
        service::Connections connections(context);
        connection = connections.connect(Secret("key"), "https://shop.retailcrm.ru")->connection;
        service::Merchants merchants(context, payments);
        merchant = merchants
                       .add(connection.id, {domain::GatewayCode("uapay"),
                                            "Shop",
                                            {{"shopId", Secret("7")}, {"secretKey", Secret("s")}},
                                            {}})
                       .value();
        service::Payments::CreateRequest request;
        request.uuid = domain::InvoiceUuid("u1");
        request.shop = merchant.id;
        request.amount = "990.00";
        request.currency = "UAH";
        request.order_number = "215C";
        first = payments.create(connection, request).value().id;
        gateways.uapay.setting = [](const auto&) {
            port::SubscriptionAnswer answer;
            answer.result = domain::OperationState::succeeded;
            return answer;
        };
    }
    static domain::Money uah(std::int64_t minor) {
        return {minor, domain::Currency::parse("UAH").value()};
    }
    port::HookFact notice(SubscriptionWhat what, std::int64_t number = 0) {
        port::HookFact hook;
        hook.word = std::string(domain::to_word(what));
        hook.event_key = "event-" + std::to_string(++events);
        auto& event = hook.subscription.emplace();
        event.what = what;
        event.product = "593600";
        event.profile = "77";
        event.name = "Club";
        event.at = clock.now() + std::chrono::minutes(events);
        event.customer_phone = "+79991234567";
        event.customer_email = "buyer@example.com";
        if (number != 0) event.payment_num = number;
        if (what == SubscriptionWhat::renewed) {
            event.charged = uah(99'000);
            event.payment = domain::GatewayId("30" + std::to_string(number));
        }
        return hook;
    }
    port::HookFact first_payment() {
        auto hook = notice(SubscriptionWhat::first_payment, 1);
        hook.external_id = first.value;
        hook.gateway_payment = domain::GatewayId("300");
        hook.fact.status = domain::GatewayStatus::paid;
        hook.fact.amount = uah(99'000);
        auto& report = hook.report.emplace();
        report.status = domain::GatewayStatus::paid;
        report.amount = uah(99'000);
        report.payment = hook.gateway_payment;
        report.single = true;
        hook.subscription->cost = uah(99'000);
        hook.subscription->charged = uah(99'000);
        hook.subscription->next_payment_at = clock.now() + 720h;
        return hook;
    }
    Receipt hear(const port::HookFact& hook) {
        gateways.uapay.hook = hook;
        return hooks.receive("uapay", merchant.hook_token.reveal(), {}, domain::RequestId("r"))
            ->receipt;
    }
    domain::Subscription only() {
        const auto& rows = store.data().subscriptions.rows;
        BOOST_REQUIRE_EQUAL(rows.size(), 1U);
        return rows.begin()->second;
    }
    std::vector<domain::Invoice> renewals() {
        std::vector<domain::Invoice> found;
        for (const auto& [key, it] : store.data().invoices)
            if (it.id != first) found.push_back(it);
        return found;
    }
    std::vector<port::OutboxRow> imports() {
        std::vector<port::OutboxRow> found;
        for (const auto& [id, row] : store.data().rows)
            if (row.kind == service::kind::kImport) found.push_back(row);
        return found;
    }
    bool has_problem(const std::string& key) {
        for (const auto& row : store.data().problems)
            if (row.key == key) return true;
        return false;
    }
    domain::Result<service::Subscriptions::Changed> want(
        const service::Subscriptions::Wanted& wanted) {
        return subscriptions.change(only(), wanted, domain::RequestId("r"));
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(subscriptions, Club)

BOOST_AUTO_TEST_CASE(the_first_payment_is_an_ordinary_one_and_begins_it) {
    BOOST_CHECK(hear(first_payment()) == Receipt::recorded);
    const auto it = only();
    BOOST_TEST(it.invoice.value == first.value);
    BOOST_TEST(it.order_number == "215C");
    BOOST_CHECK(it.state == SubscriptionState::active);
    BOOST_TEST(it.payments_made == 1);
    BOOST_TEST(renewals().empty());
    BOOST_TEST(store.data().invoices.begin()->second.captured == 99'000);
    BOOST_TEST(subscriptions.of_invoice(connection.id, first)->id.value == it.id.value);
    // Found again by what the buyer is called, though nothing of it is kept.
    for (const auto& line : store.data().subscriptions.lines)
        BOOST_TEST((line.summary + line.detail).find("9991234567") == std::string::npos);
    BOOST_TEST(store.data().subscriptions.contacts.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_first_payment_that_is_not_believed_begins_nothing) {
    auto wrong = first_payment();
    wrong.report->amount = wrong.fact.amount.emplace(uah(100));
    wrong.subscription->charged = uah(100);
    BOOST_CHECK(hear(wrong) == Receipt::quarantined);
    BOOST_TEST(has_problem("invoice.amount_mismatch"));
    BOOST_TEST(only().invoice.value == "");
    BOOST_CHECK(hear(notice(SubscriptionWhat::renewed, 2)) == Receipt::unmatched);
    BOOST_TEST(renewals().empty());  // of a payment that we do not believe in
    // The right one finds what came before.
    BOOST_CHECK(hear(first_payment()) == Receipt::recorded);
    BOOST_TEST(only().invoice.value == first.value);
    BOOST_TEST(renewals().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_charge_told_with_its_place_in_the_row_and_without_is_one) {
    hear(first_payment());
    for (const bool numbered_first : {true, false}) {
        const auto number = numbered_first ? 2 : 3;
        auto numbered = notice(SubscriptionWhat::renewed, number);
        auto bare = notice(SubscriptionWhat::renewed, number);
        bare.subscription->payment_num.reset();
        hear(numbered_first ? numbered : bare);
        hear(numbered_first ? bare : numbered);
        BOOST_TEST(renewals().size() == (numbered_first ? 1U : 2U));
    }
    // A number of its own is a charge of its own, also under one number of the gateway's.
    auto next = notice(SubscriptionWhat::renewed, 4);
    next.subscription->payment = domain::GatewayId("303");
    hear(next);
    BOOST_TEST(renewals().size() == 3U);
}

// The gateway can't be asked, and has both: a person has to send the wrong one back.
BOOST_AUTO_TEST_CASE(a_wrong_payment_is_not_forgotten_when_another_one_is_right) {
    auto wrong = first_payment();
    wrong.report->amount = wrong.fact.amount.emplace(uah(100));
    wrong.report->payment = wrong.gateway_payment = domain::GatewayId("299");
    BOOST_CHECK(hear(wrong) == Receipt::quarantined);
    BOOST_CHECK(hear(first_payment()) == Receipt::recorded);
    BOOST_TEST(has_problem("invoice.amount_mismatch"));
    // The same one, told rightly.
    auto right = first_payment();
    right.report->payment = right.gateway_payment = domain::GatewayId("299");
    hear(right);
    BOOST_TEST(!has_problem("invoice.amount_mismatch"));
    BOOST_TEST(has_problem("invoice.paid_twice"));
}

BOOST_AUTO_TEST_CASE(a_renewal_is_a_paid_invoice_of_its_own) {
    hear(first_payment());
    BOOST_CHECK(hear(notice(SubscriptionWhat::renewed, 2)) == Receipt::recorded);
    BOOST_REQUIRE_EQUAL(renewals().size(), 1U);
    const auto invoice = renewals().front();
    BOOST_CHECK(invoice.state == domain::InvoiceState::paid);
    BOOST_CHECK(invoice.amount == uah(99'000));
    BOOST_TEST(invoice.captured == 99'000);
    BOOST_TEST(invoice.order_number == "215C");
    BOOST_TEST(invoice.gateway_payment.value == "302");
    BOOST_TEST(invoice.uuid.empty());
    BOOST_REQUIRE_EQUAL(imports().size(), 1U);
    BOOST_TEST(imports().front().subject == invoice.id.value);
    BOOST_TEST(subscriptions.of_invoice(connection.id, invoice.id)->id.value == only().id.value);
    BOOST_TEST(only().payments_made == 2);
}

BOOST_AUTO_TEST_CASE(a_renewal_is_booked_once_however_it_is_told) {
    hear(first_payment());
    const auto renewal = notice(SubscriptionWhat::renewed, 2);
    hear(renewal);
    BOOST_CHECK(hear(renewal) == Receipt::repeated);
    auto otherwise = renewal;  // the same charge by another message
    otherwise.event_key = "another";
    otherwise.subscription->at = renewal.subscription->at + 1h;
    BOOST_CHECK(hear(otherwise) == Receipt::recorded);
    BOOST_TEST(renewals().size() == 1U);
    BOOST_TEST(imports().size() == 1U);
    // The next charge has another number; so has one of the same number with another payment.
    hear(notice(SubscriptionWhat::renewed, 3));
    BOOST_TEST(renewals().size() == 2U);
}

BOOST_AUTO_TEST_CASE(renewals_out_of_order_are_all_booked) {
    hear(first_payment());
    const auto second = notice(SubscriptionWhat::renewed, 2);
    const auto third = notice(SubscriptionWhat::renewed, 3);
    hear(third);
    hear(second);
    BOOST_TEST(renewals().size() == 2U);
    BOOST_TEST(only().payments_made == 3);
}

BOOST_AUTO_TEST_CASE(a_renewal_before_the_first_payment_waits_for_it) {
    const auto begins = first_payment();
    BOOST_CHECK(hear(notice(SubscriptionWhat::renewed, 2)) == Receipt::unmatched);
    BOOST_TEST(renewals().empty());
    hear(begins);
    BOOST_REQUIRE_EQUAL(renewals().size(), 1U);
    BOOST_TEST(imports().size() == 1U);
    BOOST_TEST(only().invoice.value == first.value);
    BOOST_TEST(only().payments_made == 2);
    BOOST_TEST(subscriptions.of_invoice(connection.id, renewals().front().id).has_value());
}

BOOST_AUTO_TEST_CASE(what_others_sold_makes_no_payment_here) {
    BOOST_CHECK(hear(notice(SubscriptionWhat::renewed, 5)) == Receipt::unmatched);
    auto failed = notice(SubscriptionWhat::charge_failed_last);
    failed.subscription->error_code = "card_lost";
    BOOST_CHECK(hear(failed) == Receipt::unmatched);
    BOOST_TEST(renewals().empty());
    BOOST_TEST(imports().empty());
    BOOST_TEST(!has_problem("subscription.charge_failed"));
}

BOOST_AUTO_TEST_CASE(no_money_by_a_demo) {
    auto begins = first_payment();
    begins.subscription->demo = true;
    hear(begins);
    auto renewal = notice(SubscriptionWhat::renewed, 2);
    renewal.subscription->demo = true;
    BOOST_CHECK(hear(renewal) == Receipt::unmatched);
    BOOST_TEST(store.data().subscriptions.rows.empty());
    BOOST_TEST(renewals().empty());
}

BOOST_AUTO_TEST_CASE(an_event_never_moves_the_payment_that_began_it) {
    hear(first_payment());
    const auto before = store.data().invoices.at(first.value);
    for (const auto what : {SubscriptionWhat::charge_failed_last, SubscriptionWhat::ended,
                            SubscriptionWhat::deactivated}) {
        auto event = notice(what);
        event.external_id = first.value;
        event.gateway_invoice = before.gateway_invoice;
        hear(event);
    }
    BOOST_CHECK(store.data().invoices.at(first.value) == before);
}

BOOST_AUTO_TEST_CASE(the_last_failure_and_another_amount_need_a_person) {
    hear(first_payment());
    auto failed = notice(SubscriptionWhat::charge_failed);
    failed.subscription->error_code = "insufficient_funds";
    hear(failed);
    BOOST_TEST(!has_problem("subscription.charge_failed"));
    failed = notice(SubscriptionWhat::charge_failed_last);
    failed.subscription->error = "Карта утеряна";
    hear(failed);
    BOOST_TEST(has_problem("subscription.charge_failed"));

    auto renewal = notice(SubscriptionWhat::renewed, 2);
    renewal.subscription->charged = uah(89'000);
    hear(renewal);
    BOOST_TEST(!has_problem("subscription.charge_failed"));
    BOOST_TEST(has_problem("subscription.amount_differs"));
    BOOST_REQUIRE_EQUAL(renewals().size(), 1U);
    BOOST_CHECK(renewals().front().amount == uah(89'000));

    hear(notice(SubscriptionWhat::renewed, 3));
    BOOST_TEST(!has_problem("subscription.amount_differs"));
    renewal = notice(SubscriptionWhat::renewed, 4);
    renewal.subscription->charged.reset();
    hear(renewal);
    BOOST_TEST(has_problem("subscription.amount_unreadable"));
    BOOST_TEST(renewals().size() == 2U);
}

BOOST_AUTO_TEST_CASE(the_crm_is_told_of_a_renewal) {
    hear(first_payment());
    hear(notice(SubscriptionWhat::renewed, 2));
    host.importing.value = {domain::InvoiceUuid("u-imported"), 215, 9102};
    const auto row = imports().front();
    auto delivery = import.deliver(row);
    BOOST_CHECK(delivery.outcome == port::Outcome::done);
    store.write([&](port::Tx& tx) { delivery.record(tx); });
    BOOST_REQUIRE_EQUAL(host.imported.size(), 1U);
    BOOST_TEST(renewals().front().uuid.value == "u-imported");
    BOOST_TEST(store.data().order_invoices.size() == 1U);
    // Delivered again after a crash: it is there.
    BOOST_CHECK(import.deliver(row).outcome == port::Outcome::done);
    BOOST_TEST(host.imported.size() == 1U);

    store.write([&](port::Tx& tx) { import.parked(tx, row, "order.write_forbidden"); });
    BOOST_TEST(has_problem("subscription.not_in_crm"));
}

BOOST_AUTO_TEST_CASE(a_wish_goes_to_the_gateway_and_is_written_down) {
    hear(first_payment());
    service::Subscriptions::Wanted off;
    off.key = "k1";
    off.by = "cli:root";
    BOOST_REQUIRE(want(off).has_value());
    BOOST_REQUIRE_EQUAL(gateways.uapay.set.size(), 1U);
    BOOST_TEST(gateways.uapay.set.front().product == "593600");
    BOOST_TEST(gateways.uapay.set.front().who.profile == "77");
    BOOST_TEST(!gateways.uapay.set.front().active);
    BOOST_CHECK(only().state == SubscriptionState::stopped);
    // Asked twice with one key, done once.
    BOOST_TEST(want(off)->repeated);
    BOOST_TEST(gateways.uapay.set.size() == 1U);
    auto otherwise = off;
    otherwise.active = true;
    BOOST_TEST(want(otherwise).error().code == "payment.changed");
    const auto story = subscriptions.find(connection.id, only().id)->lines;
    BOOST_TEST(story.at(story.size() - 2).kind == "change.activity");
    BOOST_TEST(story.at(story.size() - 2).detail.find("cli:root") != std::string::npos);

    service::Subscriptions::Wanted on;
    on.active = true;
    BOOST_REQUIRE(want(on).has_value());
    BOOST_CHECK(only().state == SubscriptionState::active);

    service::Subscriptions::Wanted discount;
    discount.kind = Kind::discount;
    discount.discount = "99.50";
    discount.charges = 2;
    BOOST_REQUIRE(want(discount).has_value());
    BOOST_TEST(only().discount == 9'950);
    BOOST_TEST(only().discount_charges == 2);

    service::Subscriptions::Wanted date;
    date.kind = Kind::next_payment;
    date.next_payment = clock.now() + 1000h;
    BOOST_REQUIRE(want(date).has_value());
    BOOST_CHECK(only().next_payment_at == domain::by_the_minute(date.next_payment));
}

BOOST_AUTO_TEST_CASE(what_the_gateway_refuses_changes_nothing) {
    hear(first_payment());
    const auto answer = [&](domain::OperationState result, const char* code) {
        gateways.uapay.setting = [=](const auto&) {
            port::SubscriptionAnswer told;
            told.result = result;
            told.code = code;
            told.reason = "subscription not found";
            return told;
        };
    };
    service::Subscriptions::Wanted off;
    off.key = "k1";
    answer(domain::OperationState::unknown, "gateway.silent");
    BOOST_TEST(want(off).error().code == "gateway.change_unclear");
    answer(domain::OperationState::refused, "gateway.refused");
    auto refused = want(off);  // what is not known to have happened is asked for again
    BOOST_TEST(refused.error().code == "gateway.refused");
    BOOST_TEST(refused.error().params.at("reason") == "subscription not found");
    BOOST_TEST(gateways.uapay.set.size() == 2U);
    BOOST_TEST(want(off).error().code == "gateway.refused");
    BOOST_TEST(gateways.uapay.set.size() == 2U);
    BOOST_CHECK(only().state == SubscriptionState::active);
}

BOOST_AUTO_TEST_CASE(what_can_not_be_is_not_asked) {
    hear(first_payment());
    const auto code = [&](const service::Subscriptions::Wanted& wanted) {
        const auto result = want(wanted);
        return result ? std::string() : result.error().code;
    };
    service::Subscriptions::Wanted wanted;
    wanted.kind = Kind::discount;
    for (const char* sum : {"", "0", "-1", "1.005", "1e3", "990.01", "x"}) {
        wanted.discount = sum;
        BOOST_TEST(code(wanted) == "subscription.discount_invalid", sum);
    }
    wanted.discount = "10";
    wanted.charges = -1;
    BOOST_TEST(code(wanted) == "subscription.discount_invalid");
    wanted.charges = 1001;
    BOOST_TEST(code(wanted) == "subscription.discount_invalid");
    wanted.kind = Kind::next_payment;
    BOOST_TEST(code(wanted) == "subscription.date_invalid");
    wanted.next_payment = clock.now() + 24h;  // before the one that is set
    BOOST_TEST(code(wanted) == "subscription.date_invalid");

    service::Subscriptions::Wanted on;
    on.active = true;
    auto stop = notice(SubscriptionWhat::deactivated);
    stop.subscription->by_buyer = true;
    hear(stop);
    BOOST_TEST(code(on) == "subscription.stopped_by_buyer");
    hear(notice(SubscriptionWhat::ended));
    BOOST_TEST(code(on) == "subscription.finished");
    gateways.uapay.about_.capabilities.subscriptions = false;
    BOOST_TEST(code(on) == "gateway.unsupported");
    BOOST_TEST(gateways.uapay.set.empty());
}

BOOST_AUTO_TEST_CASE(found_by_whatever_a_bot_knows) {
    hear(first_payment());
    service::Subscriptions::Wanted off;
    const auto change = [&](const port::SubscriptionIdentity& who) {
        return subscriptions.change(connection.id, merchant.id, "593600", who, off,
                                    domain::RequestId("r"));
    };
    BOOST_TEST(change({}).error().code == "subscription.identity_missing");
    port::SubscriptionIdentity who;
    who.phone = "8 999 123-45-67";
    BOOST_REQUIRE(change(who)->subscription.has_value());
    BOOST_TEST(gateways.uapay.set.back().who.phone == who.phone);
    BOOST_TEST(gateways.uapay.set.back().who.profile == "");
    BOOST_CHECK(only().state == SubscriptionState::stopped);
    who = {};
    who.email = "Buyer@example.com";
    BOOST_TEST(change(who)->subscription.has_value());
    who = {};
    who.profile = "77";
    BOOST_TEST(change(who)->subscription.has_value());
    who.profile = "78";  // not ours: the gateway is asked all the same
    BOOST_TEST(!change(who)->subscription.has_value());
    BOOST_TEST(gateways.uapay.set.back().who.profile == "78");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::subscriptions_test
