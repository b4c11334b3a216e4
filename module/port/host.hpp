// The side that asks to be paid: a CRM account. RetailCRM first.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "module/domain/connection.hpp"
#include "module/domain/effect.hpp"
#include "module/domain/invoice.hpp"
#include "module/domain/merchant.hpp"
#include "module/domain/result.hpp"
#include "module/port/gateway.hpp"

namespace tillbridge::port {

// How a call to the host ended, in the words that decide what the outbox does next.
enum class HostResult {
    ok,
    refused,       // it understood and said no, and always will: park
    key_rejected,  // our key is not accepted: a person must act, try again later
    overloaded,    // 429 or 503: wait, honour Retry-After
    silent,        // nothing or no sense came back: try again later
    forbidden,     // the address guard refused to call it
};

struct HostAnswer {
    HostResult result = HostResult::silent;
    std::string code;     // stable, for machines: crm.refused, crm.unreachable, …
    std::string message;  // the host's own words
    std::optional<domain::Span> retry_after;
    bool timed_out = false;
    Exchange exchange;
    std::string host{};  // and port that was called, for people; may be empty
};

template <class T>
struct HostReply {
    HostAnswer answer;
    T value{};  // meaningful where answer.result is ok
};

struct AccountInfo {
    std::string public_url;
    std::vector<std::string> scopes;          // as granted; on old accounts the methods
    std::vector<std::string> missing_scopes;  // what a payment module needs beside them
    bool may_edit_payment_types = false;      // reference_write
};

struct AccountSettings {
    std::string currency;
    std::string locale;
    std::string timezone;
};

struct PaymentType {
    std::string code;
    std::string name;
    bool active = true;
    domain::MerchantId merchant;  // empty: not linked to a store of ours
};

// A payment on an order, as the CRM keeps it.
struct OrderPayment {
    std::int64_t id = 0;
    std::string type;    // code of its payment type
    std::string amount;  // decimal text
    bool paid = false;
    std::string external_id{};  // ours, where it was made for an invoice of ours
};

struct Order {
    std::int64_t id = 0;
    std::string number;
    std::string currency;  // empty: the account's
    std::string site{};    // the account's shop; may be empty
    std::vector<OrderPayment> payments;
};

struct Registration {
    std::string base_url;                 // ours, what the action paths hang on
    std::string account_url;              // where admins are sent
    std::vector<domain::Merchant> shops;  // all of the connection, inactive ones too
    std::vector<std::string> currencies;
};

struct StatusUpdate {
    domain::Invoice invoice;  // ids, slug, amount's currency
    domain::effect::PushStatus push;
    std::string reason_text;  // in the account's language
    std::string link;         // the buyer's link where push.with_link
};

// What a bot is told: one call to its address, signed with the connection's secrets.
struct BotCall {
    std::string id;       // the same in every try
    std::string address;  // absolute
    std::string body;     // JSON
};

// Where the host put a payment that it did not ask for.
struct Imported {
    domain::InvoiceUuid uuid;  // the host's id of it; empty: not told
    std::int64_t order = 0;    // 0: none
    std::int64_t payment = 0;
};

class Host {
  public:
    virtual ~Host() = default;

    // A CRM address as typed or sent → the form that we keep; refuses what the guard forbids.
    virtual domain::Result<std::string> normalize_url(const std::string& url) = 0;

    virtual HostReply<AccountInfo> check_account(const domain::Connection&) = 0;
    virtual HostReply<AccountSettings> settings(const domain::Connection&) = 0;
    virtual HostAnswer register_module(const domain::Connection&, const Registration&) = 0;
    virtual HostAnswer push(const domain::Connection&, const StatusUpdate&) = 0;
    // value: empty where the host agrees, else its words.
    virtual HostReply<std::optional<std::string>> check_payment(const domain::Connection&,
                                                                const domain::Invoice&) = 0;
    virtual HostReply<std::vector<PaymentType>> payment_types(
        const domain::Connection&, const std::vector<domain::Merchant>& ours) = 0;
    virtual HostAnswer create_payment_type(const domain::Connection&, const domain::Merchant&) = 0;
    // Refused with order.unknown, or order.forbidden where the key may not read orders.
    virtual HostReply<Order> order(const domain::Connection&, std::int64_t id) = 0;
    // The CRM makes an invoice for a payment on an order: it asks us for the link like for one that
    // a manager wants. value: that link.
    virtual HostReply<std::string> create_invoice(const domain::Connection&,
                                                  std::int64_t payment) = 0;
    // The payment on an order that an invoice is for; 0: the host does not tell.
    virtual HostReply<std::int64_t> payment_of(const domain::Connection&,
                                               const domain::InvoiceUuid&) = 0;
    // A paid invoice that the host did not ask for becomes a payment on the order of one that it
    // did (`like`); done once, however often it is wanted. Refused with order.write_forbidden where
    // the key may not. A host without orders has nothing to do.
    virtual HostReply<Imported> import_paid(const domain::Connection&, const domain::Invoice&,
                                            const domain::InvoiceUuid& like);
    virtual HostAnswer notify(const domain::Connection&, const std::string& text, bool alarm) = 0;

    // Of bots alone; a CRM has nothing to do there.
    virtual HostAnswer call(const domain::Connection&, const BotCall&) {
        HostAnswer nothing;
        nothing.result = HostResult::ok;
        return nothing;
    }
    // An address as typed → the form that we keep; refuses what the guard forbids
    // (bot.url_invalid).
    virtual domain::Result<std::string> normalize_callback(const std::string& url) {
        return domain::fail("bot.url_invalid", url);
    }
};

}  // namespace tillbridge::port
