// Webhooks of UAPAY (uapay.md §8): six attempts with growing pauses under the clock factor, ten
// seconds for an answer, the same token each time.
#pragma once

#include <string>

#include "tests/sandbox/base/deliveries.hpp"

namespace tillbridge::sandbox {

class Hooks : public Deliveries {
  public:
    explicit Hooks(World& world);

    // What one entry into a status sends; made under Uapay's mutex, handed over here.
    struct Message {
        std::string client_id, invoice_id, payment_id, url, status, payment_status, body;
        Switches switches;
    };
    static std::string body_of(const Json& claims, const std::string& secret,
                               const std::string& form);
    void queue(const Message& message);

  private:
    Json send(const Message& message) const;

    World& world_;
};

}  // namespace tillbridge::sandbox
