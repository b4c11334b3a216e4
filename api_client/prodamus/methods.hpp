// The payment methods that Prodamus names by code (PROTOCOL.md §2.4), as choices for a store. Which
// ones a page has is its own setting, so the list only offers.
#pragma once

#include "api_client/prodamus/words.hpp"

namespace tillbridge::prodamus {

// Each label ends with the code, by which support and cabinet know it.
Choices payment_methods();

}  // namespace tillbridge::prodamus
