// The emulated Prodamus against the protocol sheet's signature vectors: its own reading of forms,
// its own signatures, over its control interface.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <ostream>

#include "tests/support/harness/sandbox.hpp"

namespace tillbridge::harness::prodamus_sandbox_vectors_test {
namespace {

struct Vector {
    std::string name;
    Json data;
    std::string text(const char* key) const { return data.value(key, std::string()); }
    bool accepted() const { return data.at("expect") == "accept"; }
};

std::ostream& operator<<(std::ostream& out, const Vector& vector) {
    return out << vector.name;
}

std::vector<Vector> vectors(const char* having = "name") {
    std::ifstream file(TILLBRIDGE_SOURCE_DIR "/tests/contract/prodamus-vectors.json");
    std::vector<Vector> found;
    for (auto& one : Json::parse(file))
        if (one.contains(having)) found.push_back({one.at("name").get<std::string>(), one});
    return found;
}

// One sandbox for all vectors: it keeps nothing of them.
struct SharedSandbox {
    SharedSandbox() : sandbox({"", folder.path(), "http://127.0.0.1:1", {"--seed", "4"}}) {
        running = this;
    }
    ~SharedSandbox() { running = nullptr; }

    TempFolder folder;
    Sandbox sandbox;
    static inline SharedSandbox* running = nullptr;
};

Json ask(const std::string& what, const Json& body) {
    return SharedSandbox::running->sandbox.post("/prodamus/" + what, body);
}

// The signature that came with it: of the header where there is one.
std::string given(const Vector& vector) {
    const Json header = vector.data.value("header", Json::object());
    return header.value("Sign", vector.text("signature"));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(prodamus_sandbox_vectors, *boost::unit_test::fixture<SharedSandbox>())

BOOST_AUTO_TEST_CASE(all_are_there) {
    BOOST_TEST(vectors().size() == 52U);
    BOOST_TEST(vectors("body").size() == 24U);
}

BOOST_DATA_TEST_CASE(verdict, vectors(), vector) {
    const Json answer = ask("check", {{"data", vector.data.at("data")},
                                      {"key", vector.text("secret")},
                                      {"signature", given(vector)}});
    BOOST_TEST(answer.at("accepted").get<bool>() == vector.accepted());
}

BOOST_DATA_TEST_CASE(signed_text, vectors("canonical_json"), vector) {
    const Json answer =
        ask("sign", {{"data", vector.data.at("data")}, {"key", vector.text("secret")}});
    BOOST_TEST(answer.at("text") == vector.text("canonical_json"));
}

BOOST_DATA_TEST_CASE(body, vectors("body"), vector) {
    const Json parsed = ask("check", {{"body", vector.text("body")},
                                      {"contentType", vector.text("content_type")},
                                      {"key", vector.text("secret")},
                                      {"signature", given(vector)}});
    BOOST_TEST(parsed.at("accepted").get<bool>());
    // The same tree, whatever its lists and numbers look like before they are signed.
    const auto text = [&](Json data) {
        data.erase("signature");
        return ask("sign", {{"data", data}, {"key", "k"}}).at("text");
    };
    BOOST_TEST(text(parsed.at("data")) == text(vector.data.at("data")));
}

BOOST_AUTO_TEST_CASE(the_key_of_the_page_alone_refuses_the_demo_suffix) {
    for (const auto& vector : vectors("page_secret"))
        BOOST_TEST(!ask("check", {{"data", vector.data.at("data")},
                                  {"key", vector.text("page_secret")},
                                  {"signature", given(vector)}})
                        .at("accepted")
                        .get<bool>());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::harness::prodamus_sandbox_vectors_test
