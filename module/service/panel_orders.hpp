// What the CRM knows of an order as far as the panel needs it: its number and the payments on it
// that a store of ours could take. Remembered for seconds, so that an open panel does not use up
// the calls that the CRM allows. Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "module/domain/connection.hpp"
#include "module/domain/money.hpp"
#include "module/domain/result.hpp"
#include "module/service/context.hpp"

namespace tillbridge::service {

class PanelOrders {
  public:
    explicit PanelOrders(Context context) : context_(context) {}

    // A payment on the order whose type is linked to an active store of ours.
    struct Payable {
        std::int64_t payment = 0;
        domain::Money amount;
        std::string store;
    };
    struct Found {
        std::string number;
        std::vector<Payable> payable;
    };
    // Errors: order.unknown, order.forbidden, and those of host_error().
    domain::Result<Found> read(const domain::Connection&, std::int64_t order);
    void forget(const domain::Connection&, std::int64_t order);

  private:
    struct Entry {
        domain::Result<Found> found;
        domain::UtcTime until;
    };
    domain::Result<Found> ask(const domain::Connection&, std::int64_t order) const;

    Context context_;
    std::mutex mutex_;
    std::map<std::pair<std::string, std::int64_t>, Entry> entries_;
};

}  // namespace tillbridge::service
