// The buyer's link: where it leads now, or what became of it.
#pragma once

#include <string>

#include "module/domain/ids.hpp"
#include "module/service/context.hpp"
#include "module/service/payments.hpp"

namespace tillbridge::service {

class Inquiries;

class Links {
  public:
    Links(Context context, Inquiries& inquiries) : context_(context), inquiries_(inquiries) {}

    enum class Kind {
        redirect,  // `url`: the gateway's page, or the shop's after the payment
        paid,
        canceled,
        refunded,
        expired,
        unknown,
        waiting,  // the buyer is back, the gateway has not said yet
    };
    struct View {
        Kind kind = Kind::unknown;
        std::string url;  // redirect: where to; else the shop's page to go back to, may be empty
        std::string language;               // the buyer's
        std::string shop;                   // the store's name, may be empty
        domain::ConnectionId connection{};  // whose it is; empty for an unknown link
        domain::InvoiceId invoice{};
    };

    View open(const domain::Slug&) const;
    // After the gateway: asks it where the hook has not come yet, for a few seconds at the most.
    View returned(const domain::Slug&, const domain::RequestId&);

  private:
    Context context_;
    Inquiries& inquiries_;
};

}  // namespace tillbridge::service
