// What became of a call whose answer was lost, or that was still being carried out: read at UAPAY,
// never repeated, never guessed.
#include <stdexcept>
#include <utility>

#include "api_client/uapay/gateway.hpp"
#include "api_client/uapay/texts.hpp"
#include "module/port/json.hpp"

namespace tillbridge::uapay {

using domain::OperationKind;
using domain::OperationState;
using nlohmann::json;

namespace {

// Not known, or not yet. An operation that is pending stays so: it says that UAPAY accepted the
// call, which must not be forgotten.
OperationState open_state(const domain::Operation& op) {
    return op.state == OperationState::pending ? OperationState::pending : OperationState::unknown;
}

OperationState if_settled(const domain::Operation& op, bool settled) {
    return settled ? OperationState::not_done : open_state(op);
}

OperationState capture_state(const Payment& payment, const domain::Invoice& invoice,
                             const domain::Operation& op, bool settled) {
    if (payment.is("FINISHED")) {
        if (!payment.amount) return open_state(op);
        const std::int64_t asked =
            op.amount > 0 ? op.amount : op.requested.value_or(invoice.authorized);
        if (*payment.amount == asked) return OperationState::succeeded;
        // After a partial capture the sum may still be the one that was held (§6.1 does not say),
        // unless all of it was captured in the cabinet: only a signed yes tells them apart.
        if (asked < invoice.authorized && *payment.amount == invoice.authorized)
            return op.state == OperationState::pending ? OperationState::succeeded
                                                       : OperationState::unknown;
        // Another sum was captured by somebody else, so ours can't be any more.
        return OperationState::refused;
    }
    if (payment.is("HOLDED")) return if_settled(op, settled);
    if (payment.is("PENDING")) return OperationState::pending;
    if (payment.is("CANCELED") || payment.is("REJECTED") || payment.is("REVERSED"))
        return OperationState::refused;
    return open_state(op);
}

OperationState void_state(const Payment& payment, const domain::Operation& op, bool settled) {
    if (payment.is("CANCELED") || payment.is("REJECTED") || payment.is("REVERSED"))
        return OperationState::succeeded;
    if (payment.is("HOLDED")) return if_settled(op, settled);
    if (payment.is("PENDING")) return OperationState::pending;
    if (payment.is("FINISHED")) return OperationState::refused;
    return open_state(op);
}

OperationState refund_state(const json& shown, const domain::Invoice& invoice,
                            const domain::Operation& op, bool settled) {
    const Payment payment = read_payment(shown);
    const bool covers_rest = op.amount >= invoice.refundable();
    const bool was_accepted = op.state == OperationState::pending;
    const Change change = change_since(op.baseline, shown, op.started_at);
    if (payment.is("REVERSED")) {
        if (change == Change::reversed) return OperationState::succeeded;
        // Everything had gone back before we asked.
        if (change == Change::none) return was_accepted ? open_state(op) : if_settled(op, settled);
        return covers_rest || was_accepted ? OperationState::succeeded : OperationState::unknown;
    }
    if (!payment.is("FINISHED")) return open_state(op);
    if (change == Change::reversed) return OperationState::succeeded;
    if (change == Change::unclear && was_accepted && !covers_rest)
        return OperationState::succeeded;  // a signed yes, and nothing pending any more
    if (change == Change::none && !was_accepted) return if_settled(op, settled);
    return open_state(op);
}

const json* find_invoice(const json& claims, const std::string& external_id, std::string& id) {
    const json* invoices = port::member(claims, "invoices");
    if (invoices == nullptr || !invoices->is_array()) return nullptr;
    for (const auto& invoice : *invoices) {
        if (port::text_at(invoice, "externalId") != external_id) continue;
        id = port::text_at(invoice, "id");
        if (id.empty()) id = port::text_at(invoice, "Id");  // both spellings (§5.3)
        if (is_id(id)) return &invoice;
    }
    return nullptr;
}

}  // namespace

void Gateway::resolve_create(const Account& account, const domain::Invoice& invoice,
                             const domain::Operation& op, port::OperationAnswer& answer) {
    const Call list{"invoicer/invoices/show/list",
                    {{"externalIds", json::array({op.external_id})}},
                    nullptr,
                    Call::Kind::read};
    const Answer listed = client_.call(account, list, answer.log);
    end_as(listed, answer);
    answer.result = OperationState::unknown;
    const json* invoices = listed.ok() ? port::member(listed.reply.claims, "invoices") : nullptr;
    if (listed.ok() && (invoices == nullptr || !invoices->is_array())) {
        answer.code = "gateway.silent";
        distrust(answer.log, "no list in the answer");
    }
    if (invoices == nullptr || !invoices->is_array()) return;

    // An invoice that is not there, or whose link nobody knows, is abandoned: the next attempt
    // has another externalId (§5.3).
    answer.result = OperationState::not_done;
    answer.code = "gateway.unavailable";
    std::string id;
    const json* found = find_invoice(listed.reply.claims, op.external_id, id);
    if (found == nullptr) return;
    const std::string link = port::text_at(*found, "paymentPageUrl");
    const bool active = port::text_at(*found, "invoiceStatus") != "INACTIVE";
    if (read_sum(*found, uah_) != invoice.amount || !active || !usable_link(link)) return;
    answer.result = OperationState::succeeded;
    answer.code.clear();
    answer.gateway_invoice = domain::GatewayId(id);
    answer.pay_url = link;
    answer.expires_at = invoice.link_expires_at;
}

port::OperationAnswer Gateway::resolve(const domain::Merchant& merchant,
                                       const domain::Invoice& invoice, const domain::Operation& op,
                                       bool settled) {
    const Account account = Account::of(merchant.credentials);
    port::OperationAnswer answer;
    if (op.kind == OperationKind::create) {
        resolve_create(account, invoice, op, answer);
        return answer;
    }
    const auto shown = show_payment(account, invoice.gateway_payment.value, {}, answer.log);
    if (!shown) {
        answer.result = open_state(op);
        answer.code = shown.error().code;
        answer.reason = shown.error().message;
        return answer;
    }
    const Payment payment = read_payment(*shown);
    switch (op.kind) {
        case OperationKind::capture:
            answer.result = capture_state(payment, invoice, op, settled);
            break;
        case OperationKind::void_hold:
            answer.result = void_state(payment, op, settled);
            break;
        case OperationKind::refund:
            answer.result = refund_state(*shown, invoice, op, settled);
            break;
        case OperationKind::create:
            break;
    }
    if (answer.result == OperationState::refused) {
        answer.code = "gateway.refused";
        answer.reason = payment.words.text();
        if (payment.amount) answer.reason += " " + domain::to_decimal({*payment.amount, uah_});
    } else if (answer.result == OperationState::not_done) {
        answer.code = "gateway.unavailable";
    } else if (answer.result != OperationState::succeeded) {
        answer.code = "gateway.silent";
    }
    return answer;
}

}  // namespace tillbridge::uapay
