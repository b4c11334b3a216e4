// How UAPAY's records look on the wire (uapay.md §5.2, §6.4, §8) and in the control interface.
#pragma once

#include "tests/sandbox/uapay/state.hpp"

namespace tillbridge::sandbox {

std::string page_url(const World& world, const std::string& invoice_id);
// With the mutex held.
Json invoice_show(Uapay& uapay, const UapayInvoice& invoice);
Json payment_show(Uapay& uapay, const UapayPayment& payment);
Json payment_control(Uapay& uapay, const UapayPayment& payment);
Json hook_claims(Uapay& uapay, const UapayInvoice& invoice, const UapayPayment& payment);
Json merchant_view(const UapayMerchant& merchant);

}  // namespace tillbridge::sandbox
