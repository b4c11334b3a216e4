// README's table of gateways is made from what they declare. After a change, TILLBRIDGE_WRITE=1
// writes it anew.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/contract/known_gateways.hpp"
#include "tests/contract/uapay_fake.hpp"

namespace tillbridge::gateway_table_test {

namespace {

const std::string kReadme = TILLBRIDGE_SOURCE_DIR "/README.md";
const std::string kBegin = "<!-- gateways: made from what they declare -->\n";
const std::string kEnd = "<!-- end of gateways -->\n";

class Nowhere : public tillbridge::http::Sender {
  public:
    tillbridge::http::Outcome send(const tillbridge::http::Request&,
                                   const tillbridge::http::AddressGuard&) override {
        return {};
    }
};

std::string joined(const std::vector<std::string>& parts) {
    std::string all;
    for (const auto& part : parts) all += (all.empty() ? "" : ", ") + part;
    return all;
}

std::string yes(bool can, bool partly = true) {
    if (!can) return "–";
    return partly ? "whole or part" : "whole";
}

std::string table() {
    uapay_test::TestClock clock;
    Nowhere nowhere;
    std::string text =
        "| gateway | currencies | hold and capture | refund from the CRM | can be asked | "
        "subscriptions |\n| --- | --- | --- | --- | --- | --- |\n";
    for (const auto& each : known_gateways::known()) {
        const auto gateway = each.make(nowhere, clock);
        const auto& about = gateway->description();
        const auto& can = about.capabilities;
        text += fmt::format("| {} | {} | {} | {} | {} | {} |\n", about.name,
                            joined(about.currencies), yes(can.two_stage, can.partial_capture),
                            yes(can.refund, can.partial_refund), can.status_query ? "yes" : "–",
                            can.subscriptions ? "yes" : "–");
    }
    return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(gateway_table)

BOOST_AUTO_TEST_CASE(readme_shows_what_the_gateways_declare) {
    std::ifstream file(kReadme);
    std::stringstream text;
    text << file.rdbuf();
    auto readme = text.str();
    const auto begin = readme.find(kBegin);
    const auto end = readme.find(kEnd);
    BOOST_REQUIRE(begin != std::string::npos);
    BOOST_REQUIRE(end != std::string::npos);
    const auto from = begin + kBegin.size();
    if (std::getenv("TILLBRIDGE_WRITE") != nullptr) {
        readme.replace(from, end - from, table());
        std::ofstream(kReadme) << readme;
        return;
    }
    BOOST_TEST(readme.substr(from, end - from) == table());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::gateway_table_test
