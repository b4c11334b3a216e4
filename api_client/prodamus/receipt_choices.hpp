// What a receipt says of a product, as choices for a store (PROTOCOL.md §2.3).
#pragma once

#include "api_client/prodamus/words.hpp"

namespace tillbridge::prodamus {

Choices tax_types();
Choices payment_method_types();
Choices payment_objects();
Choices product_types();
Choices income_types();  // of a self-employed merchant

}  // namespace tillbridge::prodamus
