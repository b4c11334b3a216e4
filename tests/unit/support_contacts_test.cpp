// All spellings of one e-mail or phone are one contact; what is kept of it is a keyed fingerprint.
#include "module/service/support_contacts.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/support/fake_account.hpp"

namespace tillbridge::support_contacts_test {

using service::plain_email;
using service::plain_phone;

BOOST_AUTO_TEST_SUITE(support_contacts)

BOOST_AUTO_TEST_CASE(emails) {
    BOOST_TEST(plain_email(" Olena.K@Mail.UA\n") == "olena.k@mail.ua");
    BOOST_TEST(plain_email("олена@пошта.укр") == "олена@пошта.укр");
    for (const char* text : {"", " ", "olena", "@mail.ua", "olena@", "a b@mail.ua"})
        BOOST_TEST(plain_email(text).empty(), text);
    BOOST_TEST(plain_email(std::string(300, 'a') + "@mail.ua").empty());
}

BOOST_AUTO_TEST_CASE(phones_of_one_number) {
    for (const char* text : {"+380 50 123-45-67", "380501234567", "0501234567", "00380501234567",
                             "(050) 123 45 67", "+38 (050) 123.45.67"})
        BOOST_TEST(plain_phone(text) == "0501234567", text);
    for (const char* text : {"+7 705 123 45 67", "8 (705) 123-45-67", "77051234567"})
        BOOST_TEST(plain_phone(text) == "7051234567", text);
    for (const char* text : {"+34 612 345 678", "612345678", "0034612345678"})
        BOOST_TEST(plain_phone(text) == "612345678", text);
}

BOOST_AUTO_TEST_CASE(what_is_no_phone) {
    for (const char* text : {"", "12345678", "order 0501234567", "1234567890123456", "0501234567C"})
        BOOST_TEST(plain_phone(text).empty(), text);
}

BOOST_AUTO_TEST_CASE(kinds_do_not_meet_and_texts_are_not_kept) {
    test::FakeInstallation w;
    domain::Invoice invoice;
    invoice.id = domain::InvoiceId("i1");
    w.store.write([&](port::Tx& tx) {
        service::remember_contacts(w.context, tx, invoice, "Olena@mail.ua", "0501234567");
        service::remember_contacts(w.context, tx, invoice, "", "no phone");
    });
    const auto kept = w.store.data().contacts;
    BOOST_TEST(kept.size() == 2U);
    const auto found = [&](const std::string& text) {
        for (const auto& fingerprint : service::contact_fingerprints(w.keys, text))
            if (kept.contains({fingerprint, "i1"})) return true;
        return false;
    };
    BOOST_TEST(found("OLENA@mail.ua "));
    BOOST_TEST(found("+380501234567"));
    BOOST_TEST(!found("olena@mail.com"));
    BOOST_TEST(service::contact_fingerprints(w.keys, "1213C").empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::support_contacts_test
