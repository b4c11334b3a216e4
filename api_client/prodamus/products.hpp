// The basket of a link (PROTOCOL.md §2.3): the CRM's items where their sum is exactly what is
// asked for, else one product with the whole amount. No sum is ever rounded to make it fit.
#pragma once

#include <string>
#include <string_view>

#include "api_client/prodamus/options.hpp"
#include "api_client/prodamus/tree.hpp"
#include "module/domain/money.hpp"

namespace tillbridge::prodamus {

// `items_json` as the CRM sent it; `name` is that of the one product. The list has at least one.
Tree products_of(std::string_view items_json, const domain::Money& amount, const std::string& name,
                 const StoreOptions& options);

}  // namespace tillbridge::prodamus
