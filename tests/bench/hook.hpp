// A hook as UAPAY sends it, for an invoice of the bench: it was paid.
#pragma once

#include <string>

#include "tests/bench/fill.hpp"

namespace tillbridge::bench {

std::string hook_of(const Bill& bill);  // the whole request

}  // namespace tillbridge::bench
