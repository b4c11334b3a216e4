#include "module/security/redact.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "module/domain/card_mask.hpp"

namespace tillbridge::security {
namespace {

constexpr auto kNone = std::string_view::npos;

bool digit(char c) {
    return c >= '0' && c <= '9';
}
bool letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool beyond_ascii(char c) {
    return static_cast<unsigned char>(c) >= 0x80;
}
bool continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}
bool name_char(char c) {
    return letter(c) || digit(c) || c == '_' || c == '-';
}

// ---- values of keys that name a secret

// The ends of key names, lower case without `_` and `-`: `apiKey`, `x-api-key`, `hook_token`.
constexpr std::array<std::string_view, 14> kSecretNames = {
    "apikey",   "token",     "secret",     "password",  "passwd", "pwd",       "authorization",
    "clientid", "secretkey", "privatekey", "accesskey", "cookie", "masterkey", "credential"};

bool names_secret(std::string_view name) {
    std::string plain;
    for (const char c : name) {
        if (c == '_' || c == '-') continue;
        plain += letter(c) ? static_cast<char>(c | 0x20) : c;
    }
    return std::any_of(kSecretNames.begin(), kSecretNames.end(),
                       [&](std::string_view end) { return plain.ends_with(end); });
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
    return at;
}

// A quote, also one escaped (JSON inside a JSON string); its length, 0 where there is none.
std::size_t quote_at(std::string_view text, std::size_t at) {
    const auto first = std::min(text.find_first_not_of('\\', at), text.size());
    if (first < text.size() && (text[first] == '"' || text[first] == '\'')) return first + 1 - at;
    return 0;
}

struct Range {
    std::size_t from;
    std::size_t to;
};

// The end of a value inside quotes: the next quote of the same kind at the same depth of escapes.
std::size_t quoted_end(std::string_view text, std::size_t at, std::string_view quote) {
    for (; at < text.size(); ++at) {
        if (text[at] != '\\' && text[at] != quote.back()) continue;
        const auto first = text.find_first_not_of('\\', at);
        if (first == kNone) return text.size();
        const auto slashes = first - at;
        if (text[first] == quote.back() && slashes < quote.size()) return at;
        at = first;
    }
    return text.size();
}

std::size_t bare_end(std::string_view text, std::size_t at) {
    constexpr std::string_view kEnds = " \t\r\n&,;}])\"'<>\\";
    return std::min(text.find_first_of(kEnds, at), text.size());
}

// `Bearer abc`: the scheme's word is no secret, what follows is.
std::size_t after_scheme(std::string_view text, std::size_t at) {
    for (const std::string_view scheme : {"Bearer ", "bearer ", "Basic ", "basic "}) {
        if (text.substr(at).starts_with(scheme)) return at + scheme.size();
    }
    return at;
}

// The value that belongs to a name which ends at `at`.
std::optional<Range> value_after(std::string_view text, std::size_t at) {
    at += quote_at(text, at);
    if (text.substr(at).starts_with("]")) ++at;  // form[token]=…
    at = skip_blanks(text, at);
    if (at >= text.size() || (text[at] != ':' && text[at] != '=')) return std::nullopt;
    at = skip_blanks(text, at + 1);
    if (const auto quote = quote_at(text, at); quote > 0) {
        const auto from = after_scheme(text, at + quote);
        return Range{from, quoted_end(text, from, text.substr(at, quote))};
    }
    const auto from = after_scheme(text, at);
    return Range{from, bare_end(text, from)};
}

bool says_nothing(std::string_view value) {
    return value.empty() || value == "null" || value == "true" || value == "false" ||
           value.find_first_not_of("[{") == kNone;
}

std::string mask_secrets(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        if (!name_char(text[at])) {
            result += text[at++];
            continue;
        }
        auto end = at;
        while (end < text.size() && name_char(text[end])) ++end;
        const auto name = text.substr(at, end - at);
        result += name;
        at = end;
        if (name.starts_with("eyJ") && text.substr(at).starts_with(".")) {  // a JSON web token
            while (at < text.size() && (name_char(text[at]) || text[at] == '.')) ++at;
            result.resize(result.size() - name.size());
            result += "eyJ***";
        } else if (names_secret(name)) {
            const auto value = value_after(text, end);
            if (!value || says_nothing(text.substr(value->from, value->to - value->from))) continue;
            result += text.substr(end, value->from - end);
            result += "***";
            at = value->to;
        }
    }
    return result;
}

// ---- e-mail addresses

bool local_char(char c) {
    return name_char(c) || beyond_ascii(c) || c == '.' || c == '+' || c == '%';
}
bool host_char(char c) {
    return letter(c) || digit(c) || c == '-' || c == '.' || beyond_ascii(c);
}

std::string_view first_character(std::string_view text) {
    std::size_t size = 1;
    while (size < text.size() && continuation(text[size])) ++size;
    return text.substr(0, size);
}

struct AtSign {
    std::size_t at = kNone;
    std::size_t size = 0;
};

AtSign next_at_sign(std::string_view text, std::size_t from) {
    for (auto at = text.find_first_of("@%", from); at != kNone;
         at = text.find_first_of("@%", at + 1)) {
        if (text[at] == '@') return {at, 1};
        if (text.substr(at).starts_with("%40")) return {at, 3};
    }
    return {};
}

std::string mask_emails(std::string_view text) {
    std::string result;
    std::size_t copied = 0;
    std::size_t passed = 0;  // where the last at sign ended: no name reaches back over it
    for (auto sign = next_at_sign(text, 0); sign.at != kNone; sign = next_at_sign(text, passed)) {
        auto from = sign.at;
        while (from > std::max(copied, passed) && local_char(text[from - 1])) --from;
        passed = sign.at + sign.size;
        auto to = passed;
        while (to < text.size() && host_char(text[to])) ++to;
        while (to > passed && (text[to - 1] == '.' || text[to - 1] == '-')) --to;
        const auto host = text.substr(passed, to - passed);
        const auto dot = host.rfind('.');
        if (from == sign.at || dot == kNone || dot == 0) continue;
        result += text.substr(copied, from - copied);
        result += first_character(text.substr(from, sign.at - from));
        result += "***";
        result += text.substr(sign.at, sign.size);
        result += first_character(host);
        result += "***";
        result += host.substr(dot);
        copied = to;
    }
    result += text.substr(copied);
    return result;
}

// ---- phone numbers; card numbers are the domain's

// The forms that people of our countries write without a plus; other runs are too likely ids.
bool local_phone(std::string_view digits) {
    return (digits.size() == 11 && (digits[0] == '7' || digits[0] == '8')) ||
           (digits.size() == 12 && digits.starts_with("380")) ||
           (digits.size() == 10 && digits[0] == '0');
}

// The end of a phone number that begins at `at` (its plus, bracket or first digit). 0: none.
std::size_t phone_end(std::string_view text, std::size_t at) {
    const bool plus = text[at] == '+' || text.substr(at).starts_with("%2B");
    std::string digits;
    std::size_t end = 0;
    auto next = at + (text[at] == '%' ? 3U : text[at] == '+' ? 1U : 0U);
    int parted = 0;
    for (; next < text.size() && digits.size() <= 15; ++next) {
        const char c = text[next];
        if (digit(c)) {
            digits += c;
            parted = 0;
            const bool closed = next + 1 == text.size() || !digit(text[next + 1]);
            const bool fits =
                plus ? digits.size() >= 10 && digits.size() <= 15 : local_phone(digits);
            if (closed && fits) end = next + 1;
        } else if ((c != ' ' && c != '-' && c != '(' && c != ')') || ++parted > 2) {
            break;
        }
    }
    return end;
}

std::string mask_phone(std::string_view phone) {
    std::string digits;
    for (const char c : phone.substr(phone[0] == '%' ? 3 : 0)) {
        if (digit(c)) digits += c;
    }
    const std::string head = phone[0] == '+' ? "+" : phone[0] == '%' ? "%2B" : "";
    return head + digits.substr(0, 2) + std::string(digits.size() - 4, '*') +
           digits.substr(digits.size() - 2);
}

std::string mask_numbers(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        const bool fresh = at == 0 || !digit(text[at - 1]);
        if (digit(c) && fresh) {
            if (const auto end = domain::card_end(text, at); end != 0) {
                result += domain::mask_card(text.substr(at, end - at));
                at = end;
                continue;
            }
        }
        const bool inside_word =
            at > 0 && (letter(text[at - 1]) || text[at - 1] == '*' || text[at - 1] == '.');
        const bool opens = c == '+' || c == '(' || text.substr(at).starts_with("%2B") ||
                           (digit(c) && fresh && !inside_word);
        if (opens) {
            if (const auto end = phone_end(text, at); end != 0) {
                result += mask_phone(text.substr(at, end - at));
                at = end;
                continue;
            }
        }
        result += text[at++];
    }
    return result;
}

}  // namespace

std::string redact(std::string_view text) {
    return mask_numbers(mask_emails(mask_secrets(text)));
}

std::string redact(std::string_view text, std::size_t limit) {
    std::string masked = redact(text);
    if (masked.size() <= limit) return masked;
    constexpr std::string_view kEllipsis = "\u2026";
    auto end = limit < kEllipsis.size() ? 0 : limit - kEllipsis.size();
    while (end > 0 && continuation(masked[end])) --end;
    masked.resize(end);
    if (limit >= kEllipsis.size()) masked += kEllipsis;
    return masked;
}

}  // namespace tillbridge::security
