// What a store may choose at Prodamus beside its credentials: the declared fields, the form of
// their values, and one reading of them (PROTOCOL.md §2.2, §2.3).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "module/domain/result.hpp"
#include "module/port/gateway.hpp"

namespace tillbridge::prodamus {

using StoreOptions = std::map<std::string, std::string>;  // a store's, code → text

std::vector<port::Field> option_fields();

// What the fields' types don't say; errors: options.invalid with the field and params reason.
domain::Result<void> check_option_values(const StoreOptions& options);

// The value, else the declared default, else nothing.
std::string option(const StoreOptions& options, std::string_view code);
bool is_on(const StoreOptions& options, std::string_view code);

// The codes of a list in their order without those that Prodamus does not take in a filter (§2.4).
std::string filter_of(std::string_view list);

}  // namespace tillbridge::prodamus
