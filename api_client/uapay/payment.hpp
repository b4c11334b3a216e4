// A payment as UAPAY's answers tell it (PROTOCOL.md §5.2, §6.4), and what changed on it between two
// looks, by which the effect of a refund is recognised: refunds have no id of their own (§6.3).
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "api_client/uapay/statuses.hpp"
#include "module/domain/money.hpp"
#include "module/domain/time.hpp"

namespace tillbridge::uapay {

struct Payment {
    std::string id;
    Words words;
    std::optional<std::int64_t> amount;  // kopiykas
    domain::UtcTime paid_at;
    domain::UtcTime reversed_at;
    std::int64_t number = 0;  // grows from payment to payment; 0 where not told

    bool is(std::string_view payment_status) const {
        return words.payment_status == payment_status;
    }
};

Payment read_payment(const nlohmann::json& claims);

// The sum with its currency. What is not told in whole kopiykas, or is told in another currency,
// gives a sum that equals none that we ask for.
domain::Money read_sum(const nlohmann::json& payment, const domain::Currency& uah);

// The marks of a payment, as text to keep.
std::string marks_of(const nlohmann::json& claims);

enum class Change {
    reversed,  // money went back since
    none,      // nothing happened to the payment since
    unclear,   // these marks can't tell
};
// What happened between the marks that were kept and the payment as it is now. `began`: when the
// call in question was made.
Change change_since(const std::string& marks, const nlohmann::json& now, domain::UtcTime began);

}  // namespace tillbridge::uapay
