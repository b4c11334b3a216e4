#include "handlers/crm/answers.hpp"

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "module/domain/effect.hpp"
#include "module/port/json.hpp"

namespace tillbridge::handlers::crm {

namespace {

using domain::CrmStatus;
using domain::Invoice;
using domain::InvoiceState;

// An object whose values are JSON text already: the one way to a number that no double has touched.
class RawObject {
  public:
    RawObject& raw(std::string_view key, std::string_view json) {
        out_ += out_.empty() ? "{" : ",";
        out_.append("\"").append(key).append("\":").append(json);
        return *this;
    }
    RawObject& text(std::string_view key, const std::string& value) {
        return raw(key, port::to_text(nlohmann::json(value)));
    }
    RawObject& text_or_null(std::string_view key, const std::string& value) {
        return value.empty() ? raw(key, "null") : text(key, value);
    }
    RawObject& flag(std::string_view key, bool value) { return raw(key, value ? "true" : "false"); }
    std::string take() { return std::move(out_) + "}"; }

  private:
    std::string out_;
};

Answer with_result(RawObject& result) {
    return json_answer(200, RawObject().flag("success", true).raw("result", result.take()).take());
}

// What the status is about: the money that was taken, else that is held, else that is asked for.
domain::Money amount_of(const Invoice& invoice) {
    domain::Money money = invoice.amount;
    if (invoice.captured > 0)
        money.minor = invoice.captured;
    else if (invoice.state == InvoiceState::authorized && invoice.authorized > 0)
        money.minor = invoice.authorized;
    return money;
}

std::string details_of(const Invoice& invoice, const port::Texts& texts,
                       const std::string& language) {
    if (invoice.reason.empty()) return {};
    if (!texts.has(invoice.reason))
        return invoice.reason_detail.empty() ? invoice.reason : invoice.reason_detail;
    return texts.text(language, invoice.reason, {{"detail", invoice.reason_detail}});
}

}  // namespace

Answer success() {
    return json_answer(200, R"({"success":true})");
}

Answer created(const service::Payments::Link& link) {
    RawObject result;
    result.text("paymentId", link.id.value)
        .text("invoiceUrl", link.url)
        .flag("cancellable", link.cancellable);
    return with_result(result);
}

Answer refunded(const service::Payments::RefundAnswer& refund) {
    RawObject result;
    result.text("id", refund.id.value)
        .text("status", refund.succeeded ? "succeeded" : "canceled")
        .raw("amount", domain::to_decimal(refund.amount))
        .text("comment", refund.comment);
    return with_result(result);
}

Answer status(const service::Payments::StatusAnswer& status, const domain::Connection& connection,
              const port::Texts& texts, const LocalTime& local_time) {
    const Invoice& invoice = status.invoice;
    const CrmStatus word = domain::crm_status(invoice.state);
    const auto when = [&](domain::UtcTime at) {
        return at ? local_time(at, connection.timezone) : std::string();
    };
    RawObject result;
    result.text("status", std::string(domain::to_word(word)))
        .raw("amount", domain::to_decimal(amount_of(invoice)))
        .text_or_null("cancellationDetails", details_of(invoice, texts, connection.locale))
        .text_or_null("expiredAt", when(invoice.link_expires_at))
        .text_or_null("paidAt", when(invoice.paid_at))
        .text("paymentId", invoice.id.value)
        .text("invoiceUrl", status.url)
        .flag("refundable", word == CrmStatus::succeeded)
        .flag("cancellable", word == CrmStatus::pending || word == CrmStatus::waiting_for_capture);
    return with_result(result);
}

}  // namespace tillbridge::handlers::crm
