#include "api_client/prodamus/texts.hpp"

#include <algorithm>

#include "module/security/redact.hpp"

namespace tillbridge::prodamus {
namespace {

constexpr std::size_t kMaxWords = 300;
constexpr std::size_t kMaxPage = 16U * 1024;  // of an answer that is read for its words

void append_utf8(unsigned code, std::string& out) {
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else {  // nothing here is above U+07FF
        out += static_cast<char>(0xC0U | (code >> 6U));
        out += static_cast<char>(0x80U | (code & 0x3FU));
    }
}

// The Russian letters of WINDOWS-1251; what else it has is punctuation and becomes a space.
std::string from_windows_1251(std::string_view bytes) {
    std::string out;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80)
            out += c;
        else if (byte >= 0xC0)
            append_utf8(0x410U + (byte - 0xC0U), out);
        else if (byte == 0xA8 || byte == 0xB8)
            append_utf8(byte == 0xA8 ? 0x401 : 0x451, out);
        else
            out += ' ';
    }
    return out;
}

// Without tags, and without what stands between <style> or <script> and its end.
std::string without_markup(std::string_view page) {
    std::string out;
    while (!page.empty()) {
        const auto open = std::min(page.find('<'), page.size());
        out.append(page.substr(0, open));
        page.remove_prefix(open);
        if (page.empty()) break;
        for (const std::string_view name : {"script", "style"})
            if (page.substr(1).starts_with(name))
                page.remove_prefix(std::min(page.find("</", 1), page.size()));
        const auto close = page.find('>');
        page.remove_prefix(close == std::string_view::npos ? page.size() : close + 1);
        out += ' ';
    }
    return out;
}

std::string single_spaced(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool blank = c == ' ' || (c >= '\t' && c <= '\r');
        if (!blank)
            out += c;
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
    }
    return out;
}

}  // namespace

std::size_t character_length(std::string_view text) {
    if (text.empty()) return 0;
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(i) & 0xC0U) != 0x80) return 0;
    // Overlong forms, surrogates, and what is above U+10FFFF.
    const unsigned second = byte(1);
    const bool wrong = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
                       (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F);
    return wrong ? 0 : length;
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const auto length = character_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

std::size_t count_characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

std::string clean_text(std::string_view text, std::size_t limit) {
    std::string out;
    std::size_t count = 0;
    while (!text.empty() && count < limit) {
        const auto length = character_length(text);
        const auto first = static_cast<unsigned char>(text.front());
        const bool control = length == 1 && (first < 0x20 || first == 0x7F);
        const bool leading = out.empty() && (control || first == ' ');
        if (length > 0 && !leading) {
            if (control)
                out += ' ';
            else
                out.append(text.substr(0, length));
            ++count;
        }
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    while (out.ends_with(' ')) out.pop_back();
    return out;
}

std::string masked(std::string_view words) {
    return security::redact(clean_text(words, 4 * kMaxWords), kMaxWords);
}

std::string words_of_page(std::string_view body) {
    if (body.size() > kMaxPage) {
        body = body.substr(0, kMaxPage);
        // The cut may have gone through a character.
        for (int i = 0; i < 3 && !is_utf8(body); ++i) body.remove_suffix(1);
    }
    const std::string text = is_utf8(body) ? std::string(body) : from_windows_1251(body);
    return masked(single_spaced(without_markup(text)));
}

bool is_id(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '-' || c == '_';
    });
}

}  // namespace tillbridge::prodamus
