// What the order card's panel shows and does of a subscription: which acts are offered when, and
// that a token is good for one act on what was seen.
#include <boost/test/unit_test.hpp>

#include "module/service/inquiries.hpp"
#include "module/service/panel.hpp"
#include "tests/support/fake_account.hpp"

namespace tillbridge::panel_subscription_test {

using domain::SubscriptionState;
using service::Panel;

namespace {

constexpr std::int64_t kOrder = 215;

struct Card : test::FakeInstallation {
    service::Operations operations{context};
    service::Inquiries inquiries{context, operations};
    service::Payments payments{context, operations};
    Panel panel{context, payments, inquiries, 2};
    domain::Connection connection;
    domain::InvoiceId paid;

    Card() {
        connection.id = domain::ConnectionId("c1");
        connection.client_id = domain::Secret("client-1");
        connection.currency = "UAH";
        connection.locale = "en";
        domain::Merchant shop;
        shop.connection = connection.id;
        shop.id = domain::MerchantId("m1");
        shop.gateway = domain::GatewayCode("uapay");
        gateways.uapay.about_.capabilities.subscriptions = true;
        gateways.uapay.setting = [](const auto&) {
            port::SubscriptionAnswer answer;
            answer.result = domain::OperationState::succeeded;
            return answer;
        };
        store.write([&](port::Tx& tx) {
            tx.connections().insert(connection);
            tx.merchants().insert(shop);
        });
        service::Payments::CreateRequest order;
        order.uuid = domain::InvoiceUuid("u-1");
        order.shop = shop.id;
        order.amount = "990";
        order.currency = "UAH";
        order.order = kOrder;
        paid = payments.create(connection, order)->id;
        store.write([&](port::Tx& tx) {
            auto invoice = tx.invoices().find(connection.id, paid).value();
            invoice.state = domain::InvoiceState::paid;
            invoice.captured = invoice.amount.minor;
            tx.invoices().save(invoice);
            domain::Subscription it;
            it.connection = connection.id;
            it.id = domain::SubscriptionId("s1");
            it.merchant = shop.id;
            it.gateway = shop.gateway;
            it.product = "593600";
            it.profile = "77";
            it.invoice = paid;
            it.cost = invoice.amount;
            it.version = 1;
            tx.subscriptions().insert(it);
            port::SubscriptionLine line;
            line.connection = connection.id;
            line.subscription = it.id;
            line.invoice = paid;
            line.detail = "{}";
            tx.subscriptions().add_line(line);
        });
    }
    Panel::State look() {
        return panel.look(connection, {kOrder, {}, "en", domain::RequestId("r")}).value().state;
    }
    static std::vector<std::string> acts(const Panel::State& state) {
        std::vector<std::string> words;
        for (const auto& each : state.offers)
            if (each.action != "create" && each.action != "check") words.push_back(each.action);
        return words;
    }
    Panel::Wish wish(const Panel::State& state, const std::string& action) const {
        Panel::Wish it;
        it.about = {kOrder, paid, "en", domain::RequestId("r")};
        it.action = action;
        for (const auto& each : state.offers)
            if (each.action == action) {
                it.key = each.key;
                it.token = each.token;
            }
        return it;
    }
    std::string act(const Panel::Wish& it) {
        const auto answer = panel.act(connection, it);
        if (!answer) return answer.error().code;
        return answer->error ? answer->error->code : "";
    }
    std::size_t calls() const { return gateways.uapay.set.size(); }
    void set_state(SubscriptionState state, bool by_buyer = false) {
        store.write([&](port::Tx& tx) {
            auto it = tx.subscriptions().find(connection.id, domain::SubscriptionId("s1")).value();
            it.state = state;
            it.stopped_by_buyer = by_buyer;
            tx.subscriptions().save(it);
        });
    }
};

using Words = std::vector<std::string>;

}  // namespace

BOOST_FIXTURE_TEST_SUITE(panel_subscription, Card)

BOOST_AUTO_TEST_CASE(offers_follow_its_state) {
    BOOST_TEST((acts(look()) == Words{"stop", "discount", "next-date"}));
    BOOST_REQUIRE(look().subscription.has_value());
    BOOST_TEST(look().subscription_label.find("panel.subscription.active") != std::string::npos);
    set_state(SubscriptionState::stopped);
    BOOST_TEST((acts(look()) == Words{"resume"}));
    set_state(SubscriptionState::failed);
    BOOST_TEST((acts(look()) == Words{"resume"}));
    set_state(SubscriptionState::stopped, true);
    BOOST_TEST(acts(look()).empty());
    set_state(SubscriptionState::finished);
    BOOST_TEST(acts(look()).empty());
    set_state(SubscriptionState::active);
    gateways.uapay.about_.capabilities.subscriptions = false;
    BOOST_TEST(acts(look()).empty());
}

BOOST_AUTO_TEST_CASE(a_click_is_one_act) {
    const auto seen = look();
    const auto stop = wish(seen, "stop");
    BOOST_TEST(act(stop) == "");
    BOOST_TEST(act(stop) == "");
    BOOST_TEST(calls() == 1U);
    BOOST_TEST(look().subscription_label.find("panel.subscription.stopped") != std::string::npos);
    // What was seen is no longer so.
    auto discount = wish(seen, "discount");
    discount.amount = "10";
    BOOST_TEST(act(discount) == "payment.changed");
    BOOST_TEST(calls() == 1U);
}

BOOST_AUTO_TEST_CASE(a_token_is_good_for_its_act_alone) {
    const auto seen = look();
    auto other = wish(seen, "stop");
    other.action = "discount";
    other.amount = "10";
    BOOST_TEST(act(other) == "payment.changed");
    auto forged = wish(seen, "stop");
    forged.token.back() = forged.token.back() == '0' ? '1' : '0';
    BOOST_TEST(act(forged) == "payment.changed");
    BOOST_TEST(calls() == 0U);
}

BOOST_AUTO_TEST_CASE(terms_are_carried_and_checked) {
    auto discount = wish(look(), "discount");
    discount.amount = "99.50";
    discount.charges = 3;
    BOOST_TEST(act(discount) == "");
    BOOST_TEST(gateways.uapay.set.back().discount == "99.50");
    BOOST_TEST(gateways.uapay.set.back().charges == 3);
    auto date = wish(look(), "next-date");
    date.date = "soon";
    BOOST_TEST(act(date) == "subscription.date_invalid");
    date.date = "2099-12-31T09:00Z";
    BOOST_TEST(act(date) == "");
    BOOST_TEST(gateways.uapay.set.back().next_payment.seconds() == 4'102'390'800);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::panel_subscription_test
