// The signature vectors of the protocol sheet: what is to be signed, how, and what is not believed.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "api_client/http/form.hpp"
#include "api_client/prodamus/body.hpp"
#include "api_client/prodamus/hook.hpp"
#include "api_client/prodamus/signature.hpp"

namespace tillbridge::prodamus_vectors_test {

namespace {

using nlohmann::json;
using prodamus::Tree;
using prodamus::Verdict;

struct Vector {
    std::string name;
    json it;
    std::string text(const char* key) const { return it.at(key).get<std::string>(); }
    bool has(const char* key) const { return it.contains(key); }
    bool accepted() const { return text("expect") == "accept"; }
    domain::Secret key() const { return domain::Secret(text("secret")); }
    Tree data() const { return prodamus::parse_json_tree(it.at("data").dump()).value(); }
    port::RawHook hook() const {
        return {text("body"),
                text("content_type"),
                {{"sign", it.at("header").at("Sign").get<std::string>()}},
                ""};
    }
};

std::ostream& operator<<(std::ostream& out, const Vector& vector) {
    return out << vector.name;
}

std::vector<Vector> all() {
    std::ifstream file(TILLBRIDGE_SOURCE_DIR "/tests/contract/prodamus-vectors.json");
    std::vector<Vector> found;
    for (auto& one : json::parse(file)) found.push_back({one.at("name").get<std::string>(), one});
    return found;
}

template <class Take>
std::vector<Vector> only(const Take& take) {
    std::vector<Vector> found;
    for (auto& one : all())
        if (take(one)) found.push_back(one);
    return found;
}

std::vector<Vector> with_body() {
    return only([](const Vector& one) { return one.has("body"); });
}
std::vector<Vector> notices() {
    return only([](const Vector& one) { return one.has("body") && one.has("header"); });
}
std::vector<Vector> with_header() {
    return only([](const Vector& one) { return one.has("header"); });
}
std::vector<Vector> with_text() {
    return only([](const Vector& one) { return one.has("canonical_json"); });
}

domain::Merchant store(const domain::Secret& key) {
    domain::Merchant merchant;
    merchant.credentials["page"] = domain::Secret("demo");
    merchant.credentials["secretKey"] = key;
    return merchant;
}

std::string lower(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(prodamus_vectors)

BOOST_AUTO_TEST_CASE(all_are_there) {
    BOOST_TEST(all().size() == 52U);
    BOOST_TEST(with_body().size() == 24U);
    BOOST_TEST(notices().size() == 16U);
    BOOST_TEST(with_text().size() == 43U);
}

BOOST_DATA_TEST_CASE(signature, all(), vector) {
    const Vector& sample = vector;
    const auto made = prodamus::sign(sample.data(), sample.key());
    BOOST_REQUIRE(made.has_value());
    BOOST_TEST((*made == lower(sample.text("signature"))) == sample.accepted());
    const auto verdict = prodamus::verify(sample.data(), sample.text("signature"), sample.key());
    BOOST_TEST((verdict == Verdict::genuine) == sample.accepted());
}

BOOST_DATA_TEST_CASE(signed_text, with_text(), vector) {
    const Vector& sample = vector;
    BOOST_TEST(prodamus::canonical_text(sample.data()).value() == sample.text("canonical_json"));
}

BOOST_DATA_TEST_CASE(body, with_body(), vector) {
    const Vector& sample = vector;
    auto tree = prodamus::parse_body(sample.text("body"), sample.text("content_type"));
    BOOST_REQUIRE(tree.has_value());
    BOOST_TEST(prodamus::canonical_text(*tree).value() == sample.text("canonical_json"));
    BOOST_TEST(
        (prodamus::verify(*tree, sample.text("signature"), sample.key()) == Verdict::genuine));
    tree->erase("signature");
    Tree data = sample.data();
    data.erase("signature");
    BOOST_TEST((*tree == data));
}

// What we send is what we signed.
BOOST_DATA_TEST_CASE(there_and_back, with_body(), vector) {
    const Vector& sample = vector;
    const auto tree = prodamus::parse_body(sample.text("body"), sample.text("content_type"));
    const auto again = prodamus::parse_form(http::form_encode(prodamus::to_fields(*tree)));
    BOOST_TEST((*tree == again.value()));
}

BOOST_DATA_TEST_CASE(header, with_header(), vector) {
    const Vector& sample = vector;
    const auto value = sample.it["header"]["Sign"].get<std::string>();
    BOOST_TEST(prodamus::signature_of_header(value) == sample.text("signature"));
}

BOOST_DATA_TEST_CASE(notice, notices(), vector) {
    const Vector& sample = vector;
    BOOST_TEST(prodamus::read_hook(store(sample.key()), sample.hook()).has_value());

    const auto strange = prodamus::read_hook(store(domain::Secret("another")), sample.hook());
    BOOST_REQUIRE(!strange.has_value());
    BOOST_TEST(strange.error().code == "hook.signature_mismatch");
    BOOST_TEST(strange.error().params.empty());
}

BOOST_AUTO_TEST_CASE(demo_suffix) {
    const auto found = only([](const Vector& one) { return one.has("page_secret"); });
    BOOST_REQUIRE(found.size() == 1U);
    const Vector& sample = found[0];
    const domain::Secret page(sample.text("page_secret"));
    const bool accepted = sample.text("expect_with_page_secret") == "accept";
    BOOST_TEST((prodamus::verify(sample.data(), sample.text("signature"), page) == Verdict::demo));
    const auto hook = prodamus::read_hook(store(page), sample.hook());
    BOOST_TEST(hook.has_value() == accepted);
    BOOST_TEST(hook.error().code == "hook.signature_mismatch");
    BOOST_TEST(hook.error().params.at("reason") == "demo_key");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::prodamus_vectors_test
