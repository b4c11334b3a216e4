#include "api_client/http/form.hpp"

namespace tillbridge::http {
namespace {

bool unreserved(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

void append_encoded(std::string& out, std::string_view text, bool plus) {
    constexpr char kHex[] = "0123456789ABCDEF";
    for (const char c : text) {
        if (unreserved(c)) {
            out += c;
        } else if (c == ' ' && plus) {
            out += '+';
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += kHex[byte >> 4U];
            out += kHex[byte & 15U];
        }
    }
}

std::string encode(const Fields& fields, bool plus) {
    std::string out;
    for (const auto& [name, value] : fields) {
        if (!out.empty()) out += '&';
        append_encoded(out, name, plus);
        out += '=';
        append_encoded(out, value, plus);
    }
    return out;
}

}  // namespace

std::string percent_encode(std::string_view text) {
    std::string out;
    append_encoded(out, text, false);
    return out;
}

std::string form_encode(const Fields& fields) {
    return encode(fields, true);
}
std::string query_encode(const Fields& fields) {
    return encode(fields, false);
}

std::string with_query(std::string_view url, const Fields& fields) {
    std::string out(url);
    if (fields.empty()) return out;
    const auto mark = out.find('?');
    if (mark == std::string::npos) {
        out += '?';
    } else if (out.back() != '?' && out.back() != '&') {
        out += '&';
    }
    return out + query_encode(fields);
}

std::string excerpt(std::string_view body, std::size_t limit) {
    std::size_t end = body.size();
    if (end > limit) {
        end = limit;
        // A cut before a continuation byte would leave half a character behind.
        while (end > 0 && (static_cast<unsigned char>(body[end]) & 0xC0U) == 0x80U) --end;
    }
    std::string out(body.substr(0, end));
    for (char& c : out) {
        if ((c >= 0 && c < ' ' && c != '\n' && c != '\t') || c == 0x7F) c = ' ';
    }
    if (end < body.size()) out += "\u2026 (+" + std::to_string(body.size() - end) + " bytes)";
    return out;
}

}  // namespace tillbridge::http
