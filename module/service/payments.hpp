// The order card's actions. Each is idempotent under repeats and races: its intent is committed
// before the gateway is called and its answer is built from what was committed.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "module/domain/connection.hpp"
#include "module/domain/decide.hpp"
#include "module/domain/invoice.hpp"
#include "module/domain/merchant.hpp"
#include "module/domain/result.hpp"
#include "module/service/context.hpp"
#include "module/service/operations.hpp"

namespace tillbridge::service {

// The sum that somebody names. Errors: those of parse_money, payment.amount_invalid; field amount.
domain::Result<domain::Money> read_amount(const std::string& text, const domain::Currency&);

class Payments {
  public:
    Payments(Context context, Operations& operations)
        : context_(context), operations_(operations) {}

    struct CreateRequest {
        domain::InvoiceUuid uuid;
        domain::MerchantId shop;
        std::string amount;  // decimal text, as it stood in the JSON
        std::string currency;
        std::int64_t order = 0;  // the CRM's id of it; 0: not told
        std::string order_number;
        std::string return_url;
        std::string customer_email;
        std::string customer_phone;
        std::string items_json = "[]";
        domain::RequestId request;
        bool test = false;
        // Of a host that says more than a CRM. Empty: as the installation and the store have it.
        std::string description{};  // as the buyer reads it
        std::string locale{};       // the buyer's
        domain::UtcTime link_expires_at{};
        std::map<std::string, std::string> parameters{};  // CreateOrder::parameters
        bool open_price = false;                          // Invoice::amount 0: no `amount` is given
    };
    // What the caller saw when it made up its mind. `key` becomes the operation's id, so that a
    // repeat finds what it repeats; a payment that is no longer as it was seen is left alone.
    struct Seen {
        domain::OperationId key;
        std::string mark;  // mark_of() of then
    };
    struct Link {
        domain::InvoiceId id;
        std::string url;  // {public_url}/pay/{slug}
        bool cancellable = true;
    };
    struct RefundAnswer {
        domain::OperationId id;
        bool succeeded = true;
        domain::Money amount;
        std::string comment;
    };
    struct StatusAnswer {
        domain::Invoice invoice;
        std::string url;
    };

    // Errors (HTTP): connection.frozen, connection.inactive, merchant.inactive (403);
    // merchant.unknown, payment.unknown (404); payment.busy, payment.conflict (409);
    // gateway.refused, gateway.unavailable, gateway.clock_skew (502); gateway.silent (504);
    // money.*, payment.*, currency.not_supported (400).
    domain::Result<Link> create(const domain::Connection&, const CreateRequest&);
    // With `seen`: payment.changed (409) where it is no longer as it was.
    domain::Result<void> approve(const domain::Connection&, const domain::InvoiceId&,
                                 const std::optional<std::string>& amount, const domain::RequestId&,
                                 const std::optional<Seen>& seen = std::nullopt);
    domain::Result<void> cancel(const domain::Connection&, const domain::InvoiceId&,
                                const domain::RequestId&,
                                const std::optional<Seen>& seen = std::nullopt);
    // Where the outcome is not known yet, the error's params hold `id` all the same.
    domain::Result<RefundAnswer> refund(const domain::Connection&, const domain::InvoiceId&,
                                        const std::optional<std::string>& amount,
                                        const domain::RequestId&,
                                        const std::optional<Seen>& seen = std::nullopt);
    domain::Result<StatusAnswer> status(const domain::Connection&, const domain::InvoiceId&) const;

    std::string link(const domain::Slug&) const;

    // Differs as soon as money or an operation of the payment has moved.
    static std::string mark_of(const domain::Invoice&);

  private:
    class Acting;

    domain::Result<Link> create(Acting&, const domain::Connection&, const CreateRequest&);
    domain::Result<domain::Invoice> finish_creating(Acting&, const domain::Invoice&,
                                                    const domain::RequestId&);
    domain::Result<void> finish(Acting&, const domain::Decision&);

    Context context_;
    Operations& operations_;
};

}  // namespace tillbridge::service
