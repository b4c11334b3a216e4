// GET /_control/wait: answers as soon as a condition holds.
#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "tests/sandbox/control/control.hpp"
#include "tests/sandbox/crm/views.hpp"
#include "tests/sandbox/uapay/views.hpp"

namespace tillbridge::sandbox {
namespace {

bool one_of(const std::string& list, const std::string& word) {
    const auto words = split(list, ',');
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::size_t wanted_count(const HttpRequest& request) {
    return std::strtoull(request.query.get("count", "1").c_str(), nullptr, 10);
}

}  // namespace

HttpResponse Control::wait(const HttpRequest& request) {
    using namespace std::chrono;
    const auto asked = std::strtoll(request.query.get("timeoutMs", "10000").c_str(), nullptr, 10);
    const auto end = steady_clock::now() + milliseconds(std::clamp(asked, 0LL, 120000LL));
    while (true) {
        const auto seen = world_.bell.count();
        Json found = Json::object();
        payments_.settle();
        const bool done = holds(request, found);
        const auto left = duration_cast<milliseconds>(end - steady_clock::now());
        if (done || left.count() <= 0) {
            found["ok"] = done;
            return HttpResponse::json(done ? 200 : 408, found);
        }
        // At most 200 ms: what only the clock changes rings no bell.
        world_.bell.wait(seen, std::min(left, milliseconds(200)));
    }
}

bool Control::holds(const HttpRequest& request, Json& found) {
    const auto what = request.query.get("for");
    for (const char* name :
         {"invoice", "payment", "refunded", "updates", "registrations", "shops", "notices"})
        if (what == name) return holds_crm(what, request, found);
    for (const char* name : {"gateway", "hooks", "hook", "operations"})
        if (what == name) return holds_uapay(what, request, found);
    if (ProdamusControl::knows_condition(what)) return prodamus_.holds(what, request, found);
    throw ControlError("for: unknown condition: " + what);
}

bool Control::holds_crm(const std::string& what, const HttpRequest& request, Json& found) {
    const auto& query = request.query;
    const auto name = query.get("account", "demo");
    if (what == "updates") {
        const auto scope = query.get("account"), uuid = query.get("uuid");
        const auto count = crm_.updates.count([&](const Json& entry) {
            return bool_of(entry, "applied") &&
                   (scope.empty() || text_of(entry, "account") == scope) &&
                   (uuid.empty() || text_of(entry, "invoiceUuid") == uuid);
        });
        found["count"] = count;
        return count >= wanted_count(request);
    }
    if (what == "registrations" || what == "notices") {
        const Log& log = what == "notices" ? crm_.notices : crm_.registrations;
        found[what] = log.list(page(request).since, 1000000, [&](const Json& entry) {
            return text_of(entry, "account") == name;
        });
        return found[what].size() >= wanted_count(request);
    }
    const std::lock_guard lock(crm_.mutex);
    Account& account = crm_.get(name);
    if (what == "shops") {
        found["account"] = account_view(account);
        std::size_t count = 0;
        const Json::json_pointer place("/integrations/payment/shops");
        for (const auto& [code, module] : account.modules)
            if (module.contains(place))
                for (const auto& shop : module.at(place)) count += bool_of(shop, "active") ? 1 : 0;
        return count >= wanted_count(request);
    }
    if (what == "payment") {
        Order* order = account.order(std::strtoll(query.get("orderId").c_str(), nullptr, 10));
        if (order == nullptr) throw ControlError("no such order", 404);
        found["order"] = order_view(account, *order);
        const auto id = std::strtoll(query.get("paymentId", "0").c_str(), nullptr, 10);
        const OrderPayment* payment = id != 0                   ? order->payment(id)
                                      : order->payments.empty() ? nullptr
                                                                : &order->payments.back();
        return payment != nullptr && one_of(query.get("status"), payment->status);
    }
    const CrmInvoice* invoice = account.invoice(query.get("uuid"));
    if (invoice == nullptr) return false;
    found["invoice"] = invoice_view(*invoice);
    if (what == "invoice") return one_of(query.get("status"), invoice->status);
    const double amount = std::strtod(query.get("amount", "0").c_str(), nullptr);
    return static_cast<double>(invoice->refunded()) + 0.5 >= amount * 100.0;
}

bool Control::holds_uapay(const std::string& what, const HttpRequest& request, Json& found) {
    const auto& query = request.query;
    if (what == "hooks" || what == "hook") {
        const Json filter = query.as_json();
        const bool done = what == "hooks" ? hooks_.idle(filter)
                                          : hooks_.attempts(filter) >= wanted_count(request);
        found["hooks"] = hooks_.list(0, 1000, filter);
        return done;
    }
    auto id = query.get("invoice");
    if (const auto mark = id.rfind("/invoice/"); mark != std::string::npos)
        id = id.substr(mark + 9);
    if (what == "operations") {
        const auto kind = query.get("kind");
        found["operations"] = uapay_.operations.list(0, 1000000, [&](const Json& entry) {
            return (id.empty() || text_of(entry, "invoiceId") == id) &&
                   (kind.empty() || text_of(entry, "kind") == kind);
        });
        return found["operations"].size() >= wanted_count(request);
    }
    const std::lock_guard lock(uapay_.mutex);
    const UapayInvoice* invoice = uapay_.invoice(id);
    if (invoice == nullptr) return false;
    found["invoice"] = invoice_show(uapay_, *invoice);
    const UapayPayment* payment = uapay_.newest_payment(*invoice);
    return payment != nullptr && one_of(query.get("paymentStatus"), payment->payment_status);
}

}  // namespace tillbridge::sandbox
