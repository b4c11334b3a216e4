// Use cases of a store: add, change, switch, check, test link, and its payment type in the CRM.
// Each change registers the module at the CRM anew, through the outbox, in the same transaction.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "module/domain/merchant.hpp"
#include "module/domain/result.hpp"
#include "module/service/context.hpp"
#include "module/service/merchant_cache.hpp"
#include "module/service/payments.hpp"
#include "module/service/problems.hpp"

namespace tillbridge::service {

class Merchants {
  public:
    // `cache` is told of each change, so that hooks see it at once. `hurry`: ends the back-off of a
    // lane of the outbox in this process.
    Merchants(Context context, Payments& payments, MerchantCache* cache = nullptr,
              std::function<void(const std::string& lane)> hurry = {})
        : context_(context), payments_(payments), cache_(cache), hurry_(std::move(hurry)) {}

    struct Options {  // what is given; the rest stays
        std::optional<bool> two_stage;
        std::optional<bool> auto_capture;
        std::optional<domain::HoldEnd> hold_end;
        std::optional<std::int64_t> link_lifetime_minutes;
        std::map<std::string, std::string> extra;  // the gateway's own; empty: its default again
    };
    struct Draft {
        domain::GatewayCode gateway;
        std::string name;
        domain::Credentials credentials;
        Options options;
    };
    struct Patch {
        std::optional<std::string> name;
        domain::Credentials credentials;  // fields left out or empty keep their value
        Options options;
    };
    struct TypeLink {
        std::string code;
        std::string name;
        domain::MerchantId merchant;  // empty: linked to none of ours
    };
    struct TestLink {
        std::string url;  // {public_url}/pay/{slug}
        domain::InvoiceId invoice;
    };

    // Errors: connection.unknown, merchant.unknown, gateway.unknown, merchant.name_missing,
    // merchant.name_too_long, credentials.* with the field, options.invalid and
    // options.not_supported with the field, gateway.silent; merchant.conflict with the field where
    // another shop would take the place of one that has payments. Nothing is stored on an error.
    domain::Result<domain::Merchant> add(const domain::ConnectionId&, const Draft&);
    domain::Result<domain::Merchant> change(const domain::ConnectionId&, const domain::MerchantId&,
                                            const Patch&);
    domain::Result<domain::Merchant> set_active(const domain::ConnectionId&,
                                                const domain::MerchantId&, bool active);
    // Tries the stored credentials at the gateway; raises or clears its problems.
    domain::Result<domain::Merchant> check(const domain::ConnectionId&, const domain::MerchantId&);
    // A link for a small sum that the CRM knows nothing of.
    domain::Result<TestLink> test_link(const domain::ConnectionId&, const domain::MerchantId&,
                                       const domain::RequestId&);
    // The same without writing anything: what check() would note.
    template <class Value>
    struct Looked {
        domain::Result<Value> result;
        std::vector<Finding> findings;
    };
    Looked<domain::Merchant> look(const domain::ConnectionId&, const domain::MerchantId&) const;
    std::vector<domain::Merchant> list(const domain::ConnectionId&) const;

    // Reads the CRM's payment types, matches them to stores, and raises or clears
    // payment_type.missing, payment_type.doubled (subject: merchant) and currency.not_supported.
    domain::Result<std::vector<TypeLink>> payment_types(const domain::ConnectionId&);
    // The same without writing anything.
    Looked<std::vector<TypeLink>> look_at_types(const domain::ConnectionId&) const;
    // Needs reference_write; payment_type.forbidden where the key lacks it.
    domain::Result<void> create_payment_type(const domain::ConnectionId&,
                                             const domain::MerchantId&);

    std::string hook_url(const domain::Merchant&) const;

  private:
    struct Found {
        domain::Connection connection;
        domain::Merchant merchant;
        port::Gateway* gateway = nullptr;
    };
    domain::Result<Found> find(const domain::ConnectionId&, const domain::MerchantId&) const;
    domain::Result<void> try_out(const Found&, const domain::Credentials&) const;
    domain::Result<void> try_out(const Found&, const domain::Credentials&, port::CallLog&) const;
    // Runs `change` on the stored merchant and writes what follows from it.
    domain::Result<domain::Merchant> update(
        const Found&, const std::function<domain::Result<void>(domain::Merchant&)>& change,
        bool credentials_work);
    domain::Result<void> same_shop(const port::Tx&, const port::Gateway&,
                                   const domain::Merchant& before,
                                   const domain::Merchant& after) const;

    Context context_;
    Payments& payments_;
    MerchantCache* cache_;
    std::function<void(const std::string&)> hurry_;
};

}  // namespace tillbridge::service
