// A request or a notice as PHP sees it (PROTOCOL.md §3): levels of named values whose leaves are
// text. It is what a signature is made over, so it keeps every field and every text as it came.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "api_client/http/form.hpp"

namespace tillbridge::prodamus {

struct Member;

// Either a leaf, which is text, or a level with members in the order in which they came. A new one
// is an empty level.
class Tree {
  public:
    Tree();
    explicit Tree(std::string text);
    Tree(const Tree&);
    Tree(Tree&&) noexcept;
    Tree& operator=(const Tree&);
    Tree& operator=(Tree&&) noexcept;
    ~Tree();

    bool is_leaf() const { return leaf_; }
    const std::string& text() const { return text_; }  // empty for a level
    const std::vector<Member>& members() const { return members_; }

    const Tree* find(std::string_view name) const;  // null where there is none
    Tree* find(std::string_view name);
    // The text of a leaf of that name; empty where there is none.
    const std::string& at(std::string_view name) const;

    Tree& set(std::string_view name, Tree value);  // the last of two equal names wins (§3.6)
    Tree& set(std::string_view name, std::string_view text);
    // The same where the caller knows that there is no such name yet.
    Tree& add(std::string&& name, Tree&& value);
    Tree& level(std::string_view name);  // made where it is missing or a leaf
    void erase(std::string_view name);
    std::string next_index() const;  // of `a[]`: one above the highest whole-number name

    bool operator==(const Tree& other) const;  // the same names and texts in whatever order

  private:
    bool leaf_ = false;
    std::string text_;
    std::vector<Member> members_;
};

struct Member {
    std::string name;
    Tree value;
};

// Levels grow by moving their members, which only pays where the compiler sees how.
inline Tree::Tree(Tree&&) noexcept = default;
inline Tree& Tree::operator=(Tree&&) noexcept = default;
inline Tree::~Tree() = default;

// What a reader takes at most: PHP's own number of fields, and far less depth.
inline constexpr std::size_t kMaxFields = 1000;
inline constexpr std::size_t kMaxDepth = 16;

// Sets a leaf by its flat name as PHP does (§3.6): `a[b][c]` nests, `a[]` takes the next index, a
// dot or a space before the first bracket becomes `_`. False where it would nest too deep.
bool set_by_name(Tree& tree, std::string_view name, std::string_view text);

// The flat names in which a tree travels in a form: `products[0][name]`.
http::Fields to_fields(const Tree& tree);

}  // namespace tillbridge::prodamus
