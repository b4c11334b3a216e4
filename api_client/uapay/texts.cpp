#include "api_client/uapay/texts.hpp"

#include <algorithm>

#include "module/security/redact.hpp"

namespace tillbridge::uapay {
namespace {

constexpr std::size_t kMaxWords = 300;

// The length of the UTF-8 character that the text begins with; 0 where it is none.
std::size_t character(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(i) & 0xC0U) != 0x80) return 0;
    const unsigned second = byte(1);
    const bool wrong = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
                       (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F);
    return wrong ? 0 : length;
}

}  // namespace

std::string clean_text(std::string_view text, std::size_t limit) {
    std::string out;
    out.reserve(std::min(text.size(), limit * 2));
    std::size_t count = 0;
    while (!text.empty() && count < limit) {
        const std::size_t length = character(text);
        if (length == 0) {
            text.remove_prefix(1);
            continue;
        }
        const auto first = static_cast<unsigned char>(text[0]);
        const bool control = length == 1 && (first < 0x20 || first == 0x7F);
        const bool blank = control || first == ' ';
        if (!blank || !out.empty()) {
            if (control)
                out += ' ';
            else
                out.append(text.substr(0, length));
            ++count;
        }
        text.remove_prefix(length);
    }
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

std::string masked(std::string_view words) {
    return security::redact(clean_text(words, 4 * kMaxWords), kMaxWords);
}

bool is_id(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '-' || c == '_';
    });
}

}  // namespace tillbridge::uapay
