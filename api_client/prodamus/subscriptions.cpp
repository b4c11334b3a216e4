#include "api_client/prodamus/subscriptions.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include "api_client/http/form.hpp"
#include "api_client/prodamus/signature.hpp"
#include "api_client/prodamus/texts.hpp"
#include "api_client/prodamus/times.hpp"
#include "module/domain/money.hpp"
#include "module/port/json.hpp"

namespace tillbridge::prodamus {
namespace {

using domain::OperationState;
using Kind = port::SubscriptionChange::Kind;

constexpr std::size_t kMaxAnswer = 64U * 1024;
constexpr std::size_t kMaxContact = 254;
constexpr std::int64_t kMostCharges = 1000;

std::optional<domain::SubscriptionWhat> what_of(SubscriptionWhat what) {
    using In = SubscriptionWhat;
    using Out = domain::SubscriptionWhat;
    switch (what) {
        case In::completed:
            return Out::completed;
        case In::ended:
            return Out::ended;
        case In::charge_failed_last:
            return Out::charge_failed_last;
        case In::deactivated:
            return Out::deactivated;
        case In::reactivated:
            return Out::reactivated;
        case In::upcoming_charge:
            return Out::upcoming_charge;
        case In::charge_failed:
            return Out::charge_failed;
        case In::renewed:
            return Out::renewed;
        case In::first_payment:
            return Out::first_payment;
        case In::ordinary_payment:
        case In::unknown:
            break;
    }
    return {};
}

std::optional<std::int64_t> count_of(std::string_view text) {
    std::int64_t value = 0;
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    if (text.empty() || read.ec != std::errc() || read.ptr != end || value < 0) return {};
    return value;
}

std::optional<domain::Currency> currency_of(const SubscriptionEvent& event) {
    std::string code = event.currency.empty() ? "RUB" : event.currency;
    for (char& c : code)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    const auto currency = domain::Currency::parse(code);
    if (!currency) return {};
    return *currency;
}

std::optional<std::int64_t> sum_of(const std::string& text, const domain::Currency& currency) {
    const auto money = domain::parse_money(text, currency);
    if (!money) return {};
    return money->minor;
}

std::string digits_of(std::string_view text) {
    std::string digits;
    for (const char c : text) {
        if (c >= '0' && c <= '9')
            digits += c;
        else if (std::string_view(" +-().").find(c) == std::string_view::npos)
            return {};
    }
    return digits;
}

// `+79999999999` (§6).
std::string phone_of(std::string_view text) {
    constexpr std::size_t kLeast = 10, kMost = 15, kRussian = 11;
    std::string digits = digits_of(text);
    if (digits.size() < kLeast || digits.size() > kMost) return {};
    if (digits.size() == kRussian && digits.front() == '8') digits.front() = '7';
    return "+" + digits;
}

std::string email_of(std::string_view text) {
    std::string email = clean_text(text, kMaxContact);
    const auto at = email.find('@');
    const bool fine = email == text && at != 0 && at != std::string::npos &&
                      at + 1 < email.size() && email.find(' ') == std::string::npos;
    return fine ? email : std::string();
}

tl::unexpected<domain::Error> invalid(std::string field) {
    return domain::fail("subscription.request_invalid", {}, std::move(field));
}

struct Identity {
    const char* name;
    std::string value;
};

domain::Result<Identity> identity_of(const port::SubscriptionIdentity& who) {
    const auto id = [](const char* name, const std::string& text) -> domain::Result<Identity> {
        if (!is_id(text)) return invalid(name);
        return Identity{name, text};
    };
    if (!who.profile.empty()) return id("profile", who.profile);
    if (!who.phone.empty()) {
        auto phone = phone_of(who.phone);
        if (phone.empty()) return invalid("customer_phone");
        return Identity{"customer_phone", std::move(phone)};
    }
    if (!who.email.empty()) {
        auto email = email_of(who.email);
        if (email.empty()) return invalid("customer_email");
        return Identity{"customer_email", std::move(email)};
    }
    if (!who.vk.empty()) return id("vk_user_id", who.vk);
    if (!who.tg.empty()) return id("tg_user_id", who.tg);
    return invalid("profile");
}

// Up to two decimals, above zero (§6.2). Roubles have as many as every currency here.
bool is_discount(const std::string& text) {
    const auto currency = domain::Currency::parse("RUB");
    const auto sum = domain::parse_money(text, *currency);
    return sum && sum->minor > 0;
}

// `yyyy-mm-dd hh:mm`, in Moscow's time (§6.3).
std::string rest_date(domain::UtcTime at) {
    const std::string text = moscow_text(at);  // dd.mm.yyyy hh:mm
    return text.substr(6, 4) + "-" + text.substr(3, 2) + "-" + text.substr(0, 2) + text.substr(10);
}

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n\"");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n\"") - first + 1);
}

bool says_success(std::string_view body) {
    body = trim(body);
    if (body == "success") return true;
    if (!body.starts_with('{')) return false;
    const auto answer = port::parse_json(body);
    return answer && port::text_at(*answer, "status") == "success";
}

port::SubscriptionAnswer ended(OperationState result, std::string code, std::string reason) {
    port::SubscriptionAnswer answer;
    answer.result = result;
    answer.code = std::move(code);
    answer.reason = std::move(reason);
    return answer;
}

}  // namespace

std::optional<domain::SubscriptionEvent> to_event(const SubscriptionEvent& event,
                                                  const Tree& notice,
                                                  const std::optional<domain::Money>& charged) {
    const auto what = what_of(event.what);
    const Tree* block = notice.find("subscription");
    if (!what || block == nullptr || !is_id(event.id) || !is_id(event.profile)) return {};
    domain::SubscriptionEvent it;
    it.what = *what;
    it.product = event.id;
    it.profile = event.profile;
    it.name = event.name;
    auto at = parse_moscow(event.date);
    if (!at) at = parse_iso(event.date);
    if (!at) at = parse_iso(notice.at("date"));
    it.at = at.value_or(domain::UtcTime{});
    it.charged = charged;
    if (const auto currency = currency_of(event)) {
        if (const auto cost = sum_of(event.cost, *currency))
            it.cost = domain::Money{*cost, *currency};
        // Without the field nothing is known; with an empty one there is no discount.
        if (block->find("next_payment_discount") != nullptr) {
            it.discount = sum_of(block->at("next_payment_discount"), *currency).value_or(0);
            it.discount_charges = count_of(block->at("next_payment_discount_num")).value_or(0);
        }
    }
    it.payment_num = count_of(event.payment_num);
    it.limit = count_of(block->at("limit_autopayments"));
    it.attempt = event.current_attempt;
    it.next_payment_at = event.next_payment.value_or(domain::UtcTime{});
    it.error_code = event.error_code;
    it.error = event.error;
    it.by_buyer = event.by_buyer;
    it.customer_phone = clean_text(notice.at("customer_phone"), kMaxContact);
    it.customer_email = clean_text(notice.at("customer_email"), kMaxContact);
    return it;
}

domain::Result<RestCall> rest_call(const port::SubscriptionChange& change) {
    if (!is_id(change.product)) return invalid("subscription");
    const auto who = identity_of(change.who);
    if (!who) return tl::unexpected(who.error());
    RestCall call;
    Tree& tree = call.parameters;
    tree.set("subscription", change.product);
    tree.set(who->name, who->value);
    switch (change.kind) {
        case Kind::activity:
            // The buyer can only be signed off; who comes back subscribes anew (§6.1).
            if (change.active && change.by_buyer) return invalid("active_user");
            call.method = "setActivity";
            tree.set(change.by_buyer ? "active_user" : "active_manager", change.active ? "1" : "0");
            break;
        case Kind::discount:
            if (!is_discount(change.discount)) return invalid("discount_value");
            if (change.charges < 0 || change.charges > kMostCharges) return invalid("num");
            call.method = "setSubscriptionDiscount";
            tree.set("discount_value", change.discount);
            tree.set("num", std::to_string(change.charges));
            break;
        case Kind::next_payment:
            if (!change.next_payment) return invalid("date");
            call.method = "setSubscriptionPaymentDate";
            tree.set("auth_type", who->name);
            tree.set("date", rest_date(change.next_payment));
            break;
    }
    return call;
}

port::SubscriptionAnswer read_answer(const http::Outcome& outcome) {
    if (!outcome.answered()) {
        return outcome.nothing_sent()
                   ? ended(OperationState::not_done, "gateway.unavailable",
                           masked(outcome.description))
                   : ended(OperationState::unknown, "gateway.silent", outcome.error);
    }
    if (outcome.status == 429)
        return ended(OperationState::not_done, "gateway.unavailable", "too many requests");
    if (outcome.status >= 500)
        return ended(OperationState::unknown, "gateway.silent",
                     "HTTP " + std::to_string(outcome.status));
    if (outcome.ok() && says_success(outcome.body)) return ended(OperationState::succeeded, "", "");
    std::string words = words_of_page(outcome.body);
    if (words.empty()) words = "HTTP " + std::to_string(outcome.status);
    return ended(OperationState::refused, "gateway.refused", std::move(words));
}

port::SubscriptionAnswer set_subscription(const Rest& rest, const Account& account,
                                          const port::SubscriptionChange& change) {
    auto call = rest_call(change);
    const auto signature =
        call ? sign(call->parameters, account.key) : domain::Result<std::string>();
    if (!call || !signature) {
        const auto& error = call ? signature.error() : call.error();
        auto answer = ended(OperationState::refused, error.code, error.message);
        answer.field = error.field;
        return answer;
    }
    call->parameters.set("signature", *signature);

    http::Request request;
    request.method = "POST";
    request.url = rest.base.of(account.host) + "rest/" + call->method + "/";
    request.headers = {{"Content-Type", std::string(http::kFormType)}, {"Accept", "*/*"}};
    request.body = http::form_encode(to_fields(call->parameters));
    request.deadline = rest.timeout;
    request.peer = "prodamus";
    request.max_body = kMaxAnswer;
    const auto guard = http::AddressGuard::for_base_url(request.url, rest.allow_private_networks);
    const http::Outcome outcome = rest.sender.send(request, guard);
    auto answer = read_answer(outcome);

    port::Exchange exchange;
    exchange.what = "rest/" + call->method;
    exchange.http_status = outcome.status;
    exchange.took = outcome.duration;
    exchange.outcome = answer.code.empty() ? "ok" : answer.code;
    exchange.detail = answer.reason;
    answer.log.exchanges.push_back(std::move(exchange));
    return answer;
}

}  // namespace tillbridge::prodamus
