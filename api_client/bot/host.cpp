#include "api_client/bot/host.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "api_client/bot/signature.hpp"
#include "api_client/http/address_guard.hpp"
#include "api_client/http/url.hpp"
#include "module/port/json.hpp"
#include "module/security/redact.hpp"

namespace tillbridge::bot {
namespace {

using port::HostAnswer;
using port::HostReply;
using port::HostResult;

constexpr std::size_t kMaxWords = 300;
constexpr std::size_t kMaxAnswer = 256 * 1024;
constexpr std::size_t kMaxUrl = 1000;

HostAnswer nothing_to_do() {
    HostAnswer answer;
    answer.result = HostResult::ok;
    answer.exchange.outcome = "ok";
    return answer;
}

template <class T>
HostReply<T> nothing() {
    return {nothing_to_do(), T{}};
}

HostAnswer refused(const char* code) {
    HostAnswer answer;
    answer.result = HostResult::refused;
    answer.code = answer.exchange.outcome = code;
    return answer;
}

void settle(HostAnswer& answer, HostResult result, const char* code) {
    answer.result = result;
    answer.code = code;
}

// What can never succeed is not tried again; what its owner can put right is.
void judge(HostAnswer& answer, int status) {
    if (status >= 200 && status < 300) return settle(answer, HostResult::ok, "");
    if (status == 429 || status == 503)
        return settle(answer, HostResult::overloaded, "bot.overloaded");
    if (status == 401 || status == 403)
        return settle(answer, HostResult::key_rejected, "bot.key_rejected");
    if (status == 400 || status == 405 || status == 410 || status == 413 || status == 415 ||
        status == 422)
        return settle(answer, HostResult::refused, "bot.refused");
    settle(answer, HostResult::silent, "bot.unreachable");
}

}  // namespace

domain::Result<std::string> Host::normalize_callback(const std::string& typed) {
    const auto invalid = [&] { return domain::fail("bot.url_invalid", typed.substr(0, 100)); };
    if (typed.size() > kMaxUrl) return invalid();
    const bool scheme = typed.find("://") != std::string::npos;
    const auto url = http::parse_url(scheme ? typed : "https://" + typed);
    if (!url) return invalid();
    const auto guard =
        http::AddressGuard::for_base_url(url->text(), options_.allow_private_networks);
    if (!guard.check(*url)) return invalid();
    return url->text();
}

HostAnswer Host::call(const domain::Connection& connection, const port::BotCall& wanted) {
    HostAnswer answer;
    answer.exchange.what = "bot/callback";
    const auto url = http::parse_url(wanted.address);
    if (!url || !connection.bot) {
        settle(answer, HostResult::forbidden, "bot.address_forbidden");
        answer.exchange.outcome = answer.code;
        return answer;
    }
    const auto guard =
        http::AddressGuard::for_base_url(url->text(), options_.allow_private_networks);
    const auto now = clock_.now();
    http::Request request;
    request.method = "POST";
    request.url = url->text();
    request.peer = "bot";
    request.deadline = options_.timeout;
    request.max_body = kMaxAnswer;
    request.body = wanted.body;
    request.headers.emplace_back("Content-Type", "application/json");
    request.headers.emplace_back("webhook-id", wanted.id);
    request.headers.emplace_back("webhook-timestamp", std::to_string(now.seconds()));
    request.headers.emplace_back("webhook-signature", signature_of(connection.bot->signing_secrets,
                                                                   wanted.id, now, wanted.body));
    const auto outcome = sender_.send(request, guard);
    answer.host = url->authority();
    if (const auto wait = outcome.retry_after()) answer.retry_after = *wait;
    if (outcome.answered()) {
        judge(answer, outcome.status);
        answer.message = security::redact(outcome.body, kMaxWords);
    } else if (outcome.delivery == http::Delivery::refused) {
        settle(answer, HostResult::forbidden, "bot.address_forbidden");
        answer.message = outcome.description;
    } else {
        settle(answer, HostResult::silent, "bot.unreachable");
        answer.timed_out = outcome.timed_out();
        answer.message = outcome.description;
    }
    const bool ok = answer.result == HostResult::ok;
    answer.exchange.http_status = outcome.status;
    answer.exchange.took = outcome.duration;
    answer.exchange.outcome = ok ? "ok" : answer.code;
    answer.exchange.detail = ok ? "" : answer.message;
    if (ok) answer.message.clear();
    return answer;
}

HostAnswer Host::push(const domain::Connection& connection, const port::StatusUpdate& update) {
    if (!connection.bot || connection.bot->callback_url.empty()) return nothing_to_do();
    const auto& invoice = update.invoice;
    const nlohmann::json body{
        {"type", "payment.state"},
        {"action", "call"},
        {"data",
         {{"paymentId", invoice.id.value},
          {"order_id", invoice.order_number},
          {"state", domain::to_word(invoice.state)},
          {"amount", domain::to_decimal({update.push.amount, invoice.amount.currency})},
          {"currency", invoice.amount.currency.code()},
          {"reason", update.push.reason}}}};
    return call(connection, {"msg_" + invoice.id.value + "_" + std::to_string(invoice.version),
                             connection.bot->callback_url, port::to_text(body)});
}

domain::Result<std::string> Host::normalize_url(const std::string& url) {
    return normalize_callback(url);
}
HostReply<port::AccountInfo> Host::check_account(const domain::Connection& connection) {
    auto reply = nothing<port::AccountInfo>();
    reply.value.public_url = connection.public_url;
    return reply;
}
HostReply<port::AccountSettings> Host::settings(const domain::Connection&) {
    return nothing<port::AccountSettings>();
}
HostAnswer Host::register_module(const domain::Connection&, const port::Registration&) {
    return nothing_to_do();
}
// Nobody but the store decides about a hold.
HostReply<std::optional<std::string>> Host::check_payment(const domain::Connection&,
                                                          const domain::Invoice&) {
    return nothing<std::optional<std::string>>();
}
HostReply<std::vector<port::PaymentType>> Host::payment_types(
    const domain::Connection&, const std::vector<domain::Merchant>&) {
    return nothing<std::vector<port::PaymentType>>();
}
HostAnswer Host::create_payment_type(const domain::Connection&, const domain::Merchant&) {
    return refused("payment_type.forbidden");
}
HostReply<port::Order> Host::order(const domain::Connection&, std::int64_t) {
    return {refused("order.unknown"), {}};
}
HostReply<std::string> Host::create_invoice(const domain::Connection&, std::int64_t) {
    return {refused("order.unknown"), {}};
}
HostReply<std::int64_t> Host::payment_of(const domain::Connection&, const domain::InvoiceUuid&) {
    return nothing<std::int64_t>();
}
// Its owner reads them on the settings page.
HostAnswer Host::notify(const domain::Connection&, const std::string&, bool) {
    return nothing_to_do();
}

}  // namespace tillbridge::bot
