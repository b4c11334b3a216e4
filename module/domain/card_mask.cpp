#include "module/domain/card_mask.hpp"

#include <algorithm>

namespace tillbridge::domain {
namespace {

bool digit(char c) {
    return c >= '0' && c <= '9';
}

bool luhn(std::string_view digits) {
    int sum = 0;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        int value = digits[digits.size() - 1 - i] - '0';
        if (i % 2 == 1) value = value * 2 > 9 ? value * 2 - 9 : value * 2;
        sum += value;
    }
    return sum % 10 == 0;
}

}  // namespace

std::size_t card_end(std::string_view text, std::size_t at) {
    std::string digits;
    std::size_t end = 0;
    for (auto next = at; next < text.size() && digits.size() <= 19; ++next) {
        if (digit(text[next])) {
            digits += text[next];
            const bool closed = next + 1 == text.size() || !digit(text[next + 1]);
            const bool one_digit = digits.find_first_not_of(digits[0]) == std::string::npos;
            if (closed && digits.size() >= 13 && digits.size() <= 19 && !one_digit &&
                luhn(digits)) {
                end = next + 1;
            }
        } else if ((text[next] != ' ' && text[next] != '-' && text[next] != '+') ||
                   !digit(text[next - 1])) {
            break;
        }
    }
    return end;
}

std::string mask_card(std::string_view card) {
    const auto count = std::count_if(card.begin(), card.end(), digit);
    std::string result;
    std::ptrdiff_t number = 0;
    for (const char c : card) {
        if (digit(c)) ++number;
        result += digit(c) && number > 6 && number <= count - 4 ? '*' : c;
    }
    return result;
}

std::string mask_cards(std::string_view text) {
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        const bool fresh = at == 0 || !digit(text[at - 1]);
        const auto end = digit(text[at]) && fresh ? card_end(text, at) : 0;
        if (end == 0) {
            result += text[at++];
        } else {
            result += mask_card(text.substr(at, end - at));
            at = end;
        }
    }
    return result;
}

}  // namespace tillbridge::domain
