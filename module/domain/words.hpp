// One table a type: an enumerator and the word that the store, the journal and the metrics keep.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace tillbridge::domain {

template <class Enum, std::size_t N>
std::string_view word_of(const std::array<std::string_view, N>& words, Enum value) {
    return words[static_cast<std::size_t>(value)];
}

template <class Enum, std::size_t N>
std::optional<Enum> value_of(const std::array<std::string_view, N>& words, std::string_view word) {
    for (std::size_t at = 0; at < N; ++at)
        if (words[at] == word) return static_cast<Enum>(at);
    return std::nullopt;
}

}  // namespace tillbridge::domain
