// The manifest that is compiled in, and the refusal of a broken one.
#include "manifest/manifest.hpp"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <set>
#include <sstream>

namespace tillbridge::manifest_test {

namespace {

std::string source(const std::string& path) {
    std::ifstream file(TILLBRIDGE_SOURCE_DIR "/manifest/" + path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string refusal(const std::string& from, const std::string& to) {
    std::string text = source("module.yaml");
    const std::size_t at = text.find(from);
    BOOST_REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
    try {
        manifest::parse(text, {});
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "taken";
}

const std::vector<std::string> kRequired{"integration_read", "integration_write", "payments_read",
                                         "payments_write",   "reference_read",    "store_read"};

}  // namespace

BOOST_AUTO_TEST_SUITE(manifest_file)

BOOST_AUTO_TEST_CASE(the_compiled_in_copy_is_complete) {
    const manifest::Manifest m = manifest::load();
    BOOST_TEST(m.code == "tillbridge");
    BOOST_TEST(m.integration_code == "tillbridge");
    BOOST_TEST(m.name == "Tillbridge");
    BOOST_TEST(m.logo_path == "/manifest/logo.svg");
    BOOST_TEST(m.required_scopes == kRequired, boost::test_tools::per_element());
    BOOST_TEST(m.optional_scopes == std::vector<std::string>{"reference_write"},
               boost::test_tools::per_element());
    BOOST_TEST(m.panel_scopes == std::vector<std::string>{"order_read"},
               boost::test_tools::per_element());
    BOOST_TEST(m.subscription_scopes == std::vector<std::string>{"order_write"},
               boost::test_tools::per_element());
    BOOST_TEST(m.extension_id.size() == 36U);
    BOOST_TEST(m.extension_targets.front() == "order/card:payment.before");
    BOOST_TEST(m.required_methods.size() == 3U);
    BOOST_TEST(m.currencies.front().code() == "UAH");
    BOOST_TEST(std::set(m.countries.begin(), m.countries.end()).count("ua") == 1U);
    BOOST_TEST(m.actions.at("activity") == "/crm/activity");
    BOOST_TEST(m.actions.at("settings") == "/crm/settings");
    for (const char* action : {"create", "approve", "cancel", "refund", "status"}) {
        BOOST_TEST(m.payment_actions.at(action) == std::string("/payment/") + action);
    }
    BOOST_TEST(m.payment_actions.size() == 5U);
    BOOST_TEST(m.invoice_types == std::vector<std::string>{"link"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(each_language_has_its_own_listing) {
    const manifest::Manifest m = manifest::load();
    std::set<std::string> texts;
    for (const char* locale : {"ru", "uk", "kk", "en", "es"}) {
        const manifest::Listing& listing = m.listings.at(locale);
        BOOST_TEST(listing.name == "Tillbridge");
        BOOST_TEST(texts.insert(listing.short_description).second);
        BOOST_TEST(texts.insert(listing.description).second);
        BOOST_TEST(!listing.description.empty());
    }
    BOOST_TEST(m.listings.size() == 5U);
}

BOOST_AUTO_TEST_CASE(the_embedded_files_are_the_sources) {
    BOOST_TEST(manifest::logo_svg() == source("logo.svg"));
    BOOST_TEST(manifest::logo_svg().starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
    BOOST_TEST(manifest::logo_svg().find("<script") == std::string_view::npos);
    BOOST_TEST(manifest::parse(source("module.yaml"), {}).code == manifest::load().code);
    BOOST_TEST(manifest::parse(source("module.yaml"), {{"uk", source("locales/uk.yaml")}})
                   .listings.at("uk")
                   .description == manifest::load().listings.at("uk").description);
}

BOOST_AUTO_TEST_CASE(a_broken_manifest_is_refused_with_its_line) {
    BOOST_TEST(refusal("code: tillbridge\n", "kode: x\n").starts_with("module.yaml:"));
    BOOST_TEST(refusal("code: tillbridge\n", "code: []\n") == "module.yaml:3: code: must be text");
    BOOST_TEST(refusal("currencies: [UAH", "currencies: [UAX").find("UAX is no currency") !=
               std::string::npos);
    BOOST_TEST(refusal("activity: /crm", "activity: crm").find("must begin with /") !=
               std::string::npos);
    BOOST_TEST(refusal("invoiceTypes: [link]", "invoiceTypes: link").find("must be a list") !=
               std::string::npos);
    BOOST_TEST(refusal("currencies: [", "currencies: {").starts_with("module.yaml:"));
    const std::string wordy = "name: a\nshort: " + std::string(141, 'x') + "\ndescription: b\n";
    BOOST_CHECK_THROW(manifest::parse(source("module.yaml"), {{"en", wordy}}), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::manifest_test
