#include "api_client/prodamus/client.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "api_client/http/form.hpp"
#include "api_client/prodamus/signature.hpp"
#include "api_client/prodamus/texts.hpp"
#include "module/port/json.hpp"

namespace tillbridge::prodamus {

using End = LinkAnswer::End;

namespace {

constexpr std::size_t kMaxAnswer = 256U * 1024;
constexpr std::string_view kSignatureWords = "подписи";  // «Ошибка подписи …» (§2.6)
constexpr std::string_view kEmulatedWords = "signature";  // where a page speaks English
constexpr std::string_view kUnknownPath = "Неизвестный запрос";

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// The body is the link. JSON is not asked for, but a page may be set to it.
std::string link_in(std::string_view body) {
    body = trim(body);
    if (!body.starts_with('{')) return std::string(body);
    const auto answer = port::parse_json(body);
    if (!answer) return {};
    for (const auto* name : {"payment_link", "url", "link"})
        if (auto link = port::text_at(*answer, name); !link.empty()) return link;
    return {};
}

LinkAnswer judge_refusal(const http::Outcome& outcome) {
    LinkAnswer answer;
    answer.words = words_of_page(outcome.body);
    const auto says = [&](std::string_view words) {
        return answer.words.find(words) != std::string::npos;
    };
    if (says(kSignatureWords) || says(kEmulatedWords))
        answer.end = End::bad_signature;
    else if (outcome.status == 404 || outcome.status == 410 || says(kUnknownPath) ||
             (outcome.status >= 300 && outcome.status < 400))
        answer.end = End::no_page;  // an address of nobody's leads elsewhere
    else
        answer.end = End::refused;
    if (answer.words.empty()) answer.words = "HTTP " + std::to_string(outcome.status);
    return answer;
}

LinkAnswer judge(const http::Outcome& outcome, const BaseUrl& base, const std::string& host) {
    LinkAnswer answer;
    if (!outcome.answered()) {
        answer.words = outcome.nothing_sent() ? masked(outcome.description) : outcome.error;
        answer.end = outcome.error == "http.resolve_failed" ? End::no_host
                     : outcome.nothing_sent()               ? End::not_done
                                                            : End::unknown;
        return answer;
    }
    if (outcome.status == 429) {
        answer.end = End::not_done;
        answer.words = "too many requests";
        return answer;
    }
    if (outcome.status >= 500) {
        answer.words = "HTTP " + std::to_string(outcome.status);
        return answer;
    }
    // The real status of a refusal is not known: 200 without a link is one too (§2.6).
    const std::string link = outcome.ok() ? link_in(outcome.body) : std::string();
    if (!link.starts_with("http")) return judge_refusal(outcome);
    if (!base.takes_link(link, host)) {
        answer.end = End::refused;
        answer.words = "the link leads elsewhere";
        return answer;
    }
    answer.end = End::link;
    answer.link = link;
    return answer;
}

const char* outcome_word(const LinkAnswer& answer) {
    switch (answer.end) {
        case End::link:
            return "ok";
        case End::bad_signature:
            return "credentials.refused";
        case End::no_page:
        case End::refused:
            return "gateway.refused";
        case End::no_host:
        case End::not_done:
            return "gateway.unavailable";
        case End::unknown:
            break;
    }
    return "gateway.silent";
}

}  // namespace

LinkAnswer Client::ask_for_link(const Account& account, Tree parameters, const char* what,
                                port::CallLog& log) const {
    LinkAnswer answer;
    const auto signature = sign(parameters, account.key);
    if (!signature) {
        answer.end = End::refused;
        answer.words = signature.error().code;
        return answer;
    }
    parameters.set("signature", *signature);

    http::Request request;
    request.method = "POST";
    request.url = base_.of(account.host);
    request.headers = {{"Content-Type", std::string(http::kFormType)}, {"Accept", "*/*"}};
    request.body = http::form_encode(to_fields(parameters));
    request.deadline = timeout_;
    request.peer = "prodamus";
    request.max_body = kMaxAnswer;
    const auto guard = http::AddressGuard::for_base_url(request.url, allow_private_networks_);
    const http::Outcome outcome = sender_.send(request, guard);
    answer = judge(outcome, base_, account.host);

    port::Exchange exchange;
    exchange.what = what;
    exchange.http_status = outcome.status;
    exchange.took = outcome.duration;
    exchange.outcome = outcome.answered() ? outcome_word(answer) : outcome.error;
    exchange.detail =
        answer.end == End::link ? masked("order_id=" + parameters.at("order_id")) : answer.words;
    log.exchanges.push_back(std::move(exchange));
    return answer;
}

}  // namespace tillbridge::prodamus
