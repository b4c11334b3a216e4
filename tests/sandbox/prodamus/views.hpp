// How Prodamus' records look in the control interface. Called with the mutex held.
#pragma once

#include "tests/sandbox/prodamus/state.hpp"

namespace tillbridge::sandbox {

Json page_view(const Prodamus& prodamus, const ProdamusPage& page);
Json prodamus_link_view(Prodamus& prodamus, const ProdamusLink& link);
Json order_view(Prodamus& prodamus, const ProdamusOrder& order);
Json product_view(const ProdamusProduct& product);
Json profile_view(const ProdamusProfile& profile);

}  // namespace tillbridge::sandbox
