#include "api_client/uapay/statuses.hpp"

#include "api_client/uapay/texts.hpp"
#include "module/port/json.hpp"

namespace tillbridge::uapay {
namespace {

using domain::GatewayStatus;

constexpr std::size_t kMaxWord = 40;

bool known(const std::string& status) {
    // An older spelling of a payment may lack the first word (§8); the second one decides then.
    return status.empty() || status == "NEW" || status == "PAID" || status == "FINISHED" ||
           status == "REVERSED" || status == "CANCELED";
}

// Nothing came of it, or a hold was given back.
Meaning failed(const Words& words, const Around& around) {
    if (words.status == "FINISHED") return {GatewayStatus::processing, false, words.text()};
    if (around.was_held) return {GatewayStatus::voided, false, words.text()};
    return {around.invoice_used_up ? GatewayStatus::declined_final : GatewayStatus::declined, false,
            words.text()};
}

}  // namespace

std::string Words::text() const {
    if (status.empty()) return payment_status;
    return status + "/" + payment_status;
}

Words words_of(const nlohmann::json& payment) {
    return {clean_text(port::text_at(payment, "status"), kMaxWord),
            clean_text(port::text_at(payment, "paymentStatus"), kMaxWord)};
}

Meaning meaning_of(const Words& words, const Around& around) {
    const std::string& word = words.payment_status;
    if (!known(words.status)) return {GatewayStatus::processing, false, words.text()};
    if (word == "PENDING" || word == "NEEDS_CONFIRMATION" || word == "PAYED")
        return {GatewayStatus::processing, true, ""};
    if (word == "OPEN" || word.empty()) return {GatewayStatus::processing, false, ""};
    // HOLDED counts with PAID beside it, FINISHED with FINISHED (§0.8, §7); until the invoice
    // system has caught up, money is on its way.
    if (word == "HOLDED" || word == "FINISHED") {
        const bool settled = words.status == (word == "HOLDED" ? "PAID" : "FINISHED");
        const bool behind = words.status == "NEW" || words.status == "PAID";
        if (!settled) return {GatewayStatus::processing, behind, words.text()};
        return {word == "HOLDED" ? GatewayStatus::held : GatewayStatus::paid, false, ""};
    }
    if (word == "REVERSED") return {GatewayStatus::refunded, false, ""};
    if (word == "CANCELED" || word == "REJECTED") return failed(words, around);
    return {GatewayStatus::processing, false, words.text()};  // RETURNED, CLOSED, anything new
}

}  // namespace tillbridge::uapay
