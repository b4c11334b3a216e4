// The emulated CRM's memory: accounts with their keys, registrations, references, orders, payments
// and invoices. All of it is guarded by one mutex that is never held during an outbound call.
// Money: whole hundredths of the invoice's currency.
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

struct ApiKey {
    std::string key, origin;  // origin: manual or marketplace
    std::vector<std::string> scopes, methods;
    bool active = true;
    std::map<std::string, std::deque<Millis>> recent;  // by source address, for the rate limit
};

struct CrmRefund {
    std::string id, status, comment;
    std::int64_t amount = 0;
};

// What the CRM knows of one request for payment: its invoice at a module.
struct CrmInvoice {
    std::string uuid, module, shop, currency, status, link, external_id, paid_at, expired_at;
    std::string cancellation_details, error, created_at;
    std::int64_t order_id = 0, payment_id = 0, amount = 0, paid_amount = 0, discount = 0;
    Millis created_ms = 0, created_wall_ms = 0;
    bool cancellable = false, refundable = false, cancel_asked = false, create_failed = true;
    std::vector<CrmRefund> refunds;
    Json history = Json::array();

    std::int64_t refunded() const;
    bool over() const { return status == "canceled" || status == "refundSucceeded"; }
};

struct OrderPayment {
    std::int64_t id = 0, amount = 0, paid_amount = 0;
    std::string type, status = "not-paid", paid_at, external_id;
    std::vector<std::string> invoices;  // uuids, oldest first
};

struct Order {
    std::int64_t id = 0, total = 0;
    std::string number, created_at, currency, site;
    Json customer = Json::object(), items = Json::array();
    std::vector<OrderPayment> payments;

    OrderPayment* payment(std::int64_t id);
};

struct PaymentType {
    std::string code, name, module, shop;
    bool active = true;
    Json extra = Json::object();  // what an edit carried besides
};

struct Account {
    std::string name, title, timezone = "Europe/Kyiv", currency = "UAH", language = "en";
    std::string url, public_url, technical_url;
    bool old_style = false, active = true, freeze = false;
    std::vector<ApiKey> keys;
    std::map<std::string, Json> modules;      // code → registration
    std::map<std::string, Json> connections;  // code → {accountUrl, connectedAt}
    std::map<std::string, PaymentType> types;
    std::map<std::string, std::string> status_map;  // invoice status → payment status
    Json sites = Json::array();
    std::map<std::int64_t, Order> orders;
    std::unordered_map<std::string, CrmInvoice> invoices;
    std::vector<std::string> invoice_order;  // uuids, oldest first
    Switches switches;
    std::int64_t rate_limited = 0;

    explicit Account(Switches chosen) : switches(std::move(chosen)) {}
    ApiKey* key(const std::string& text);
    Order* order(std::int64_t id);
    CrmInvoice* invoice(const std::string& uuid);
    // The registered shop, or null.
    const Json* shop(const std::string& module, const std::string& code) const;
    PaymentType& type_for_shop(const std::string& module, const std::string& code);
    // The asked registration, or the only one; throws ControlError.
    std::string module_code(const std::string& asked) const;
};

class Crm {
  public:
    explicit Crm(World& world);

    World& world;
    std::mutex mutex;
    Switches defaults;
    std::map<std::string, Account> accounts;
    std::int64_t last_order_id = 4570, last_payment_id = 9100;
    Log updates, notices, registrations, calls, requests;

    void reset();  // back to the first day; takes the mutex
    // The rest is called with the mutex held.
    Account* find(const std::string& name);
    Account& get(const std::string& name);  // throws ControlError 404
    Account& create_account(const std::string& name);
    Order& create_order(Account& account, const Json& wanted);
    OrderPayment& add_payment(Account& account, Order& order, const Json& wanted);
    CrmInvoice& create_invoice(Account& account, Order& order, OrderPayment& payment,
                               const std::string& uuid, std::int64_t amount,
                               const std::string& currency);
    void note(CrmInvoice& invoice, const std::string& what);
    // Carries the invoice's status over to the order's payment, through the account's status map.
    void apply_to_payment(Account& account, CrmInvoice& invoice);
};

const std::vector<std::string>& all_scopes();
bool known_status(const std::string& status);

}  // namespace tillbridge::sandbox
