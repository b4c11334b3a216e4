// Installing, moving, settings and keys of a CRM account.
#include "module/service/connections.hpp"

#include <boost/test/unit_test.hpp>

#include "module/service/effects.hpp"
#include "module/service/problems.hpp"
#include "tests/support/fake_account.hpp"

namespace tillbridge::connections_test {

using domain::Secret;
using port::HostResult;
using test::FakeHost;

namespace {

struct World : test::FakeInstallation {
    std::vector<std::string> hurried;
    service::Connections connections{context,
                                     [this](const std::string& lane) { hurried.push_back(lane); }};

    domain::Connection installed() {
        return connections.connect(Secret("key"), "https://shop.retailcrm.ru").value().connection;
    }
    domain::Connection stored() { return store.data().connections.begin()->second; }
    void raise(const domain::ConnectionId& id, const char* key) {
        store.write(
            [&](port::Tx& tx) { service::raise_problem(tx, clock.now(), id, key, "", "why"); });
    }
};

std::string refusal(const domain::Result<service::Connections::Connected>& result) {
    return result ? "" : result.error().code;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(service_connections)

BOOST_AUTO_TEST_CASE(a_new_account_is_checked_registered_and_stored) {
    World w;
    const auto connected = w.connections.connect(Secret("key"), "https://shop.retailcrm.ru/");
    BOOST_REQUIRE(connected.has_value());
    BOOST_TEST(connected->created);
    const auto& c = connected->connection;
    BOOST_TEST(connected->account_url ==
               "https://till.example/settings/" + c.settings_token.reveal());
    BOOST_TEST(c.system_url == "https://shop.retailcrm.ru");
    BOOST_TEST(c.currency == "UAH");
    BOOST_TEST(c.locale == "uk");
    BOOST_TEST(c.timezone == "Europe/Kyiv");
    BOOST_TEST(c.client_id.reveal().size() == 43U);
    BOOST_TEST(c.settings_token.reveal().size() == 43U);
    BOOST_TEST(c.client_id.reveal() != c.settings_token.reveal());
    BOOST_REQUIRE(w.host.registered.size() == 1U);
    const auto& [who, what] = w.host.registered[0];
    BOOST_TEST(who.client_id.reveal() == c.client_id.reveal());
    BOOST_TEST(who.api_key.reveal() == "key");
    BOOST_TEST(what.base_url == "https://till.example");
    BOOST_TEST(what.account_url == connected->account_url);
    BOOST_TEST((w.stored().registered_at == w.clock.now()));
    BOOST_TEST(w.connections.by_client_id(c.client_id.reveal()).has_value());
}

BOOST_AUTO_TEST_CASE(the_marketplace_signs_the_key) {
    World w;
    const auto install = [&](const std::string& token) {
        return refusal(w.connections.register_from_marketplace(token, Secret("key"),
                                                               "https://shop.retailcrm.ru"));
    };
    for (const auto* bad : {"", "hmac(market,key", "hmac(market,kez)", "hmac(other,key)"})
        BOOST_TEST(install(bad) == "install.bad_token");
    BOOST_TEST(w.host.checked.empty());
    BOOST_TEST(install("hmac(market,key)") == "");
    w.settings.marketplace_secret = Secret();
    BOOST_TEST(install("hmac(,key)") == "install.bad_token");
}

BOOST_AUTO_TEST_CASE(whatever_is_refused_leaves_nothing) {
    const auto attempt = [](const std::function<void(World&)>& prepare) {
        World w;
        prepare(w);
        const auto code = refusal(w.connections.connect(Secret("key"), "https://x"));
        BOOST_TEST(w.store.data().connections.empty());
        BOOST_TEST(w.store.data().rows.empty());
        return code;
    };
    const auto account = [](HostResult result, const char* code) {
        return [=](World& w) { w.host.account.answer = FakeHost::answer(result, code); };
    };
    BOOST_TEST(attempt([](World& w) { w.host.url = domain::fail("crm.host_not_allowed"); }) ==
               "crm.host_not_allowed");
    BOOST_TEST(attempt(account(HostResult::key_rejected, "x")) == "crm.key_rejected");
    BOOST_TEST(attempt(account(HostResult::silent, "x")) == "crm.unreachable");
    BOOST_TEST(attempt(account(HostResult::overloaded, "x")) == "crm.unreachable");
    BOOST_TEST(attempt(account(HostResult::forbidden, "")) == "crm.address_forbidden");
    BOOST_TEST(attempt(account(HostResult::refused, "")) == "crm.refused");
    BOOST_TEST(attempt(account(HostResult::refused, "crm.account_unknown")) ==
               "crm.account_unknown");
    BOOST_TEST(attempt([](World& w) {
                   w.host.account_settings.answer = FakeHost::answer(HostResult::silent, "");
               }) == "crm.unreachable");
    BOOST_TEST(attempt([](World& w) {
                   w.host.registering = FakeHost::answer(HostResult::refused, "crm.refused");
               }) == "crm.refused");
}

BOOST_AUTO_TEST_CASE(refusals_name_the_address) {
    World w;
    const auto host = [&](const std::string& typed) {
        const auto refused = w.connections.connect(Secret("key"), typed);
        BOOST_REQUIRE(!refused.has_value());
        return refused.error().params.at("host");
    };
    w.host.url = domain::fail("crm.host_not_allowed");
    BOOST_TEST(host("https://shop.example:8443/box?x") == "shop.example:8443");
    BOOST_TEST(host(" nonsense \n") == "nonsense");
    BOOST_TEST(host("https://ann:secret@shop.example/") == "shop.example");
    BOOST_TEST(host("") == "");
    BOOST_TEST(host(std::string(99, 'a') + "ж") == std::string(99, 'a'));
    w.host.url = {};
    w.host.account.answer = FakeHost::answer(HostResult::silent, "x");
    BOOST_TEST(host("https://x") == "x");
    w.host.account.answer.host = "where.it.was.called";
    BOOST_TEST(host("https://x") == "where.it.was.called");
}

BOOST_AUTO_TEST_CASE(missing_scopes_are_named) {
    World w;
    w.host.account.value.missing_scopes = {"payments_write", "store_read"};
    const auto refused = w.connections.connect(Secret("key"), "https://x");
    BOOST_REQUIRE(!refused.has_value());
    BOOST_TEST(refused.error().code == "crm.scopes_missing");
    BOOST_TEST(refused.error().params.at("scopes") == "payments_write, store_read");
    BOOST_TEST(w.store.data().connections.empty());
}

BOOST_AUTO_TEST_CASE(the_same_account_stays_the_same_connection) {
    World w;
    const auto first = w.installed();
    w.raise(first.id, "crm.key_rejected");
    w.store.write([&](port::Tx& tx) {
        domain::Merchant merchant;
        merchant.connection = first.id;
        merchant.id = domain::MerchantId("m1");
        tx.merchants().insert(merchant);
    });
    const auto again = w.connections.connect(Secret("new key"), "https://technical.retailcrm.ru");
    BOOST_REQUIRE(again.has_value());
    BOOST_TEST(!again->created);
    BOOST_TEST(w.store.data().connections.size() == 1U);
    const auto stored = w.stored();
    BOOST_TEST(stored.id.value == first.id.value);
    BOOST_TEST(stored.client_id.reveal() == first.client_id.reveal());
    BOOST_TEST(stored.settings_token.reveal() == first.settings_token.reveal());
    BOOST_TEST(stored.api_key.reveal() == "new key");
    BOOST_TEST(stored.system_url == "https://technical.retailcrm.ru");
    BOOST_TEST(w.host.registered.back().second.shops.size() == 1U);
    BOOST_TEST(w.problems().empty());
    BOOST_TEST(w.hurried == std::vector<std::string>{"crm:" + first.id.value},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_refused_new_installation_leaves_the_old_one_as_it_was) {
    World w;
    w.installed();
    w.host.registering = FakeHost::answer(HostResult::refused, "crm.refused");
    BOOST_TEST(refusal(w.connections.connect(Secret("other"), "https://y")) == "crm.refused");
    BOOST_TEST(w.stored().api_key.reveal() == "key");
    BOOST_TEST(w.stored().system_url == "https://shop.retailcrm.ru");
}

BOOST_AUTO_TEST_CASE(of_two_installations_at_once_one_account_comes) {
    World w;
    w.host.while_registering = [&] {  // the other one overtakes
        BOOST_TEST(
            w.connections.connect(Secret("theirs"), "https://shop.retailcrm.ru").has_value());
    };
    const auto mine = w.connections.connect(Secret("mine"), "https://shop.retailcrm.ru");
    BOOST_REQUIRE(mine.has_value());
    BOOST_TEST(w.store.data().connections.size() == 1U);
    BOOST_TEST(w.stored().api_key.reveal() == "mine");
    // What the CRM was told last is what is stored.
    BOOST_TEST(w.host.registered.back().first.client_id.reveal() == w.stored().client_id.reveal());
    BOOST_TEST(mine->connection.client_id.reveal() == w.stored().client_id.reveal());
}

BOOST_AUTO_TEST_CASE(activity_is_stored) {
    World w;
    const auto c = w.installed();
    const auto& client = c.client_id.reveal();
    BOOST_TEST(w.connections.activity(client, true, true, std::nullopt).has_value());
    BOOST_TEST(w.stored().frozen);
    BOOST_TEST(w.connections.activity(client, false, std::nullopt, c.system_url + "/").has_value());
    BOOST_TEST(!w.stored().active);
    BOOST_TEST(w.stored().frozen);
    BOOST_TEST(w.waiting("crm.register").empty());
    BOOST_TEST(w.connections.activity("nobody", true, true, {}).error().code ==
               "connection.unknown");
    BOOST_TEST(w.connections.activity("", true, true, {}).error().code == "connection.unknown");
}

BOOST_AUTO_TEST_CASE(a_moved_account_is_registered_at_its_new_address) {
    World w;
    const auto c = w.installed();
    BOOST_TEST(w.connections.activity(c.client_id.reveal(), {}, {}, "https://new.retailcrm.ru")
                   .has_value());
    BOOST_TEST(w.stored().system_url == "https://new.retailcrm.ru");
    const auto rows = w.waiting("crm.register");
    BOOST_REQUIRE(rows.size() == 1U);

    w.host.account.value.public_url = "https://new.retailcrm.ru";
    service::RegisterHandler handler(w.context);
    const auto delivery = handler.deliver(rows[0]);
    w.store.write(delivery.record);
    BOOST_TEST(w.host.registered.back().first.system_url == "https://new.retailcrm.ru");
    BOOST_TEST(w.stored().public_url == "https://new.retailcrm.ru");
    // So that connecting from there is the same account.
    BOOST_TEST(!w.connections.connect(Secret("k"), "https://new.retailcrm.ru").value().created);
}

BOOST_AUTO_TEST_CASE(a_forbidden_new_address_is_refused) {
    World w;
    const auto c = w.installed();
    w.host.url = domain::fail("crm.host_not_allowed");
    const auto refused = w.connections.activity(c.client_id.reveal(), {}, true, "https://evil");
    BOOST_TEST(refused.error().code == "crm.host_not_allowed");
    BOOST_TEST(w.stored().system_url == "https://shop.retailcrm.ru");
    BOOST_TEST(!w.stored().frozen);  // nothing of the call counts
    BOOST_TEST(w.waiting("crm.register").empty());
}

BOOST_AUTO_TEST_CASE(changed_settings_are_kept_and_the_currency_judged) {
    World w;
    const auto c = w.installed();
    w.store.write([&](port::Tx& tx) {
        domain::Merchant merchant;
        merchant.connection = c.id;
        merchant.id = domain::MerchantId("m1");
        merchant.gateway = domain::GatewayCode("uapay");
        tx.merchants().insert(merchant);
    });
    const auto change = [&](service::Connections::AccountChange it) {
        BOOST_TEST(w.connections.settings_changed(c.client_id.reveal(), it).has_value());
    };
    change({"KZT", "kk", "Asia/Almaty"});
    BOOST_TEST(w.stored().currency == "KZT");
    BOOST_TEST(w.stored().locale == "kk");
    BOOST_TEST(w.stored().timezone == "Asia/Almaty");
    BOOST_TEST(w.problems() == std::vector<std::string>{"currency.not_supported m1"},
               boost::test_tools::per_element());
    change({"USD", {}, {}});
    BOOST_TEST(w.stored().locale == "kk");
    BOOST_TEST(w.problems().empty());
    change({"money", std::string(300, 'x'), ""});
    BOOST_TEST(w.stored().currency == "USD");
    BOOST_TEST(w.stored().locale == "kk");
    BOOST_TEST(w.stored().timezone == "Asia/Almaty");
}

BOOST_AUTO_TEST_CASE(a_new_key_is_checked_and_wakes_what_waits) {
    World w;
    const auto c = w.installed();
    w.raise(c.id, "crm.key_rejected");
    const auto changed = w.connections.replace_key(c.id, Secret("better"));
    BOOST_REQUIRE(changed.has_value());
    BOOST_TEST(w.host.checked.back().api_key.reveal() == "better");
    BOOST_TEST(w.host.checked.back().system_url == c.system_url);
    BOOST_TEST(w.stored().api_key.reveal() == "better");
    BOOST_TEST(w.problems().empty());
    BOOST_TEST(w.waiting("crm.register").size() == 1U);
    BOOST_TEST(w.hurried.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_key_that_does_not_fit_changes_nothing) {
    World w;
    const auto c = w.installed();
    w.host.account.value.public_url = "https://another.retailcrm.ru";
    auto refused = w.connections.replace_key(c.id, Secret("theirs"));
    BOOST_TEST(refused.error().code == "crm.account_mismatch");
    w.host.account.answer = FakeHost::answer(HostResult::key_rejected, "");
    refused = w.connections.replace_key(c.id, Secret("wrong"));
    BOOST_TEST(refused.error().code == "crm.key_rejected");
    BOOST_TEST(refused.error().field == "apiKey");
    BOOST_TEST(w.connections.replace_key(domain::ConnectionId("no"), Secret("k")).error().code ==
               "connection.unknown");
    BOOST_TEST(w.stored().api_key.reveal() == "key");
    BOOST_TEST(w.waiting("crm.register").empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::connections_test
