// Sessions of the settings page.
#include "module/service/admins.hpp"

#include <boost/test/unit_test.hpp>

#include "module/service/connections.hpp"
#include "tests/support/fake_account.hpp"

namespace tillbridge::admins_test {

using namespace std::chrono_literals;

namespace {

struct World : test::FakeInstallation {
    service::Admins admins{context};
    domain::Connection connection;
    World() {
        service::Connections connections(context);
        connection = connections.connect(domain::Secret("key"), "https://shop.retailcrm.ru")
                         .value()
                         .connection;
    }
    std::string sign_in() {
        return admins.sign_in(connection.settings_token.reveal()).value().reveal();
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(service_admins)

BOOST_AUTO_TEST_CASE(the_link_is_traded_for_a_cookie_of_twelve_hours) {
    World w;
    const auto cookie = w.sign_in();
    BOOST_TEST(cookie.size() == 43U);
    BOOST_REQUIRE(w.admins.signed_in(cookie));
    BOOST_TEST(w.admins.signed_in(cookie)->id.value == w.connection.id.value);
    BOOST_TEST(w.store.data().sessions.count(cookie) == 0U);  // only its fingerprint is kept
    w.clock.advance(12h - 1us);
    BOOST_TEST(w.admins.signed_in(cookie).has_value());
    w.clock.advance(1us);
    BOOST_TEST(!w.admins.signed_in(cookie));
    BOOST_TEST(w.admins.signed_in(w.sign_in()).has_value());
    BOOST_TEST(!w.admins.signed_in(""));
    BOOST_TEST(!w.admins.signed_in("guess"));
}

BOOST_AUTO_TEST_CASE(a_wrong_link_opens_nothing) {
    World w;
    for (const auto* token : {"", "guess"})
        BOOST_TEST(w.admins.sign_in(token).error().code == "settings.token_unknown");
    BOOST_TEST(w.store.data().sessions.empty());
}

BOOST_AUTO_TEST_CASE(the_csrf_token_belongs_to_its_cookie) {
    World w;
    const auto one = w.sign_in(), two = w.sign_in();
    BOOST_TEST(one != two);
    const auto token = w.admins.csrf_token(one);
    BOOST_TEST(w.admins.csrf_matches(one, token));
    BOOST_TEST(!w.admins.csrf_matches(two, token));
    BOOST_TEST(!w.admins.csrf_matches(one, token + "x"));
    BOOST_TEST(!w.admins.csrf_matches(one, ""));
    BOOST_TEST(!w.admins.csrf_matches("", w.admins.csrf_token("")));
    BOOST_TEST(token != w.keys.fingerprint(one));  // what is stored is no CSRF token
}

BOOST_AUTO_TEST_CASE(all_sessions_can_be_ended) {
    World w;
    const auto one = w.sign_in(), two = w.sign_in();
    w.admins.end_all(domain::ConnectionId("another"));
    BOOST_TEST(w.admins.signed_in(one).has_value());
    w.admins.end_all(w.connection.id);
    BOOST_TEST(!w.admins.signed_in(one));
    BOOST_TEST(!w.admins.signed_in(two));
}

BOOST_AUTO_TEST_CASE(a_renewed_link_replaces_the_old_one) {
    World w;
    const auto cookie = w.sign_in();
    const auto url = w.admins.renew_link(w.connection.id);
    BOOST_REQUIRE(url.has_value());
    BOOST_TEST(!w.admins.signed_in(cookie));
    BOOST_TEST(!w.admins.sign_in(w.connection.settings_token.reveal()).has_value());
    const std::string prefix = "https://till.example/settings/";
    BOOST_REQUIRE(url->starts_with(prefix));
    BOOST_TEST(w.admins.sign_in(url->substr(prefix.size())).has_value());
    BOOST_TEST(w.waiting("crm.register").size() == 1U);
    BOOST_TEST(w.admins.renew_link(domain::ConnectionId("x")).error().code == "connection.unknown");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::admins_test
