// Runs operations at the gateway: intent, call, result, each committed. An operation whose outcome
// is not known is resolved by asking. Called by the order card's actions and by the outbox.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "module/domain/decide.hpp"
#include "module/domain/invoice.hpp"
#include "module/service/context.hpp"

namespace tillbridge::service {

// What only the first create call knows and nobody keeps: the buyer's contacts, the items and the
// caller's own wishes.
struct CreateDetails {
    std::string customer_email;
    std::string customer_phone;
    std::string items_json = "[]";
    domain::UtcTime link_expires_at{};                // 0: as the store has it
    std::map<std::string, std::string> parameters{};  // CreateOrder::parameters
};

class Operations {
  public:
    explicit Operations(Context context) : context_(context) {}

    struct Ran {
        domain::Invoice invoice;  // as committed afterwards
        domain::OperationState state = domain::OperationState::unknown;
        std::string code;    // gateway.refused, gateway.silent, …; empty where it succeeded
        std::string reason;  // the gateway's words
    };

    // Begins or goes on with it, whatever its state says is right: planned → call; unknown,
    // pending, or started by a dead process → ask; final → nothing.
    // `mine`: the caller has just committed it as started and nobody else runs it. `cause`: the
    // journal line that it follows from.
    Ran run(const domain::ConnectionId&, const domain::InvoiceId&, const domain::OperationId&,
            bool mine, const std::optional<CreateDetails>& details, const domain::RequestId&,
            std::int64_t cause = 0);

    // An operator says what became of an operation whose outcome can't be found out; it is written
    // down with the name of who said it. Errors: operation.unknown, operation.not_open (only one
    // that is unknown or pending can be settled, and no create).
    domain::Result<domain::Invoice> settle(const domain::ConnectionId&, const domain::InvoiceId&,
                                           const domain::OperationId&, bool done,
                                           const std::string& by);

  private:
    class Running;

    Context context_;
};

}  // namespace tillbridge::service
