// Passwords and one-time codes, by the RFCs' own vectors.
#include <boost/test/unit_test.hpp>

#include "module/security/passwords.hpp"

namespace tillbridge::security_passwords_test {

using domain::Secret;

BOOST_AUTO_TEST_SUITE(security_passwords)

// RFC 6238 appendix B, SHA-1, the last six of the eight digits.
BOOST_AUTO_TEST_CASE(one_time_codes_of_the_rfc) {
    const security::Passwords passwords;
    const Secret secret("12345678901234567890");
    const std::vector<std::pair<std::int64_t, std::string>> table{
        {59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
        {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};
    for (const auto& [seconds, code] : table)
        BOOST_TEST(passwords.one_time_code(secret, seconds / 30) == code, seconds);
}

BOOST_AUTO_TEST_CASE(a_hash_is_salted_and_takes_its_password_alone) {
    const security::Passwords passwords;
    const auto one = passwords.hash(Secret("correct horse")),
               two = passwords.hash(Secret("correct horse"));
    BOOST_TEST(one != two);
    BOOST_TEST(one.starts_with("scrypt$15$8$1$"));
    BOOST_TEST(one.find("correct") == std::string::npos);
    BOOST_TEST(passwords.matches(Secret("correct horse"), one));
    BOOST_TEST(passwords.matches(Secret("correct horse"), two));
    BOOST_TEST(!passwords.matches(Secret("correct horsf"), one));
    BOOST_TEST(!passwords.matches(Secret(""), one));
    BOOST_TEST(!passwords.matches(Secret("correct horse"), ""));
    BOOST_TEST(!passwords.matches(Secret("correct horse"), "scrypt$15$8$1$x"));
    passwords.waste(Secret("correct horse"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::security_passwords_test
