#include "module/service/bot_variables.hpp"

#include <algorithm>
#include <regex>

namespace tillbridge::service {
namespace {

constexpr std::size_t kShownName = 100;
constexpr std::size_t kAmount = 20;
constexpr std::size_t kPhone = 32;
constexpr std::size_t kEmail = 254;
constexpr std::size_t kProfile = 64;

}  // namespace

std::size_t length_of(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

bool is_decimal(const std::string& text) {
    static const std::regex kDecimal(R"(\d{1,15}(\.\d{1,4})?)");
    return std::regex_match(text, kDecimal);
}

bool is_short_number(const std::string& text) {
    return !text.empty() && text.size() <= 2 &&
           text.find_first_not_of("0123456789") == std::string::npos;
}

bool is_address(const std::string& text) {
    const auto begin = text.compare(0, 8, "https://") == 0  ? 8U
                       : text.compare(0, 7, "http://") == 0 ? 7U
                                                            : std::string::npos;
    if (begin == std::string::npos || text.find(' ') != std::string::npos) return false;
    const auto end = std::min(text.find_first_of("/?#", begin), text.size());
    const auto host = text.substr(begin, end - begin);
    return !host.empty() && host.front() != '.' && host.front() != ':' &&
           host.find_first_of("@\\\"<>") == std::string::npos;
}

bool is_phone(const std::string& text) {
    const auto digits =
        std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    return text.size() <= kPhone && digits >= 10 && digits <= 15 &&
           text.find_first_not_of("0123456789+ ()-.") == std::string::npos;
}

bool is_profile(const std::string& text) {
    return !text.empty() && text.size() <= kProfile &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      c == '-' || c == '_';
           });
}

bool is_email(const std::string& text) {
    const auto at = text.find('@');
    const auto printable = [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7F; };
    return at != 0 && at != std::string::npos && at + 1 != text.size() &&
           text.find('@', at + 1) == std::string::npos && length_of(text) <= kEmail &&
           std::all_of(text.begin(), text.end(), printable);
}

bool is_zero(const std::string& decimal) {
    return decimal.find_first_of("123456789") == std::string::npos;
}

bool is_skipped(const std::string& value) {
    return value.empty() || value == "''" || value == "\"\"" || value == "None";
}

domain::Result<std::optional<std::string>> asked_amount(const BotVariables& given) {
    const auto at = given.find("amount");
    if (at == given.end() || is_skipped(at->second)) return std::optional<std::string>();
    if (at->second.size() > kAmount || !is_decimal(at->second))
        return domain::fail("request.field_invalid", {}, "amount");
    return std::optional<std::string>(at->second);
}

std::string asked_language(const BotVariables& given, const std::string& otherwise) {
    const auto at = given.find("language");
    return at == given.end() || is_skipped(at->second) ? otherwise : at->second;
}

std::string shown_name(const std::string& name) {
    std::size_t characters = 0;
    for (std::size_t at = 0; at < name.size(); ++at)
        if ((static_cast<unsigned char>(name[at]) & 0xC0U) != 0x80U && ++characters > kShownName)
            return name.substr(0, at);
    return name;
}

}  // namespace tillbridge::service
