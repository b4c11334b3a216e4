#include "tests/sandbox/prodamus/values.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "tests/sandbox/base/local_time.hpp"

namespace tillbridge::sandbox {
namespace {

constexpr Millis kMoscow = 3LL * 3600 * 1000;

bool digits(const std::string& text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

std::optional<std::int64_t> parse_amount(const std::string& text) {
    const auto dot = text.find('.');
    const auto whole = text.substr(0, dot);
    auto part = dot == std::string::npos ? std::string("00") : text.substr(dot + 1);
    if (!digits(whole) || whole.size() > 12 || !digits(part) || part.size() > 2)
        return std::nullopt;
    part.resize(2, '0');
    return std::strtoll((whole + part).c_str(), nullptr, 10);
}

std::string amount_text(std::int64_t minor) {
    return fmt::format("{}{}.{:02}", minor < 0 ? "-" : "", std::abs(minor) / 100,
                       std::abs(minor) % 100);
}

std::optional<std::int64_t> parse_count(const std::string& text) {
    if (!digits(text) || text.size() > 12) return std::nullopt;
    return std::strtoll(text.c_str(), nullptr, 10);
}

std::optional<Millis> parse_moscow(const std::string& text) {
    auto local = text;
    if (text.size() >= 10 && text[2] == '.' && text[5] == '.') {
        local = text.substr(6, 4) + '-' + text.substr(3, 2) + '-' + text.substr(0, 2);
        local += text.size() == 10 ? " 00:00" : text.substr(10);
    }
    if (local.size() == 16) local += ":00";
    const auto time = parse_local(local);
    if (!time) return std::nullopt;
    return epoch_seconds(*time) * 1000 - kMoscow;
}

std::string moscow_text(Millis at) {
    return format_local(civil_time((at + kMoscow) / 1000));
}

std::string moscow_minute(Millis at) {
    return moscow_text(at).substr(0, 16);
}

std::string moscow_iso(Millis at) {
    auto text = moscow_text(at) + "+03:00";
    text[10] = 'T';
    return text;
}

std::optional<std::string> parse_phone(const std::string& text) {
    std::string found;
    for (const char c : text) {
        if (c >= '0' && c <= '9')
            found += c;
        else if (std::string("+ ()-").find(c) == std::string::npos)
            return std::nullopt;
    }
    if (found.size() < 10 || found.size() > 15) return std::nullopt;
    return '+' + found;
}

}  // namespace tillbridge::sandbox
