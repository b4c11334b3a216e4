// What a manager reads is in the account's language; Russian where the CRM says nothing else.
#include <set>

#include "tests/e2e/fixture.hpp"

namespace tillbridge::e2e::languages_test {

BOOST_AUTO_TEST_SUITE(languages)

BOOST_FIXTURE_TEST_CASE(errors_and_reasons_in_the_accounts_language, Fixture) {
    struct Words {
        const char* language;
        const char* not_paid;  // of a refund too early
        const char* canceled;  // the reason of a cancel
    };
    const std::vector<Words> all{{"ru", "не оплачен", "менеджер"}, {"uk", "не оплачен", "менеджер"},
                                 {"kk", "төле", "Менеджер"},       {"en", "not paid", "manager"},
                                 {"es", "pag", "gestor"},          {"", "не оплачен", "менеджер"},
                                 {"pl", "не оплачен", "менеджер"}};
    std::set<std::string> errors;
    int number = 0;
    for (const auto& words : all) {
        const auto name = "shop" + std::to_string(++number);
        const auto shop = connect_shop(name, Json::object(), {{"language", words.language}});
        const auto bill = create(shop);
        const auto refused = act(bill, "refund");
        BOOST_TEST(refused.at("status") == 400);
        errors.insert(message_of(refused));
        BOOST_TEST(contains(message_of(refused), words.not_paid), message_of(refused));
        act(bill, "cancel");
        const auto reason =
            await_status(bill, "canceled").at("cancellationDetails").get<std::string>();
        BOOST_TEST(contains(reason, words.canceled), reason);
    }
    BOOST_TEST(errors.size() == 5U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::languages_test
