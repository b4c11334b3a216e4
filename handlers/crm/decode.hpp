// What the CRM sends with its actions, from form fields that hold JSON, checked field by field.
// Pure: nothing is looked up, so that every wrong input can be tried in a table.
// Errors: request.field_missing, request.field_invalid, request.field_too_long,
// request.malformed, money.*, payment.amount_invalid; always with the field. Unknown members are
// ignored: a CRM grows.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "handlers/form.hpp"
#include "module/service/connections.hpp"
#include "module/service/payments.hpp"

namespace tillbridge::handlers::crm {

struct Registration {
    std::string token;
    domain::Secret api_key;
    std::string system_url;
};
domain::Result<Registration> decode_register(const Form& form);

struct Activity {
    std::optional<bool> active, frozen;
    std::optional<std::string> system_url;
};
domain::Result<Activity> decode_activity(const Form& form);

domain::Result<service::Connections::AccountChange> decode_settings(const Form& form);

// `request` is left empty.
domain::Result<service::Payments::CreateRequest> decode_create(const Form& form);

// approve, cancel, refund; `amount` is read where the action has one.
struct Change {
    domain::InvoiceId payment;
    std::optional<std::string> amount;
};
domain::Result<Change> decode_change(const Form& form, const std::string& action, bool with_amount);

// `paymentId` as a field or inside `status`.
domain::Result<domain::InvoiceId> decode_status(const Form& form);

}  // namespace tillbridge::handlers::crm
