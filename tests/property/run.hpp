// How the properties of this suite are run: so many sequences, from a seed that a failure prints.
// TILLBRIDGE_SEQUENCES and TILLBRIDGE_SEED in the environment change both (a night takes more).
#pragma once

#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <random>
#include <sstream>
#include <utility>

namespace tillbridge::model {

inline int sequences() {
    const char* wanted = std::getenv("TILLBRIDGE_SEQUENCES");
    return wanted != nullptr ? std::atoi(wanted) : 100'000;
}

// Returns how many sequences ran; none is longer than `longest`.
template <class Testable>
int run_property(int longest, Testable&& property) {
    rc::detail::TestMetadata metadata;
    metadata.id = boost::unit_test::framework::current_test_case().full_name();
    metadata.description = metadata.id;
    rc::detail::TestParams params;
    const char* seed = std::getenv("TILLBRIDGE_SEED");
    params.seed = seed != nullptr ? std::strtoull(seed, nullptr, 10) : std::random_device{}();
    params.maxSuccess = sequences();
    params.maxSize = longest;
    const auto result =
        rc::detail::checkTestable(std::forward<Testable>(property), metadata, params);
    if (!result.template is<rc::detail::SuccessResult>()) {
        std::ostringstream why;
        why << "TILLBRIDGE_SEED=" << params.seed << '\n';
        rc::detail::printResultMessage(result, why);
        BOOST_FAIL(why.str());
    }
    return result.template get<rc::detail::SuccessResult>().numSuccess;
}

}  // namespace tillbridge::model
