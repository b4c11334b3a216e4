// How the CRM's records look: in its API, and in the control interface.
#pragma once

#include "tests/sandbox/crm/state.hpp"

namespace tillbridge::sandbox {

Json invoice_view(const CrmInvoice& invoice);  // control: camelCase, with history
Json invoice_api(const Account& account, const CrmInvoice& invoice);  // GET payment/invoice/{uuid}
Json order_view(Account& account, const Order& order);
Json order_api(const Order& order);  // GET orders/{id}
Json account_view(const Account& account);
Json settings_of(const Account& account, Millis now);
Json payment_types_api(const Account& account);

}  // namespace tillbridge::sandbox
