#include "tests/sandbox/crm/state.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tests/sandbox/base/local_time.hpp"

namespace tillbridge::sandbox {
namespace {

Json default_switches() {
    return {{"rateLimit", 10},       {"rateLimitStatus", 503},
            {"retryAfter", -1},      {"check", "auto"},
            {"timeoutMs", 30000},    {"repeat", "none"},
            {"scopeChange", "auto"}, {"checkMessage", "The payment must not be taken"}};
}

}  // namespace

const std::vector<std::string>& all_scopes() {
    static const std::vector<std::string> scopes{
        "integration_read", "integration_write", "payments_read", "payments_write",
        "reference_read",   "reference_write",   "store_read",    "order_read",
        "order_write",      "customer_read"};
    return scopes;
}

bool known_status(const std::string& status) {
    for (const char* known :
         {"pending", "waitingForCapture", "succeeded", "canceled", "refundSucceeded"})
        if (status == known) return true;
    return false;
}

std::int64_t CrmInvoice::refunded() const {
    std::int64_t sum = 0;
    for (const auto& refund : refunds)
        if (refund.status == "succeeded") sum += refund.amount;
    return sum;
}

OrderPayment* Order::payment(std::int64_t wanted) {
    for (auto& payment : payments)
        if (payment.id == wanted) return &payment;
    return nullptr;
}

ApiKey* Account::key(const std::string& text) {
    for (auto& key : keys)
        if (key.active && key.key == text) return &key;
    return nullptr;
}

Order* Account::order(std::int64_t id) {
    auto found = orders.find(id);
    return found == orders.end() ? nullptr : &found->second;
}

CrmInvoice* Account::invoice(const std::string& uuid) {
    auto found = invoices.find(uuid);
    return found == invoices.end() ? nullptr : &found->second;
}

const Json* Account::shop(const std::string& module, const std::string& code) const {
    auto found = modules.find(module);
    if (found == modules.end()) return nullptr;
    const auto pointer = Json::json_pointer("/integrations/payment/shops");
    if (!found->second.contains(pointer)) return nullptr;
    for (const auto& shop : found->second.at(pointer))
        if (text_of(shop, "code") == code) return &shop;
    return nullptr;
}

PaymentType& Account::type_for_shop(const std::string& module, const std::string& code) {
    for (auto& [type_code, type] : types)
        if (type.module == module && type.shop == code) return type;
    std::string type_code;
    for (int number = 1; type_code.empty() || types.count(type_code) > 0; ++number)
        type_code = fmt::format("{}-{}", module, number);
    const Json* known = shop(module, code);
    PaymentType type;
    type.code = type_code;
    type.name = known != nullptr ? text_of(*known, "name") : code;
    type.module = module;
    type.shop = code;
    return types.emplace(type_code, type).first->second;
}

std::string Account::module_code(const std::string& asked) const {
    if (!asked.empty()) {
        if (modules.count(asked) == 0)
            throw ControlError("no such module registered: " + asked, 404);
        return asked;
    }
    if (modules.empty()) throw ControlError("no module is registered at account " + name);
    return modules.begin()->first;
}

Crm::Crm(World& shared)
    : world(shared),
      defaults(default_switches()),
      updates(shared.log_settings),
      notices(shared.log_settings),
      registrations(shared.log_settings),
      calls(shared.log_settings),
      requests(shared.log_settings) {}

void Crm::reset() {
    for (Log* log : {&updates, &notices, &registrations, &calls, &requests}) log->clear();
    const std::lock_guard lock(mutex);
    accounts.clear();
    defaults = Switches(default_switches());
    last_order_id = 4570;
    last_payment_id = 9100;
    auto& demo = create_account("demo");
    demo.title = "Demo shop";
    create_order(demo, {{"number", "1001C"},
                        {"customer",
                         {{"email", "olena@example.com"},
                          {"phone", "+380501112233"},
                          {"firstName", "Olena"},
                          {"lastName", "Shevchenko"}}},
                        {"items",
                         {{{"name", "Ceramic teapot"}, {"price", 950.5}, {"quantity", 1}},
                          {{"name", "Green tea, 100 g"}, {"price", 150}, {"quantity", 2}}}}});
}

Account* Crm::find(const std::string& name) {
    auto found = accounts.find(name);
    return found == accounts.end() ? nullptr : &found->second;
}

Account& Crm::get(const std::string& name) {
    Account* account = find(name);
    if (account == nullptr) throw ControlError("no such account: " + name, 404);
    return *account;
}

Account& Crm::create_account(const std::string& name) {
    const bool plain =
        !name.empty() && name.size() <= 40 &&
        name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
    if (!plain) throw ControlError("account name: a-z, 0-9 and - only");
    auto& account = accounts.emplace(name, Account(defaults)).first->second;
    account.name = account.title = name;
    account.url = world.base_url + "/crm/" + name;
    account.public_url = account.technical_url = account.url;
    account.sites = Json::array({{{"code", "main"},
                                  {"name", "Main shop"},
                                  {"url", account.url + "/site"},
                                  {"currency", account.currency}}});
    account.status_map = {{"pending", "invoice"},
                          {"waitingForCapture", "wait-approved"},
                          {"succeeded", "paid"},
                          {"canceled", "canceled"},
                          {"refundSucceeded", "returned"}};
    account.types["cash"] = {"cash", "Cash", "", "", true, Json::object()};
    ApiKey key;
    key.key = world.random.text(32);
    key.origin = "manual";
    key.scopes = all_scopes();
    key.methods = {"/api/integration-modules/{code}", "/api/integration-modules/{code}/edit",
                   "/api/payment/(updateInvoice|check)"};
    account.keys.push_back(key);
    return account;
}

Order& Crm::create_order(Account& account, const Json& wanted) {
    Order order;
    // A chosen id: the CRM page's own sandbox shows a card of one fixed order.
    order.id = has(wanted, "id") ? int_of(wanted, "id") : ++last_order_id;
    if (account.orders.count(order.id) > 0) throw ControlError("there is such an order");
    order.number = text_of(wanted, "number", fmt::format("{}C", order.id));
    order.created_at = iso_utc(world.clock.now());
    order.currency = text_of(wanted, "currency", account.currency);
    order.site = text_of(wanted, "site", "main");
    if (has(wanted, "customer")) order.customer = wanted.at("customer");
    if (has(wanted, "items"))
        order.items = wanted.at("items");
    else
        order.items = Json::array(
            {{{"name", "Goods"}, {"price", number_of(wanted, "amount", 100)}, {"quantity", 1}}});
    for (const auto& item : order.items)
        order.total += static_cast<std::int64_t>(
            number_of(item, "price") * number_of(item, "quantity", 1) * 100.0 + 0.5);
    auto& stored = account.orders.emplace(order.id, std::move(order)).first->second;
    if (has(wanted, "payments"))
        for (const auto& payment : wanted.at("payments")) add_payment(account, stored, payment);
    return stored;
}

OrderPayment& Crm::add_payment(Account& account, Order& order, const Json& wanted) {
    OrderPayment payment;
    payment.type = text_of(wanted, "type");
    if (has(wanted, "shop"))
        payment.type = account
                           .type_for_shop(account.module_code(text_of(wanted, "module")),
                                          text_of(wanted, "shop"))
                           .code;
    if (account.types.count(payment.type) == 0)
        throw ControlError("no such payment type: " + payment.type);
    payment.amount = order.total;
    if (has(wanted, "amount")) {
        const auto amount = cents_of(wanted.at("amount"));
        if (!amount) throw ControlError("amount: a number with at most two decimals");
        payment.amount = *amount;
    }
    payment.id = ++last_payment_id;
    order.payments.push_back(payment);
    return order.payments.back();
}

CrmInvoice& Crm::create_invoice(Account& account, Order& order, OrderPayment& payment,
                                const std::string& uuid, std::int64_t amount,
                                const std::string& currency) {
    const auto& type = account.types.at(payment.type);
    CrmInvoice invoice;
    invoice.uuid = uuid.empty() ? world.random.uuid() : uuid;
    invoice.module = type.module;
    invoice.shop = type.shop;
    invoice.amount = amount;
    invoice.currency = currency;
    invoice.order_id = order.id;
    invoice.payment_id = payment.id;
    invoice.created_ms = world.clock.now();
    invoice.created_wall_ms = wall_now();
    invoice.created_at = iso_utc(invoice.created_ms);
    account.invoice_order.push_back(invoice.uuid);
    payment.invoices.push_back(invoice.uuid);
    return account.invoices.emplace(invoice.uuid, std::move(invoice)).first->second;
}

void Crm::note(CrmInvoice& invoice, const std::string& what) {
    constexpr std::size_t kMost = 500;
    if (invoice.history.size() >= kMost) invoice.history.erase(invoice.history.begin());
    invoice.history.push_back({{"at", iso_utc(world.clock.now())},
                               {"seq", ++world.log_settings.sequence},
                               {"what", what}});
}

void Crm::apply_to_payment(Account& account, CrmInvoice& invoice) {
    Order* order = account.order(invoice.order_id);
    OrderPayment* payment = order != nullptr ? order->payment(invoice.payment_id) : nullptr;
    if (payment == nullptr || payment->invoices.empty() || payment->invoices.back() != invoice.uuid)
        return;
    auto mapped = account.status_map.find(invoice.status);
    if (mapped != account.status_map.end()) payment->status = mapped->second;
    if (invoice.status == "canceled" && invoice.cancel_asked) payment->status = "rejected";
    if (invoice.status == "succeeded") {
        payment->paid_amount = invoice.paid_amount;
        payment->paid_at = invoice.paid_at;
    }
}

}  // namespace tillbridge::sandbox
