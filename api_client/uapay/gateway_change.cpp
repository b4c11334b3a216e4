// Capture, void and refund: the call itself, and one look at what became of it.
#include <stdexcept>
#include <utility>

#include "api_client/uapay/gateway.hpp"
#include "module/port/json.hpp"

namespace tillbridge::uapay {

using domain::OperationKind;
using domain::OperationState;
using nlohmann::json;

namespace {

json ids_of(const domain::Invoice& invoice) {
    return {{"invoiceId", invoice.gateway_invoice.value},
            {"paymentId", invoice.gateway_payment.value}};
}

std::int64_t amount_of(const domain::Operation& op, std::int64_t everything) {
    return op.amount > 0 ? op.amount : op.requested.value_or(everything);
}

void wait_for_effect(port::OperationAnswer& answer) {
    answer.result = OperationState::pending;
    answer.code = "gateway.silent";
}

}  // namespace

domain::Result<json> Gateway::show_payment(const Account& account, const std::string& payment,
                                           std::optional<domain::Span> timeout,
                                           port::CallLog& log) {
    const Call show{
        "invoicer/payments/show", {{"paymentId", payment}}, nullptr, Call::Kind::read, timeout};
    Answer answer = client_.call(account, show, log);
    if (!answer.ok()) return domain::fail(answer.code, answer.reason);
    if (port::text_at(answer.reply.claims, "paymentId") != payment) {
        distrust(log, "about another payment");
        return domain::fail("gateway.silent");
    }
    return std::move(answer.reply.claims);
}

domain::Result<std::string> Gateway::baseline(const domain::Merchant& merchant,
                                              const domain::Invoice& invoice,
                                              const domain::Operation&, port::CallLog& log) {
    const auto shown =
        show_payment(Account::of(merchant.credentials), invoice.gateway_payment.value, {}, log);
    if (!shown) return tl::unexpected(shown.error());
    return marks_of(*shown);
}

bool Gateway::accepted(const Account& account, const domain::Invoice& invoice, const Call& call,
                       port::OperationAnswer& answer) {
    if (invoice.gateway_payment.empty()) {  // nothing to name in the call
        answer.result = OperationState::not_done;
        answer.code = "gateway.unavailable";
        return false;
    }
    const Answer done = client_.call(account, call, answer.log);
    end_as(done, answer);
    if (!done.ok()) return false;
    if (port::text_at(done.reply.claims, "paymentId") == invoice.gateway_payment.value) return true;
    distrust(answer.log, "about another payment");
    answer.code = "gateway.silent";
    return false;
}

port::OperationAnswer Gateway::perform(const domain::Merchant& merchant,
                                       const domain::Invoice& invoice,
                                       const domain::Operation& op) {
    const Account account = Account::of(merchant.credentials);
    if (op.kind == OperationKind::create) throw std::logic_error("uapay: create is not performed");
    if (op.kind == OperationKind::refund) return perform_refund(account, invoice, op);

    const bool capture = op.kind == OperationKind::capture;
    Call call{capture ? "invoicer/payments/complete" : "invoicer/payments/cancel", ids_of(invoice),
              nullptr, Call::Kind::change};
    // The amount only to capture less than was held, and among the params (§6.1).
    const std::int64_t amount = amount_of(op, invoice.authorized);
    if (capture && amount < invoice.authorized) call.params["amount"] = amount;

    port::OperationAnswer answer;
    if (!accepted(account, invoice, call, answer)) return answer;
    const auto shown = show_payment(account, invoice.gateway_payment.value,
                                    client_.options().confirm_timeout, answer.log);
    wait_for_effect(answer);
    if (shown && read_payment(*shown).is(capture ? "FINISHED" : "CANCELED")) {
        answer.result = OperationState::succeeded;
        answer.code.clear();
    }
    return answer;
}

port::OperationAnswer Gateway::perform_refund(const Account& account,
                                              const domain::Invoice& invoice,
                                              const domain::Operation& op) {
    const std::int64_t amount = amount_of(op, invoice.refundable());
    const bool whole = invoice.refunded == 0 && amount >= invoice.captured;
    Call call{"invoicer/payments/reverse", ids_of(invoice), nullptr, Call::Kind::change};
    // Without data everything goes back (§6.3).
    if (!whole) call.data = {{"amount", amount}};

    port::OperationAnswer answer;
    if (!accepted(account, invoice, call, answer)) return answer;
    const auto shown = show_payment(account, invoice.gateway_payment.value,
                                    client_.options().confirm_timeout, answer.log);
    const bool can_tell_later =
        port::parse_json(op.baseline)
            .map([](const json& marks) { return port::member(marks, "reversedAt") != nullptr; })
            .value_or(false);
    bool done = !can_tell_later;
    if (shown) {
        const Payment payment = read_payment(*shown);
        const bool covers_rest = amount >= invoice.refundable();
        done = payment.is("REVERSED") || (payment.is("FINISHED") && !covers_rest);
    }
    wait_for_effect(answer);
    if (done) {
        answer.result = OperationState::succeeded;
        answer.code.clear();
    }
    return answer;
}

}  // namespace tillbridge::uapay
