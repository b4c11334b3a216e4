#include "tests/sandbox/prodamus/signature.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "tests/sandbox/base/jwt.hpp"

namespace tillbridge::sandbox {
namespace {

using Entry = std::pair<std::string, const Tree*>;

bool whole_number(const std::string& name) {
    if (name == "0") return true;
    const std::size_t from = !name.empty() && name[0] == '-' ? 1 : 0;
    return name.size() > from && name.size() - from < 19 && name[from] != '0' &&
           name.find_first_not_of("0123456789", from) == std::string::npos;
}

bool comes_before(const Entry& a, const Entry& b) {
    const bool a_number = whole_number(a.first), b_number = whole_number(b.first);
    if (a_number != b_number) return a_number;
    if (a_number)
        return std::strtoll(a.first.c_str(), nullptr, 10) <
               std::strtoll(b.first.c_str(), nullptr, 10);
    return a.first < b.first;
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
        text.replace(at, from.size(), to);
}

// The library escapes what PHP escapes, but for the slash and the two line separators.
std::string quoted(const std::string& text) {
    std::string out;
    try {
        out = Tree(text).dump();
    } catch (const Tree::type_error&) {
        throw UnsignableText();
    }
    replace_all(out, "/", "\\/");
    replace_all(out, "\xE2\x80\xA8", "\\u2028");
    replace_all(out, "\xE2\x80\xA9", "\\u2029");
    return out;
}

std::string written(const Tree& tree, bool outermost) {
    if (!tree.is_structured()) return quoted(leaf_text(tree));
    std::vector<Entry> entries;
    for (const auto& [name, value] : tree.items())
        if (!outermost || name != "signature") entries.emplace_back(name, &value);
    if (!tree.is_array()) std::stable_sort(entries.begin(), entries.end(), comes_before);
    bool list = true;
    for (std::size_t i = 0; i < entries.size(); ++i)
        list = list && entries[i].first == std::to_string(i);
    std::string text(1, list ? '[' : '{');
    for (const auto& [name, value] : entries) {
        if (text.size() > 1) text += ',';
        if (!list) text += quoted(name) + ':';
        text += written(*value, false);
    }
    return text + (list ? ']' : '}');
}

}  // namespace

std::string signed_text(const Tree& tree) {
    return written(tree, true);
}

std::string signature_of(const Tree& tree, const std::string& key) {
    return hex(hmac("SHA256", key, signed_text(tree)));
}

bool signed_well(const Tree& tree, const std::string& given, const std::string& key) {
    std::string text;
    for (const char c : given)
        if (c != ' ') text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (starts_with(text, "sign:")) text = text.substr(5);
    return !text.empty() && same_bytes(text, signature_of(tree, key));
}

}  // namespace tillbridge::sandbox
