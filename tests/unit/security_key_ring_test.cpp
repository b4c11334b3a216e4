#include <boost/test/unit_test.hpp>
#include <set>
#include <thread>

#include "module/security/encoding.hpp"
#include "module/security/key_ring.hpp"

namespace tillbridge::security_key_ring_test {

using security::KeyError;
using security::KeyRing;

namespace {

const std::string kOld = security::to_base64(std::string(32, 'o'));
const std::string kNew = security::to_base64(std::string(32, 'n'));
constexpr const char* kPlace = "connection/c1/api_key";

domain::Secret file(const std::string& text) {
    return domain::Secret(text);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(security_key_ring)

BOOST_AUTO_TEST_CASE(what_is_sealed_opens_again) {
    const KeyRing ring(file(kOld));
    for (const auto& plain :
         {std::string(), std::string("x"), std::string("a\0b", 3), std::string(100'000, 'y')}) {
        const auto sealed = ring.seal(domain::Secret(plain), kPlace);
        BOOST_TEST((ring.open(sealed, kPlace).reveal() == plain));
        BOOST_TEST(sealed.size() == plain.size() + 33);
        if (plain.size() > 3) BOOST_TEST(sealed.find(plain.substr(0, 4)) == std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(no_two_sealed_values_are_alike) {
    const KeyRing ring(file(kOld));
    std::set<std::string> seen;
    for (int i = 0; i < 500; ++i) seen.insert(ring.seal(domain::Secret("same"), kPlace));
    BOOST_TEST(seen.size() == 500U);
}

BOOST_AUTO_TEST_CASE(every_changed_bit_is_noticed) {
    const KeyRing ring(file(kOld));
    const auto sealed = ring.seal(domain::Secret("a secret"), kPlace);
    for (std::size_t at = 0; at < sealed.size(); ++at) {
        for (int bit = 0; bit < 8; ++bit) {
            auto broken = sealed;
            broken[at] = static_cast<char>(broken[at] ^ (1 << bit));
            BOOST_CHECK_THROW(ring.open(broken, kPlace), KeyError);
        }
    }
    for (std::size_t size = 0; size < sealed.size(); ++size) {
        BOOST_CHECK_THROW(ring.open(sealed.substr(0, size), kPlace), KeyError);
    }
    BOOST_CHECK_THROW(ring.open(sealed + "x", kPlace), KeyError);
}

BOOST_AUTO_TEST_CASE(a_sealed_value_stays_in_its_place) {
    const KeyRing ring(file(kOld));
    const auto sealed = ring.seal(domain::Secret("a secret"), kPlace);
    for (const auto* place :
         {"connection/c2/api_key", "connection/c1/client_id", "", "connection"}) {
        BOOST_CHECK_THROW(ring.open(sealed, place), KeyError);
    }
}

BOOST_AUTO_TEST_CASE(the_key_comes_from_the_file_and_no_other) {
    const KeyRing old_ring(file(kOld));
    const KeyRing new_ring(file(kNew));
    const auto sealed = old_ring.seal(domain::Secret("a secret"), kPlace);
    try {
        new_ring.open(sealed, kPlace);
        BOOST_ERROR("it opened");
    } catch (const KeyError& error) {  // says which key is missing, and no secret
        const std::string text = error.what();
        BOOST_TEST(text.find(old_ring.current_key_id()) != std::string::npos);
        BOOST_TEST(text.find(kNew) == std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(old_keys_open_and_the_first_seals) {
    const KeyRing before(file(kOld));
    const KeyRing ring(file("# rotated in spring\n\n  " + kNew + " \r\n" + kOld + "\n"));
    const auto old_sealed = before.seal(domain::Secret("a secret"), kPlace);
    BOOST_TEST(ring.open(old_sealed, kPlace).reveal() == "a secret");
    BOOST_TEST(ring.outdated(old_sealed));
    BOOST_TEST(!before.outdated(old_sealed));
    const auto new_sealed = ring.seal(domain::Secret("a secret"), kPlace);
    BOOST_TEST(!ring.outdated(new_sealed));
    BOOST_TEST(KeyRing(file(kNew)).open(new_sealed, kPlace).reveal() == "a secret");
    BOOST_CHECK_THROW(before.open(new_sealed, kPlace), KeyError);
    BOOST_TEST(ring.current_key_id() == KeyRing(file(kNew)).current_key_id());
    BOOST_TEST(ring.outdated(""));
}

BOOST_AUTO_TEST_CASE(a_key_file_is_read_strictly) {
    const auto twice = [](const std::string& line) { return line + "\n" + line; };
    BOOST_CHECK_NO_THROW(KeyRing(file(twice(kOld))));
    for (const auto& text :
         {std::string(), std::string("\n\n"), std::string("# only words"), kOld.substr(1),
          kOld + "x", security::to_base64(std::string(31, 'x')),
          security::to_base64(std::string(33, 'x')), kOld + "\nnot a key", kOld + " " + kNew}) {
        try {
            const KeyRing ring{file(text)};
            BOOST_ERROR("taken: " + text);
        } catch (const KeyError& error) {
            BOOST_TEST(std::string(error.what()).find(kOld.substr(1, 20)) == std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_made_key_is_a_key_and_new_each_time) {
    const auto first = security::generate_master_key();
    BOOST_TEST(first != security::generate_master_key());
    BOOST_TEST(security::from_base64(first)->size() == 32U);
    BOOST_CHECK_NO_THROW(KeyRing(file(first)));
}

BOOST_AUTO_TEST_CASE(reloading_keeps_the_key_in_use) {
    KeyRing ring(file(kOld));
    const auto sealed = ring.seal(domain::Secret("a secret"), kPlace);
    BOOST_CHECK_THROW(ring.reload(file(kNew)), KeyError);
    BOOST_CHECK_THROW(ring.reload(file("")), KeyError);
    BOOST_TEST(!ring.outdated(sealed));
    ring.reload(file(kNew + "\n" + kOld));
    BOOST_TEST(ring.outdated(sealed));
    BOOST_TEST(ring.open(sealed, kPlace).reveal() == "a secret");
    ring.reload(file(kNew));
    BOOST_CHECK_THROW(ring.open(sealed, kPlace), KeyError);
}

BOOST_AUTO_TEST_CASE(fingerprints_outlive_the_master_key) {
    KeyRing ring(file(kOld));
    BOOST_CHECK_THROW(ring.fingerprint("token"), std::logic_error);
    const auto kept = ring.adopt_fingerprint_key("");
    const auto print = ring.fingerprint("token");
    BOOST_TEST(print.size() == 64U);
    BOOST_TEST(print.find("token") == std::string::npos);
    BOOST_TEST(ring.fingerprint("tokem") != print);
    BOOST_TEST(ring.adopt_fingerprint_key(kept) == kept);

    ring.reload(file(kNew + "\n" + kOld));
    BOOST_TEST(ring.fingerprint("token") == print);
    const auto anew = ring.adopt_fingerprint_key(kept);
    BOOST_TEST(anew != kept);
    KeyRing later(file(kNew));
    BOOST_CHECK_THROW(later.adopt_fingerprint_key(kept), KeyError);
    BOOST_TEST(later.adopt_fingerprint_key(anew) == anew);
    BOOST_TEST(later.fingerprint("token") == print);

    KeyRing other(file(kOld));  // another store: its own key
    other.adopt_fingerprint_key("");
    BOOST_TEST(other.fingerprint("token") != print);
}

BOOST_AUTO_TEST_CASE(a_ring_serves_many_threads_while_it_is_reloaded) {
    KeyRing ring(file(kOld));
    ring.adopt_fingerprint_key("");
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 300; ++i) {
                const auto sealed = ring.seal(domain::Secret("a secret"), kPlace);
                if (ring.open(sealed, kPlace).reveal() != "a secret") ++wrong;
                ring.fingerprint("token");
            }
        });
    }
    for (int i = 0; i < 50; ++i) {
        ring.reload(file(kNew + "\n" + kOld));
        ring.reload(file(kOld + "\n" + kNew));
    }
    for (auto& thread : threads) thread.join();
    BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::security_key_ring_test
