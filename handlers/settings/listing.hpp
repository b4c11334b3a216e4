// Which of an account's stores a request wants to see: a window of those that fit a search. For
// accounts with very many stores. Pure.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "handlers/http.hpp"
#include "module/domain/merchant.hpp"
#include "module/domain/result.hpp"
#include "module/port/gateway.hpp"

namespace tillbridge::handlers::settings {

struct Wanted {
    std::size_t offset = 0;
    std::size_t limit = static_cast<std::size_t>(-1);
    std::string text;            // in the name, whatever the case; or an id, or a plain credential
    std::optional<bool> active;  // `state=active`, `state=inactive`
};
// Of the query. Errors: request.malformed; request.field_invalid with the field.
domain::Result<Wanted> wanted_of(const Request& request);

struct Part {
    std::vector<const domain::Merchant*> shown;  // into the list given
    std::size_t matching = 0;                    // without the window
};
// `fields_of`: of a merchant's gateway; null where the installation no longer has it. Secret fields
// are never looked at.
using FieldsOf = std::function<const std::vector<port::Field>*(const domain::Merchant&)>;
Part part_of(const std::vector<domain::Merchant>& all, const Wanted& wanted,
             const FieldsOf& fields_of);

}  // namespace tillbridge::handlers::settings
