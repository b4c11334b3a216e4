#include "api_client/prodamus/signature.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "api_client/prodamus/index.hpp"
#include "api_client/prodamus/texts.hpp"
#include "module/security/digest.hpp"

namespace tillbridge::prodamus {
namespace {

constexpr std::string_view kSignature = "signature";
constexpr std::size_t kHexDigits = 64;

// What stands in the text as it came: looked up, since most of a notice is that.
constexpr auto kPlain = [] {
    std::array<bool, 256> plain{};
    for (std::size_t c = 0x20; c < 0x80; ++c) plain[c] = c != '"' && c != '\\' && c != '/';
    return plain;
}();

void write_special(unsigned char c, std::string& out) {
    constexpr char kHex[] = "0123456789abcdef";
    constexpr std::string_view kShort = "\"\\/\b\f\n\r\t";
    constexpr std::string_view kLetter = "\"\\/bfnrt";
    const auto at = kShort.find(static_cast<char>(c));
    out += '\\';
    if (at != std::string_view::npos) {
        out += kLetter[at];
        return;
    }
    out += "u00";
    out += kHex[c >> 4U];
    out += kHex[c & 15U];
}

// One text in quotes as PHP writes it (§3.5); false where it is no UTF-8.
bool write_text(std::string_view text, std::string& out) {
    out += '"';
    std::size_t from = 0, at = 0;  // between them: what goes out as it is
    const auto flush = [&] { out.append(text.substr(from, at - from)); };
    while (at < text.size()) {
        const auto first = static_cast<unsigned char>(text[at]);
        if (kPlain[first]) {
            ++at;
        } else if (first < 0x80) {
            flush();
            write_special(first, out);
            from = ++at;
        } else {
            const auto length = character_length(text.substr(at));
            if (length == 0) return false;
            const auto character = text.substr(at, length);
            const bool line = character == "\u2028";
            if (line || character == "\u2029") {
                flush();
                out += line ? "\\u2028" : "\\u2029";
                from = at + length;
            }
            at += length;
        }
    }
    flush();
    out += '"';
    return true;
}

struct Sorted {
    const Member* member;
    std::optional<std::int64_t> index;
};

// Whole numbers as numbers and first, other names by their bytes (§3.3).
bool before(const Sorted& a, const Sorted& b) {
    if (a.index && b.index) return *a.index < *b.index;
    if (a.index.has_value() != b.index.has_value()) return a.index.has_value();
    return a.member->name < b.member->name;
}

bool write_tree(const Tree& tree, std::string_view left_out, std::string& out) {
    if (tree.is_leaf()) return write_text(tree.text(), out);
    std::vector<Sorted> sorted;
    sorted.reserve(tree.members().size());
    for (const auto& member : tree.members())
        if (left_out.empty() || member.name != left_out)
            sorted.push_back({&member, whole_number(member.name)});
    std::sort(sorted.begin(), sorted.end(), before);

    // Names 0, 1, 2 … without a gap make a list, and so do none at all (§3.4).
    bool list = true;
    std::int64_t next = 0;
    for (const auto& one : sorted) list = list && one.index == next++;

    out += list ? '[' : '{';
    bool first = true;
    for (const auto& one : sorted) {
        if (!std::exchange(first, false)) out += ',';
        if (!list) {
            if (!write_text(one.member->name, out)) return false;
            out += ':';
        }
        if (!write_tree(one.member->value, {}, out)) return false;
    }
    out += list ? ']' : '}';
    return true;
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

}  // namespace

domain::Result<std::string> canonical_text(const Tree& tree) {
    std::string out;
    out.reserve(2048);
    if (!write_tree(tree, kSignature, out)) return domain::fail("signature.not_utf8");
    return out;
}

domain::Result<std::string> sign(const Tree& tree, const domain::Secret& key) {
    if (key.empty()) return domain::fail("signature.no_key");
    const auto text = canonical_text(tree);
    if (!text) return tl::unexpected(text.error());
    return security::hmac_sha256_hex(key.reveal(), *text);
}

Verdict verify(const Tree& tree, std::string_view signature, const domain::Secret& key) {
    const auto text = canonical_text(tree);
    return text ? verify_text(*text, signature, key) : Verdict::foreign;
}

Verdict verify_text(std::string_view text, std::string_view signature, const domain::Secret& key) {
    if (text.empty() || signature.size() != kHexDigits || key.empty()) return Verdict::foreign;
    const std::string given = lower(signature);
    if (security::equal_constant_time(security::hmac_sha256_hex(key.reveal(), text), given))
        return Verdict::genuine;
    const domain::Secret demo(key.reveal() + "demo");
    if (security::equal_constant_time(security::hmac_sha256_hex(demo.reveal(), text), given))
        return Verdict::demo;
    return Verdict::foreign;
}

std::string_view signature_of_header(std::string_view value) {
    constexpr std::string_view kName = "sign:";
    value = trim(value);
    if (lower(value.substr(0, kName.size())) == kName) value = trim(value.substr(kName.size()));
    return value;
}

}  // namespace tillbridge::prodamus
