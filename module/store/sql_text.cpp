#include "module/store/sql_text.hpp"

namespace tillbridge::store {
namespace {

void part(std::string& text) {
    if (!text.empty()) text += ", ";
}

}  // namespace

Names operator+(Names left, const Names& right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

std::string columns(const Names& names, const std::string& table) {
    std::string text;
    for (const auto& name : names) {
        part(text);
        if (!table.empty()) text += table + ".";
        text += name;
    }
    return text;
}

std::string parameters(std::size_t count, std::size_t first) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        part(text);
        text += "$" + std::to_string(first + i);
    }
    return text;
}

std::string assignments(const Names& names, std::size_t first) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        part(text);
        text += names[i] + " = $" + std::to_string(first + i);
    }
    return text;
}

}  // namespace tillbridge::store
