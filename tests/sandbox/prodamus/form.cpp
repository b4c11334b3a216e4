#include "tests/sandbox/prodamus/form.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <limits>

namespace tillbridge::sandbox {
namespace {

constexpr std::size_t kDeepest = 64;  // PHP's max_input_nesting_level

// "a.b[c][]" → a_b, c, "" where the last one asks for the next index.
std::vector<std::string> name_parts(const std::string& name) {
    const auto start = name.find_first_not_of(' ');
    if (start == std::string::npos) return {};
    const auto open = name.find('[', start);
    const bool closed = open != std::string::npos && name.find(']', open) != std::string::npos;
    std::string outer =
        name.substr(start, closed ? open - start : std::string::npos);  // whole where it is open
    for (char& c : outer)
        if (c == ' ' || c == '.' || c == '[') c = '_';
    if (outer.empty()) return {};
    std::vector<std::string> parts{outer};
    for (auto at = closed ? open : std::string::npos; at < name.size() && name[at] == '[';) {
        const auto end = name.find(']', at);
        if (end == std::string::npos) break;
        parts.push_back(name.substr(at + 1, end - at - 1));
        at = end + 1;
    }
    return parts;
}

std::string next_index(const Tree& level) {
    std::int64_t next = 0;
    for (const auto& [name, value] : level.items())
        if (!name.empty() && name.size() < 10 &&
            name.find_first_not_of("0123456789") == std::string::npos)
            next = std::max<std::int64_t>(next, std::strtoll(name.c_str(), nullptr, 10) + 1);
    return std::to_string(next);
}

std::string number_text(double number) {
    auto text = fmt::format("{:.14G}", number);
    const auto mark = text.find('E');
    if (mark == std::string::npos) return text;
    // PHP writes 1.0E+15 and 1.0E-7 where C writes 1E+15 and 1E-07.
    auto mantissa = text.substr(0, mark);
    const auto power = std::atoi(text.c_str() + mark + 1);
    if (mantissa.find('.') == std::string::npos) mantissa += ".0";
    return fmt::format("{}E{:+d}", mantissa, power);
}

void flatten(const Tree& tree, const std::string& prefix, NamedTexts& out) {
    if (!tree.is_structured()) {
        out.emplace_back(prefix, leaf_text(tree));
        return;
    }
    std::size_t index = 0;
    for (const auto& [name, value] : tree.items()) {
        const auto part = tree.is_array() ? std::to_string(index++) : name;
        flatten(value, prefix.empty() ? part : fmt::format("{}[{}]", prefix, part), out);
    }
}

std::string parameter(const std::string& header, const std::string& name) {
    const auto mark = header.find(name + '=');
    if (mark == std::string::npos) return {};
    const auto value = header.substr(mark + name.size() + 1);
    if (value.empty() || value[0] != '"') return value.substr(0, value.find_first_of("; \r\n"));
    std::string text;
    for (std::size_t at = 1; at < value.size() && value[at] != '"'; ++at) {
        if (value[at] == '\\' && at + 1 < value.size()) ++at;
        text += value[at];
    }
    return text;
}

}  // namespace

void put_form_value(Tree& tree, const std::string& name, const std::string& value) {
    const auto parts = name_parts(name);
    if (parts.empty() || parts.size() > kDeepest) return;
    Tree* level = &tree;
    for (const auto& part : parts) {
        if (!level->is_object()) *level = Tree::object();
        level = &(*level)[part.empty() ? next_index(*level) : part];
    }
    *level = value;
}

Tree tree_of(const NamedTexts& fields) {
    Tree tree = Tree::object();
    for (const auto& [name, value] : fields) put_form_value(tree, name, value);
    return tree;
}

Tree tree_of_form(const std::string& urlencoded) {
    return tree_of(Fields(urlencoded).all());
}

std::optional<Tree> tree_of_multipart(const std::string& body, const std::string& content_type) {
    const auto boundary = parameter(content_type, "boundary");
    if (boundary.empty()) return std::nullopt;
    const auto mark = "--" + boundary;
    auto at = body.find(mark);
    if (at == std::string::npos) return std::nullopt;
    NamedTexts fields;
    while (true) {
        at += mark.size();
        if (body.compare(at, 2, "--") == 0) return tree_of(fields);
        const auto head_end = body.find("\r\n\r\n", at);
        const auto end = body.find("\r\n" + mark, at);
        if (head_end == std::string::npos || end == std::string::npos || head_end + 2 > end)
            return std::nullopt;
        const auto head = body.substr(at, head_end - at);
        const auto from = head_end + 4;
        const auto value = from <= end ? body.substr(from, end - from) : std::string();
        if (head.find("filename=") == std::string::npos)
            fields.emplace_back(parameter(head, "name"), value);
        at = end + 2;
    }
}

std::optional<Tree> tree_of_body(const std::string& body, const std::string& content_type) {
    const auto first = body.find_first_not_of(" \t\r\n");
    if (first != std::string::npos && body[first] == '{') {
        auto tree = Tree::parse(body, nullptr, false);
        return tree.is_object() ? std::optional(std::move(tree)) : std::nullopt;
    }
    if (starts_with(content_type, "multipart/form-data"))
        return tree_of_multipart(body, content_type);
    return tree_of_form(body);
}

NamedTexts flat(const Tree& tree) {
    NamedTexts out;
    flatten(tree, "", out);
    return out;
}

std::string form_of(const Tree& tree) {
    Fields fields;
    for (const auto& [name, value] : flat(tree)) fields.add(name, value);
    return fields.encoded();
}

std::string multipart_of(const Tree& tree, const std::string& boundary) {
    std::string text;
    for (const auto& [name, value] : flat(tree))
        text += fmt::format("--{}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n{}\r\n",
                            boundary, name, value);
    return text + "--" + boundary + "--\r\n";
}

std::string leaf_text(const Tree& leaf) {
    if (leaf.is_string()) return leaf.get<std::string>();
    if (leaf.is_boolean()) return leaf.get<bool>() ? "1" : "";
    if (leaf.is_number_unsigned() &&
        leaf.get<std::uint64_t>() <= std::numeric_limits<std::int64_t>::max())
        return std::to_string(leaf.get<std::uint64_t>());
    if (leaf.is_number_integer() && !leaf.is_number_unsigned())
        return std::to_string(leaf.get<std::int64_t>());
    if (leaf.is_number()) return number_text(leaf.get<double>());
    return {};
}

std::string get(const Tree& tree, const std::string& name, const std::string& fallback) {
    if (!tree.is_object()) return fallback;
    const auto found = tree.find(name);
    return found == tree.end() || found->is_structured() ? fallback : leaf_text(*found);
}

}  // namespace tillbridge::sandbox
