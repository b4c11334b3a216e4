#include "api_client/prodamus/body.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace tillbridge::prodamus {
namespace {

constexpr std::string_view kMultipart = "multipart/form-data";

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

int hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c = lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// A broken `%` stays as it is (§3.6).
void decode(std::string_view text, std::string& out) {
    out.clear();
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const int high = c == '%' && i + 2 < text.size() ? hex(text[i + 1]) : -1;
        const int low = high >= 0 ? hex(text[i + 2]) : -1;
        if (low >= 0) {
            out += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            out += c == '+' ? ' ' : c;
        }
    }
}

domain::Result<void> add(Tree& tree, std::size_t& count, std::string_view name,
                         std::string_view text) {
    if (++count > kMaxFields) return domain::fail("body.too_many_fields");
    if (!set_by_name(tree, name, text)) return domain::fail("body.too_deep");
    return {};
}

// A parameter of a header such as `form-data; name="a[b]"`; none where it is not there. Within
// quotes a backslash takes the next character as it is.
std::optional<std::string> parameter(std::string_view header, std::string_view wanted) {
    auto at = header.find(';');
    while (at != std::string_view::npos) {
        header = trim(header.substr(at + 1));
        const auto equals = header.find('=');
        if (equals == std::string_view::npos) return {};
        const bool found = same(trim(header.substr(0, equals)), wanted);
        header = trim(header.substr(equals + 1));
        std::string value;
        std::size_t end = 0;
        if (header.starts_with('"')) {
            for (end = 1; end < header.size() && header[end] != '"'; ++end) {
                if (header[end] == '\\' && end + 1 < header.size()) ++end;
                value += header[end];
            }
        } else {
            end = std::min(header.find(';'), header.size());
            value = trim(header.substr(0, end));
        }
        if (found) return value;
        at = header.find(';', end);
    }
    return {};
}

struct Part {
    std::string disposition;
    std::string_view content;
};

// Headers, an empty line, the content.
std::optional<Part> read_part(std::string_view text) {
    Part part;
    for (;;) {
        const auto end = text.find("\r\n");
        if (end == std::string_view::npos) return {};
        const auto line = text.substr(0, end);
        text.remove_prefix(end + 2);
        if (line.empty()) break;
        const auto colon = line.find(':');
        if (colon != std::string_view::npos &&
            same(trim(line.substr(0, colon)), "content-disposition"))
            part.disposition = trim(line.substr(colon + 1));
    }
    part.content = text;
    return part;
}

}  // namespace

domain::Result<Tree> parse_form(std::string_view body) {
    Tree tree;
    std::size_t count = 0;
    std::string name;
    std::string text;
    while (!body.empty()) {
        const auto end = std::min(body.find('&'), body.size());
        const auto field = body.substr(0, end);
        body.remove_prefix(std::min(end + 1, body.size()));
        if (field.empty()) continue;
        const auto equals = std::min(field.find('='), field.size());
        decode(field.substr(0, equals), name);
        decode(field.substr(std::min(equals + 1, field.size())), text);
        if (const auto added = add(tree, count, name, text); !added)
            return tl::unexpected(added.error());
    }
    return tree;
}

domain::Result<Tree> parse_multipart(std::string_view body, std::string_view content_type) {
    const auto boundary = parameter(content_type, "boundary");
    if (!boundary || boundary->empty() || boundary->size() > 200)
        return domain::fail("body.malformed", "no boundary");
    const std::string first = "--" + *boundary;
    const std::string between = "\r\n" + first;

    Tree tree;
    std::size_t count = 0;
    auto at = body.starts_with(first) ? 0 : body.find(between);
    if (at == std::string_view::npos) return domain::fail("body.malformed", "no first part");
    body.remove_prefix(at == 0 ? first.size() : at + between.size());
    while (!body.starts_with("--")) {
        if (!body.starts_with("\r\n")) return domain::fail("body.malformed", "boundary");
        body.remove_prefix(2);
        const auto end = body.find(between);
        if (end == std::string_view::npos) return domain::fail("body.malformed", "no last part");
        const auto part = read_part(body.substr(0, end));
        body.remove_prefix(end + between.size());
        if (!part) return domain::fail("body.malformed", "part");
        const auto name = parameter(part->disposition, "name");
        if (!name || parameter(part->disposition, "filename")) continue;
        if (const auto added = add(tree, count, *name, part->content); !added)
            return tl::unexpected(added.error());
    }
    return tree;
}

domain::Result<Tree> parse_body(std::string_view body, std::string_view content_type) {
    if (trim(body.substr(0, 64)).starts_with('{')) return parse_json_tree(body);
    const auto type = trim(content_type.substr(0, content_type.find(';')));
    if (same(type, kMultipart)) return parse_multipart(body, content_type);
    return parse_form(body);
}

}  // namespace tillbridge::prodamus
