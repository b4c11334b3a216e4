// Reads a notice (PROTOCOL.md §4) in its three encodings: verified over what came, believed as it
// is, since nothing can be asked afterwards (§7.1). Its number of tries and its age do not matter.
#pragma once

#include "module/domain/merchant.hpp"
#include "module/domain/result.hpp"
#include "module/port/gateway.hpp"

namespace tillbridge::prodamus {

// hook.unreadable; hook.signature_mismatch, with params reason=demo_key where a page that Prodamus
// has not opened yet signed it (§3.8).
domain::Result<port::HookFact> read_hook(const domain::Merchant& merchant,
                                         const port::RawHook& hook);

}  // namespace tillbridge::prodamus
