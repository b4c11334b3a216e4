// What moves money at UAPAY: the payer's steps on the payment page, the merchant's capture, void
// and refund, and what time does (holds that end, results that come later). uapay.md §6 and §7.
#pragma once

#include <condition_variable>
#include <thread>

#include "tests/sandbox/uapay/hooks.hpp"
#include "tests/sandbox/uapay/state.hpp"

namespace tillbridge::sandbox {

inline constexpr char kCardPays[] = "4111111111111111";
inline constexpr char kCardRejected[] = "4000000000000002";
inline constexpr char kCardAsks3ds[] = "4000000000003220";

class UapayPayments {
  public:
    UapayPayments(Uapay& uapay, Hooks& hooks) : uapay_(uapay), hooks_(hooks) {}
    ~UapayPayments() { stop(); }

    void start();
    void stop();
    void settle();  // carries out what is due; takes the mutex

    // The payer: pay, decline, leave, 3ds. Empty when it went through, else why not. Takes the
    // mutex.
    std::string payer(const std::string& invoice_id, const std::string& action,
                      const std::string& card, bool ok);

    // The merchant, with the mutex held: an error code of uapay.md §9, or "".
    std::string complete(UapayPayment& payment, std::optional<std::int64_t> amount);
    std::string cancel(UapayPayment& payment);
    std::string reverse(UapayPayment& payment, std::optional<std::int64_t> amount);

    // A hook made to order is sent by the caller; with the mutex held.
    Hooks::Message message_for(const UapayPayment& payment);

  private:
    UapayPayment& new_payment(UapayInvoice& invoice, const std::string& card);
    void enter(UapayPayment& payment, const char* status, const char* payment_status);
    void submit(UapayInvoice& invoice, UapayPayment& payment);
    void fail(UapayInvoice& invoice, UapayPayment& payment, const char* payment_status);
    // Runs the step now, or later with paymentStatus PENDING meanwhile.
    void do_or_delay(UapayPayment& payment, const char* step, std::int64_t amount, Millis delay);
    void finish(UapayPayment& payment, const std::string& step, std::int64_t amount);
    void finish_refund(UapayPayment& payment, std::int64_t amount);
    void settle_locked();
    void work();

    Uapay& uapay_;
    Hooks& hooks_;
    std::condition_variable tick_;
    std::thread thread_;
    bool stopping_ = false;
};

}  // namespace tillbridge::sandbox
