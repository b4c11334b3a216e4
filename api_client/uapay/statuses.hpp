// What UAPAY's two status words mean for money (PROTOCOL.md §7). Only a pair that stands there ends
// a payment; every other word, and every pair that contradicts itself, means: wait.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "module/domain/fact.hpp"

namespace tillbridge::uapay {

struct Words {
    std::string status;          // the invoice system's: NEW PAID FINISHED REVERSED CANCELED
    std::string payment_status;  // the payment system's: OPEN PAYED … NEEDS_CONFIRMATION

    std::string text() const;  // `PAID/HOLDED`, for people
};

Words words_of(const nlohmann::json& payment);

// What the words alone leave open.
struct Around {
    bool invoice_used_up = false;  // invoiceStatus is INACTIVE: the link takes no second try
    bool was_held = false;         // we know of a hold
};

struct Meaning {
    domain::GatewayStatus status = domain::GatewayStatus::processing;
    bool in_progress = false;  // the payer or the bank is at it
    std::string reason;        // the words, where a person should look at them
};

Meaning meaning_of(const Words& words, const Around& around);

}  // namespace tillbridge::uapay
