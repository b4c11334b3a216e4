// Effects: what must follow from a fact. They are committed with it and carried out by the outbox.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "module/domain/ids.hpp"
#include "module/domain/invoice.hpp"
#include "module/domain/time.hpp"

namespace tillbridge::domain {

// The words that the CRM's admins map to their own statuses (protocol sheet of the CRM, §1).
enum class CrmStatus { pending, waiting_for_capture, succeeded, canceled, refund_succeeded };

namespace effect {

struct RefundBlock {
    OperationId id;
    bool succeeded = true;  // false: canceled
    std::int64_t amount = 0;
    std::string comment;
};

// Tell the CRM. A snapshot of the moment of the decision, so that order alone decides what it
// shows.
struct PushStatus {
    CrmStatus status = CrmStatus::pending;
    std::int64_t amount = 0;  // minor units: what the status is about
    std::string reason;       // code, put into words of the account's language when sent
    std::string reason_detail;
    UtcTime paid_at;
    UtcTime expires_at;
    bool refundable = false;
    bool cancellable = false;
    bool with_link = false;  // carry paymentId and the buyer's link too
    std::optional<RefundBlock> refund;
    UtcTime not_before;
};

struct RunOperation {
    OperationId operation;
    UtcTime not_before;  // an operation that its caller runs itself: the safety net's moment
};

struct AskGateway {
    std::string why;  // hook, refused, late, …
    UtcTime not_before;
};

struct AskConsent {};  // the CRM's payment/check

struct RaiseProblem {
    std::string key;  // invoice.amount_mismatch, …
    std::string detail;
};
struct ClearProblem {
    std::string key;
    std::string of{};  // only where its detail begins so; empty: in any case
};

}  // namespace effect

using Effect = std::variant<effect::PushStatus, effect::RunOperation, effect::AskGateway,
                            effect::AskConsent, effect::RaiseProblem, effect::ClearProblem>;

std::optional<CrmStatus> crm_status(std::string_view word);
CrmStatus crm_status(InvoiceState state);    // what the CRM shows of an invoice
std::string_view to_word(CrmStatus status);  // `waitingForCapture`, as on the wire to the CRM

}  // namespace tillbridge::domain
