// Reads a row's columns from left to right, and words back into enumerators.
#pragma once

#include <optional>
#include <string>

#include "module/store/open.hpp"
#include "module/store/sql.hpp"

namespace tillbridge::store {

class Columns {
  public:
    explicit Columns(const Row& row) : row_(row) {}

    std::string text() { return row_.string(next_++); }
    std::string_view view() { return row_.text(next_++); }
    std::string_view blob() { return row_.blob(next_++); }
    std::int64_t integer() { return row_.integer(next_++); }
    int small() { return static_cast<int>(integer()); }
    bool flag() { return integer() != 0; }
    domain::UtcTime time() { return {integer()}; }
    std::optional<std::int64_t> maybe_integer() {
        const int at = next_++;
        if (row_.null(at)) return std::nullopt;
        return row_.integer(at);
    }
    template <class Tag>
    void id(domain::Id<Tag>& id) {
        id.value = text();
    }
    // `parse`: word → std::optional<Enum>
    template <class Parse>
    auto word(Parse parse) {
        const auto text = view();
        const auto value = parse(text);
        if (!value)
            throw StoreError("the store holds a word that is not known: " + std::string(text));
        return *value;
    }

  private:
    const Row& row_;
    int next_ = 0;
};

// Empty text is NULL where a column is looked up by it: no index entry, no clash of two empty ones.
inline Param or_null(std::string_view text) {
    return text.empty() ? Param(std::nullopt) : Param(text);
}
template <class Tag>
Param or_null(const domain::Id<Tag>& id) {
    return or_null(std::string_view(id.value));
}

}  // namespace tillbridge::store
