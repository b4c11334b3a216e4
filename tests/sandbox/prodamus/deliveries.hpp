// Notifications on their way (prodamus.md §4.8): a first attempt and 23 more after growing pauses
// under the clock factor; each has its own number in the data and so its own signature.
#pragma once

#include <string>

#include "tests/sandbox/base/deliveries.hpp"
#include "tests/sandbox/base/http_client.hpp"
#include "tests/sandbox/prodamus/state.hpp"

namespace tillbridge::sandbox {

// What one event sends to one address.
struct ProdamusNotice {
    std::string host, url, key, event, order_num, encoding, form = "good";
    std::int64_t order = 0, profile = 0;
    Tree data;
    Switches switches{Json::object()};
};

class ProdamusDeliveries : public Deliveries {
  public:
    explicit ProdamusDeliveries(World& world);

    void queue(const ProdamusNotice& notice);
    // The call of one attempt; `attempt` 0 leaves the data as they are.
    static OutCall call_of(const ProdamusNotice& notice, std::int64_t attempt);

  private:
    Json send(const ProdamusNotice& notice, std::int64_t attempt) const;

    World& world_;
};

}  // namespace tillbridge::sandbox
