// Asks a gateway what became of an invoice, and lets decide() act on the answer.
#pragma once

#include <string>

#include "module/domain/decide.hpp"
#include "module/domain/result.hpp"
#include "module/service/context.hpp"
#include "module/service/operations.hpp"

namespace tillbridge::service {

// How long a hold lives at a gateway, as the operator or the gateway's own facts say.
domain::Span hold_lasts(const Settings&, const port::Gateway&);

class Inquiries {
  public:
    Inquiries(Context context, Operations& operations)
        : context_(context), operations_(operations) {}

    struct Answer {
        domain::Invoice invoice;
        bool in_progress = false;
    };
    // Of a gateway that can't be asked: the invoice as it is, its link ended where its time is up.
    // Errors: payment.unknown, gateway.silent, gateway.refused, …
    domain::Result<Answer> ask(const domain::ConnectionId&, const domain::InvoiceId&,
                               const std::string& why, const domain::RequestId&,
                               std::int64_t cause = 0);

  private:
    domain::Invoice end_if_dead(const domain::Invoice&, const domain::RequestId&,
                                std::int64_t cause);

    Context context_;
    Operations& operations_;
};

}  // namespace tillbridge::service
