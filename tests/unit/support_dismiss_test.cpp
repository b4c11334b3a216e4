// Which problems a person may end: those that nothing else would.
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "manifest/texts.hpp"
#include "module/service/support_acts.hpp"
#include "tests/support/fake_account.hpp"

namespace tillbridge::support_dismiss_test {

using namespace std::chrono_literals;

namespace {

struct World : test::FakeInstallation {
    service::Operations operations{context};
    service::Inquiries inquiries{context, operations};
    service::SupportActs acts{context, inquiries};
    const domain::ConnectionId c1{"c1"};
    const domain::InvoiceId i1{"i1"};

    explicit World(bool asked) {
        gateways.uapay.about_.capabilities.status_query = asked;
        domain::Connection connection;
        connection.id = c1;
        domain::Merchant merchant;
        merchant.connection = c1;
        merchant.id = domain::MerchantId("m1");
        merchant.gateway = domain::GatewayCode("uapay");
        domain::Invoice invoice;
        invoice.connection = c1;
        invoice.id = i1;
        invoice.merchant = merchant.id;
        invoice.gateway = merchant.gateway;
        invoice.amount = {10'000, domain::Currency::parse("UAH").value()};
        invoice.state = domain::InvoiceState::pending;
        invoice.gateway_invoice = domain::GatewayId("g1");
        invoice.link_expires_at = clock.now() + 72h;
        store.write([&](port::Tx& tx) {
            tx.connections().insert(connection);
            tx.merchants().insert(merchant);
            tx.invoices().insert(invoice);
        });
    }
    port::ProblemRow problem(const std::string& key, const std::string& subject = "i1") const {
        port::ProblemRow row;
        row.connection = c1;
        row.key = key;
        row.subject = subject;
        return row;
    }
    bool may_end(const port::ProblemRow& row) {
        return port::look_up(
            store, [&](const port::Tx& tx) { return service::may_dismiss(row, tx, gateways); });
    }
    static bool unclear_said(const nlohmann::json& answer) {
        return answer.at("would").dump().find("dismiss_unclear") != std::string::npos;
    }
    std::set<std::string> may_end_of(const std::set<std::string>& all) {
        std::set<std::string> may;
        for (const auto& key : all)
            if (may_end(problem(key))) may.insert(key);
        return may;
    }
};

std::set<std::string> every_problem() {
    std::set<std::string> keys;
    for (const auto& key : manifest::Texts().keys("en"))
        if (key.starts_with("problem.") && key.ends_with(".what"))
            keys.insert(key.substr(8, key.size() - 13));
    return keys;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(support_dismiss)

// A new problem stands here once it is known who ends it.
BOOST_AUTO_TEST_CASE(only_what_nothing_looks_at_again) {
    const std::set<std::string> lasting{
        "invoice.amount_mismatch",     "invoice.money_stuck",
        "invoice.paid_twice",          "invoice.status_unclear",
        "subscription.amount_differs", "subscription.amount_unreadable",
        "subscription.charge_failed"};
    const std::set<std::string> ending{"bot.unreachable",         "crm.key_rejected",
                                       "crm.register_refused",    "crm.scopes_missing",
                                       "crm.unreachable",         "currency.not_supported",
                                       "gateway.clock_skew",      "gateway.silent",
                                       "hook.signature_mismatch", "invoice.capture_refused",
                                       "invoice.hold_ends_soon",  "merchant.credentials_refused",
                                       "operation.unknown",       "outbox.dead",
                                       "payment_type.doubled",    "payment_type.missing",
                                       "subscription.not_in_crm"};
    auto all = lasting;
    all.insert(ending.begin(), ending.end());
    BOOST_TEST(every_problem() == all, boost::test_tools::per_element());

    World w(false);
    BOOST_TEST(w.may_end_of(all) == lasting, boost::test_tools::per_element());
    BOOST_TEST(!w.may_end(w.problem("invoice.paid_twice", "m1")));
    // A gateway that can be asked says itself what is over.
    BOOST_TEST(World(true).may_end_of(all).empty());
}

// A word that nobody could read has kept the link alive.
BOOST_AUTO_TEST_CASE(a_link_whose_word_was_looked_up_ends_in_time) {
    World w(false);
    const auto row = w.problem("invoice.status_unclear");
    w.store.write([&](port::Tx& tx) { tx.problems().raise(row); });
    w.clock.advance(72h + domain::kExpiryGrace + 1s);
    const auto state = [&] { return w.inquiries.ask(w.c1, w.i1, "expiry", {})->invoice.state; };
    BOOST_CHECK(state() == domain::InvoiceState::pending);
    const service::Actor ann{"ann", port::SupportRole::operates, {}, {}};
    service::SupportActs::Dismissal wanted;
    wanted.connection = w.c1;
    wanted.key = row.key;
    const auto dry = w.acts.dismiss(ann, wanted, {true, "en"});
    BOOST_REQUIRE(dry.has_value());
    BOOST_TEST(dry->at("would").size() == 2U);
    BOOST_TEST(w.unclear_said(*dry));
    BOOST_CHECK(state() == domain::InvoiceState::pending);
    BOOST_REQUIRE(w.acts.dismiss(ann, wanted, {false, "en"}).has_value());
    BOOST_CHECK(state() == domain::InvoiceState::canceled);
    // Of a payment that is over no link ends any more.
    w.store.write([&](port::Tx& tx) { tx.problems().raise(row); });
    const auto later = w.acts.dismiss(ann, wanted, {true, "en"});
    BOOST_REQUIRE(later.has_value());
    BOOST_TEST(!w.unclear_said(*later));
}

// Of two stores with the same problem only one has a gateway that nobody can ask.
BOOST_AUTO_TEST_CASE(the_one_that_may_be_ended_is_meant) {
    World w(true);
    w.store.write([&](port::Tx& tx) {
        auto other = tx.invoices().find(w.c1, w.i1).value();
        other.id = domain::InvoiceId("i2");
        other.uuid = domain::InvoiceUuid("u2");
        other.slug = domain::Slug("s2");
        other.gateway = domain::GatewayCode("mute");
        other.gateway_invoice = domain::GatewayId("g2");
        tx.invoices().insert(other);
        for (const char* of : {"i1", "i2"})
            tx.problems().raise(w.problem("invoice.paid_twice", of));
    });
    service::SupportActs::Dismissal wanted;
    wanted.connection = w.c1;
    wanted.key = "invoice.paid_twice";
    const service::Actor ann{"ann", port::SupportRole::operates, {}, {}};
    BOOST_REQUIRE(w.acts.dismiss(ann, wanted, {false, "en"}).has_value());
    BOOST_TEST(w.problems() == std::vector<std::string>{"invoice.paid_twice i1"},
               boost::test_tools::per_element());
    BOOST_TEST(w.acts.dismiss(ann, wanted, {false, "en"}).error().code ==
               "problem.not_dismissible");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::support_dismiss_test
