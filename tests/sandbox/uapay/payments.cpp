#include "tests/sandbox/uapay/payments.hpp"

#include <chrono>

#include "tests/sandbox/uapay/views.hpp"

namespace tillbridge::sandbox {
namespace {

constexpr Millis kDay = 24LL * 3600 * 1000;

std::string masked(const std::string& card) {
    return card.size() < 10 ? card : card.substr(0, 6) + card.substr(card.size() - 4);
}

bool tells(const std::string& payment_status) {
    return payment_status == "HOLDED" || payment_status == "FINISHED" ||
           payment_status == "CANCELED" || payment_status == "REJECTED" ||
           payment_status == "REVERSED";
}

}  // namespace

void UapayPayments::start() {
    thread_ = std::thread([this] { work(); });
}

void UapayPayments::stop() {
    {
        const std::lock_guard lock(uapay_.mutex);
        stopping_ = true;
    }
    tick_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void UapayPayments::work() {
    std::unique_lock lock(uapay_.mutex);
    while (!stopping_) {
        settle_locked();
        tick_.wait_for(lock, std::chrono::milliseconds(100));
    }
}

void UapayPayments::settle() {
    const std::lock_guard lock(uapay_.mutex);
    settle_locked();
}

void UapayPayments::settle_locked() {
    const auto now = uapay_.world.clock.now();
    while (!uapay_.tasks.empty() && uapay_.tasks.begin()->first <= now) {
        const UapayTask task = uapay_.tasks.begin()->second;
        uapay_.tasks.erase(uapay_.tasks.begin());
        UapayPayment* payment = uapay_.payment(task.payment_id);
        if (payment == nullptr) continue;
        if (task.kind == UapayTask::Kind::finish) {
            finish(*payment, task.step, task.amount);
        } else if (payment->payment_status == "HOLDED") {
            uapay_.log_operation("expire", *uapay_.invoice(payment->invoice_id), payment->id,
                                 payment->held);
            enter(*payment, "CANCELED", "CANCELED");
        }
    }
}

Hooks::Message UapayPayments::message_for(const UapayPayment& payment) {
    const UapayInvoice& invoice = *uapay_.invoice(payment.invoice_id);
    const UapayMerchant& merchant = uapay_.merchant(payment.client_id);
    const Json claims = hook_claims(uapay_, invoice, payment);
    return {invoice.client_id,
            invoice.id,
            payment.id,
            invoice.callback_url,
            payment.status,
            payment.payment_status,
            Hooks::body_of(claims, merchant.secret, merchant.switches.text("hookForm")),
            merchant.switches};
}

void UapayPayments::enter(UapayPayment& payment, const char* status, const char* payment_status) {
    payment.status = status;
    payment.payment_status = payment_status;
    payment.updated = uapay_.world.clock.now();
    if (tells(payment.payment_status)) hooks_.queue(message_for(payment));
    uapay_.world.bell.ring();
}

UapayPayment& UapayPayments::new_payment(UapayInvoice& invoice, const std::string& card) {
    UapayPayment payment;
    payment.id = uapay_.world.random.uuid();
    payment.invoice_id = invoice.id;
    payment.client_id = invoice.client_id;
    payment.card_masked = masked(card);
    payment.card_id = card.empty() ? "" : uapay_.world.random.uuid();
    payment.receipt_id = uapay_.world.random.text(12);
    payment.number = ++uapay_.last_payment_number;
    payment.amount = invoice.amount;
    payment.created = payment.updated = uapay_.world.clock.now();
    invoice.payments.insert(invoice.payments.begin(), payment.id);
    uapay_.payment_order.push_back(payment.id);
    const auto id = payment.id;
    return uapay_.payments.emplace(id, std::move(payment)).first->second;
}

void UapayPayments::fail(UapayInvoice& invoice, UapayPayment& payment, const char* payment_status) {
    if (!uapay_.merchant(invoice.client_id).switches.on("secondTry") && !invoice.reusability)
        invoice.inactive = true;
    uapay_.log_operation("reject", invoice, payment.id, payment.amount);
    enter(payment, "CANCELED", payment_status);
}

void UapayPayments::submit(UapayInvoice& invoice, UapayPayment& payment) {
    if (!invoice.reusability) invoice.inactive = true;
    const auto delay = uapay_.merchant(invoice.client_id).switches.number("delayPayMs");
    do_or_delay(payment, invoice.type == "HOLD" ? "hold" : "pay", payment.amount, delay);
}

std::string UapayPayments::payer(const std::string& invoice_id, const std::string& action,
                                 const std::string& card, bool ok) {
    const std::lock_guard lock(uapay_.mutex);
    settle_locked();
    UapayInvoice* invoice = uapay_.invoice(invoice_id);
    if (invoice == nullptr) return "no such invoice";
    UapayPayment* last = uapay_.newest_payment(*invoice);
    const bool asks = last != nullptr && last->payment_status == "NEEDS_CONFIRMATION";
    if (action == "3ds" && !asks) return "no payment waits for 3DS";
    if (asks && action != "pay") {
        if (action == "3ds" && ok)
            submit(*invoice, *last);
        else
            fail(*invoice, *last, action == "leave" ? "CANCELED" : "REJECTED");
        return "";
    }
    if (action != "pay" && action != "decline" && action != "leave") return "unknown action";
    if (!uapay_.can_be_paid(*invoice)) return "this invoice cannot be paid";
    UapayPayment& payment = new_payment(*invoice, card);
    if (action == "leave")
        fail(*invoice, payment, "CANCELED");
    else if (action == "decline" || card == kCardRejected)
        fail(*invoice, payment, "REJECTED");
    else if (card == kCardAsks3ds)
        enter(payment, "NEW", "NEEDS_CONFIRMATION");
    else
        submit(*invoice, payment);
    return "";
}

void UapayPayments::do_or_delay(UapayPayment& payment, const char* step, std::int64_t amount,
                                Millis delay) {
    if (delay <= 0) return finish(payment, step, amount);
    payment.payment_status = "PENDING";
    payment.updated = uapay_.world.clock.now();
    uapay_.tasks.emplace(uapay_.world.clock.now() + delay,
                         UapayTask{UapayTask::Kind::finish, payment.id, step, amount});
}

void UapayPayments::finish(UapayPayment& payment, const std::string& step, std::int64_t amount) {
    const UapayInvoice& invoice = *uapay_.invoice(payment.invoice_id);
    const auto now = uapay_.world.clock.now();
    if (step == "reverse") return finish_refund(payment, amount);
    uapay_.log_operation(step, invoice, payment.id, amount);
    if (step == "hold") {
        payment.held = amount;
        payment.paid = now;
        payment.hold_ends =
            now + uapay_.merchant(payment.client_id).switches.number("holdDays") * kDay;
        uapay_.tasks.emplace(payment.hold_ends,
                             UapayTask{UapayTask::Kind::hold_ends, payment.id, "", 0});
        return enter(payment, "PAID", "HOLDED");
    }
    if (step == "cancel") return enter(payment, "CANCELED", "CANCELED");
    payment.amount = payment.captured = amount;  // "pay" and "complete"
    if (payment.paid == 0) payment.paid = now;
    enter(payment, "FINISHED", "FINISHED");
}

void UapayPayments::finish_refund(UapayPayment& payment, std::int64_t amount) {
    payment.refunded += amount;
    payment.reversed = uapay_.world.clock.now();
    uapay_.log_operation("reverse", *uapay_.invoice(payment.invoice_id), payment.id, amount);
    const bool exact = uapay_.merchant(payment.client_id).switches.on("refundsExact");
    if (payment.refunded >= payment.captured || !exact)
        enter(payment, "REVERSED", "REVERSED");
    else
        enter(payment, "FINISHED", "FINISHED");
}

std::string UapayPayments::complete(UapayPayment& payment, std::optional<std::int64_t> amount) {
    if (payment.status != "PAID" || payment.payment_status != "HOLDED") return "WRONG_STATUS";
    if (amount && (*amount <= 0 || *amount > payment.held)) return "WRONG_AMOUNT";
    do_or_delay(payment, "complete", amount.value_or(payment.held),
                uapay_.merchant(payment.client_id).switches.number("delayResultMs"));
    return "";
}

std::string UapayPayments::cancel(UapayPayment& payment) {
    if (payment.status != "PAID" || payment.payment_status != "HOLDED") return "WRONG_STATUS";
    do_or_delay(payment, "cancel", payment.held,
                uapay_.merchant(payment.client_id).switches.number("delayResultMs"));
    return "";
}

std::string UapayPayments::reverse(UapayPayment& payment, std::optional<std::int64_t> amount) {
    const Switches& switches = uapay_.merchant(payment.client_id).switches;
    if (payment.status != "FINISHED" || payment.payment_status != "FINISHED") return "WRONG_STATUS";
    if (switches.on("oneRefundOnly") && payment.refunds > 0) return "WRONG_STATUS";
    const auto rest = payment.captured - payment.refunded;
    if (amount && (*amount <= 0 || *amount > rest)) return "WRONG_AMOUNT";
    ++payment.refunds;
    do_or_delay(payment, "reverse", amount.value_or(rest), switches.number("delayResultMs"));
    return "";
}

}  // namespace tillbridge::sandbox
