#include "api_client/prodamus/tree.hpp"

#include <algorithm>
#include <utility>

#include "api_client/prodamus/index.hpp"

namespace tillbridge::prodamus {
namespace {

bool blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

std::string plain_name(std::string_view name, std::string_view also) {
    std::string out(name);
    for (char& c : out)
        if (c == ' ' || c == '.' || also.find(c) != std::string_view::npos) c = '_';
    return out;
}

void collect(const Tree& tree, const std::string& prefix, http::Fields& fields) {
    for (const auto& [name, value] : tree.members()) {
        const std::string full = prefix.empty() ? name : prefix + "[" + name + "]";
        if (value.is_leaf())
            fields.emplace_back(full, value.text());
        else
            collect(value, full, fields);
    }
}

}  // namespace

Tree::Tree() = default;
Tree::Tree(std::string text) : leaf_(true), text_(std::move(text)) {}
Tree::Tree(const Tree&) = default;
Tree& Tree::operator=(const Tree&) = default;

const Tree* Tree::find(std::string_view name) const {
    for (const auto& member : members_)
        if (member.name == name) return &member.value;
    return nullptr;
}

Tree* Tree::find(std::string_view name) {
    for (auto& member : members_)
        if (member.name == name) return &member.value;
    return nullptr;
}

const std::string& Tree::at(std::string_view name) const {
    static const std::string kNone;
    const Tree* found = find(name);
    return found == nullptr ? kNone : found->text();
}

Tree& Tree::set(std::string_view name, Tree value) {
    if (Tree* found = find(name)) return *found = std::move(value);
    return add(std::string(name), std::move(value));
}

Tree& Tree::add(std::string&& name, Tree&& value) {
    constexpr std::size_t kUsual = 8;
    if (members_.empty()) members_.reserve(kUsual);
    members_.push_back({std::move(name), std::move(value)});
    return members_.back().value;
}

Tree& Tree::set(std::string_view name, std::string_view text) {
    return set(name, Tree(std::string(text)));
}

Tree& Tree::level(std::string_view name) {
    Tree* found = find(name);
    if (found == nullptr || found->is_leaf()) return set(name, Tree());
    return *found;
}

void Tree::erase(std::string_view name) {
    std::erase_if(members_, [&](const Member& member) { return member.name == name; });
}

std::string Tree::next_index() const {
    std::int64_t next = 0;
    for (const auto& member : members_)
        if (const auto index = whole_number(member.name)) next = std::max(next, *index + 1);
    return std::to_string(next);
}

bool Tree::operator==(const Tree& other) const {
    if (leaf_ != other.leaf_ || text_ != other.text_ || members_.size() != other.members_.size())
        return false;
    return std::all_of(members_.begin(), members_.end(), [&](const Member& member) {
        const Tree* found = other.find(member.name);
        return found != nullptr && *found == member.value;
    });
}

bool set_by_name(Tree& tree, std::string_view name, std::string_view text) {
    while (name.starts_with(' ')) name.remove_prefix(1);
    name = name.substr(0, name.find('\0'));
    auto open = std::min(name.find('['), name.size());
    std::string key = plain_name(name.substr(0, open), "");
    if (key.empty()) return true;  // PHP drops such a field

    Tree* level = &tree;
    for (std::size_t depth = 1; open < name.size() && name[open] == '['; ++depth) {
        if (depth >= kMaxDepth) return false;
        const auto begin = open + 1;
        // `[ ]` appends as `[]` does.
        const bool skips = begin < name.size() && blank(name[begin]);
        const bool appends = begin + skips < name.size() && name[begin + skips] == ']';
        const auto close = name.find(']', begin);
        if (close == std::string_view::npos) {  // no index after all, but part of the name
            key += plain_name(name.substr(open), "[");
            break;
        }
        level = &level->level(key);
        key = appends ? level->next_index() : std::string(name.substr(begin, close - begin));
        open = close + 1;
    }
    level->set(key, text);
    return true;
}

http::Fields to_fields(const Tree& tree) {
    http::Fields fields;
    collect(tree, "", fields);
    return fields;
}

}  // namespace tillbridge::prodamus
