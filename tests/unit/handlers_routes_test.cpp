// The public server's routes, all of them, against the list of who may use which.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <iterator>

#include "handlers/public_api.hpp"
#include "module/service/inquiries.hpp"
#include "module/service/merchant_cache.hpp"
#include "tests/support/fake_account.hpp"
#include "tests/support/fake_passwords.hpp"
#include "tests/support/known_routes.hpp"

namespace tillbridge::handlers::handlers_routes_test {
namespace {

// With everything that an installation can have.
struct Site : test::FakeInstallation {
    test::FakePasswords passwords;
    service::Operations operations{context};
    service::Inquiries inquiries{context, operations};
    service::Payments payments{context, operations};
    service::MerchantCache cache{context};
    service::Merchants merchants{context, payments, &cache};
    service::Connections connections{context};
    service::Hooks hooks{context, cache};
    service::Links links{context, inquiries};
    service::Admins admins{context};
    service::Panel panel{context, payments, inquiries, 4};
    service::SupportDesk desk{context, inquiries, passwords, {}};
    service::Bots bots{context, payments};
    Services services{connections, merchants, payments, hooks, links,
                      admins,      panel,     context,  &desk, &bots};

    std::vector<std::string> routes() const {
        static const web::Asset kScript{"extension/extension.js", "text/javascript", "e", 1, "x"};
        PublicOptions options;
        options.logo_path = "/manifest/logo.svg";
        options.logo_svg = "<svg/>";
        options.extension.script = &kScript;
        std::vector<std::string> all;
        for (const Route& route : public_routes(services, options))
            for (const auto& method : route.methods) all.push_back(method + ' ' + route.pattern);
        std::sort(all.begin(), all.end());
        return all;
    }
};

std::vector<std::string> known() {
    std::vector<std::string> all;
    for (const auto& route : test::kKnownRoutes)
        // A build without browser assets has none to hand out.
        if (!web::assets().empty() || route.pattern != "/web/{file}") all.push_back(route.name());
    std::sort(all.begin(), all.end());
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(handlers_routes)

BOOST_AUTO_TEST_CASE(each_is_known_with_who_may_use_it) {
    const auto served = Site().routes(), listed = known();
    std::vector<std::string> unlisted, gone;
    std::set_difference(served.begin(), served.end(), listed.begin(), listed.end(),
                        std::back_inserter(unlisted));
    std::set_difference(listed.begin(), listed.end(), served.begin(), served.end(),
                        std::back_inserter(gone));
    for (const auto& each : unlisted)
        BOOST_ERROR(each << " is served, but tests/support/known_routes.hpp does not know it");
    for (const auto& each : gone)
        BOOST_ERROR(each << " is in tests/support/known_routes.hpp, but nobody serves it");
}

BOOST_AUTO_TEST_CASE(none_is_there_twice) {
    for (const auto& all : {Site().routes(), known()}) {
        const auto twice = std::adjacent_find(all.begin(), all.end());
        if (twice != all.end()) BOOST_ERROR(*twice << " is there twice");
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::handlers::handlers_routes_test
