#include "api_client/uapay/client.hpp"

#include <array>
#include <utility>

#include "api_client/http/url.hpp"
#include "api_client/uapay/texts.hpp"
#include "module/port/json.hpp"
#include "module/security/digest.hpp"

namespace tillbridge::uapay {

using nlohmann::json;
using End = Answer::End;

namespace {

constexpr std::string_view kOpenSession = "sessions/create";
constexpr domain::Span kNotableOffset = std::chrono::seconds(10);  // half of what is refused (§3.1)

// Names the credentials without holding them.
std::string digest_of(const Account& account) {
    return security::sha256(account.shop_id + '\n' + account.key.reveal());
}

void judge(const http::Outcome& outcome, Answer& answer) {
    if (outcome.nothing_sent()) {
        answer.end = End::not_done;
        answer.code = "gateway.unavailable";
        answer.detail = masked(outcome.description);
        return;
    }
    answer.reason = answer.reply.reason;
    const auto end = [&](End how, const char* code, const char* words) {
        answer.end = how;
        answer.code = code;
        answer.detail = words;
    };
    if (!outcome.answered()) return end(End::unknown, "gateway.silent", outcome.error.c_str());
    switch (answer.reply.verdict) {
        case Verdict::ok:
            return end(End::ok, "", "");
        case Verdict::refused:
            if (answer.reply.clock_refused()) return end(End::not_done, "gateway.clock_skew", "");
            return end(End::refused, "gateway.refused", "refused without a reason");
        case Verdict::overloaded:
            return end(End::not_done, "gateway.unavailable", "too many requests");
        case Verdict::not_signed:
            return end(End::unknown, "gateway.silent", "the answer is not signed");
        case Verdict::badly_signed:
            return end(End::unknown, "gateway.silent", "the answer is not signed by this key");
        case Verdict::unreadable:
            break;
    }
    end(End::unknown, "gateway.silent", "unreadable answer");
}

// A gateway may quote what it was sent; the key never gets further than here.
void hide(const domain::Secret& key, std::string& words) {
    if (key.empty()) return;
    for (auto at = words.find(key.reveal()); at != std::string::npos;
         at = words.find(key.reveal(), at))
        words.replace(at, key.reveal().size(), "***");
}

// UAPAY's clock minus ours, by a signed answer's `iat`, else by the Date header. Both are whole
// seconds, so half of one is added; ours is taken in the middle of the exchange.
std::optional<domain::Span> offset_of(const http::Outcome& outcome, const Reply& reply,
                                      domain::UtcTime before, domain::UtcTime after) {
    std::optional<domain::UtcTime> theirs;
    if (reply.iat) theirs = domain::UtcTime::from_seconds(*reply.iat);
    if (!theirs && outcome.answered()) theirs = outcome.date();
    if (!theirs) return {};
    const domain::UtcTime middle = before + (after - before) / 2;
    return *theirs + std::chrono::milliseconds(500) - middle;
}

// What a record says of an answer: the members that tell what happened, and nothing about people.
std::string summary(const json& claims) {
    constexpr std::array<std::string_view, 9> kTold{
        "invoiceId", "id",     "paymentId",     "externalId", "invoiceStatus",
        "type",      "status", "paymentStatus", "amount"};
    std::string text;
    const auto add = [&](const json& object) {
        for (const auto name : kTold) {
            const json* value = port::member(object, name);
            if (value == nullptr || value->is_structured() || value->is_null()) continue;
            if (!text.empty()) text += ' ';
            text += std::string(name) + "=";
            text += value->is_string() ? value->get<std::string>() : port::to_text(*value);
        }
    };
    add(claims);
    for (const auto list : {"payments", "invoices"}) {
        const json* items = port::member(claims, list);
        if (items == nullptr || !items->is_array()) continue;
        text += " " + std::string(list) + "=" + std::to_string(items->size());
        for (const auto& item : *items) add(item);
    }
    return masked(text);
}

std::string outcome_word(const http::Outcome& outcome, const Answer& answer) {
    if (answer.ok()) return "ok";
    if (!outcome.answered()) return outcome.error;
    if (answer.reply.verdict == Verdict::not_signed) return "gateway.unsigned";
    if (answer.reply.verdict == Verdict::badly_signed) return "gateway.badly_signed";
    return answer.code;
}

void write_down(const std::string& method, const http::Outcome& outcome, const Answer& answer,
                port::CallLog& log) {
    port::Exchange exchange;
    exchange.what = method;
    exchange.http_status = outcome.status;
    exchange.took = outcome.duration;
    exchange.outcome = outcome_word(outcome, answer);
    // A session's id opens the account for some minutes: not for a record.
    if (!answer.ok())
        exchange.detail = answer.words();
    else if (method != kOpenSession)
        exchange.detail = summary(answer.reply.claims);
    log.exchanges.push_back(std::move(exchange));

    const auto& offset = answer.clock_offset;
    if (offset && (answer.code == "gateway.clock_skew" || *offset > kNotableOffset ||
                   -*offset > kNotableOffset))
        log.clock_offset = offset;
}

// The codes of a dead session are not documented (§9). Something that only reads is asked again
// after any refusal; anything else only where the refusal is plainly about the session.
bool session_may_be_dead(const Answer& answer, Call::Kind kind) {
    if (answer.end != End::refused) return false;
    if (kind == Call::Kind::read) return true;
    return answer.reply.error_code.find("SESSION") != std::string::npos ||
           answer.reply.blames("sessionId");
}

}  // namespace

void distrust(port::CallLog& log, const std::string& why) {
    log.exchanges.back().outcome = "gateway.mismatch";
    log.exchanges.back().detail = why;
}

Account Account::of(const domain::Credentials& credentials) {
    Account account;
    if (const auto at = credentials.find("shopId"); at != credentials.end())
        account.shop_id = at->second.reveal();
    if (const auto at = credentials.find("secretKey"); at != credentials.end())
        account.key = at->second;
    return account;
}

Client::Client(http::Sender& sender, const port::Clock& clock, Options options)
    : sender_(sender),
      clock_(clock),
      options_(std::move(options)),
      guard_(http::AddressGuard::for_base_url(options_.base_url, options_.allow_private_networks)),
      sessions_(options_.session_lifetime) {}

Answer Client::exchange(const Account& account, const Call& call, port::CallLog& log) {
    http::Request request;
    request.method = "POST";
    request.url = http::join_url(options_.base_url, call.method);
    request.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
    request.deadline = call.timeout.value_or(options_.timeout);
    request.peer = "uapay";
    const domain::UtcTime before = clock_.now();
    request.body = request_body(call.params, call.data, before.seconds(), account.key);

    const http::Outcome outcome = sender_.send(request, guard_);
    const domain::UtcTime after = clock_.now();
    Answer answer;
    if (outcome.answered()) answer.reply = read_reply(outcome.status, outcome.body, account.key);
    judge(outcome, answer);
    hide(account.key, answer.reason);
    hide(account.key, answer.detail);
    answer.clock_offset = offset_of(outcome, answer.reply, before, after);
    write_down(call.method, outcome, answer, log);
    return answer;
}

Answer Client::open_session(const Account& account, port::CallLog& log) {
    const Call open{
        std::string(kOpenSession), {{"clientId", account.shop_id}}, nullptr, Call::Kind::read};
    Answer answer = exchange(account, open, log);
    if (!answer.ok()) return answer;
    const std::string id = port::text_at(answer.reply.claims, "id");
    if (!is_id(id)) {
        answer.end = End::unknown;
        answer.code = "gateway.silent";
        answer.detail = "no id in the answer";
        distrust(log, answer.detail);
        answer.reply.verdict = Verdict::unreadable;
        return answer;
    }
    sessions_.put(digest_of(account), id, clock_.now());
    return answer;
}

Answer Client::in_session(const Account& account, const Call& call, const std::string& session,
                          port::CallLog& log) {
    Call full = call;
    full.params["sessionId"] = session;
    Answer answer = exchange(account, full, log);
    if (answer.end == End::refused) sessions_.forget(digest_of(account), session);
    return answer;
}

Answer Client::call(const Account& account, const Call& call, port::CallLog& log) {
    // What moves money gets a session of its own, so that none ever has to be sent twice.
    if (call.kind != Call::Kind::change) {
        if (const auto kept = sessions_.find(digest_of(account), clock_.now())) {
            Answer answer = in_session(account, call, *kept, log);
            if (!session_may_be_dead(answer, call.kind)) return answer;
        }
    }
    Answer opened = open_session(account, log);
    if (!opened.ok()) {
        // The call itself never went out, whatever became of its session.
        opened.end = End::not_done;
        return opened;
    }
    return in_session(account, call, port::text_at(opened.reply.claims, "id"), log);
}

}  // namespace tillbridge::uapay
