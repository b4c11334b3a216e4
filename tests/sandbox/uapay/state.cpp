#include "tests/sandbox/uapay/state.hpp"

namespace tillbridge::sandbox {
namespace {

Json default_switches() {
    return {{"unsigned", false},
            {"unsignedReplies", false},
            {"replyForm", "good"},
            {"strict", true},
            {"errors400", false},
            {"statusText", false},
            {"listId", "id"},
            {"http429", 0},
            {"retryAfter", -1},
            {"clockOffset", 0},
            {"replyDelayMs", 0},
            {"sessionTtl", 900},
            {"delayResultMs", 0},
            {"delayPayMs", 0},
            {"secondTry", false},
            {"oneRefundOnly", false},
            {"refundsExact", true},
            {"pageLinks", true},
            {"reversedAt", true},
            {"replyIat", true},
            {"holdDays", 7},
            {"refuse", ""},
            {"refuseMessage", "The bank refused the operation"},
            {"hooks", "on"},
            {"hookForm", "good"},
            {"hookIat", true},
            {"hookOldFields", false},
            {"hookDuplicate", 1},
            {"hookOutOfOrder", false},
            {"hookDelayMs", 0},
            {"hookAmountDelta", 0},
            {"hookPaymentStatus", ""},
            {"hookStatus", ""},
            {"hookTimeoutMs", 10000}};
}

}  // namespace

std::string external_key(const std::string& client_id, const std::string& external_id) {
    return client_id + "\n" + external_id;
}

Uapay::Uapay(World& shared)
    : world(shared), defaults(default_switches()), operations(shared.log_settings) {}

void Uapay::reset() {
    operations.clear();
    const std::lock_guard lock(mutex);
    defaults = Switches(default_switches());
    merchants.clear();
    sessions.clear();
    session_ends.clear();
    invoices.clear();
    invoice_order.clear();
    by_external.clear();
    payments.clear();
    payment_order.clear();
    tasks.clear();
    last_client_id = 1000;
    last_number = 8713;
    last_payment_number = 249776;
    create_merchant("", "").name = "Demo merchant";
}

UapayMerchant& Uapay::create_merchant(const std::string& client_id, const std::string& secret) {
    std::string id = client_id;
    while (id.empty() || (client_id.empty() && merchants.count(id) > 0))
        id = std::to_string(++last_client_id);
    if (id.size() > 15 || id.find_first_not_of("0123456789") != std::string::npos)
        throw ControlError("clientId: digits only");
    auto& merchant = merchants.emplace(id, UapayMerchant(defaults)).first->second;
    merchant.client_id = id;
    if (merchant.secret.empty()) merchant.secret = world.random.secret();
    if (!secret.empty()) merchant.secret = secret;
    if (merchant.name.empty()) merchant.name = "Merchant " + id;
    return merchant;
}

UapayMerchant& Uapay::merchant(const std::string& client_id) {
    auto found = merchants.find(client_id);
    if (found == merchants.end()) throw ControlError("no such merchant: " + client_id, 404);
    return found->second;
}

std::string Uapay::open_session(const std::string& client_id) {
    const auto now = world.clock.now();
    while (!session_ends.empty() && session_ends.front().first <= now) {
        auto old = sessions.find(session_ends.front().second);
        if (old != sessions.end() && old->second.ends <= now) sessions.erase(old);
        session_ends.pop_front();
    }
    const auto id = world.random.uuid();
    const auto ends = now + merchant(client_id).switches.number("sessionTtl") * 1000;
    sessions[id] = {client_id, ends};
    session_ends.emplace_back(ends, id);
    return id;
}

UapaySession* Uapay::session(const std::string& id) {
    auto found = sessions.find(id);
    if (found == sessions.end() || found->second.ends <= world.clock.now()) return nullptr;
    return &found->second;
}

UapayInvoice& Uapay::add_invoice(UapayInvoice invoice) {
    invoice.id = world.random.uuid();
    invoice.number = ++last_number;
    invoice.created = world.clock.now();
    invoice_order.push_back(invoice.id);
    by_external[external_key(invoice.client_id, invoice.external_id)].push_back(invoice.id);
    const auto id = invoice.id;
    auto& stored = invoices.emplace(id, std::move(invoice)).first->second;
    log_operation("create", stored, "", stored.amount);
    return stored;
}

UapayInvoice* Uapay::invoice(const std::string& id) {
    auto found = invoices.find(id);
    return found == invoices.end() ? nullptr : &found->second;
}

UapayPayment* Uapay::payment(const std::string& id) {
    auto found = payments.find(id);
    return found == payments.end() ? nullptr : &found->second;
}

UapayPayment* Uapay::newest_payment(const UapayInvoice& invoice) {
    return invoice.payments.empty() ? nullptr : payment(invoice.payments.front());
}

bool Uapay::can_be_paid(const UapayInvoice& invoice) {
    if (invoice.pay_ends != 0 && world.clock.now() >= invoice.pay_ends) return false;
    if (invoice.inactive) return false;
    const UapayPayment* last = newest_payment(invoice);
    if (last == nullptr || invoice.reusability) return true;
    const bool failed = last->payment_status == "REJECTED" || last->payment_status == "CANCELED";
    return failed && last->held == 0 && merchant(invoice.client_id).switches.on("secondTry");
}

void Uapay::log_operation(const std::string& kind, const UapayInvoice& invoice,
                          const std::string& payment_id, std::int64_t amount) {
    operations.add({{"at", iso_utc(world.clock.now())},
                    {"wallMs", wall_now()},
                    {"kind", kind},
                    {"clientId", invoice.client_id},
                    {"invoiceId", invoice.id},
                    {"paymentId", payment_id},
                    {"externalId", invoice.external_id},
                    {"amount", amount}});
    world.bell.ring();
}

}  // namespace tillbridge::sandbox
