#include "tests/e2e/fixture.hpp"

#include <boost/test/results_collector.hpp>
#include <exception>
#include <iostream>

namespace tillbridge::e2e {
namespace {

constexpr std::size_t kTail = 6000;

bool case_failed() {
    namespace ut = boost::unit_test;
    const auto id = ut::framework::current_test_case().p_id;
    return std::uncaught_exceptions() > 0 ||
           !ut::results_collector_t::instance().results(id).passed();
}

}  // namespace

Fixture::~Fixture() {
    if (!case_failed()) return;
    auto log = module().log();
    if (log.size() > kTail) log = log.substr(log.size() - kTail);
    std::cerr << "--- the module's log, " << folder() << "\n" << log << "---\n";
    try {
        const auto calls = sandbox().get("/calls").at("calls");
        for (const auto& call : calls) std::cerr << "call " << call.dump() << '\n';
        std::cerr << "violations " << sandbox().violations().dump(1) << '\n';
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
    }
}

void Fixture::teardown() {
    const auto violations = sandbox().violations();
    if (!expect_violations) BOOST_TEST(violations.size() == 0U, violations.dump(1));
}

Answer call(World& world, const std::string& path, const std::string& client_id,
            const std::string& action, const Json& fields) {
    return world.module().http().post_form(path,
                                           {{"clientId", client_id}, {action, fields.dump()}});
}

std::string message_of(const Json& answer) {
    const auto& body = answer.at("body");
    return body.is_object() ? body.value("errorMsg", "") : "";
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace tillbridge::e2e
