// The CRM's payment types with a short memory, so that a page that is reloaded does not spend the
// account's request allowance, and a CRM that is down costs one time-out in half a minute.
// Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "handlers/services.hpp"

namespace tillbridge::handlers::settings {

class PaymentTypes {
  public:
    struct Known {
        std::vector<service::Merchants::TypeLink> types;
        std::optional<domain::Error> error;  // why they could not be read
    };

    explicit PaymentTypes(Services services) : services_(services) {}

    std::shared_ptr<const Known> of(const domain::ConnectionId& connection);
    void forget(const domain::ConnectionId& connection);

  private:
    static constexpr domain::Span kFresh = std::chrono::seconds(3);
    static constexpr domain::Span kFailed = std::chrono::seconds(30);

    struct Entry {
        std::shared_ptr<const Known> known;
        domain::UtcTime until;
    };
    Services services_;
    std::mutex mutex_;
    std::unordered_map<domain::ConnectionId, Entry> entries_;
};

}  // namespace tillbridge::handlers::settings
