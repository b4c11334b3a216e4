// UAPAY's memory: merchants, sessions, invoices, payments and the operations log. One mutex guards
// it and is never held during an outbound call. Money: whole kopiykas. Facts: uapay.md.
#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "tests/sandbox/base/switches.hpp"
#include "tests/sandbox/base/world.hpp"

namespace tillbridge::sandbox {

struct UapayMerchant {
    std::string client_id, secret, name;
    Switches switches;
    std::deque<Millis> recent;  // for http429

    explicit UapayMerchant(Switches chosen) : switches(std::move(chosen)) {}
};

struct UapaySession {
    std::string client_id;
    Millis ends = 0;
};

struct UapayPayment {
    std::string id, invoice_id, client_id, card_masked, card_id, receipt_id;
    std::string status = "NEW", payment_status = "PENDING";
    std::int64_t number = 0, amount = 0, held = 0, captured = 0, refunded = 0;
    int refunds = 0;
    Millis created = 0, updated = 0, paid = 0, reversed = 0, hold_ends = 0;
};

struct UapayInvoice {
    std::string id, external_id, client_id, system_type, description, type, email, extra_info;
    std::string redirect_url, callback_url, pay_expires_at;
    std::int64_t number = 0, amount = 0, recurring_interval = 0, expires_at = 0;
    Millis created = 0, pay_ends = 0;  // pay_ends 0: no end
    bool reusability = false, inactive = false;
    std::vector<std::string> payments;  // newest first
};

// Something that happens later on the sandbox's clock.
struct UapayTask {
    enum class Kind { hold_ends, finish } kind = Kind::hold_ends;
    std::string payment_id, step;  // step: pay, hold, complete, cancel, reverse
    std::int64_t amount = 0;
};

class Uapay {
  public:
    explicit Uapay(World& world);

    World& world;
    std::mutex mutex;
    Switches defaults;
    std::map<std::string, UapayMerchant> merchants;
    std::unordered_map<std::string, UapaySession> sessions;
    std::deque<std::pair<Millis, std::string>> session_ends;
    std::unordered_map<std::string, UapayInvoice> invoices;
    std::vector<std::string> invoice_order;
    std::unordered_map<std::string, std::vector<std::string>> by_external;  // clientId\nexternalId
    std::unordered_map<std::string, UapayPayment> payments;
    std::vector<std::string> payment_order;
    std::multimap<Millis, UapayTask> tasks;
    std::int64_t last_client_id = 1000, last_number = 8713, last_payment_number = 249776;
    Log operations;

    void reset();
    // The rest is called with the mutex held.
    UapayMerchant& create_merchant(const std::string& client_id, const std::string& secret);
    UapayMerchant& merchant(const std::string& client_id);  // throws ControlError 404
    std::string open_session(const std::string& client_id);
    UapaySession* session(const std::string& id);
    UapayInvoice& add_invoice(UapayInvoice invoice);
    UapayInvoice* invoice(const std::string& id);
    UapayPayment* payment(const std::string& id);
    UapayPayment* newest_payment(const UapayInvoice& invoice);
    bool can_be_paid(const UapayInvoice& invoice);
    void log_operation(const std::string& kind, const UapayInvoice& invoice,
                       const std::string& payment_id, std::int64_t amount);
};

std::string external_key(const std::string& client_id, const std::string& external_id);

}  // namespace tillbridge::sandbox
