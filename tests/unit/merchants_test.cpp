// Stores: adding, changing, checking, their payment types; and the cache of hook tokens.
#include "module/service/merchants.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "module/service/connections.hpp"
#include "module/service/effects.hpp"
#include "module/service/problems.hpp"
#include "tests/support/fake_account.hpp"

namespace tillbridge::merchants_test {

using namespace std::chrono_literals;
using domain::Secret;
using service::Merchants;

namespace {

struct World : test::FakeInstallation {
    service::Operations operations{context};
    service::Payments payments{context, operations};
    service::MerchantCache cache{context};
    Merchants merchants{context, payments, &cache};
    domain::ConnectionId connection;

    World() {
        service::Connections connections(context);
        connection =
            connections.connect(Secret("key"), "https://shop.retailcrm.ru").value().connection.id;
    }
    Merchants::Draft draft(const std::string& name = "Shop") const {
        return {domain::GatewayCode("uapay"),
                name,
                {{"shopId", Secret("7")}, {"secretKey", Secret("s3cret")}},
                {}};
    }
    domain::Merchant added() { return merchants.add(connection, draft()).value(); }
    domain::Merchant stored(const domain::Merchant& m) {
        return port::look_up(
                   store, [&](const port::Tx& tx) { return tx.merchants().find(connection, m.id); })
            .value();
    }
    void sent() {
        store.write([&](port::Tx& tx) {
            for (const auto& row : tx.outbox().list(std::nullopt, 1000)) tx.outbox().finish(row.id);
        });
    }
};

void refused(const domain::Result<domain::Merchant>& result, const std::string& code,
             const std::string& field) {
    BOOST_REQUIRE(!result.has_value());
    BOOST_TEST(result.error().code == code);
    BOOST_TEST(result.error().field == field);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(service_merchants)

BOOST_AUTO_TEST_CASE(a_store_is_added_with_its_registration) {
    World w;
    const auto m = w.added();
    BOOST_TEST(w.gateways.uapay.tried.size() == 1U);
    BOOST_TEST(m.id.value.size() == 25U);
    BOOST_TEST(std::all_of(m.id.value.begin(), m.id.value.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
    }));
    BOOST_TEST(m.active);
    BOOST_TEST(w.merchants.hook_url(m) ==
               "https://till.example/hooks/uapay/" + m.hook_token.reveal());
    BOOST_TEST(m.hook_token.reveal().size() == 43U);
    BOOST_TEST(w.stored(m).credentials.at("secretKey").reveal() == "s3cret");
    BOOST_TEST(w.waiting("crm.register").size() == 1U);
    const auto second = w.added();
    BOOST_TEST(second.id.value != m.id.value);
    BOOST_TEST(w.waiting("crm.register").size() == 1U);  // one registration tells of both
    BOOST_TEST(w.merchants.list(w.connection).size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_draft_that_is_wrong_leaves_nothing) {
    World w;
    const auto add = [&](const std::function<void(Merchants::Draft&)>& spoil) {
        auto draft = w.draft();
        spoil(draft);
        return w.merchants.add(w.connection, draft);
    };
    refused(add([](auto& d) { d.gateway = domain::GatewayCode("no"); }), "gateway.unknown",
            "gateway");
    refused(add([](auto& d) { d.name = " \t"; }), "merchant.name_missing", "name");
    refused(add([](auto& d) { d.name = std::string(256, 'x'); }), "merchant.name_too_long", "name");
    refused(add([](auto& d) { d.options.auto_capture = true; }), "options.invalid", "autoCapture");
    refused(add([](auto& d) { d.options.link_lifetime_minutes = -1; }), "options.invalid",
            "linkLifetimeMinutes");
    refused(add([](auto& d) { d.options.link_lifetime_minutes = 525'601; }), "options.invalid",
            "linkLifetimeMinutes");
    refused(add([](auto& d) { d.credentials["admin"] = Secret("1"); }), "request.field_invalid",
            "admin");
    BOOST_TEST(w.gateways.uapay.tried.empty());
    w.gateways.uapay.about_.capabilities.two_stage = false;
    refused(add([](auto& d) { d.options.two_stage = true; }), "options.not_supported", "twoStage");
    w.gateways.uapay.credentials = domain::fail("credentials.refused", "no such shop", "secretKey");
    refused(add([](auto&) {}), "credentials.refused", "secretKey");
    BOOST_TEST(w.merchants.add(domain::ConnectionId("x"), w.draft()).error().code ==
               "connection.unknown");
    BOOST_TEST(w.merchants.list(w.connection).empty());
    BOOST_TEST(w.waiting("crm.register").empty());
}

BOOST_AUTO_TEST_CASE(letters_count_not_bytes) {
    World w;
    std::string name;
    for (int i = 0; i < 255; ++i) name += "\u0436";
    BOOST_TEST(w.merchants.add(w.connection, w.draft(name)).has_value());
    BOOST_TEST(!w.merchants.add(w.connection, w.draft(name + "\u0436")).has_value());
}

BOOST_AUTO_TEST_CASE(a_patch_changes_what_it_names) {
    World w;
    const auto m = w.added();
    w.sent();
    Merchants::Patch patch;
    patch.name = "  Other  ";
    patch.options.two_stage = true;
    patch.options.auto_capture = true;
    patch.credentials["shopId"] = Secret();
    auto changed = w.merchants.change(w.connection, m.id, patch);
    BOOST_REQUIRE(changed.has_value());
    BOOST_TEST(changed->name == "Other");
    BOOST_TEST(changed->id.value == m.id.value);
    BOOST_TEST(changed->options.auto_capture);
    BOOST_TEST(changed->credentials.at("shopId").reveal() == "7");
    BOOST_TEST(w.gateways.uapay.tried.size() == 1U);  // no new credentials: none tried
    BOOST_TEST(w.waiting("crm.register").size() == 1U);

    Merchants::Patch one_stage;
    one_stage.options.two_stage = false;
    changed = w.merchants.change(w.connection, m.id, one_stage);
    BOOST_TEST(!changed->options.auto_capture);
    BOOST_TEST(w.stored(m).name == "Other");
}

BOOST_AUTO_TEST_CASE(new_credentials_are_tried_together_with_the_old) {
    World w;
    const auto m = w.added();
    w.store.write([&](port::Tx& tx) {
        service::raise_problem(tx, w.clock.now(), w.connection, "merchant.credentials_refused",
                               m.id.value, "");
    });
    Merchants::Patch patch;
    patch.credentials["secretKey"] = Secret("new");
    w.gateways.uapay.credentials = domain::fail("credentials.refused", {}, "secretKey");
    refused(w.merchants.change(w.connection, m.id, patch), "credentials.refused", "secretKey");
    BOOST_TEST(w.stored(m).credentials.at("secretKey").reveal() == "s3cret");
    w.gateways.uapay.credentials = {};
    BOOST_TEST(w.merchants.change(w.connection, m.id, patch).has_value());
    BOOST_TEST(w.gateways.uapay.tried.back().at("shopId").reveal() == "7");
    BOOST_TEST(w.gateways.uapay.tried.back().at("secretKey").reveal() == "new");
    BOOST_TEST(w.stored(m).credentials.at("secretKey").reveal() == "new");
    BOOST_TEST(w.problems().empty());
}

BOOST_AUTO_TEST_CASE(a_shop_with_payments_stays_the_shop_that_it_is) {
    World w;
    w.gateways.uapay.about_.fields[0].identity = true;
    const auto m = w.added();
    Merchants::Patch another, new_key;
    another.credentials = {{"shopId", Secret("8")}};
    new_key.credentials = {{"shopId", Secret("7")}, {"secretKey", Secret("new")}};
    domain::Invoice invoice;
    invoice.connection = w.connection;
    invoice.merchant = m.id;
    const auto stands = [&](domain::InvoiceState state) {
        invoice.state = state;
        w.store.write([&](port::Tx& tx) { tx.invoices().insert(invoice); });
    };
    for (const auto state : {domain::InvoiceState::pending, domain::InvoiceState::authorized}) {
        stands(state);
        w.gateways.uapay.tried.clear();
        refused(w.merchants.change(w.connection, m.id, another), "merchant.conflict", "shopId");
        BOOST_TEST(w.gateways.uapay.tried.empty());
        BOOST_TEST(w.stored(m).credentials.at("shopId").reveal() == "7");
        BOOST_TEST(w.merchants.change(w.connection, m.id, new_key).has_value());
    }
    // Paid while the new credentials are being tried.
    stands(domain::InvoiceState::canceled);
    w.gateways.uapay.while_trying = [&] { stands(domain::InvoiceState::pending); };
    refused(w.merchants.change(w.connection, m.id, another), "merchant.conflict", "shopId");
    stands(domain::InvoiceState::paid);
    BOOST_TEST(w.merchants.change(w.connection, m.id, another).has_value());
}

BOOST_AUTO_TEST_CASE(a_shop_typed_in_another_way_is_the_same_shop) {
    World w;
    w.gateways.uapay.about_.fields[0].identity = true;
    const auto m = w.added();  // kept before the gateway knew how to tidy
    w.gateways.uapay.tidying = [](domain::Credentials typed) {
        if (typed.count("shopId") > 0)
            typed.at("shopId") = Secret("shop " + typed.at("shopId").reveal().substr(0, 1));
        return typed;
    };
    domain::Invoice invoice;
    invoice.connection = w.connection;
    invoice.merchant = m.id;
    invoice.state = domain::InvoiceState::pending;
    w.store.write([&](port::Tx& tx) { tx.invoices().insert(invoice); });
    Merchants::Patch patch;
    patch.credentials = {{"shopId", Secret("7 (main)")}};
    BOOST_TEST(w.merchants.change(w.connection, m.id, patch).has_value());
    BOOST_TEST(w.stored(m).credentials.at("shopId").reveal() == "shop 7");
    BOOST_TEST(w.gateways.uapay.tried.back().at("shopId").reveal() == "shop 7");
    patch.credentials = {{"shopId", Secret("8")}};
    refused(w.merchants.change(w.connection, m.id, patch), "merchant.conflict", "shopId");
}

BOOST_AUTO_TEST_CASE(new_credentials_end_the_back_off) {
    World w;
    std::vector<std::string> woken;
    Merchants merchants(w.context, w.payments, nullptr,
                        [&](const std::string& lane) { woken.push_back(lane); });
    const auto m = w.added();
    port::OutboxRow row;
    row.connection = w.connection;
    row.lane = "gw:" + m.id.value;
    row.kind = "gateway.ask";
    row.tries = 3;
    row.due = w.clock.now() + 15min;
    w.store.write([&](port::Tx& tx) { tx.outbox().add(row); });
    Merchants::Patch patch;
    patch.name = "Renamed";
    BOOST_TEST(merchants.change(w.connection, m.id, patch).has_value());
    BOOST_TEST(woken.empty());
    patch.credentials = {{"secretKey", Secret("new")}};
    BOOST_TEST(merchants.change(w.connection, m.id, patch).has_value());
    BOOST_TEST(woken == std::vector{row.lane}, boost::test_tools::per_element());
    BOOST_CHECK(w.waiting("gateway.ask").at(0).due == w.clock.now());
}

BOOST_AUTO_TEST_CASE(another_connections_store_is_an_unknown_one) {
    World w;
    const auto m = w.added();
    w.host.account.value.public_url = "https://two.retailcrm.ru";
    service::Connections connections(w.context);
    const auto other = connections.connect(Secret("k"), "https://two").value().connection.id;
    BOOST_TEST(w.merchants.change(other, m.id, {}).error().code == "merchant.unknown");
    BOOST_TEST(w.merchants.set_active(other, m.id, false).error().code == "merchant.unknown");
    BOOST_TEST(w.merchants.check(other, m.id).error().code == "merchant.unknown");
    BOOST_TEST(w.merchants.test_link(other, m.id, {}).error().code == "merchant.unknown");
    BOOST_TEST(w.merchants.create_payment_type(other, m.id).error().code == "merchant.unknown");
}

BOOST_AUTO_TEST_CASE(switching_registers_once) {
    World w;
    const auto m = w.added();
    w.sent();
    BOOST_TEST(!w.merchants.set_active(w.connection, m.id, false)->active);
    BOOST_TEST(w.waiting("crm.register").size() == 1U);
    w.sent();
    BOOST_TEST(!w.merchants.set_active(w.connection, m.id, false)->active);
    BOOST_TEST(w.waiting("crm.register").empty());
    BOOST_TEST(w.merchants.set_active(w.connection, m.id, true)->active);
}

BOOST_AUTO_TEST_CASE(a_check_raises_and_clears_its_problems) {
    World w;
    const auto m = w.added();
    auto& gateway = w.gateways.uapay;
    gateway.credentials = domain::fail("credentials.refused", "bad key", "secretKey");
    BOOST_TEST(!w.merchants.check(w.connection, m.id).has_value());
    BOOST_TEST(
        w.problems() == std::vector<std::string>{"merchant.credentials_refused " + m.id.value},
        boost::test_tools::per_element());
    gateway.credentials = domain::fail("gateway.silent");
    BOOST_TEST(w.merchants.check(w.connection, m.id).error().code == "gateway.silent");
    BOOST_TEST(w.problems().size() == 1U);
    gateway.credentials = {};
    BOOST_TEST(w.merchants.check(w.connection, m.id).has_value());
    BOOST_TEST(w.problems().empty());
    gateway.credentials = domain::fail("gateway.clock_skew");
    gateway.clock_offset = -25'500ms;
    const auto skewed = w.merchants.check(w.connection, m.id);
    BOOST_TEST(skewed.error().params.at("offset") == "-25.5 s");
    BOOST_TEST(w.store.data().problems.at(0).detail == "-25.5 s");
    BOOST_TEST(w.store.data().problems.at(0).key == "gateway.clock_skew");
    // Not yet refused for it: told all the same, until it is right again.
    gateway.credentials = {};
    gateway.clock_offset = 15s;
    BOOST_TEST(w.merchants.check(w.connection, m.id).has_value());
    BOOST_REQUIRE(w.problems().size() == 1U);
    BOOST_TEST(w.problems().at(0) == "gateway.clock_skew " + m.id.value);
    gateway.clock_offset.reset();
    BOOST_TEST(w.merchants.check(w.connection, m.id).has_value());
    BOOST_TEST(w.problems().empty());
}

BOOST_AUTO_TEST_CASE(a_currency_that_the_gateway_lacks_is_a_problem) {
    World w;
    w.gateways.uapay.about_.currencies = {"KZT"};
    const auto m = w.added();
    BOOST_TEST(w.problems() == std::vector<std::string>{"currency.not_supported " + m.id.value},
               boost::test_tools::per_element());
    BOOST_TEST(w.waiting("crm.notice").size() == 1U);
    BOOST_TEST(w.merchants.set_active(w.connection, m.id, false).has_value());
    BOOST_TEST(w.problems().empty());
}

BOOST_AUTO_TEST_CASE(each_active_store_needs_one_payment_type) {
    World w;
    const auto none = w.added();
    const auto one = w.added();
    const auto two = w.added();
    const auto off = w.added();
    BOOST_TEST(w.merchants.set_active(w.connection, off.id, false).has_value());
    w.host.types.value = {{"cash", "Cash", true, {}},
                          {"a", "A", true, one.id},
                          {"old", "Old", false, one.id},
                          {"b", "B", true, two.id},
                          {"c", "C", true, two.id}};
    const auto links = w.merchants.payment_types(w.connection);
    BOOST_REQUIRE(links.has_value());
    BOOST_TEST(links->size() == 5U);
    BOOST_TEST((*links)[1].merchant.value == one.id.value);
    const std::vector<std::string> expected = {"payment_type.doubled " + two.id.value,
                                               "payment_type.missing " + none.id.value};
    BOOST_TEST(w.problems() == expected, boost::test_tools::per_element());
    BOOST_TEST(w.merchants.payment_types(w.connection).has_value());
    for (const auto& problem : w.store.data().problems) BOOST_TEST(problem.times == 1);

    w.host.types.value[0].merchant = none.id;
    w.host.types.value[4].active = false;
    BOOST_TEST(w.merchants.payment_types(w.connection).has_value());
    BOOST_TEST(w.problems().empty());
}

BOOST_AUTO_TEST_CASE(looking_writes_nothing) {
    World w;
    const auto m = w.added();
    const auto types = w.merchants.look_at_types(w.connection);
    BOOST_TEST(types.result.has_value());
    bool missing = false;
    for (const auto& found : types.findings)
        missing = missing || (found.key == "payment_type.missing" && found.detail == "Shop");
    BOOST_TEST(missing);
    w.gateways.uapay.credentials = domain::fail("credentials.refused", "no");
    const auto looked = w.merchants.look(w.connection, m.id);
    BOOST_TEST(looked.result.error().code == "credentials.refused");
    BOOST_REQUIRE(looked.findings.size() == 1U);
    BOOST_TEST(looked.findings[0].key == "merchant.credentials_refused");
    BOOST_TEST(w.problems().empty());
}

BOOST_AUTO_TEST_CASE(the_look_that_waits_in_the_outbox_raises_and_clears) {
    World w;
    service::TypesHandler handler{w.merchants};
    port::OutboxRow row;
    row.connection = w.connection;
    const auto m = w.added();
    BOOST_TEST((handler.deliver(row).outcome == port::Outcome::done));
    BOOST_TEST(w.problems() == std::vector<std::string>{"payment_type.missing " + m.id.value},
               boost::test_tools::per_element());
    w.host.types.value = {{"a", "A", true, m.id}};
    handler.deliver(row);
    BOOST_TEST(w.problems().empty());
    // An account that is silent is looked at again in its turn, and parks nothing.
    w.host.types.answer = test::FakeHost::answer(port::HostResult::silent, "crm.unreachable");
    BOOST_TEST((handler.deliver(row).outcome == port::Outcome::done));
    BOOST_TEST(handler.deliver(row).code == "crm.unreachable");
    // Where no store is active nothing is asked, and nothing can be missing.
    w.host.types = {test::FakeHost::ok(), {}};
    BOOST_TEST(w.merchants.set_active(w.connection, m.id, false).has_value());
    handler.deliver(row);
    BOOST_TEST(w.problems().empty());
}

BOOST_AUTO_TEST_CASE(a_rejected_key_shows_when_types_are_read) {
    World w;
    w.host.types.answer = test::FakeHost::answer(port::HostResult::key_rejected, "", 403);
    BOOST_TEST(w.merchants.payment_types(w.connection).error().code == "crm.key_rejected");
    BOOST_TEST(w.problems() == std::vector<std::string>{"crm.key_rejected"},
               boost::test_tools::per_element());
    w.host.types.answer = test::FakeHost::ok();
    BOOST_TEST(w.merchants.payment_types(w.connection).has_value());
    BOOST_TEST(w.problems().empty());
}

BOOST_AUTO_TEST_CASE(a_payment_type_is_made_where_the_key_allows_it) {
    World w;
    const auto m = w.added();
    BOOST_TEST(w.merchants.payment_types(w.connection).has_value());
    BOOST_TEST(w.problems().size() == 1U);
    BOOST_TEST(w.merchants.create_payment_type(w.connection, m.id).has_value());
    BOOST_TEST(w.problems().empty());
    w.host.types.value = {{"cash", "Cash", true, {}}, {"old", "Old", false, m.id}};
    BOOST_TEST(w.merchants.create_payment_type(w.connection, m.id).has_value());
    w.host.types.value.push_back({"card", "By card", true, m.id});
    const auto second = w.merchants.create_payment_type(w.connection, m.id);
    BOOST_REQUIRE(!second.has_value());
    BOOST_TEST(second.error().code == "payment_type.exists");
    BOOST_TEST(second.error().params.at("name") == "By card");
    w.host.types.value.clear();
    w.host.creating_type = test::FakeHost::answer(port::HostResult::refused, "crm.refused", 400);
    BOOST_TEST(w.merchants.create_payment_type(w.connection, m.id).error().code == "crm.refused");
    w.host.account.value.scopes = {"integration_read"};
    service::Connections connections(w.context);
    BOOST_TEST(connections.connect(Secret("key"), "https://shop.retailcrm.ru").has_value());
    BOOST_TEST(w.merchants.create_payment_type(w.connection, m.id).error().code ==
               "payment_type.forbidden");
}

BOOST_AUTO_TEST_CASE(a_test_link_is_one_of_which_the_crm_knows_nothing) {
    World w;
    const auto m = w.added();
    const auto link = w.merchants.test_link(w.connection, m.id, domain::RequestId("r"));
    BOOST_REQUIRE(link.has_value());
    BOOST_TEST(link->url.starts_with("https://till.example/pay/"));
    const auto invoice = w.store.data().invoices.at(link->invoice.value);
    BOOST_TEST(invoice.test);
    BOOST_TEST(invoice.uuid.value.starts_with("test-"));
    BOOST_TEST(invoice.amount.minor == 100);
    BOOST_TEST(invoice.amount.currency.code() == "UAH");
    BOOST_TEST(w.waiting("crm.push").empty());
}

BOOST_AUTO_TEST_CASE(a_refused_test_link_names_no_field) {
    World w;
    const auto m = w.added();
    BOOST_TEST(w.merchants.set_active(w.connection, m.id, false).has_value());
    const auto refused = w.merchants.test_link(w.connection, m.id, {});
    BOOST_REQUIRE(!refused.has_value());
    BOOST_TEST(refused.error().code == "merchant.inactive");
    BOOST_TEST(refused.error().field == "");
}

BOOST_AUTO_TEST_CASE(the_cache_sees_changes_of_this_process_at_once) {
    World w;
    BOOST_TEST(!w.cache.by_hook_token("nobody"));
    const auto m = w.added();
    const auto& token = m.hook_token.reveal();
    BOOST_REQUIRE(w.cache.by_hook_token(token));
    BOOST_TEST(w.cache.by_hook_token(token).get() == w.cache.by_hook_token(token).get());
    BOOST_TEST(w.merchants.set_active(w.connection, m.id, false).has_value());
    BOOST_TEST(!w.cache.by_hook_token(token)->active);
    w.store.write([&](port::Tx& tx) {  // another process
        auto other = m;
        other.name = "elsewhere";
        tx.merchants().update(other);
    });
    BOOST_TEST(w.cache.by_hook_token(token)->name == "Shop");
    w.clock.advance(service::MerchantCache::kLives);
    BOOST_TEST(w.cache.by_hook_token(token)->name == "elsewhere");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::merchants_test
