// The services and the outbox together, on a store in memory and in simulated time: what happens to
// a payment when the gateway, the CRM or we ourselves behave badly.
#include <boost/test/unit_test.hpp>

#include "module/outbox/dispatcher.hpp"
#include "module/service/connections.hpp"
#include "module/service/effects.hpp"
#include "module/service/merchants.hpp"
#include "module/service/reconcile.hpp"
#include "module/service/replay.hpp"
#include "tests/support/fake_account.hpp"

namespace tillbridge::money_paths_test {

using namespace std::chrono_literals;
using domain::CrmStatus;
using domain::GatewayStatus;
using domain::Invoice;
using domain::InvoiceState;
using domain::Operation;
using domain::OperationKind;
using domain::OperationState;
using domain::Secret;

namespace {

struct Life : test::FakeInstallation {
    service::Operations operations{context};
    service::Inquiries inquiries{context, operations};
    service::Payments payments{context, operations};
    service::Reconciler reconciler{context};
    service::PushHandler push{context};
    service::ConsentHandler consent{context};
    service::RunHandler run{context, operations};
    service::AskHandler ask{context, inquiries};
    outbox::Dispatcher dispatcher{store,
                                  clock,
                                  random,
                                  log,
                                  meter,
                                  {},
                                  {{"crm.push", &push},
                                   {"crm.refund", &push},
                                   {"crm.consent", &consent},
                                   {"gateway.run", &run},
                                   {"gateway.ask", &ask}}};
    domain::Connection connection;
    domain::Merchant merchant;
    int created = 0;

    // Of all that is parked, or of one row. Returns how many there were.
    int replay(std::int64_t id = 0) {
        return port::commit(store, [&](port::Tx& tx) {
            int count = 0;
            for (const auto& row : tx.outbox().list(port::EffectState::dead, 100)) {
                if (id != 0 && row.id != id) continue;
                service::replay_row(tx, row, clock.now());
                ++count;
            }
            return count;
        });
    }

    Life() {
        settings.pending_after = 10min;
        settings.link_lifetime = 72h;
        settings.hold_warning = 24h;
        gateways.uapay.about_.capabilities.refund = true;
        service::Connections connections(context);
        connection = connections.connect(Secret("key"), "https://shop.retailcrm.ru")->connection;
        service::Merchants merchants(context, payments);
        merchant = merchants
                       .add(connection.id, {domain::GatewayCode("uapay"),
                                            "Shop",
                                            {{"shopId", Secret("7")}, {"secretKey", Secret("s")}},
                                            {}})
                       .value();
        forget_rows();
        dispatcher.adopt();
    }
    void forget_rows() {
        store.write([&](port::Tx& tx) {
            for (const auto& row : tx.outbox().list(std::nullopt, 1000)) tx.outbox().finish(row.id);
        });
    }
    domain::InvoiceId create() {
        service::Payments::CreateRequest request;
        request.uuid = domain::InvoiceUuid("u" + std::to_string(++created));
        request.shop = merchant.id;
        request.amount = "10.00";
        request.currency = "UAH";
        return payments.create(connection, request).value().id;
    }
    // A payment that stands where the test begins.
    domain::InvoiceId standing(InvoiceState state) {
        const auto id = create();
        change(id, [&](Invoice& it) {
            it.state = state;
            if (state == InvoiceState::authorized || state == InvoiceState::paid)
                it.authorized = 1000;
            if (state == InvoiceState::authorized) it.held_at = clock.now();
            if (state == InvoiceState::paid) it.captured = 1000;
        });
        forget_rows();
        return id;
    }
    void change(const domain::InvoiceId& id, const std::function<void(Invoice&)>& how) {
        store.write([&](port::Tx& tx) {
            auto it = tx.invoices().find(connection.id, id).value();
            how(it);
            tx.invoices().save(it);
        });
    }
    Operation& add(Invoice& it, OperationKind kind, OperationState state, domain::Span ago) {
        Operation op;
        op.id = domain::OperationId("op");
        op.kind = kind;
        op.state = state;
        op.amount = 1000;
        op.created_at = op.started_at = clock.now() - ago;
        it.operations.push_back(op);
        return it.operations.back();
    }
    Invoice find(const domain::InvoiceId& id) {
        return port::look_up(
                   store, [&](const port::Tx& tx) { return tx.invoices().find(connection.id, id); })
            .value();
    }
    void queue(const domain::InvoiceId& id, const domain::Effect& effect) {
        const auto row = service::outbox_row(find(id), effect, clock.now());
        store.write([&](port::Tx& tx) { tx.outbox().add(row); });
    }
    void want_ask(const domain::InvoiceId& id, const char* why = "hook") {
        queue(id, domain::effect::AskGateway{why, clock.now()});
    }
    void gateway_says(GatewayStatus status, const std::string& reason = {}) {
        gateways.uapay.asking = [=](const Invoice& invoice) {
            domain::fact::GatewayReport report;
            report.status = status;
            report.reason = reason;
            report.amount = invoice.amount;
            return report;
        };
    }
    void commit(const domain::InvoiceId& id, const domain::What& what) {
        store.write([&](port::Tx& tx) {
            const auto before = tx.invoices().find(connection.id, id).value();
            const domain::Fact fact{clock.now(), domain::OperationId{context.random.id()}, what};
            auto decision = domain::decide(before, fact);
            service::apply(context, tx, fact, before, decision, {});
        });
    }
    std::string state(const domain::InvoiceId& id) { return std::string(to_word(find(id).state)); }
    bool has_problem(const std::string& text) const {
        const auto all = problems();
        return std::find(all.begin(), all.end(), text) != all.end();
    }
    void after(domain::Span span) {
        clock.advance(span);
        dispatcher.step();
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(money_paths)

BOOST_AUTO_TEST_CASE(money_behind_an_unknown_word_outlives_the_link) {
    Life life;
    const auto id = life.create();
    life.gateway_says(GatewayStatus::processing, "FINISHED/CLOSED");
    life.clock.advance(73h);
    life.reconciler.round();
    life.after(1s);
    BOOST_TEST(life.state(id) == "pending");
    BOOST_TEST(life.has_problem("invoice.status_unclear " + id.value));
    life.gateway_says(GatewayStatus::paid);
    life.want_ask(id);
    life.after(1s);
    BOOST_TEST(life.state(id) == "paid");
    BOOST_TEST(!life.has_problem("invoice.status_unclear " + id.value));
}

BOOST_AUTO_TEST_CASE(a_link_that_nobody_paid_ends) {
    Life life;
    const auto id = life.create();
    life.gateway_says(GatewayStatus::processing);
    life.clock.advance(73h);
    life.reconciler.round();
    life.after(1s);
    BOOST_TEST(life.state(id) == "canceled");
}

BOOST_AUTO_TEST_CASE(a_replayed_status_is_the_one_of_now) {
    Life life;
    const auto id = life.create();
    life.host.pushing = test::FakeHost::answer(port::HostResult::refused, "crm.refused", 400);
    life.after(2s);
    const auto parked = life.waiting("crm.push");
    BOOST_REQUIRE(parked.size() == 1U);
    BOOST_CHECK(parked[0].state == port::EffectState::dead);
    life.host.pushing = test::FakeHost::ok();
    life.gateway_says(GatewayStatus::paid);
    life.want_ask(id);
    life.after(1s);
    BOOST_REQUIRE(life.host.pushed.size() == 1U);
    BOOST_CHECK(life.host.pushed[0].status == CrmStatus::succeeded);
    BOOST_TEST(life.replay(parked[0].id) == 1);
    BOOST_TEST(life.replay(parked[0].id) == 0);
    life.after(1s);
    BOOST_REQUIRE(life.host.pushed.size() == 2U);
    BOOST_CHECK(life.host.pushed[1].status == CrmStatus::succeeded);
    BOOST_TEST(life.waiting("crm.push").empty());
}

BOOST_AUTO_TEST_CASE(a_replayed_refund_keeps_its_block_and_its_neighbours_their_problem) {
    Life life;
    const auto id = life.standing(InvoiceState::paid);
    life.host.pushing = test::FakeHost::answer(port::HostResult::refused, "crm.refused", 400);
    for (const char* name : {"first", "second"}) {
        life.change(id, [&](Invoice& it) {
            auto& op = life.add(it, OperationKind::refund, OperationState::started, 1s);
            op.id = domain::OperationId(name);
            op.amount = 500;
        });
        life.commit(id, domain::fact::OperationEnded{
                            domain::OperationId(name), OperationState::succeeded, {}});
        life.after(1s);
    }
    BOOST_TEST(life.state(id) == "refunded");
    const auto parked = life.waiting("crm.refund");
    BOOST_REQUIRE(parked.size() == 2U);
    BOOST_TEST(life.has_problem("outbox.dead " + id.value));
    life.host.pushing = test::FakeHost::ok();
    BOOST_TEST(life.replay(parked[0].id) == 1);
    BOOST_TEST(life.has_problem("outbox.dead " + id.value));  // the other one is parked still
    BOOST_TEST(life.replay() == 1);
    BOOST_TEST(!life.has_problem("outbox.dead " + id.value));
    life.after(1s);
    BOOST_REQUIRE(life.host.pushed.size() == 2U);
    BOOST_TEST(life.host.pushed[0].refund->id.value == "first");
    BOOST_CHECK(life.host.pushed[0].status == CrmStatus::refund_succeeded);
    BOOST_TEST(life.host.pushed[1].refund->id.value == "second");
}

BOOST_AUTO_TEST_CASE(one_payment_that_the_gateway_refuses_to_show_holds_up_no_other) {
    Life life;
    const auto odd = life.standing(InvoiceState::pending);
    const auto well = life.standing(InvoiceState::pending);
    life.gateway_says(GatewayStatus::paid);
    life.gateways.uapay.asking =
        [&, well_said = life.gateways.uapay.asking](
            const Invoice& it) -> domain::Result<domain::fact::GatewayReport> {
        if (it.id == odd) return domain::fail("gateway.refused", "INVOICE_NOT_FOUND");
        return well_said(it);
    };
    life.want_ask(odd);
    life.want_ask(well);
    life.dispatcher.step();
    BOOST_TEST(life.state(well) == "paid");
    // Another question does not make it come sooner.
    const auto due = life.waiting("gateway.ask").at(0).due;
    life.want_ask(odd, "reconcile");
    BOOST_CHECK(life.waiting("gateway.ask").at(0).due == due);
    life.after(2s);
    BOOST_TEST(!life.has_problem("invoice.status_unclear " + odd.value));
    life.after(7s);
    BOOST_TEST(life.has_problem("invoice.status_unclear " + odd.value));
    BOOST_TEST(!life.has_problem("merchant.credentials_refused " + life.merchant.id.value));
}

BOOST_AUTO_TEST_CASE(a_store_whose_key_is_refused_is_shown) {
    Life life;
    const auto id = life.standing(InvoiceState::pending);
    life.gateways.uapay.asking = [](const Invoice&) { return domain::fail("gateway.refused"); };
    life.gateways.uapay.credentials = domain::fail("credentials.refused", {}, "secretKey");
    life.want_ask(id);
    life.dispatcher.step();
    life.after(2s);
    life.after(7s);
    BOOST_TEST(life.has_problem("merchant.credentials_refused " + life.merchant.id.value));
    BOOST_TEST(!life.has_problem("invoice.status_unclear " + id.value));
}

BOOST_AUTO_TEST_CASE(a_question_that_comes_during_a_late_look_is_asked_at_once) {
    Life life;
    const auto id = life.create();
    BOOST_TEST(life.payments.cancel(life.connection, id, {}).has_value());
    int asked = 0;
    life.gateways.uapay.asking = [&](const Invoice& it) {
        if (++asked == 1) life.want_ask(id);
        domain::fact::GatewayReport report;
        report.amount = it.amount;
        return report;
    };
    life.after(11min);
    BOOST_TEST(asked == 2);
    // And the watch goes on, ever more rarely.
    const auto rows = life.waiting("gateway.ask");
    BOOST_REQUIRE(rows.size() == 1U);
    BOOST_CHECK(rows[0].due == life.clock.now() + 10min);
    for (int i = 0; i < 20; ++i) life.after(1h);
    BOOST_TEST(asked < 20);
    BOOST_TEST(asked > 6);
}

BOOST_AUTO_TEST_CASE(who_repeats_an_unknown_refund_hears_of_its_end_too) {
    Life life;
    const auto id = life.standing(InvoiceState::paid);
    life.change(id, [&](Invoice& it) {  // its first caller is gone
        life.add(it, OperationKind::refund, OperationState::unknown, 5min);
    });
    const auto answer = life.payments.refund(life.connection, id, std::nullopt, {});
    BOOST_TEST(answer.error().params.at("id") == "op");
    BOOST_TEST(life.find(id).operations.back().told_unknown);
}

BOOST_AUTO_TEST_CASE(what_is_under_way_counts_as_lost_only_after_its_time) {
    Life life;
    life.settings.pending_after = 1ms;  // has no say in it
    const auto id = life.standing(InvoiceState::paid);
    life.change(id, [&](Invoice& it) {
        life.add(it, OperationKind::refund, OperationState::unknown, 119s);
    });
    life.operations.run(life.connection.id, id, domain::OperationId("op"), false, {}, {});
    BOOST_TEST(!life.gateways.uapay.settled);
    life.clock.advance(2s);
    life.operations.run(life.connection.id, id, domain::OperationId("op"), false, {}, {});
    BOOST_TEST(life.gateways.uapay.settled);
}

BOOST_AUTO_TEST_CASE(a_call_that_comes_too_late_does_not_go_out) {
    Life life;
    int calls = 0;
    life.gateways.uapay.performing = [&](const Operation&) {
        ++calls;
        return port::OperationAnswer{};
    };
    for (const auto ago : {39s, 41s}) {
        const auto id = life.standing(InvoiceState::authorized);
        life.change(id, [&](Invoice& it) {
            life.add(it, OperationKind::capture, OperationState::started, ago);
        });
        const auto ran =
            life.operations.run(life.connection.id, id, domain::OperationId("op"), true, {}, {});
        BOOST_TEST(to_word(ran.state) == (ago == 39s ? "unknown" : "not_done"));
    }
    BOOST_TEST(calls == 1);
}

BOOST_AUTO_TEST_CASE(an_operator_settles_what_nobody_can_find_out) {
    Life life;
    const auto id = life.standing(InvoiceState::paid);
    const domain::OperationId op("op");
    life.change(id, [&](Invoice& it) {
        life.add(it, OperationKind::refund, OperationState::unknown, 24h).told_unknown = true;
    });
    const auto& connection = life.connection.id;
    const auto code = [&](const domain::OperationId& which) {
        const auto settled = life.operations.settle(connection, id, which, true, "anna");
        return settled ? "ok" : settled.error().code;
    };
    BOOST_TEST(code(domain::OperationId("none")) == "operation.unknown");
    BOOST_TEST(code(life.find(id).operations.front().id) == "operation.not_open");
    BOOST_TEST(code(op) == "ok");
    BOOST_TEST(life.state(id) == "refunded");
    BOOST_TEST(life.find(id).operations.back().reason == "settled by anna");
    BOOST_TEST(code(op) == "operation.not_open");
    life.after(1s);
    BOOST_TEST(life.host.pushed.back().refund->id.value == "op");
}

BOOST_AUTO_TEST_CASE(what_is_called_off_or_settled_leaves_nothing_behind) {
    Life life;
    const auto id = life.standing(InvoiceState::authorized);
    life.change(id, [](Invoice& it) {
        it.auto_capture = true;
        it.consent = domain::Consent::asked;
    });
    life.commit(id, domain::fact::ConsentGiven{});
    BOOST_TEST(life.waiting("gateway.run").size() == 1U);
    // The shop's cabinet was quicker.
    life.gateway_says(GatewayStatus::voided);
    life.inquiries.ask(life.connection.id, id, "test", {});
    BOOST_TEST(life.state(id) == "canceled");
    BOOST_TEST(life.waiting("gateway.run").empty());

    const auto other = life.standing(InvoiceState::authorized);
    life.change(other, [&](Invoice& it) {
        life.add(it, OperationKind::capture, OperationState::unknown, 20min);
    });
    life.queue(other, domain::effect::RunOperation{domain::OperationId("op"), {}});
    life.after(0s);
    BOOST_TEST(life.has_problem("operation.unknown " + other.value));
    life.commit(other, domain::fact::OperationEnded{
                           domain::OperationId("op"), OperationState::succeeded, {}});
    BOOST_TEST(!life.has_problem("operation.unknown " + other.value));
    BOOST_TEST(life.waiting("gateway.run").empty());
}

BOOST_AUTO_TEST_CASE(nobody_asks_the_crm_about_a_hold_that_is_over) {
    Life life;
    const auto id = life.standing(InvoiceState::authorized);
    life.change(id, [](Invoice& it) { it.consent = domain::Consent::asked; });
    life.queue(id, domain::effect::AskConsent{});
    life.gateway_says(GatewayStatus::paid);
    life.inquiries.ask(life.connection.id, id, "test", {});
    BOOST_TEST(life.waiting("crm.consent").empty());
    BOOST_TEST(life.waiting("crm.push").size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_hold_is_decided_about_whatever_is_set) {
    Life life;
    const auto left = [&](domain::Span span) {
        life.forget_rows();
        const auto id = life.standing(InvoiceState::authorized);
        life.change(id, [&](Invoice& it) { it.hold_ends_at = life.clock.now() + span; });
        life.reconciler.round();
        const auto rows = life.waiting("gateway.run").size();
        life.change(id, [](Invoice& it) { it.state = InvoiceState::canceled; });
        return std::to_string(rows) +
               (life.has_problem("invoice.hold_ends_soon " + id.value) ? " warned" : "");
    };
    BOOST_TEST(left(12h) == "0 warned");
    BOOST_TEST(left(119min) == "1");
    life.settings.hold_warning = {};
    BOOST_TEST(left(12h) == "0");
    BOOST_TEST(left(119min) == "1");
    life.settings.hold_lasts = 80min;  // a short hold has a short end
    BOOST_TEST(left(79min) == "0");
    BOOST_TEST(left(19min) == "1");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::money_paths_test
