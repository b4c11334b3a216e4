// What the core needs of a payment gateway. An implementation translates and signs; it keeps no
// state of its own beyond caches, decides nothing, and never repeats a call that may have been
// sent.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "module/domain/fact.hpp"
#include "module/domain/ids.hpp"
#include "module/domain/invoice.hpp"
#include "module/domain/merchant.hpp"
#include "module/domain/money.hpp"
#include "module/domain/result.hpp"
#include "module/domain/subscription.hpp"
#include "module/domain/time.hpp"

namespace tillbridge::port {

struct Capabilities {
    bool two_stage = false;
    bool partial_capture = false;
    bool refund = false;
    bool partial_refund = false;
    bool status_query = false;    // can be asked about a payment
    bool recover_create = false;  // can find an invoice whose create answer was lost
    bool parameters = false;      // understands CreateOrder::parameters
    bool subscriptions = false;   // charges again and again, and lets us say when and how much
};

// Who is believed: a signed hook is; an unsigned one at most makes us ask the gateway.
enum class HookTrust { signed_hooks, hint_only };

struct Field {
    std::string code;
    std::map<std::string, std::string> label;  // language → text
    // text textarea secret url bool select list number; a list's values are joined by `|`
    std::string type = "text";
    bool required = true;
    std::map<std::string, std::string> help;
    struct Choice {
        std::string value;
        std::map<std::string, std::string> label;
    };
    std::vector<Choice> choices;  // of a select or a list
    std::string fallback;         // of an option: what holds where it is not set
    // Says whose account it is: another value is another shop, which knows nothing of this one's
    // payments.
    bool identity = false;
};

struct GatewayDescription {
    domain::GatewayCode code;
    std::string name;
    std::vector<std::string> currencies;
    Capabilities capabilities;
    HookTrust trust = HookTrust::signed_hooks;
    std::vector<Field> fields;   // credentials
    std::vector<Field> options;  // a store's own, kept in MerchantOptions::extra; no secrets
    domain::Span hold_lasts{};   // how long a hold lives; 0: unknown
};

// One exchange with a peer, for the journal: no secret, personal data masked.
struct Exchange {
    std::string what;     // `invoicer/invoices/create`
    int http_status = 0;  // 0: no answer
    domain::Span took{};
    std::string outcome;  // `ok`, or a stable error code
    std::string detail;   // the peer's own words, masked and cut
};

struct CallLog {
    std::vector<Exchange> exchanges;
    std::optional<domain::Span>
        clock_offset;  // the peer's clock minus ours, where it could be seen
};

// How a call that changes something ended (domain::OperationState without planned and started).
struct OperationAnswer {
    domain::OperationState result = domain::OperationState::unknown;
    std::string code;    // stable: gateway.refused, gateway.silent, gateway.clock_skew, …
    std::string reason;  // the gateway's own words, for the manager
    // create:
    domain::GatewayId gateway_invoice;  // of one that succeeded never empty
    std::string pay_url;
    domain::UtcTime expires_at;
    // What the buyer is asked for, where it is not the order's amount: a discount of the store.
    std::optional<domain::Money> payable;
    std::string product;  // of a subscription that the link sells; its first payment must name it
    CallLog log;
};

struct ReportAnswer {
    domain::Result<domain::fact::GatewayReport>
        report;  // error: gateway.silent, gateway.refused, …
    CallLog log;
};

struct HookFact {
    domain::GatewayId gateway_invoice;
    domain::GatewayId gateway_payment;
    std::string external_id;
    domain::fact::HookReceived fact;  // external_id_matches is set by the service
    // Of a gateway that can't be asked: what the signed hook says is all there will be. The service
    // sets its time.
    std::optional<domain::fact::GatewayReport> report;
    // Speaks of a subscription. With `report` it is the first payment, an invoice of ours like any
    // other; without, the invoice that it may name is none of its business.
    std::optional<domain::SubscriptionEvent> subscription;
    // Of hooks of a bot's store: the notice's fields by their flat names, a JSON object of texts,
    // and what it says of an application for an instalment: approved, canceled, rejected, signed.
    std::string notice_json;
    std::string installment;
    std::string event_key;   // what makes two deliveries the same event
    std::string word;        // the gateway's own status word(s), for the journal
    std::string summary;     // masked, for the journal
    bool understood = true;  // false: a word that we do not know, taken as processing
};

struct RawHook {
    std::string body;
    std::string content_type;
    std::map<std::string, std::string> headers;  // lower-case names
    std::string query;
};

struct CreateOrder {
    std::string external_id;
    domain::Money amount;
    bool two_stage = false;
    std::string description;
    std::string locale;
    std::string hook_url;
    std::string return_url;      // ours: /pay/{slug}/return
    domain::UtcTime expires_at;  // 0: the gateway's own
    std::string customer_email;
    std::string customer_phone;
    std::string items_json;  // the CRM's items as they came; `[]` where none
    // The gateway's own parameters as its caller named them; they go before the store's options.
    std::map<std::string, std::string> parameters;
};

// Whose subscription it is: one of these is enough.
struct SubscriptionIdentity {
    std::string profile;
    std::string phone;
    std::string email;
    std::string vk;
    std::string tg;

    bool empty() const {
        return profile.empty() && phone.empty() && email.empty() && vk.empty() && tg.empty();
    }
};

struct SubscriptionChange {
    enum class Kind { activity, discount, next_payment };

    std::string product;
    SubscriptionIdentity who;
    Kind kind = Kind::activity;
    bool active = false;           // activity
    bool by_buyer = false;         // activity off in the buyer's name: he can't be brought back
    std::string discount;          // discount: decimal text in the subscription's currency
    std::int64_t charges = 0;      // discount: for so many charges; 0: for good
    domain::UtcTime next_payment;  // next_payment
};

// Such a change says how things shall be: a repeat does no harm.
struct SubscriptionAnswer {
    domain::OperationState result = domain::OperationState::unknown;
    std::string code;    // gateway.unsupported, gateway.refused, gateway.silent, subscription.…
    std::string reason;  // the gateway's own words
    std::string field;   // refused before anything was sent: what is wrong
    CallLog log;
};

class Gateway {
  public:
    virtual ~Gateway() = default;

    virtual const GatewayDescription& description() const = 0;

    // Checks the form of what was typed; then, where it is right, tries it at the gateway.
    // Errors carry the field: credentials.missing, credentials.malformed, credentials.refused,
    // gateway.silent, gateway.clock_skew.
    virtual domain::Result<void> try_credentials(const domain::Credentials&, CallLog&) = 0;

    // Credentials as they are kept: what can be typed in several ways in one of them. Anything that
    // it can't read stays as it is.
    virtual domain::Credentials tidy(domain::Credentials) const;

    // What a test link asks for, decimal text in the first of the currencies, given the store's own
    // options; empty where what the store sells has a price of its own (Invoice::open_price).
    virtual std::string test_amount(const std::map<std::string, std::string>& options) const;

    // The form of a store's own options, by the declared fields. A gateway that knows more of them
    // overrides it. Errors: options.not_supported, options.invalid, with the field.
    virtual domain::Result<void> check_options(
        const std::map<std::string, std::string>& options) const;

    virtual OperationAnswer create(const domain::Merchant&, const CreateOrder&) = 0;
    // The gateway's mark of the payment before a refund, to recognise its effect by.
    virtual domain::Result<std::string> baseline(const domain::Merchant&, const domain::Invoice&,
                                                 const domain::Operation&, CallLog&) = 0;
    // capture, void or refund, as `op` says; `op.requested` none: everything.
    virtual OperationAnswer perform(const domain::Merchant&, const domain::Invoice&,
                                    const domain::Operation&) = 0;
    // What became of an operation whose answer was lost or is pending: asks, never repeats.
    // `settled`: long enough ago that a call still under way can be ruled out.
    virtual OperationAnswer resolve(const domain::Merchant&, const domain::Invoice&,
                                    const domain::Operation&, bool settled) = 0;
    // Fails with gateway.unsupported where the capability status_query is not declared.
    virtual ReportAnswer ask(const domain::Merchant&, const domain::Invoice&);

    // Verifies over the raw bytes. Errors: hook.signature_mismatch, hook.unreadable.
    virtual domain::Result<HookFact> read_hook(const domain::Merchant&, const RawHook&) = 0;

    // Refused with gateway.unsupported where the capability is not declared.
    virtual SubscriptionAnswer set_subscription(const domain::Merchant&, const SubscriptionChange&);
};

// The gateways of this installation by code.
class Gateways {
  public:
    virtual ~Gateways() = default;
    virtual Gateway* find(const domain::GatewayCode&) = 0;
    virtual std::vector<Gateway*> all() = 0;
};

}  // namespace tillbridge::port
