// What time does to an invoice that nobody touches: questions to the gateway, the end of a link,
// the end of a hold; and where the buyer's link leads meanwhile. The clock is set by hand.
#include "module/service/reconcile.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "module/service/effects.hpp"
#include "module/service/links.hpp"
#include "tests/support/fake_account.hpp"

namespace tillbridge::reconcile_test {

using namespace std::chrono_literals;
using domain::GatewayStatus;
using domain::InvoiceState;
using Kind = service::Links::Kind;

namespace {

struct World : test::FakeInstallation {
    service::Operations operations{context};
    service::Inquiries inquiries{context, operations};
    service::Reconciler reconciler{context};
    service::Links links{context, inquiries};
    const domain::ConnectionId c1{"c1"};
    const domain::InvoiceId i1{"i1"};
    const domain::Slug slug{"slug1"};
    const domain::UtcTime start = clock.now();

    World() {
        settings.pending_after = 10min;
        settings.hold_warning = 24h;
        domain::Connection connection;
        connection.id = c1;
        connection.public_url = "https://shop.retailcrm.ru";
        domain::Merchant merchant;
        merchant.connection = c1;
        merchant.id = domain::MerchantId("m1");
        merchant.gateway = domain::GatewayCode("uapay");
        merchant.name = "Shop";
        domain::Invoice invoice;
        invoice.connection = c1;
        invoice.id = i1;
        invoice.merchant = merchant.id;
        invoice.gateway = merchant.gateway;
        invoice.slug = slug;
        invoice.amount = uah(10'000);
        invoice.state = InvoiceState::pending;
        invoice.gateway_invoice = domain::GatewayId("g1");
        invoice.pay_url = "https://pay.example/1";
        invoice.created_at = invoice.updated_at = start;
        invoice.link_expires_at = start + 72h;
        store.write([&](port::Tx& tx) {
            tx.connections().insert(connection);
            tx.merchants().insert(merchant);
            tx.invoices().insert(invoice);
        });
    }
    static domain::Money uah(std::int64_t minor) {
        return {minor, domain::Currency::parse("UAH").value()};
    }
    domain::Invoice now() const { return store.data().invoices.at("i1"); }
    template <class Change>
    void change(Change how) {
        store.write([&](port::Tx& tx) {
            auto invoice = tx.invoices().find(c1, i1).value();
            how(invoice);
            tx.invoices().save(invoice);
        });
    }
    void hold(domain::HoldEnd end = domain::HoldEnd::void_it) {
        change([&](domain::Invoice& it) {
            it.state = InvoiceState::authorized;
            it.authorized = it.amount.minor;
            it.held_at = clock.now();
            it.hold_ends_at = clock.now() + 7 * 24h;
            it.hold_end = end;
            it.consent = domain::Consent::agreed;
        });
    }
    // Why the gateway is to be asked, and forgets that.
    std::vector<std::string> questions() {
        std::vector<std::string> why;
        for (const auto& row : waiting(service::kind::kAsk)) {
            why.push_back(nlohmann::json::parse(row.payload).at("why").get<std::string>());
            store.write([&](port::Tx& tx) { tx.outbox().finish(row.id); });
        }
        return why;
    }
    void gateway_says(GatewayStatus status, bool in_progress = false) {
        domain::fact::GatewayReport report;
        report.status = status;
        report.in_progress = in_progress;
        report.amount = uah(10'000);
        report.payment = domain::GatewayId("p1");
        gateways.uapay.report = report;
    }
    domain::Result<service::Inquiries::Answer> ask() { return inquiries.ask(c1, i1, "test", {}); }
};

using Words = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(service_reconcile)

BOOST_AUTO_TEST_CASE(who_has_not_moved_is_asked_about_again_and_again) {
    World w;
    w.clock.advance(10min);
    BOOST_TEST(w.reconciler.round() == 0);
    w.clock.advance(1s);
    BOOST_TEST(w.reconciler.round() == 1);
    BOOST_TEST(w.questions() == Words{"reconcile"});
    BOOST_TEST(w.reconciler.round() == 0);  // it was looked at a moment ago
    w.clock.advance(10min + 1s);
    BOOST_TEST(w.reconciler.round() == 1);
    BOOST_TEST(w.reconciler.round() == 0);
    w.change([](domain::Invoice& it) { it.state = InvoiceState::paid; });
    w.questions();
    w.clock.advance(24h);
    BOOST_TEST(w.reconciler.round() == 0);
}

BOOST_AUTO_TEST_CASE(a_question_that_waits_is_not_put_twice) {
    World w;
    w.clock.advance(11min);
    BOOST_TEST(w.reconciler.round() == 1);
    w.clock.advance(11min);
    BOOST_TEST(w.reconciler.round() == 0);
    BOOST_TEST(w.questions().size() == 1U);
}

// --- the end of a link ---

BOOST_AUTO_TEST_CASE(an_expired_link_ends_once_the_gateway_says_that_nobody_pays) {
    World w;
    w.settings.pending_after = 1000h;
    w.gateway_says(GatewayStatus::processing);
    w.clock.advance(72h + 59s);
    BOOST_TEST(w.reconciler.round() == 0);
    BOOST_REQUIRE(w.ask().has_value());
    BOOST_TEST((w.now().state == InvoiceState::pending));  // a minute for the last click
    w.clock.advance(2s);
    BOOST_TEST(w.reconciler.round() == 1);
    BOOST_TEST(w.questions() == Words{"expiry"});
    const auto ended = w.ask();
    BOOST_REQUIRE(ended.has_value());
    BOOST_TEST((ended->invoice.state == InvoiceState::canceled));
    BOOST_TEST(w.now().reason == "canceled.expired");
    BOOST_REQUIRE(w.waiting(service::kind::kPush).size() == 1U);
    BOOST_TEST(w.waiting(service::kind::kPush)[0].payload.find("canceled") != std::string::npos);
    // Money may still be on its way in a browser: it is looked for.
    BOOST_TEST(w.waiting(service::kind::kAsk).size() == 1U);
    BOOST_TEST((w.waiting(service::kind::kAsk)[0].due > w.clock.now()));
    BOOST_TEST(w.reconciler.round() == 0);
}

BOOST_AUTO_TEST_CASE(a_link_does_not_end_while_somebody_pays_or_has_paid) {
    World w;
    w.clock.advance(73h);
    w.gateway_says(GatewayStatus::processing, true);
    BOOST_REQUIRE(w.ask().has_value());
    BOOST_TEST((w.now().state == InvoiceState::pending));
    w.gateway_says(GatewayStatus::paid);
    BOOST_REQUIRE(w.ask().has_value());
    BOOST_TEST((w.now().state == InvoiceState::paid));
    BOOST_TEST(w.now().captured == 10'000);
}

BOOST_AUTO_TEST_CASE(a_silent_gateway_ends_no_link) {
    World w;
    w.clock.advance(1000h);
    const auto answer = w.ask();
    BOOST_REQUIRE(!answer.has_value());
    BOOST_TEST(answer.error().code == "gateway.silent");
    BOOST_TEST((w.now().state == InvoiceState::pending));
    BOOST_TEST(w.waiting(service::kind::kPush).empty());
}

BOOST_AUTO_TEST_CASE(a_declined_try_ends_with_the_link) {
    World w;
    w.gateway_says(GatewayStatus::declined);
    BOOST_REQUIRE(w.ask().has_value());
    BOOST_TEST((w.now().state == InvoiceState::pending));
    w.clock.advance(72h + 2min);
    BOOST_REQUIRE(w.ask().has_value());
    BOOST_TEST((w.now().state == InvoiceState::canceled));
}

BOOST_AUTO_TEST_CASE(a_link_without_an_end_has_none) {
    World w;
    w.change([](domain::Invoice& it) { it.link_expires_at = {}; });
    w.gateway_says(GatewayStatus::processing);
    w.clock.advance(10'000h);
    BOOST_REQUIRE(w.ask().has_value());
    BOOST_TEST((w.now().state == InvoiceState::pending));
}

// --- the end of a hold ---

BOOST_AUTO_TEST_CASE(a_hold_near_its_end_is_a_problem_once) {
    World w;
    w.hold();
    w.clock.advance(6 * 24h - 1s);
    BOOST_TEST(w.reconciler.round() == 0);
    w.clock.advance(1s);
    BOOST_TEST(w.reconciler.round() == 1);
    BOOST_TEST(w.problems() == Words{"invoice.hold_ends_soon i1"});
    BOOST_TEST(w.reconciler.round() == 0);
    BOOST_TEST(w.waiting(service::kind::kRun).empty());
}

BOOST_AUTO_TEST_CASE(in_the_last_two_hours_the_stores_rule_decides) {
    for (const auto end : {domain::HoldEnd::void_it, domain::HoldEnd::capture_it}) {
        World w;
        w.hold(end);
        w.clock.advance(7 * 24h - 2h - 1s);
        w.reconciler.round();
        BOOST_TEST(w.waiting(service::kind::kRun).empty());
        BOOST_TEST(w.waiting(service::kind::kConsent).empty());
        w.clock.advance(1s);
        BOOST_TEST(w.reconciler.round() == 1);
        const bool voids = end == domain::HoldEnd::void_it;
        BOOST_TEST(w.waiting(service::kind::kRun).size() == (voids ? 1U : 0U));
        // Before a capture of its own it asks the CRM anew.
        BOOST_TEST(w.waiting(service::kind::kConsent).size() == (voids ? 0U : 1U));
        BOOST_TEST(w.reconciler.round() == 0);
    }
}

BOOST_AUTO_TEST_CASE(a_hold_past_its_end_is_asked_about) {
    World w;
    w.hold();
    w.clock.advance(7 * 24h);
    BOOST_TEST(w.reconciler.round() == 1);
    BOOST_TEST(w.questions() == Words{"hold_end"});
    w.gateway_says(GatewayStatus::voided);
    BOOST_REQUIRE(w.ask().has_value());
    BOOST_TEST((w.now().state == InvoiceState::canceled));
    BOOST_TEST(w.now().reason == "canceled.hold_expired");
}

BOOST_AUTO_TEST_CASE(when_a_hold_ends_is_told_by_the_nearest) {
    const auto end_of = [](domain::Span set, domain::Span told, domain::Span known) {
        World w;
        w.settings.hold_lasts = set;
        w.gateways.uapay.about_.hold_lasts = known;
        w.gateway_says(GatewayStatus::held);
        if (told.count() > 0) w.gateways.uapay.report->hold_ends_at = w.clock.now() + told;
        BOOST_REQUIRE(w.ask().has_value());
        BOOST_TEST((w.now().state == InvoiceState::authorized));
        return w.now().hold_ends_at - w.start;
    };
    BOOST_TEST((end_of(48h, 72h, 96h) == domain::Span(48h)));
    BOOST_TEST((end_of({}, 72h, 96h) == domain::Span(72h)));
    BOOST_TEST((end_of({}, {}, 96h) == domain::Span(96h)));
    BOOST_TEST((end_of({}, {}, {}) == domain::Span(7 * 24h)));
}

// --- questions ---

BOOST_AUTO_TEST_CASE(nobody_is_asked_about_what_has_no_name_at_the_gateway_yet) {
    World w;
    w.gateway_says(GatewayStatus::paid);
    BOOST_TEST(w.inquiries.ask(w.c1, domain::InvoiceId("none"), "test", {}).error().code ==
               "payment.unknown");
    w.change([&](domain::Invoice& it) {
        it.state = InvoiceState::creating;
        it.gateway_invoice = {};
        domain::Operation create;
        create.id = domain::OperationId("o1");
        create.state = domain::OperationState::started;
        create.started_at = w.clock.now();
        it.operations.push_back(create);
    });
    BOOST_TEST(w.ask().error().code == "payment.busy");  // its create is still under way
    w.change([](domain::Invoice& it) {
        it.operations[0].state = domain::OperationState::refused;
        it.state = InvoiceState::failed;
    });
    BOOST_REQUIRE(w.ask().has_value());
    BOOST_TEST((w.now().state == InvoiceState::failed));
    BOOST_TEST(w.gateways.uapay.asked == 0);
}

BOOST_AUTO_TEST_CASE(another_sum_than_the_invoices_does_not_count) {
    World w;
    w.gateway_says(GatewayStatus::paid);
    w.gateways.uapay.report->amount = World::uah(9'999);
    BOOST_REQUIRE(w.ask().has_value());
    BOOST_TEST((w.now().state == InvoiceState::pending));
    BOOST_TEST(w.problems() == Words{"invoice.amount_mismatch i1"});
}

// --- the buyer's link ---

BOOST_AUTO_TEST_CASE(the_link_leads_to_the_gateway_until_its_end) {
    World w;
    BOOST_TEST((w.links.open(w.slug).kind == Kind::redirect));
    BOOST_TEST(w.links.open(w.slug).url == "https://pay.example/1");
    w.clock.advance(72h);
    BOOST_TEST((w.links.open(w.slug).kind == Kind::redirect));
    w.clock.advance(1s);  // the reconciler has not come yet
    BOOST_TEST((w.links.open(w.slug).kind == Kind::expired));
    BOOST_TEST(w.links.open(w.slug).url == "");
    BOOST_TEST(w.gateways.uapay.asked == 0);
    BOOST_TEST((w.links.open(domain::Slug("nobody")).kind == Kind::unknown));
}

BOOST_AUTO_TEST_CASE(the_link_says_what_became_of_it) {
    World w;
    const auto shows = [&](InvoiceState state, const char* reason = "") {
        w.change([&](domain::Invoice& it) {
            it.state = state;
            it.reason = reason;
        });
        return w.links.open(w.slug);
    };
    BOOST_TEST((shows(InvoiceState::authorized).kind == Kind::paid));
    BOOST_TEST((shows(InvoiceState::paid).kind == Kind::paid));
    BOOST_TEST((shows(InvoiceState::refunded).kind == Kind::refunded));
    BOOST_TEST((shows(InvoiceState::canceled, "canceled.manager").kind == Kind::canceled));
    BOOST_TEST((shows(InvoiceState::canceled, "canceled.expired").kind == Kind::expired));
    BOOST_TEST(shows(InvoiceState::paid).shop == "Shop");
    for (const auto never_given : {InvoiceState::creating, InvoiceState::failed}) {
        BOOST_TEST((shows(never_given).kind == Kind::unknown));
        BOOST_TEST(shows(never_given).shop == "");
        BOOST_TEST(shows(never_given).invoice.empty());
    }
}

BOOST_AUTO_TEST_CASE(who_comes_back_waits_until_the_gateway_says) {
    World w;
    BOOST_TEST((w.links.returned(w.slug, {}).kind == Kind::waiting));  // silent
    w.gateway_says(GatewayStatus::processing);
    BOOST_TEST((w.links.returned(w.slug, {}).kind == Kind::waiting));
    w.gateway_says(GatewayStatus::paid);
    BOOST_TEST((w.links.returned(w.slug, {}).kind == Kind::paid));
    BOOST_TEST(w.gateways.uapay.asked == 3);
    BOOST_TEST((w.links.returned(w.slug, {}).kind == Kind::paid));
    BOOST_TEST(w.gateways.uapay.asked == 3);  // what is final is not asked about
    w.change([](domain::Invoice& it) { it.return_url = "https://shop.example/thanks"; });
    const auto back = w.links.returned(w.slug, {});
    BOOST_TEST((back.kind == Kind::redirect));
    BOOST_TEST(back.url == "https://shop.example/thanks");
    BOOST_TEST((w.links.returned(domain::Slug("nobody"), {}).kind == Kind::unknown));
}

// Of a gateway that can't be asked.
BOOST_AUTO_TEST_CASE(who_can_not_be_asked_is_not_and_its_link_ends_by_the_clock) {
    World w;
    w.gateways.uapay.about_.capabilities.status_query = false;
    const auto before = w.now();
    BOOST_REQUIRE(w.ask().has_value());
    BOOST_CHECK(w.now() == before);  // nothing was learnt
    w.clock.advance(72h + domain::kExpiryGrace + 1s);
    BOOST_REQUIRE(w.ask().has_value());
    BOOST_CHECK(w.now().state == InvoiceState::canceled);
    BOOST_TEST(w.now().reason == "canceled.expired");
    BOOST_TEST(w.gateways.uapay.asked == 0);
}

BOOST_AUTO_TEST_CASE(a_word_that_nobody_could_read_keeps_such_a_link_alive) {
    World w;
    w.gateways.uapay.about_.capabilities.status_query = false;
    port::ProblemRow row;
    row.connection = w.c1;
    row.key = "invoice.status_unclear";
    row.subject = w.i1.value;
    w.store.write([&](port::Tx& tx) { tx.problems().raise(row); });
    w.clock.advance(72h + domain::kExpiryGrace + 1s);
    BOOST_REQUIRE(w.ask().has_value());
    BOOST_CHECK(w.now().state == InvoiceState::pending);
    w.store.write([&](port::Tx& tx) { tx.problems().clear(row.connection, row.key, row.subject); });
    BOOST_REQUIRE(w.ask().has_value());
    BOOST_CHECK(w.now().state == InvoiceState::canceled);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::reconcile_test
