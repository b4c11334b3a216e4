#include <boost/test/unit_test.hpp>
#include <set>

#include "module/security/digest.hpp"
#include "module/security/encoding.hpp"
#include "module/security/os_random.hpp"
#include "module/security/system_clock.hpp"

namespace tillbridge::security_digest_test {

using namespace tillbridge::security;

BOOST_AUTO_TEST_SUITE(security_digest)

BOOST_AUTO_TEST_CASE(base64_is_that_of_the_rfc) {
    // RFC 4648 §10
    const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                           {"f", "Zg=="},
                                                           {"fo", "Zm8="},
                                                           {"foo", "Zm9v"},
                                                           {"foob", "Zm9vYg=="},
                                                           {"fooba", "Zm9vYmE="},
                                                           {"foobar", "Zm9vYmFy"}};
    for (const auto& [plain, text] : vectors) {
        BOOST_TEST(to_base64(plain) == text);
        BOOST_TEST(from_base64(text).value() == plain);
        auto bare = std::string(text);
        while (bare.ends_with('=')) bare.pop_back();
        BOOST_TEST(to_base64url(plain) == bare);
        BOOST_TEST(from_base64url(bare).value() == plain);
        BOOST_TEST(from_base64url(text).value() == plain);
    }
    BOOST_TEST(to_base64("\xfb\xff") == "+/8=");
    BOOST_TEST(to_base64url("\xfb\xff") == "-_8");
}

BOOST_AUTO_TEST_CASE(what_is_no_base64_gives_nothing) {
    for (const auto* text :
         {"Zg", "Zg=", "Z", "Zg==\n", "Z===", "====", "Zm9v=", "Zh==", "Zm9-", "Zm 9v", "=Zm9"}) {
        BOOST_TEST(!from_base64(text), text);
    }
    for (const auto* text : {"Z", "Zh", "Zm9+", "Zg=", "Zm9v="}) {
        BOOST_TEST(!from_base64url(text), text);
    }
}

BOOST_AUTO_TEST_CASE(hex_goes_both_ways) {
    BOOST_TEST(to_hex(std::string("\x00\xff\x1a", 3)) == "00ff1a");
    BOOST_TEST(from_hex("00fF1a").value() == std::string("\x00\xff\x1a", 3));
    for (const auto* text : {"0", "0g", "+1", " 1", "0x"}) BOOST_TEST(!from_hex(text), text);
}

BOOST_AUTO_TEST_CASE(random_bytes_go_through_every_encoding) {
    OsRandom random;
    for (std::size_t size = 0; size < 70; ++size) {
        const auto bytes = random.bytes(size);
        BOOST_TEST(from_base64(to_base64(bytes)).value() == bytes);
        BOOST_TEST(from_base64url(to_base64url(bytes)).value() == bytes);
        BOOST_TEST(from_hex(to_hex(bytes)).value() == bytes);
    }
}

BOOST_AUTO_TEST_CASE(digests_are_those_of_the_standards) {
    // FIPS 180-2 B.1 and RFC 4231 §4.3, §4.4
    BOOST_TEST(sha256_hex("abc") ==
               "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    BOOST_TEST(sha256_hex("") ==
               "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    BOOST_TEST(hmac_sha256_hex("Jefe", "what do ya want for nothing?") ==
               "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    BOOST_TEST(hmac_sha256_hex(std::string(20, '\xaa'), std::string(50, '\xdd')) ==
               "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    BOOST_TEST(hmac_sha256_hex("", "").size() == 64U);
}

BOOST_AUTO_TEST_CASE(texts_are_compared_whole) {
    BOOST_TEST(equal_constant_time("", ""));
    BOOST_TEST(equal_constant_time("abc", "abc"));
    BOOST_TEST(!equal_constant_time("abc", "abd"));
    BOOST_TEST(!equal_constant_time("abc", "abcd"));
    BOOST_TEST(!equal_constant_time("", "a"));
    BOOST_TEST(!equal_constant_time(std::string("a\0b", 3), std::string("a\0c", 3)));
}

BOOST_AUTO_TEST_CASE(a_password_is_recognised_by_its_hash) {
    const domain::Secret right("correct horse");
    const auto stored = hash_password(right, OsRandom().bytes(16));
    BOOST_TEST(stored.find("horse") == std::string::npos);
    BOOST_TEST(password_matches(right, stored));
    BOOST_TEST(!password_matches(domain::Secret("correct horsf"), stored));
    BOOST_TEST(hash_password(right, OsRandom().bytes(16)) != stored);
    for (const auto* broken :
         {"", "scrypt$15$8$1$", "scrypt$15$8$1$AA", "scrypt$1$8$1$AA$AA", "scrypt$15$8$1$AA$"}) {
        BOOST_TEST(!password_matches(right, broken), broken);
    }
}

BOOST_AUTO_TEST_CASE(random_names_do_not_repeat) {
    OsRandom random;
    std::set<std::string> seen;
    for (int i = 0; i < 2000; ++i) seen.insert(random.bytes(16));
    BOOST_TEST(seen.size() == 2000U);
    BOOST_TEST(random.bytes(0).empty());
    BOOST_TEST(random.token().size() == 43U);
}

BOOST_AUTO_TEST_CASE(the_clock_is_in_this_century) {
    const SystemClock clock;
    const auto first = clock.now();
    BOOST_TEST(first.seconds() > 1'700'000'000);
    BOOST_TEST(first.seconds() < 4'000'000'000);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::security_digest_test
