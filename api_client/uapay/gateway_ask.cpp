// Where a payment stands, read at UAPAY: the only thing that money moves on.
#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "api_client/uapay/gateway.hpp"
#include "api_client/uapay/texts.hpp"
#include "module/port/json.hpp"

namespace tillbridge::uapay {

using domain::GatewayStatus;
using nlohmann::json;

namespace {

bool carries_money(GatewayStatus status) {
    return status == GatewayStatus::held || status == GatewayStatus::paid ||
           status == GatewayStatus::refunded;
}

struct Candidate {
    const json* claims;
    Payment payment;
    Meaning meaning;
    int rank;  // money before somebody paying before what came to nothing
};

constexpr int kHoldsMoney = 3;  // the lowest rank of a payment whose money is here

int rank_of(const Meaning& meaning) {
    if (meaning.status == GatewayStatus::paid) return 4;
    if (meaning.status == GatewayStatus::held) return kHoldsMoney;
    if (meaning.status == GatewayStatus::refunded) return 2;
    return meaning.in_progress ? 1 : 0;
}

// The payment that matters. The list comes newest first (§5.2); `number` says it where it is told.
// `second`: the id of another one whose money is here too.
std::optional<Candidate> choose(const json& payments, const Around& around,
                                const domain::GatewayId& known, std::string& second) {
    std::optional<Candidate> best;
    for (const auto& one : payments) {
        Candidate candidate{&one, read_payment(one), {}, 0};
        candidate.meaning = meaning_of(candidate.payment.words, around);
        candidate.rank = rank_of(candidate.meaning);
        const auto better = [&](const Candidate& old) {
            const bool is_known = candidate.payment.id == known.value;
            const bool was_known = old.payment.id == known.value;
            const bool both_money = candidate.rank >= 2 && old.rank >= 2;
            if (both_money && is_known != was_known) return is_known;
            if (candidate.rank != old.rank) return candidate.rank > old.rank;
            return candidate.payment.number > old.payment.number;
        };
        const bool wins = !best || better(*best);
        const Candidate& other = wins && best ? *best : candidate;
        if (best && other.rank >= kHoldsMoney) second = other.payment.id;
        if (wins) best = std::move(candidate);
    }
    return best;
}

bool of_this_invoice(const json& claims, const domain::Invoice& invoice) {
    if (port::text_at(claims, "id") != invoice.gateway_invoice.value) return false;
    // `externalId` is not documented for this method (§5.2), so it may be missing.
    const json* external = port::member(claims, "externalId");
    if (external == nullptr || external->is_null()) return true;
    bool any = false;
    for (const auto& op : invoice.operations) {
        if (op.kind != domain::OperationKind::create || op.external_id.empty()) continue;
        if (*external == op.external_id) return true;
        any = true;
    }
    return !any;
}

// Whether REVERSED may stand for a partial refund of ours: whether such a payment stays FINISHED is
// not documented (§6.3).
bool partly_refunded(const domain::Invoice& invoice) {
    return invoice.refunded > 0 && invoice.refunded < invoice.captured;
}

// When the last refund of ours was carried out: at the earliest we know when it was sent, at the
// latest when we learnt of it, which may be days later where its answer was lost.
struct LastRefund {
    domain::UtcTime soon;
    domain::UtcTime known;
};

LastRefund last_refund(const domain::Invoice& invoice) {
    constexpr domain::Span kUsually = std::chrono::minutes(2);
    LastRefund last;
    for (const auto& op : invoice.operations) {
        if (op.kind != domain::OperationKind::refund ||
            op.state != domain::OperationState::succeeded)
            continue;
        last.known = std::max({last.known, op.started_at, op.ended_at});
        last.soon =
            std::max(last.soon,
                     op.started_at ? std::min(op.ended_at, op.started_at + kUsually) : op.ended_at);
    }
    return last;
}

// Between both moments it may be ours or the cabinet's: a person has to look.
void judge_partly_refunded(const domain::Invoice& invoice, domain::UtcTime reversed_at,
                           domain::fact::GatewayReport& report) {
    constexpr domain::Span kNear = std::chrono::seconds(30);
    const auto last = last_refund(invoice);
    if (reversed_at > last.known + kNear) return;
    report.refunded.reset();
    report.status = GatewayStatus::paid;  // nothing went back since our own refund
    if (reversed_at && reversed_at <= last.soon + kNear) return;
    report.status = GatewayStatus::processing;
    report.reason = "REVERSED";
}

}  // namespace

void Gateway::look_closer(const Account& account, const domain::Invoice& invoice,
                          domain::fact::GatewayReport& report, port::CallLog& log) {
    const bool reversed = report.status == GatewayStatus::refunded;
    const bool doubtful = reversed && partly_refunded(invoice);
    const bool held = report.status == GatewayStatus::held;
    const bool known =
        held ? static_cast<bool>(invoice.held_at) : static_cast<bool>(invoice.paid_at);
    if (known && !doubtful) {
        report.paid_at = invoice.paid_at;
        report.hold_ends_at = invoice.hold_ends_at;
        return;
    }
    // Where this look fails, the report stands without the times.
    const auto shown =
        show_payment(account, report.payment.value, client_.options().confirm_timeout, log);
    const Payment payment = shown ? read_payment(*shown) : Payment{};
    report.paid_at = payment.paid_at;
    if (held)
        report.hold_ends_at =
            (payment.paid_at ? payment.paid_at : report.asked_at) + description_.hold_lasts;
    if (doubtful) judge_partly_refunded(invoice, payment.reversed_at, report);
}

port::ReportAnswer Gateway::ask(const domain::Merchant& merchant, const domain::Invoice& invoice) {
    const Account account = Account::of(merchant.credentials);
    port::ReportAnswer answer;
    domain::fact::GatewayReport report;
    report.asked_at = client_.now();
    const Call show{"invoicer/invoices/show",
                    {{"id", invoice.gateway_invoice.value}},
                    nullptr,
                    Call::Kind::read};
    const Answer shown = client_.call(account, show, answer.log);
    if (!shown.ok()) {
        answer.report = domain::fail(shown.code, shown.words());
        return answer;
    }
    const json& claims = shown.reply.claims;
    if (!of_this_invoice(claims, invoice)) {
        distrust(answer.log, "about another invoice");
        answer.report = domain::fail("gateway.mismatch", "the answer is about another invoice");
        return answer;
    }
    // No list is no word about money, not even that there is none.
    const json* payments = port::member(claims, "payments");
    if (payments == nullptr || !payments->is_array()) {
        distrust(answer.log, "no payments in the answer");
        answer.report = domain::fail("gateway.mismatch", "the answer lists no payments");
        return answer;
    }
    const bool was_held = invoice.state == domain::InvoiceState::authorized ||
                          (invoice.held_at && invoice.captured == 0);
    const Around around{port::text_at(claims, "invoiceStatus") == "INACTIVE", was_held};
    std::string second;
    const auto chosen = choose(*payments, around, invoice.gateway_payment, second);
    if (!chosen) {  // nobody has begun to pay; the link's end is the service's to decide
        report.amount = read_sum(claims, uah_);
        answer.report = report;
        return answer;
    }
    report.status = chosen->meaning.status;
    report.in_progress = chosen->meaning.in_progress;
    report.reason = chosen->meaning.reason;
    report.payment = domain::GatewayId(is_id(chosen->payment.id) ? chosen->payment.id : "");
    report.second_payment = domain::GatewayId(is_id(second) ? second : "");
    report.amount = read_sum(*chosen->claims, uah_);
    if (report.status == GatewayStatus::refunded) report.refunded = report.amount.minor;
    if (carries_money(report.status) && !report.payment.empty())
        look_closer(account, invoice, report, answer.log);
    answer.report = report;
    return answer;
}

}  // namespace tillbridge::uapay
