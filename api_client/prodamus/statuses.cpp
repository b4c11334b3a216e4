#include "api_client/prodamus/statuses.hpp"

#include <array>

namespace tillbridge::prodamus {
namespace {

using domain::GatewayStatus;

struct Row {
    std::string_view word;
    Meaning meaning;
};

constexpr std::array<Row, 7> kTable{{
    {"success", {GatewayStatus::paid, false, true}},
    // An instalment bank agreed; the buyer has yet to sign. No money, no goods (§4.5).
    {"order_approved", {GatewayStatus::processing, true, true}},
    {"approved", {GatewayStatus::processing, true, true}},
    // The application is over, but the link takes another method.
    {"order_canceled", {GatewayStatus::declined, false, true}},
    {"order_denied", {GatewayStatus::declined, false, true}},
    // Not documented: some integrations expect these words (§4.4).
    {"refund", {GatewayStatus::refunded, false, true}},
    {"refunded", {GatewayStatus::refunded, false, true}},
}};

}  // namespace

Meaning meaning_of(std::string_view payment_status) {
    for (const auto& [word, meaning] : kTable)
        if (word == payment_status) return meaning;
    return {};
}

}  // namespace tillbridge::prodamus
