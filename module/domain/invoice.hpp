// An invoice is what is to be paid, with every operation that was tried for it. It changes through
// decide() alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "module/domain/ids.hpp"
#include "module/domain/money.hpp"
#include "module/domain/operation.hpp"
#include "module/domain/time.hpp"

namespace tillbridge::domain {

enum class InvoiceState { creating, pending, authorized, paid, refunded, canceled, failed };

// What the CRM says to a hold (payment/check).
enum class Consent { none, asked, agreed, refused };

// What a store wants done with a hold that nobody confirmed in time.
enum class HoldEnd { void_it, capture_it };

struct Invoice {
    ConnectionId connection;
    InvoiceId id;
    InvoiceUuid uuid;
    MerchantId merchant;
    GatewayCode gateway;
    Slug slug;

    Money amount;  // 0: open, the gateway's product has its own price; the first money tells it
    InvoiceState state = InvoiceState::creating;
    bool two_stage = false;     // fixed when the link is made
    bool auto_capture = false;  // two-stage only: capture as soon as the CRM agrees
    HoldEnd hold_end = HoldEnd::void_it;
    bool test = false;  // a test link of the settings page: the CRM knows nothing of it

    std::int64_t payable = 0;     // what the buyer is asked for, minor units; 0: the amount
    std::int64_t authorized = 0;  // held, minor units
    std::int64_t captured = 0;
    std::int64_t refunded = 0;

    GatewayId gateway_invoice;
    GatewayId gateway_payment;
    std::string pay_url;  // the gateway's page
    std::string product;  // of the gateway's, subscribed to with the first payment; empty: none

    std::string order_number;  // as the CRM shows it
    std::string description;   // as the buyer reads it
    std::string return_url;    // the shop's page for after the payment; may be empty
    std::string locale;        // the buyer's language: ru uk kk en es

    Consent consent = Consent::none;
    std::string reason;         // stable code of why it ended or was declined: `canceled.manager`
    std::string reason_detail;  // the gateway's own words
    bool hold_warned = false;

    UtcTime created_at;
    UtcTime updated_at;
    UtcTime link_expires_at;  // never where 0
    UtcTime held_at;
    UtcTime hold_ends_at;
    UtcTime paid_at;
    UtcTime canceled_at;
    UtcTime observed_at;       // when the newest gateway report that counted was asked for
    std::int64_t version = 0;  // raised by each save

    std::vector<Operation> operations;  // oldest first

    bool operator==(const Invoice&) const = default;

    Operation* find(const OperationId& op);
    const Operation* find(const OperationId& op) const;
    const Operation* last(OperationKind kind) const;  // newest of a kind, or null
    const Operation* busy() const;                    // an operation in flight, or null
    std::int64_t refundable() const { return captured - refunded; }
    bool open_price() const { return amount.minor == 0; }
    std::int64_t due() const { return payable > 0 ? payable : amount.minor; }
};

std::string_view to_word(InvoiceState state);
std::string_view to_word(Consent consent);
std::string_view to_word(HoldEnd end);
std::optional<InvoiceState> invoice_state(std::string_view word);
std::optional<Consent> consent(std::string_view word);
std::optional<HoldEnd> hold_end(std::string_view word);

}  // namespace tillbridge::domain
