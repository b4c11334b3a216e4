#include "module/domain/words.hpp"

#include "module/domain/decide.hpp"

namespace tillbridge::domain {
namespace {

using std::string_view;

constexpr std::array<string_view, 4> kKinds{"create", "capture", "void", "refund"};
constexpr std::array<string_view, 7> kOperationStates{"planned", "started",  "succeeded", "pending",
                                                      "refused", "not_done", "unknown"};
constexpr std::array<string_view, 4> kOrigins{"manager", "automatic", "compensation", "gateway"};
constexpr std::array<string_view, kStates> kInvoiceStates{
    "creating", "pending", "authorized", "paid", "refunded", "canceled", "failed"};
constexpr std::array<string_view, 4> kConsents{"none", "asked", "agreed", "refused"};
constexpr std::array<string_view, 2> kHoldEnds{"void", "capture"};
constexpr std::array<string_view, 8> kGatewayStatuses{
    "processing", "declined", "declined_final", "held", "paid", "voided", "refunded", "expired"};
constexpr std::array<string_view, 5> kCrmStatuses{"pending", "waitingForCapture", "succeeded",
                                                  "canceled", "refundSucceeded"};
constexpr std::array<string_view, kTriggers> kTriggerWords{
    "create_again", "link_issued", "create_failed", "declined", "declined_final", "held",
    "paid",         "voided",      "expired",       "cancel",   "refunded_part",  "refunded_full"};
constexpr std::array<string_view, 5> kVerdicts{"applied", "repeated", "ignored", "quarantined",
                                               "refused"};
// In the order of the variant.
constexpr std::array<string_view, std::variant_size_v<What>> kFacts{
    "crm.create",        "crm.approve",           "crm.cancel",        "crm.refund",
    "operation.started", "operation.link_issued", "operation.ended",   "operation.told_unknown",
    "gateway.report",    "gateway.hook",          "crm.consent_given", "crm.consent_refused",
    "time.link_expired", "time.hold_ends_soon",   "time.hold_ends"};

}  // namespace

string_view to_word(OperationKind kind) {
    return word_of(kKinds, kind);
}
string_view to_word(OperationState state) {
    return word_of(kOperationStates, state);
}
string_view to_word(Origin from) {
    return word_of(kOrigins, from);
}
string_view to_word(InvoiceState state) {
    return word_of(kInvoiceStates, state);
}
string_view to_word(Consent given) {
    return word_of(kConsents, given);
}
string_view to_word(HoldEnd end) {
    return word_of(kHoldEnds, end);
}
string_view to_word(GatewayStatus status) {
    return word_of(kGatewayStatuses, status);
}
string_view to_word(CrmStatus status) {
    return word_of(kCrmStatuses, status);
}
string_view to_word(Trigger trigger) {
    return word_of(kTriggerWords, trigger);
}
string_view to_word(Verdict verdict) {
    return word_of(kVerdicts, verdict);
}
string_view to_word(const What& what) {
    return kFacts[what.index()];
}

std::optional<OperationKind> operation_kind(string_view word) {
    return value_of<OperationKind>(kKinds, word);
}
std::optional<OperationState> operation_state(string_view word) {
    return value_of<OperationState>(kOperationStates, word);
}
std::optional<Origin> origin(string_view word) {
    return value_of<Origin>(kOrigins, word);
}
std::optional<InvoiceState> invoice_state(string_view word) {
    return value_of<InvoiceState>(kInvoiceStates, word);
}
std::optional<Consent> consent(string_view word) {
    return value_of<Consent>(kConsents, word);
}
std::optional<HoldEnd> hold_end(string_view word) {
    return value_of<HoldEnd>(kHoldEnds, word);
}
std::optional<CrmStatus> crm_status(string_view word) {
    return value_of<CrmStatus>(kCrmStatuses, word);
}

CrmStatus crm_status(InvoiceState state) {
    switch (state) {
        case InvoiceState::creating:
        case InvoiceState::pending:
            return CrmStatus::pending;
        case InvoiceState::authorized:
            return CrmStatus::waiting_for_capture;
        case InvoiceState::paid:
            return CrmStatus::succeeded;
        case InvoiceState::refunded:
            return CrmStatus::refund_succeeded;
        case InvoiceState::canceled:
        case InvoiceState::failed:
            break;
    }
    return CrmStatus::canceled;
}

}  // namespace tillbridge::domain
