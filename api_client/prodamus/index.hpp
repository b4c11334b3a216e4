// Names that PHP takes for whole numbers: `0`, `12`, `-7`, without a leading zero, at most 64 bits
// (PROTOCOL.md §3.3). They sort as numbers, and 0, 1, 2 … make a list.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tillbridge::prodamus {

inline std::optional<std::int64_t> whole_number(std::string_view name) {
    const std::string_view digits = name.starts_with('-') ? name.substr(1) : name;
    if (digits.empty() || digits.size() > 19) return {};
    if (digits.front() < '0' || digits.front() > '9') return {};
    if (digits.front() == '0' && name.size() > 1) return {};
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), value);
    if (error != std::errc() || end != name.data() + name.size()) return {};
    return value;
}

}  // namespace tillbridge::prodamus
