#include "api_client/retailcrm/answer.hpp"

#include <utility>

#include "module/port/json.hpp"
#include "module/security/redact.hpp"

namespace tillbridge::retailcrm {
namespace {

using nlohmann::json;
using port::HostAnswer;
using port::HostResult;

constexpr std::size_t kMaxWords = 500;

bool is_html(const std::string& body) {
    std::size_t at = body.starts_with("\xef\xbb\xbf") ? 3 : 0;
    at = body.find_first_not_of(" \t\r\n", at);
    return at != std::string::npos && body[at] == '<';
}

// `errors` is an object field → text, or a list; newer systems nest them.
void collect(const json& errors, const std::string& name, std::string& words) {
    if (errors.is_object()) {
        for (const auto& [key, value] : errors.items()) {
            collect(value, name.empty() ? key : name + "." + key, words);
        }
    } else if (errors.is_array()) {
        for (const auto& value : errors) collect(value, name, words);
    } else if (!errors.is_null()) {
        const std::string text =
            errors.is_string() ? errors.get<std::string>() : port::to_text(errors);
        words += (words.empty() ? "" : "; ") + (name.empty() ? text : name + ": " + text);
    }
}

std::string words_of(const json& body) {
    std::string words = port::text_at(body, "errorMsg");
    std::string details;
    if (const json* errors = port::member(body, "errors")) collect(*errors, "", details);
    if (details.empty()) return words;
    return words.empty() ? details : words + " (" + details + ")";
}

void settle(HostAnswer& answer, HostResult result, std::string code) {
    answer.result = result;
    answer.code = std::move(code);
}

void read_failure(HostAnswer& answer, const http::Outcome& outcome) {
    if (outcome.delivery == http::Delivery::refused) {
        // A key with a line break in it is a wrong key.
        if (outcome.error == "http.header_invalid") {
            settle(answer, HostResult::key_rejected, "crm.key_rejected");
        } else {
            settle(answer, HostResult::forbidden, forbidden_code(outcome.error));
        }
    } else {
        settle(answer, HostResult::silent, "crm.unreachable");
        answer.timed_out = outcome.timed_out();
    }
    answer.message = outcome.description;
}

void judge(HostAnswer& answer, int status, const json& body) {
    const json* success = port::member(body, "success");
    const bool told = success != nullptr && success->is_boolean();
    const std::string text = port::text_at(body, "errorMsg");
    const auto says = [&](std::string_view words) { return text.find(words) != std::string::npos; };
    answer.message = words_of(body);
    if (status >= 200 && status < 300 && told && success->get<bool>()) {
        answer.message.clear();
        settle(answer, HostResult::ok, "");
    } else if (says("Account does not exist")) {
        settle(answer, HostResult::key_rejected, "crm.account_unknown");
    } else if (status == 401 || status == 403 || says("Wrong \"apiKey\" value") ||
               says("\"apiKey\" is missing")) {
        settle(answer, HostResult::key_rejected, "crm.key_rejected");
    } else if (told && !success->get<bool>() && status != 408 && status != 425) {
        settle(answer, HostResult::refused, "crm.refused");
    } else {
        settle(answer, HostResult::silent, "crm.unreachable");
    }
}

}  // namespace

std::string forbidden_code(const std::string& http_code) {
    if (http_code == "http.host_not_allowed") return "crm.host_not_allowed";
    if (http_code == "http.address_forbidden") return "crm.address_forbidden";
    return "crm.url_invalid";
}

std::string shown(std::string words, const domain::Secret& api_key) {
    const std::string& key = api_key.reveal();
    if (!key.empty()) {
        for (auto at = words.find(key); at != std::string::npos; at = words.find(key, at)) {
            words.replace(at, key.size(), "***");
        }
    }
    return security::redact(words, kMaxWords);
}

Reading read_answer(const std::string& what, const http::Outcome& outcome,
                    const domain::Secret& api_key) {
    Reading reading;
    HostAnswer& answer = reading.answer;
    const int status = outcome.status;
    if (const auto wait = outcome.retry_after()) answer.retry_after = *wait;
    if (!outcome.answered()) {
        read_failure(answer, outcome);
    } else if (status == 429 || status == 503) {
        settle(answer, HostResult::overloaded, "crm.overloaded");
    } else if (status >= 500) {
        settle(answer, HostResult::silent, "crm.unreachable");
    } else if (is_html(outcome.body) || (status >= 300 && status < 400)) {
        // A page instead of JSON: no account lives here, or it moved.
        settle(answer, HostResult::key_rejected, "crm.account_unknown");
    } else if (auto body = port::parse_json(outcome.body); body && body->is_object()) {
        judge(answer, status, *body);
        if (answer.result == HostResult::ok) reading.body = std::move(*body);
    } else if (status == 401 || status == 403) {
        settle(answer, HostResult::key_rejected, "crm.key_rejected");
    } else {
        settle(answer, HostResult::silent, "crm.unreachable");
        answer.message = body ? "not a JSON object" : body.error().code;
    }
    answer.message = shown(std::move(answer.message), api_key);
    answer.exchange = {what, status, outcome.duration,
                       answer.result == HostResult::ok ? "ok" : answer.code, answer.message};
    return reading;
}

void make_senseless(HostAnswer& answer, const std::string& why) {
    settle(answer, HostResult::silent, "crm.unreachable");
    answer.message = why;
    answer.exchange.outcome = answer.code;
    answer.exchange.detail = why;
}

}  // namespace tillbridge::retailcrm
