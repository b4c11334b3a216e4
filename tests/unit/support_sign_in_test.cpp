// Who gets into diagnostics: passwords, one-time codes, lock-outs, sessions, and what is written
// down of it.
#include "module/service/support_sign_in.hpp"

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <future>
#include <thread>

#include "module/service/support_users.hpp"
#include "tests/support/fake_account.hpp"
#include "tests/support/fake_passwords.hpp"

namespace tillbridge::support_sign_in_test {

using namespace std::chrono_literals;

namespace {

const service::Actor kAdmin{"cli:root", {}, {}, {}};

struct World : test::FakeInstallation {
    test::FakePasswords passwords;
    service::SupportUsers users{context, passwords};
    service::SupportSignIn sign_in{context, passwords};
    World() {
        add("ann", port::SupportRole::operates);
        add("bob", port::SupportRole::viewer);
    }
    void add(const std::string& name, port::SupportRole role) {
        BOOST_REQUIRE(users.add(kAdmin, name, role, domain::Secret("long enough")).has_value());
    }
    domain::Result<service::SupportSignIn::SignedIn> enter(const std::string& name,
                                                           const std::string& password,
                                                           const std::string& code = {},
                                                           const std::string& address = "a1") {
        return sign_in.sign_in(
            {name, domain::Secret(password), code, address, domain::RequestId("r")});
    }
    std::string cookie_of(const std::string& name, const std::string& code = {}) {
        return enter(name, "long enough", code).value().cookie.reveal();
    }
    std::string error_of(const std::string& name, const std::string& password,
                         const std::string& code = {}, const std::string& address = "a1") {
        const auto entered = enter(name, password, code, address);
        return entered ? std::string("in") : entered.error().code;
    }
    std::int64_t step() const { return clock.now().seconds() / 30; }
    int audited(const std::string& act) const {
        int count = 0;
        for (const auto& row : store.data().audit) count += row.act == act ? 1 : 0;
        return count;
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(support_sign_in)

BOOST_AUTO_TEST_CASE(a_password_opens_a_session_of_twelve_hours) {
    World w;
    const auto cookie = w.cookie_of("ann");
    BOOST_REQUIRE(w.sign_in.signed_in(cookie));
    BOOST_TEST(w.sign_in.signed_in(cookie)->name == "ann");
    BOOST_TEST((w.sign_in.signed_in(cookie)->role == port::SupportRole::operates));
    BOOST_TEST(w.store.data().support_sessions.count(cookie) == 0U);
    w.clock.advance(12h - 1us);
    BOOST_TEST(w.sign_in.signed_in(cookie).has_value());
    w.clock.advance(1us);
    BOOST_TEST(!w.sign_in.signed_in(cookie));
    BOOST_TEST(!w.sign_in.signed_in(""));
    BOOST_TEST(!w.sign_in.signed_in("guess"));
}

BOOST_AUTO_TEST_CASE(whatever_is_wrong_has_one_answer_and_one_price) {
    World w;
    w.users.set_active(kAdmin, "bob", false);
    for (const auto& [name, password] : std::vector<std::pair<std::string, std::string>>{
             {"ann", "wrong"}, {"nobody", "long enough"}, {"bob", "long enough"}, {"", ""}}) {
        const int before = w.passwords.worked;
        BOOST_TEST(w.error_of(name, password, {}, "address of " + name) == "support.login_failed");
        BOOST_TEST(w.passwords.worked == before + 1, name);
    }
}

BOOST_AUTO_TEST_CASE(failures_lock_a_name_for_a_time_that_doubles) {
    World w;
    const auto fail = [&](const std::string& name) {
        // From a new address each time: the name alone is counted.
        static int address = 0;
        return w.error_of(name, "wrong", {}, "n" + std::to_string(++address));
    };
    for (const std::string name : {"ann", "nobody"}) {  // nobody is locked like somebody
        for (int i = 0; i < 5; ++i) BOOST_TEST(fail(name) == "support.login_failed");
        for (const auto lock : {1s, 2s, 4s, 8s}) {
            const int before = w.passwords.worked;
            BOOST_TEST(fail(name) == "support.locked");
            BOOST_TEST(w.passwords.worked == before);  // nothing was tried
            w.clock.advance(lock - 1us);
            BOOST_TEST(fail(name) == "support.locked");
            w.clock.advance(1us);
            BOOST_TEST(fail(name) == "support.login_failed");
        }
    }
    BOOST_TEST(w.error_of("ann", "long enough") == "support.locked");  // the right one too
    for (int i = 0; i < 20; ++i) {
        w.clock.advance(15min);  // never longer
        BOOST_TEST(fail("ann") == "support.login_failed");
    }
    w.clock.advance(15min);
    BOOST_TEST(w.error_of("ann", "long enough") == "in");
    BOOST_TEST(fail("ann") == "support.login_failed");  // counted anew
    BOOST_TEST(fail("ann") == "support.login_failed");
}

BOOST_AUTO_TEST_CASE(failures_lock_an_address_too) {
    World w;
    for (int i = 0; i < 11; ++i)
        BOOST_TEST(w.error_of("name" + std::to_string(i), "x", {}, "bad") ==
                   "support.login_failed");
    BOOST_TEST(w.error_of("ann", "long enough", {}, "bad") == "support.locked");
    BOOST_TEST(w.error_of("ann", "long enough", {}, "good") == "in");
    const auto refused = w.enter("ann", "x", {}, "bad");
    BOOST_TEST(refused.error().params.at("seconds") == "1");
}

// Strangers with an address for each try: they must not hold the threads that hooks need.
BOOST_AUTO_TEST_CASE(few_wait_while_a_password_is_tried) {
    struct Slow : test::FakePasswords {
        std::promise<void> begun, go;
        void waste(const domain::Secret&) const override {
            auto& self = const_cast<Slow&>(*this);
            if (first.exchange(false)) {
                self.begun.set_value();
                self.go.get_future().wait();
            }
        }
        mutable std::atomic<bool> first{true};
    };
    World w;
    Slow slow;
    service::SupportSignIn sign_in{w.context, slow};
    std::atomic<int> busy{0};
    const auto come = [&](int number) {
        const auto entered = sign_in.sign_in({"nobody",
                                              domain::Secret("guess"),
                                              {},
                                              "s" + std::to_string(number),
                                              domain::RequestId("r")});
        if (entered.error().code == "support.busy") ++busy;
    };
    std::vector<std::thread> crowd;
    crowd.emplace_back(come, 0);
    slow.begun.get_future().wait();
    // All but the one who tries and four who wait are told at once, while it is still tried.
    for (int i = 1; i <= 12; ++i) crowd.emplace_back(come, i);
    const auto end = std::chrono::steady_clock::now() + 4s;
    while (busy < 8 && std::chrono::steady_clock::now() < end) std::this_thread::yield();
    BOOST_TEST(busy == 8);
    slow.go.set_value();
    for (auto& each : crowd) each.join();
    BOOST_TEST(busy == 8);
}

BOOST_AUTO_TEST_CASE(one_time_codes_are_taken_once_and_near_their_time) {
    World w;
    const auto url = w.users.add_totp(kAdmin, "ann").value();
    BOOST_TEST(url.starts_with("otpauth://totp/Tillbridge:ann?secret="));
    const auto secret = url.substr(url.find("secret=") + 7, 32);
    BOOST_TEST(secret.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == std::string::npos);
    const auto code = [&](int away) { return "c" + std::to_string(w.step() + away); };
    BOOST_TEST(w.error_of("ann", "long enough") == "support.login_failed");
    BOOST_TEST(w.error_of("ann", "wrong", code(0)) == "support.login_failed");
    for (const int away : {-2, 2})
        BOOST_TEST(w.error_of("ann", "long enough", code(away)) == "support.login_failed", away);
    BOOST_TEST(w.error_of("ann", "long enough", code(-1)) == "in");
    BOOST_TEST(w.error_of("ann", "long enough", code(-1)) == "support.login_failed");
    BOOST_TEST(w.error_of("ann", "long enough", code(0)) == "in");
    BOOST_TEST(w.error_of("ann", "long enough", code(0)) == "support.login_failed");
    BOOST_TEST(w.error_of("ann", "long enough", code(1)) == "in");
    // An older one is no more taken once a newer one was.
    BOOST_TEST(w.error_of("ann", "long enough", code(0)) == "support.login_failed");
    w.clock.advance(1h);
    w.users.drop_totp(kAdmin, "ann");
    BOOST_TEST(w.error_of("ann", "long enough") == "in");
}

BOOST_AUTO_TEST_CASE(a_change_of_the_user_ends_the_sessions) {
    World w;
    const auto one = w.cookie_of("ann"), other = w.cookie_of("bob");
    BOOST_REQUIRE(w.users.set_password(kAdmin, "ann", domain::Secret("another one")).has_value());
    BOOST_TEST(!w.sign_in.signed_in(one));
    BOOST_TEST(w.sign_in.signed_in(other).has_value());
    BOOST_TEST(w.error_of("ann", "long enough") == "support.login_failed");
    BOOST_TEST(w.error_of("ann", "another one") == "in");
    w.users.set_active(kAdmin, "bob", false);
    BOOST_TEST(!w.sign_in.signed_in(other));
    w.users.set_active(kAdmin, "bob", true);
    BOOST_TEST(!w.sign_in.signed_in(other));
}

BOOST_AUTO_TEST_CASE(the_csrf_token_belongs_to_its_cookie) {
    World w;
    const auto one = w.cookie_of("ann"), two = w.cookie_of("ann");
    BOOST_TEST(one != two);
    const auto token = w.sign_in.csrf_token(one);
    BOOST_TEST(w.sign_in.csrf_matches(one, token));
    BOOST_TEST(!w.sign_in.csrf_matches(two, token));
    BOOST_TEST(!w.sign_in.csrf_matches(one, ""));
    BOOST_TEST(!w.sign_in.csrf_matches("", w.sign_in.csrf_token("")));
    w.sign_in.sign_out(one, kAdmin);
    BOOST_TEST(!w.sign_in.signed_in(one));
    BOOST_TEST(w.sign_in.signed_in(two).has_value());
}

BOOST_AUTO_TEST_CASE(users_are_checked_before_they_are_kept) {
    World w;
    const auto add = [&](const std::string& name, const std::string& password) {
        const auto added =
            w.users.add(kAdmin, name, port::SupportRole::viewer, domain::Secret(password));
        return added ? std::string("in") : added.error().code;
    };
    BOOST_TEST(add("ann", "long enough") == "support.user_exists");
    for (const std::string name : {"", "Ann", "a b", "a/b", "аня"})
        BOOST_TEST(add(name, "long enough") == "support.name_invalid", name);
    BOOST_TEST(add(std::string(65, 'a'), "long enough") == "support.name_invalid");
    BOOST_TEST(add("eve", "1234567") == "support.password_short");
    BOOST_TEST(add("eve.support@shop-1_x", "12345678") == "in");
    BOOST_TEST(w.users.set_active(kAdmin, "nobody", false).error().code == "support.user_unknown");
    BOOST_TEST(w.users.add_totp(kAdmin, "nobody").error().code == "support.user_unknown");
    BOOST_TEST(w.users.list().size() == 3U);
}

BOOST_AUTO_TEST_CASE(what_happened_is_written_down_and_no_secret_with_it) {
    World w;
    w.cookie_of("ann");
    w.error_of("ann", "a wrong password");
    w.error_of("my password typed as a name", "x");
    w.users.add_totp(kAdmin, "bob");
    BOOST_TEST(w.audited("user.add") == 2);
    BOOST_TEST(w.audited("login") == 1);
    BOOST_TEST(w.audited("login.refused") == 2);
    BOOST_TEST(w.audited("user.totp") == 1);
    const auto data = w.store.data();
    for (const auto& row : data.audit) {
        const auto text = row.actor + row.subject + row.detail;
        BOOST_TEST(text.find("password") == std::string::npos, text);
        BOOST_TEST(text.find("long enough") == std::string::npos, text);
    }
    for (const auto& [name, failures] : data.failures)
        BOOST_TEST((name.starts_with("user:fp(") || name.starts_with("address:")), name);
    BOOST_TEST(data.audit.back().actor == "cli:root");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::support_sign_in_test
