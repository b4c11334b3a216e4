#include "api_client/prodamus/hook.hpp"

#include <optional>
#include <string>
#include <utility>

#include "api_client/prodamus/body.hpp"
#include "api_client/prodamus/notice.hpp"
#include "api_client/prodamus/options.hpp"
#include "api_client/prodamus/signature.hpp"
#include "api_client/prodamus/statuses.hpp"
#include "api_client/prodamus/subscription_event.hpp"
#include "api_client/prodamus/subscriptions.hpp"
#include "api_client/prodamus/texts.hpp"
#include "api_client/prodamus/times.hpp"
#include "module/domain/bot.hpp"
#include "module/security/digest.hpp"

namespace tillbridge::prodamus {
namespace {

using domain::GatewayStatus;

constexpr std::size_t kMaxWord = 60;
constexpr std::size_t kMaxExternalId = 128;

domain::Result<Tree> verified(const domain::Merchant& merchant, const port::RawHook& hook) {
    auto tree = parse_body(hook.body, hook.content_type);
    if (!tree) return domain::fail("hook.unreadable", tree.error().code);
    if (tree->members().empty()) return domain::fail("hook.unreadable", "empty");
    // What PHP could not sign, it did not sign (§3.5).
    const auto text = canonical_text(*tree);
    if (!text) return domain::fail("hook.unreadable", "not UTF-8");

    const auto key = merchant.credentials.find("secretKey");
    const auto header = hook.headers.find("sign");
    if (key == merchant.credentials.end() || header == hook.headers.end())
        return domain::fail("hook.signature_mismatch", "no key or no signature");
    switch (verify_text(*text, signature_of_header(header->second), key->second)) {
        case Verdict::genuine:
            return tree;
        case Verdict::demo:
            return tl::unexpected(domain::Error{"hook.signature_mismatch",
                                                "signed by a page that is not live yet",
                                                "",
                                                {{"reason", "demo_key"}}});
        case Verdict::foreign:
            break;
    }
    return domain::fail("hook.signature_mismatch", "another signature");
}

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
}

// `sum` is in roubles, whatever was paid with (§4.3), but for a page in Kazakhstan, whose sums in
// tenge are the same in both fields (§8).
std::optional<domain::Money> read_amount(const Tree& notice) {
    const std::string code = upper(notice.at("currency"));
    const auto currency = domain::Currency::parse(code.empty() ? "RUB" : code);
    if (!currency) return {};
    const bool roubles = currency->code() == "RUB";
    std::string text = roubles ? notice.at("sum") : notice.at("currency_sum");
    if (text.empty() && code == "KZT" && notice.at("domain").ends_with(".kz"))
        text = notice.at("sum");
    const auto amount = domain::parse_money(text, *currency);
    if (!amount) return {};
    return *amount;
}

bool is_demo(const Tree& notice) {
    const Tree* block = notice.find("subscription");
    return notice.at("demo_mode") == "1" || (block != nullptr && block->at("demo") == "1");
}

std::string readable(const Tree& notice, const std::string& word) {
    const std::string description = masked(notice.at("payment_status_description"));
    return description.empty() ? word : description + " (" + word + ")";
}

bool carries_money(GatewayStatus status) {
    return status == GatewayStatus::paid || status == GatewayStatus::refunded;
}

domain::fact::GatewayReport report_of(const Tree& notice, const Meaning& meaning,
                                      const port::HookFact& hook) {
    domain::fact::GatewayReport report;
    report.status = meaning.status;
    report.in_progress = meaning.in_progress;
    report.single = true;
    report.payment = hook.gateway_payment;
    report.paid_at = parse_iso(notice.at("date")).value_or(domain::UtcTime{});
    if (hook.fact.amount) report.amount = *hook.fact.amount;
    if (meaning.status == GatewayStatus::refunded) report.refunded = report.amount.minor;
    if (meaning.status == GatewayStatus::declined) report.reason = readable(notice, hook.word);
    return report;
}

// Nothing moves by it, and a person is told why.
void set_aside(port::HookFact& hook, std::string reason) {
    hook.fact.status = GatewayStatus::processing;
    domain::fact::GatewayReport report;
    report.single = true;
    report.reason = std::move(reason);
    if (hook.fact.amount) report.amount = *hook.fact.amount;
    hook.report = report;
}

void read_payment(const Tree& notice, bool demo_wanted, port::HookFact& hook) {
    hook.word = clean_text(notice.at("payment_status"), kMaxWord);
    const Meaning meaning = meaning_of(notice.at("payment_status"));
    hook.fact.amount = read_amount(notice);
    hook.fact.status = meaning.status;
    hook.understood = meaning.understood;
    if (!meaning.understood)
        return set_aside(hook, hook.word.empty() ? "no payment_status" : hook.word);
    if (is_demo(notice) && !demo_wanted) return set_aside(hook, "demo");
    if (carries_money(meaning.status) && (!hook.fact.amount || hook.gateway_payment.empty())) {
        hook.understood = false;
        return set_aside(hook,
                         hook.word + ": no readable " + (hook.fact.amount ? "order_id" : "sum"));
    }
    hook.report = report_of(notice, meaning, hook);
}

// One event, however often it is delivered: `attempt` and with it the signature change (§4.8).
std::string event_key(const Tree& notice, const SubscriptionEvent& event, bool payment,
                      bool demo_aside) {
    std::string text;
    const auto add = [&](std::string_view part) {
        text += std::to_string(part.size());
        text += ':';
        text += part;
    };
    const std::string& order = notice.at("order_id");
    if (payment) {
        add("payment");
        add(order);
        add(notice.at("payment_status"));
        // One that was set aside, for its sum or as a demo, must not hide the one that counts.
        if (demo_aside) add("demo");
        for (const auto* name : {"sum", "currency", "currency_sum"}) add(notice.at(name));
        // A payment without a number of its own is told by what else it has.
        if (order.empty() || order == "0") {
            add(notice.at("order_num"));
            add(notice.at("date"));
        }
    } else {
        if (demo_aside) add("demo");
        add(to_word(event.what));
        for (const auto* part : {&event.id, &event.profile, &event.code, &event.payment_num,
                                 &event.current_attempt, &event.date})
            add(*part);
        if (event.what == SubscriptionWhat::renewed) add(order);  // each charge counts
        // Within the minute of a manager's end the buyer's own is still news: it is for good.
        if (event.by_buyer) add("buyer");
    }
    return security::sha256_hex(text);
}

std::string summary(const port::HookFact& hook) {
    std::string text = hook.word;
    if (!hook.gateway_payment.empty()) text += " payment " + hook.gateway_payment.value;
    if (!hook.external_id.empty()) text += " order " + hook.external_id;
    if (hook.fact.amount)
        text +=
            " " + domain::to_decimal(*hook.fact.amount) + " " + hook.fact.amount->currency.code();
    return masked(text);
}

}  // namespace

domain::Result<port::HookFact> read_hook(const domain::Merchant& merchant,
                                         const port::RawHook& raw) {
    const auto tree = verified(merchant, raw);
    if (!tree) return tl::unexpected(tree.error());
    const Tree& notice = *tree;

    port::HookFact hook;
    // The page may serve other systems too, whose numbers may be anything; ours are plain.
    const std::string& number = notice.at("order_num");
    if (number.size() <= kMaxExternalId && clean_text(number, kMaxExternalId) == number)
        hook.external_id = number;
    hook.gateway_invoice = domain::GatewayId(hook.external_id);
    const std::string& payment = notice.at("order_id");
    if (is_id(payment) && payment != "0") hook.gateway_payment = domain::GatewayId(payment);

    const SubscriptionEvent event = read_subscription(notice);
    const bool is_payment = event.what == SubscriptionWhat::ordinary_payment ||
                            event.what == SubscriptionWhat::first_payment;
    const bool demo_wanted = is_on(merchant.options.extra, "demo");
    if (is_payment) {
        read_payment(notice, demo_wanted, hook);
    } else {
        hook.word = to_word(event.what);
        hook.understood = event.what != SubscriptionWhat::unknown;
    }
    const bool charges =
        event.what == SubscriptionWhat::first_payment || event.what == SubscriptionWhat::renewed;
    hook.subscription =
        to_event(event, notice, charges ? read_amount(notice) : std::optional<domain::Money>());
    if (hook.subscription) {
        if (hook.report) hook.report->product = hook.subscription->product;
        hook.subscription->payment = hook.gateway_payment;
        hook.subscription->demo = event.demo && !demo_wanted;
    }
    hook.event_key = event_key(notice, event, is_payment, is_demo(notice) && !demo_wanted);
    hook.summary = summary(hook);
    if (domain::is_bot(merchant.connection)) {
        hook.notice_json = flat_json(notice);
        const bool counts = is_payment && hook.fact.status != GatewayStatus::processing;
        const auto installment = installment_of(notice);
        if (counts || installment == "approved") hook.installment = installment;
    }
    return hook;
}

}  // namespace tillbridge::prodamus
