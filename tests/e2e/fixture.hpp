// What every end-to-end case stands on: a world of its own, which must be without violations of the
// protocols at its end, and which tells its story where the case fails.
#pragma once

#include <boost/test/unit_test.hpp>

#include "tests/support/harness/world.hpp"

namespace tillbridge::e2e {

using namespace tillbridge::harness;

class Fixture : public World {
  public:
    using World::World;
    ~Fixture();
    // Boost.Test calls it after the case.
    void teardown();

    // The case makes somebody speak against the protocol on purpose.
    bool expect_violations = false;
};

inline const Json kTwoStage{{"twoStage", true}};

// A call of the CRM to the module, form-encoded, as any stranger could send it too.
Answer call(World& world, const std::string& path, const std::string& client_id,
            const std::string& action, const Json& fields);

std::string message_of(const Json& answer);  // errorMsg of a control answer's body
bool contains(const std::string& text, const std::string& part);

}  // namespace tillbridge::e2e
