// PHP-style forms: names such as products[0][name] become a tree and back (prodamus.md §3.6). A
// tree is JSON that keeps its order; a leaf is usually text. Input that is no such form is nothing.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/sandbox/base/http.hpp"

namespace tillbridge::sandbox {

using Tree = nlohmann::ordered_json;
using NamedTexts = std::vector<std::pair<std::string, std::string>>;

// PHP's rules for one name, which may nest. A later value of the same name replaces the earlier.
void put_form_value(Tree& tree, const std::string& name, const std::string& value);

Tree tree_of(const NamedTexts& fields);
Tree tree_of_form(const std::string& urlencoded);
std::optional<Tree> tree_of_multipart(const std::string& body, const std::string& content_type);
// By the content type; a body that starts with "{" is JSON whatever it is called.
std::optional<Tree> tree_of_body(const std::string& body, const std::string& content_type);

// The way back. Lists become indexes, empty levels vanish.
NamedTexts flat(const Tree& tree);
std::string form_of(const Tree& tree);
std::string multipart_of(const Tree& tree, const std::string& boundary);

std::string leaf_text(const Tree& leaf);  // as PHP's strval (§3.2)
std::string get(const Tree& tree, const std::string& name, const std::string& fallback = "");

}  // namespace tillbridge::sandbox
